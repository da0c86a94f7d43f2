//! Lists whose rows are no element each: titles and days stand in turn among the children of one element.

use super::ListInput;
use super::anchors::Anchor;
use super::layout::Siblings;
use super::rows::{self, Dated, Seed};
use crate::read::tape::{NodeId, Tag};

/// Titles that make such a list.
const ROWS_MIN: usize = 3;
/// Nodes between two titles that are looked at.
const NODES_MAX: usize = 12;

/// Gives each title the day that stands between it and the next title, or, where the days come first, the one before.
pub(super) fn date_rows<'a>(page: &ListInput<'a>, group: &Siblings, seeds: &mut [Seed<'a>]) {
    let may_stand_in_turn =
        matches!(group.tag, Tag::H2 | Tag::H3 | Tag::H4 | Tag::H5 | Tag::Dt | Tag::Dd | Tag::P | Tag::Div | Tag::Tr);
    if seeds.len() < ROWS_MIN || !may_stand_in_turn || seeds.iter().any(Seed::is_dated) {
        return;
    }
    let behind: Vec<Dated> = seeds.iter().map(|seed| dated(page, seed, &behind(page, group, seed.element))).collect();
    let is_behind = count(&behind);
    if is_behind == 0 {
        return;
    }
    // Where the days come first, the last title has none behind it.
    let before = || -> Vec<Dated> { seeds.iter().map(|seed| dated(page, seed, &before(page, group, seed.element))).collect() };
    let days = if is_behind < seeds.len() { Some(before()).filter(|days| count(days) > is_behind) } else { None };
    let days = days.unwrap_or(behind);
    if count(&days) * 2 > seeds.len() {
        for (seed, (date, month_day)) in seeds.iter_mut().zip(days) {
            seed.date = date;
            seed.month_day = month_day;
        }
    }
}

fn count(days: &[Dated]) -> usize {
    days.iter().filter(|(date, month_day)| date.is_some() || month_day.is_some()).count()
}

fn dated<'a>(page: &ListInput<'a>, seed: &Seed<'a>, nodes: &[NodeId]) -> Dated {
    rows::dates_in(page, Anchor { id: seed.anchor, href: seed.href, chars: 0, is_title: true, beside: None }, nodes)
}

/// Siblings behind a title up to the next one.
fn behind(page: &ListInput<'_>, group: &Siblings, title: NodeId) -> Vec<NodeId> {
    std::iter::successors(page.tape.next_sibling(title), |&id| page.tape.next_sibling(id))
        .take(NODES_MAX)
        .take_while(|&id| !is_other(page, group, id))
        .collect()
}

/// Siblings before a title down from the one before.
fn before(page: &ListInput<'_>, group: &Siblings, title: NodeId) -> Vec<NodeId> {
    let tape = page.tape;
    let Some(parent) = tape.parent(title) else { return Vec::new() };
    let earlier = group.rows.iter().copied().take_while(|&row| row < title).last();
    let first = match earlier {
        Some(row) if tape.parent(row) == Some(parent) => tape.next_sibling(row),
        _ => tape.children(parent).next(),
    };
    let mut nodes: Vec<NodeId> =
        std::iter::successors(first, |&id| tape.next_sibling(id)).take_while(|&id| id < title).take(NODES_MAX * 2).collect();
    let from = nodes.iter().rposition(|&id| is_other(page, group, id)).map_or(0, |at| at + 1);
    nodes.drain(..from);
    nodes
}

/// A node that belongs to another title.
fn is_other(page: &ListInput<'_>, group: &Siblings, id: NodeId) -> bool {
    group.rows.binary_search(&id).is_ok() || page.layout().anchors_in(page.tape, id).iter().any(|anchor| anchor.is_title)
}
