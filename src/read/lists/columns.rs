//! Tables that set two or three rows of the list side by side in one `<tr>`.

use super::ListInput;
use super::anchors::Anchor;
use super::layout::Siblings;
use super::rows::{self, Seed};
use crate::read::tape::{NodeId, Tag};

/// Characters from which a link in a cell is a title.
const TITLE_CHARS_MIN: u32 = 8;
/// Titles side by side.
const SIDE_BY_SIDE_MAX: usize = 4;

/// All rows of a table where each `<tr>` (the last may be short) holds several titles with a day each: down the columns if the
/// days fall so, else as they are written.
pub(super) fn seeds<'a>(page: &ListInput<'a>, group: &Siblings) -> Option<Vec<Seed<'a>>> {
    if group.tag != Tag::Tr || group.rows.len() < 2 {
        return None;
    }
    let width = parts(page, *group.rows.first()?).len();
    if !(2..=SIDE_BY_SIDE_MAX).contains(&width) {
        return None;
    }
    let mut seeds: Vec<(usize, Seed<'a>)> = Vec::with_capacity(group.rows.len() * width);
    for (at, &row) in group.rows.iter().enumerate() {
        let parts = parts(page, row);
        let is_last = at + 1 == group.rows.len();
        if parts.len() != width && !(is_last && parts.len() < width) {
            return None;
        }
        for (column, (title, cells)) in parts.into_iter().enumerate() {
            let seed = rows::seed_of_cells(page, title, &cells).filter(Seed::is_dated)?;
            seeds.push((column, seed));
        }
    }
    if !falls(&seeds) {
        let as_written = seeds.clone();
        seeds.sort_by_key(|(column, _)| *column);
        if !falls(&seeds) {
            seeds = as_written;
        }
    }
    Some(seeds.into_iter().map(|(_, seed)| seed).collect())
}

fn falls(seeds: &[(usize, Seed<'_>)]) -> bool {
    let day = |seed: &Seed<'_>| seed.date.as_ref().map(|fact| fact.date);
    seeds.windows(2).all(|pair| day(&pair[0].1) >= day(&pair[1].1))
}

/// Each cell with a title, and the cells behind it up to the next one.
fn parts<'a>(page: &ListInput<'a>, row: NodeId) -> Vec<(Anchor<'a>, Vec<NodeId>)> {
    let tape = page.tape;
    let mut parts: Vec<(Anchor<'a>, Vec<NodeId>)> = Vec::new();
    for cell in tape.children(row).filter(|&id| tape.tag(id) == Some(Tag::Td)) {
        let mut titles =
            page.layout().anchors_in(tape, cell).iter().filter(|anchor| anchor.is_title && anchor.chars >= TITLE_CHARS_MIN);
        match (titles.next(), parts.last_mut()) {
            (Some(title), _) => parts.push((*title, vec![cell])),
            (None, Some((_, cells))) => cells.push(cell),
            (None, None) => {}
        }
    }
    parts
}
