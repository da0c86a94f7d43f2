//! The curve of findings and the verdicts over the last runs, as the geometry of an SVG.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::report::TrendPoint;
use crate::model::rule::Lang;

use super::super::narrative::clipped;
use super::super::published::verdict_class;
use super::super::words::Words;

const WIDTH: u32 = 860;
const LEFT: u32 = 170;
const RIGHT: u32 = 840;
const TOP: u32 = 14;
const BOTTOM: u32 = 150;
/// Of a row of verdicts.
const ROW: u32 = 20;
/// Days that are written below the curve.
const DAYS_SHOWN: usize = 8;
const NAME_CHARS: usize = 12;

/// Class of the line, and its value at a point.
type Series = (&'static str, fn(&TrendPoint) -> u32);

pub(crate) struct TrendView {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) left: u32,
    pub(crate) right: u32,
    pub(crate) days_at: u32,
    pub(crate) caption: String,
    pub(crate) ticks: Vec<Tick>,
    pub(crate) days: Vec<Tick>,
    pub(crate) lines: Vec<Line>,
    pub(crate) rows: Vec<Row>,
}

pub(crate) struct Tick {
    pub(crate) at: u32,
    pub(crate) label: String,
}

pub(crate) struct Line {
    pub(crate) class: &'static str,
    pub(crate) points: String,
    pub(crate) dots: Vec<Dot>,
}

pub(crate) struct Dot {
    pub(crate) x: u32,
    pub(crate) y: u32,
    pub(crate) title: String,
}

pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) at: u32,
    pub(crate) cells: Vec<Cell>,
}

pub(crate) struct Cell {
    pub(crate) x: u32,
    pub(crate) class: &'static str,
    pub(crate) title: String,
}

/// None where there is but one run: no curve.
pub(crate) fn trend(points: &[TrendPoint], names: &BTreeMap<String, String>, words: Words) -> Option<TrendView> {
    if points.len() < 2 {
        return None;
    }
    let top = top(points);
    let hosts: BTreeSet<&String> = points.iter().flat_map(|point| point.verdicts.keys()).collect();
    let rows: Vec<Row> = hosts.into_iter().zip(0..).map(|(host, no)| row(points, host, no, names, words)).collect();
    let series: [Series; 3] =
        [("veto", |point| point.veto), ("deduct", |point| point.deduct), ("advice", |point| point.advice)];
    let mut ticks = vec![0, top / 2, top];
    ticks.dedup();
    Some(TrendView {
        width: WIDTH,
        height: BOTTOM + 32 + ROW * rows.len() as u32,
        left: LEFT,
        right: RIGHT,
        days_at: BOTTOM + 18,
        caption: match words.lang {
            Lang::Zh => format!("近{}次巡查的问题数与结论", points.len()),
            Lang::En => format!("Findings and verdicts of the last {} runs", points.len()),
        },
        ticks: ticks.into_iter().map(|value| Tick { at: y(value, top), label: value.to_string() }).collect(),
        days: days(points),
        lines: series.into_iter().map(|(class, value)| line(points, top, class, value, words)).collect(),
        rows,
    })
}

/// An even number that no count exceeds.
fn top(points: &[TrendPoint]) -> u32 {
    let max = points.iter().flat_map(|point| [point.veto, point.deduct, point.advice]).max().unwrap_or(0);
    max.saturating_add(max % 2).max(2)
}

fn x(at: usize, points: usize) -> u32 {
    let steps = points.saturating_sub(1).max(1) as u32;
    LEFT + 12 + (RIGHT - LEFT - 24) * at as u32 / steps
}

fn y(value: u32, top: u32) -> u32 {
    BOTTOM - (u64::from(BOTTOM - TOP) * u64::from(value) / u64::from(top.max(1))) as u32
}

fn days(points: &[TrendPoint]) -> Vec<Tick> {
    let step = points.len().div_ceil(DAYS_SHOWN);
    // counted from the newest, which is always named
    let shown = points.iter().enumerate().filter(|(at, _)| (points.len() - 1 - at).is_multiple_of(step));
    shown.map(|(at, point)| Tick { at: x(at, points.len()), label: Words::month_day(&point.now) }).collect()
}

fn line(points: &[TrendPoint], top: u32, class: &'static str, value: fn(&TrendPoint) -> u32, words: Words) -> Line {
    let dots: Vec<Dot> = points
        .iter()
        .enumerate()
        .map(|(at, point)| {
            let partial = if point.complete { "" } else { words.say("，检查不完整", ", incomplete") };
            Dot {
                x: x(at, points.len()),
                y: y(value(point), top),
                title: format!("{} {}{partial}", words.day(&point.now), value(point)),
            }
        })
        .collect();
    let places: Vec<String> = dots.iter().map(|dot| format!("{},{}", dot.x, dot.y)).collect();
    Line { class, points: places.join(" "), dots }
}

fn row(points: &[TrendPoint], host: &String, no: u32, names: &BTreeMap<String, String>, words: Words) -> Row {
    let cells = points.iter().enumerate().map(|(at, point)| {
        let verdict = point.verdicts.get(host).copied();
        Cell {
            x: x(at, points.len()) - 6,
            class: verdict.map_or("none", verdict_class),
            title: format!("{} {}", words.day(&point.now), verdict.map_or("–", |verdict| words.verdict(verdict))),
        }
    });
    let name = names.get(host).unwrap_or(host);
    Row { name: clipped(name, NAME_CHARS), at: BOTTOM + 28 + ROW * no, cells: cells.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::report::SiteVerdict;

    fn point(day: u32, veto: u32) -> TrendPoint {
        TrendPoint {
            run: format!("202611{day:02}-080000"),
            now: format!("2026-11-{day:02}T08:00:00+08:00"),
            complete: day != 3,
            veto,
            verdicts: BTreeMap::from([("a.cn".to_owned(), SiteVerdict::Qualified)]),
            ..TrendPoint::default()
        }
    }

    #[test]
    fn one_run_makes_no_curve_and_two_do() {
        let words = Words { lang: Lang::Zh };
        assert!(trend(&[point(1, 3)], &BTreeMap::new(), words).is_none());
        let view = trend(&[point(1, 3), point(2, 0)], &BTreeMap::new(), words).unwrap();
        let veto = &view.lines[0];
        // 3 of 4 at the left edge, 0 at the right one
        assert_eq!(veto.points, format!("{},{} {},{BOTTOM}", LEFT + 12, BOTTOM - 102, RIGHT - 12));
        assert_eq!(view.rows[0].name, "a.cn");
        assert_eq!(view.rows[0].cells.len(), 2);
    }

    #[test]
    fn a_long_history_names_some_days_and_always_the_newest() {
        let points: Vec<_> = (1..=24).map(|day| point(day, day)).collect();
        let view = trend(&points, &BTreeMap::new(), Words { lang: Lang::Zh }).unwrap();
        assert!(view.days.len() <= DAYS_SHOWN);
        assert_eq!(view.days.last().unwrap().label, "11-24");
        assert!(view.lines[0].dots[2].title.contains("检查不完整"));
    }
}
