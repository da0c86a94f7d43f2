//! Lists that the usual signs do not show: one that stands where side boxes stand, and one of a single row that no element
//! sets apart. Only for pages that hold nothing else.

use super::choose::{Candidate, MainList};
use super::layout::zone;
use super::script::Sign;
use super::{ListInput, SHELL_CHARS_MAX, choose, rows, shells};
use crate::read::tape::ink::ink_chars;

/// Characters beside the list that a page may have whose list is called a side column.
const BESIDE_CHARS_MAX: usize = 150;
/// Levels above a link that may be its row.
const LEVELS_MAX: usize = 3;
/// Links of a page that may be the one row.
const LINKS_MAX: usize = 40;

/// The dated list in a column that is called a side one, where the page has no other text: its own part by another name. Beside
/// an empty list a side box is a side box.
pub(super) fn side_list<'s, 'a>(page: &ListInput<'a>, all: &'s [Candidate<'a>]) -> Option<&'s Candidate<'a>> {
    let is_of_side = |one: &&Candidate<'_>| {
        one.zone & zone::SIDE != 0
            && one.zone & (zone::NO_LIST & !zone::SIDE | zone::NAVIGATION) == 0
            && one.dated() >= 3
            && one.dated() * 5 >= one.seeds.len() * 4
    };
    let mut lists = all.iter().filter(is_of_side);
    let best = lists.next()?;
    (lists.next().is_none() && chars_beside_sides(page) <= BESIDE_CHARS_MAX && !shells::has_place_for_rows(page))
        .then_some(best)
}

/// Characters of visible text outside navigation, footer and side columns.
fn chars_beside_sides(page: &ListInput<'_>) -> usize {
    let barred = zone::FRAME | zone::NAVIGATION | zone::UNSEEN | zone::SIDE;
    let nodes = page.tape.nodes().filter(|&id| page.layout().zone(id) & barred == 0);
    nodes.filter_map(|id| page.tape.ink_text(id)).map(ink_chars).sum()
}

/// The one dated link of a page of few words that has a pager, or an element that calls itself a list.
pub(super) fn lone_row(page: &ListInput<'_>) -> Option<MainList> {
    let has_pager = page.signs().has(Sign::CreatePage) || page.pager().place.is_some();
    if shells::own_chars(page) > SHELL_CHARS_MAX as usize {
        return None;
    }
    let (tape, layout) = (page.tape, page.layout());
    let barred = zone::NO_LIST | zone::NAVIGATION;
    let links = layout.anchors.iter().filter(|anchor| anchor.is_title && layout.zone(anchor.id) & barred == 0);
    let mut found: Option<(rows::Seed<'_>, _)> = None;
    for anchor in links.take(LINKS_MAX) {
        let is_in_list = || tape.ancestors(anchor.id).take(LEVELS_MAX).any(|up| choose::names_list(tape, up));
        if !has_pager && !is_in_list() {
            continue;
        }
        let dated = std::iter::once(anchor.id).chain(tape.ancestors(anchor.id).take(LEVELS_MAX)).find_map(|up| {
            let seed = rows::seed(page, up, None).filter(|seed| seed.anchor == anchor.id && seed.is_dated())?;
            Some((seed, tape.tag(up)?))
        });
        if let Some(one) = dated
            && found.replace(one).is_some()
        {
            return None;
        }
    }
    let (seed, tag) = found?;
    let hrefs = vec![seed.href.to_owned()];
    let rows = rows::finish(page, &[seed], true);
    (!rows.is_empty()).then_some(MainList { rows, tag, hrefs })
}
