//! Lists that the server writes in full, by the element of their rows: tables, items, definitions, and anything that repeats.
//! The pager is read as written.

use super::choose::{self, MainList};
use super::{Family, ListInput, guess, shells};
use crate::model::facts::ListFacts;
use crate::read::tape::Tag;

/// `<tr>` rows: number, title, date.
#[derive(Debug)]
pub(super) struct Table;

/// `<ul>` / `<ol>`.
#[derive(Debug)]
pub(super) struct Items;

/// `<dl>`, a row in each `<dd>` or `<dl>`.
#[derive(Debug)]
pub(super) struct Definitions;

/// Whatever repeats and holds a title.
#[derive(Debug)]
pub(super) struct Generic;

fn with_tag(page: &ListInput<'_>, family: &'static str, is_wanted: impl Fn(&MainList) -> bool) -> Option<ListFacts> {
    let main = page.main().filter(|main| is_wanted(main))?;
    let facts = choose::facts(page, family, main);
    Some(ListFacts { guess: guess::next(page, &facts), ..facts })
}

impl Family for Table {
    fn name(&self) -> &'static str {
        "table"
    }

    fn read(&self, page: &ListInput<'_>) -> Option<ListFacts> {
        with_tag(page, self.name(), |main| matches!(main.tag, Tag::Tr | Tag::Td | Tag::Table))
    }
}

impl Family for Items {
    fn name(&self) -> &'static str {
        "ul"
    }

    fn read(&self, page: &ListInput<'_>) -> Option<ListFacts> {
        with_tag(page, self.name(), |main| main.tag == Tag::Li)
    }
}

impl Family for Definitions {
    fn name(&self) -> &'static str {
        "dl"
    }

    fn read(&self, page: &ListInput<'_>) -> Option<ListFacts> {
        with_tag(page, self.name(), |main| matches!(main.tag, Tag::Dl | Tag::Dd | Tag::Dt))
    }
}

impl Family for Generic {
    fn name(&self) -> &'static str {
        "generic"
    }

    fn read(&self, page: &ListInput<'_>) -> Option<ListFacts> {
        with_tag(page, self.name(), |_| true).or_else(|| shells::empty_list(page, self.name()))
    }
}
