//! truecms (江苏 and elsewhere): the first rows stand in a hidden list, jpage draws them and asks
//! `messageController/getMessage.do` for the groups behind: JSON (or JSONP) around a record set.

use url::form_urlencoded;

use super::choose;
use super::hanweb;
use super::script::{self, Sign};
use super::{Family, ListInput};
use crate::model::facts::ListFacts;
use crate::model::request::Request;

#[derive(Debug)]
pub(super) struct Truecms;

const INTERFACE: &str = "messageController/getMessage.do";

impl Family for Truecms {
    fn name(&self) -> &'static str {
        "truecms"
    }

    fn read(&self, page: &ListInput<'_>) -> Option<ListFacts> {
        let script = page.signs().texts(Sign::GetMessage).find(|text| is_interface(text))?;
        if page.is_article() {
            return None;
        }
        let Some(main) = page.main() else {
            return Some(super::unread(page, self.name(), records(page, script, 0)));
        };
        let total = script::number(script, "totalRecord");
        let per_page = script::number(script, "perPage").filter(|n| *n > 0);
        let known = main.rows.len();
        Some(ListFacts {
            next: total.is_none_or(|total| total as usize > known).then(|| records(page, script, known)).flatten(),
            pages_total: total.and_then(|total| Some(total.div_ceil(per_page?).max(1))),
            rows_total: total,
            ..choose::facts(page, self.name(), main)
        })
    }
}

/// The interface's own name: `shareMessageController/getMessage.do` is another's.
fn is_interface(script: &str) -> bool {
    script::literal_around(script, INTERFACE).is_some_and(|address| {
        let path = address.split('?').next().unwrap_or(address);
        let before = path.len().checked_sub(INTERFACE.len()).and_then(|at| path.get(..at));
        before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
    })
}

/// The group behind the first `known` records, as jpage asks for it.
fn records(page: &ListInput<'_>, script: &str, known: usize) -> Option<Request> {
    let address = script::literal_around(script, INTERFACE)?;
    let column = script::text(script, "columnId").filter(|id| !id.is_empty() && id.len() <= 80)?;
    let per_page = script::number(script, "perPage").filter(|n| *n > 0).unwrap_or(hanweb::PER_PAGE);
    let group = per_page.saturating_mul(script::number(script, "groupSize").filter(|n| *n > 0).unwrap_or(hanweb::GROUP_SIZE));
    let known = u32::try_from(known).ok()?;
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("startrecord", &(known + 1).to_string());
    query.append_pair("endrecord", &known.saturating_add(group).to_string());
    query.append_pair("perpage", &per_page.to_string());
    query.append_pair("columnId", column);
    let path = address.split('?').next().unwrap_or(address);
    Some(page.further(page.join(&format!("{path}?{}", query.finish()))?))
}

/// Reads the record set of a reply.
pub(super) fn read_reply(page: &ListInput<'_>, xml: &str) -> Option<ListFacts> {
    Some(ListFacts { family: Truecms.name().to_owned(), ..hanweb::read_reply(page, xml)? })
}
