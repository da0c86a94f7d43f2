//! ASP.NET WebForms: the list is written by the server, further pages come by postback: the form with its hidden fields
//! (`__VIEWSTATE` …) is posted to its own address, and the event names the pager and the page.

use url::form_urlencoded;

use super::choose;
use super::{Family, ListInput};
use crate::model::facts::ListFacts;
use crate::model::request::Request;
use crate::read::tape::{Attr, NodeId, Tag, VALUE_BYTES_MAX};

#[derive(Debug)]
pub(super) struct WebForms;

/// Bytes of a form that is posted; a view state that is larger is not carried about.
const FORM_BYTES_MAX: usize = 128 * 1024;
/// Characters of a pager's link.
const WORD_CHARS_MAX: usize = 8;

impl Family for WebForms {
    fn name(&self) -> &'static str {
        "webforms"
    }

    fn read(&self, page: &ListInput<'_>) -> Option<ListFacts> {
        let form = form(page)?;
        let mut facts = choose::facts(page, self.name(), page.main()?);
        if let Some(posted) = page.asked.and_then(|asked| asked.form) {
            // A posted page has the address of the first: its number stands on it, or in what was posted.
            facts.page_no = page.pager().current.or_else(|| number_posted(posted)).unwrap_or(2);
            facts.column = page.referer().unwrap_or(page.url).clone();
        }
        if facts.next.is_none() {
            facts.next = next(page, form, facts.page_no);
        }
        Some(facts)
    }
}

/// Whether the page turns its pages by postback: as good as a pager.
pub(super) fn has_pager(page: &ListInput<'_>) -> bool {
    form(page).is_some_and(|form| event(page, form, 1).is_some())
}

fn form(page: &ListInput<'_>) -> Option<NodeId> {
    let tape = page.tape;
    let state = tape.elements(Tag::Input).find(|&id| tape.attr(id, Attr::Name) == Some("__VIEWSTATE"))?;
    tape.closest(state, Tag::Form)
}

/// The form posted with the event of the next page.
fn next(page: &ListInput<'_>, form: NodeId, page_no: u32) -> Option<Request> {
    let tape = page.tape;
    let (target, argument) = event(page, form, page_no)?;
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.append_pair("__EVENTTARGET", target).append_pair("__EVENTARGUMENT", argument);
    for input in tape.descendants(form).filter(|&id| tape.tag(id) == Some(Tag::Input)) {
        let is_hidden = tape.attr(input, Attr::Type).is_some_and(|kind| kind.eq_ignore_ascii_case("hidden"));
        if let Some(name) = tape.attr(input, Attr::Name)
            && is_hidden
            && !matches!(name, "" | "__EVENTTARGET" | "__EVENTARGUMENT")
        {
            body.append_pair(name, whole(page, tape.attr(input, Attr::Value).unwrap_or(""))?);
        }
    }
    let body = body.finish();
    let action = tape.attr(form, Attr::Action).map(str::trim).filter(|action| !action.is_empty());
    let url = action.map_or_else(|| Some(page.url.clone()), |action| page.join(action))?;
    (body.len() <= FORM_BYTES_MAX && url.host() == page.url.host()).then(|| page.further_by_post(url, body))
}

/// The tape cuts long values; a view state is only good whole.
fn whole<'a>(page: &ListInput<'a>, value: &'a str) -> Option<&'a str> {
    if value.len() + 4 <= VALUE_BYTES_MAX {
        return Some(value);
    }
    let rest = page.source.get(page.source.find(value)?..)?;
    rest.get(..rest.find(['"', '\''])?)
}

/// Target and argument of the next page's event: of the link that says so, else of the one with the next number.
fn event<'a>(page: &ListInput<'a>, form: NodeId, page_no: u32) -> Option<(&'a str, &'a str)> {
    let tape = page.tape;
    let links = tape.descendants(form).filter(|&id| tape.tag(id) == Some(Tag::A));
    let mut by_number = None;
    for id in links {
        let Some(event) = tape.attr(id, Attr::Href).and_then(postback) else { continue };
        let text = tape.text_capped(id, WORD_CHARS_MAX);
        let word = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '〉'));
        if matches!(word, "下一页" | "下页" | "后页" | "后一页" | ">" | "›" | "下一页>" | "下一页>>" | "Next")
        {
            return Some(event);
        }
        let is_next = word.parse() == Ok(page_no + 1) || (word == "..." && last_number(event.1) == Some(page_no + 1));
        if is_next && by_number.is_none() {
            by_number = Some(event);
        }
    }
    by_number
}

/// `javascript:__doPostBack('ctl00$Pager','2')`
fn postback(href: &str) -> Option<(&str, &str)> {
    let (head, arguments) = href.split_once("__doPostBack(")?;
    let is_script = head.trim().get(..11).is_some_and(|head| head.eq_ignore_ascii_case("javascript:"));
    let mut parts = arguments.split('\'');
    let (target, argument) = (parts.nth(1)?, parts.nth(1)?);
    (is_script && !target.is_empty()).then_some((target, argument))
}

/// `Page$3` → 3
fn last_number(argument: &str) -> Option<u32> {
    argument.rsplit('$').next()?.parse().ok()
}

fn number_posted(form: &str) -> Option<u32> {
    let argument = form_urlencoded::parse(form.as_bytes()).find(|(key, _)| key == "__EVENTARGUMENT")?.1;
    last_number(&argument)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_postback_names_target_and_argument() {
        assert_eq!(postback("javascript:__doPostBack('ctl00$Pager','2')"), Some(("ctl00$Pager", "2")));
        assert_eq!(postback(" JavaScript:__doPostBack('lbNext','')"), Some(("lbNext", "")));
        assert_eq!(postback("/a.aspx?x=__doPostBack('a','b')"), None);
        assert_eq!(postback("javascript:__doPostBack('',"), None);
    }

    #[test]
    fn the_page_is_told_by_what_was_posted() {
        assert_eq!(number_posted("__EVENTTARGET=GridView1&__EVENTARGUMENT=Page%243"), Some(3));
        assert_eq!(number_posted("__EVENTTARGET=lbNext&__EVENTARGUMENT="), None);
    }
}
