//! What the search for likely wrong words says of texts: every suspicion on a line of its own, then how many sentences there were.
//!
//! `cargo bench --profile dev --bench likely -- FILE…`: UTF-8, one sentence a line; an empty line ends a text.
//! A line of two columns (tab: as written, as it should be) is a text of its own: right, wrong and missed are counted.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use xuncha::read::typos::Typos;

/// A sentence without a known error.
fn plain(typos: &Typos, text: &str) -> usize {
    let found: Vec<_> = typos.read(text).into_iter().filter(|typo| typo.by_dictionary).collect();
    for typo in &found {
        println!("{}→{}\t{}", typo.wrong, typo.right, typo.context);
    }
    found.len()
}

/// Errors of the pair, errors that were found, and what was said of places that are none or with another mend.
fn paired(typos: &Typos, written: &str, right: &str) -> (usize, usize, usize) {
    let errors = written.chars().zip(right.chars()).filter(|(a, b)| a != b).count();
    let (mut hit, mut miss) = (0, 0);
    for typo in typos.read(written) {
        let is_right = written.contains(&typo.wrong) && right.contains(&typo.right) && !right.contains(&typo.wrong);
        if is_right {
            hit += 1;
        } else {
            println!("{}→{}\t{written}", typo.wrong, typo.right);
            miss += 1;
        }
    }
    (errors, hit, miss)
}

fn main() {
    // a test runner asks what tests there are: none
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    let typos = Typos::with(&[]).expect("no words of the user's").and_likely();
    let is_file = |argument: &String| !argument.starts_with("--");
    for file in std::env::args().skip(1).filter(is_file) {
        let all = std::fs::read_to_string(&file).expect("a file to read");
        let (mut sentences, mut alarms) = (0, 0);
        let mut pairs = (0, 0, 0);
        for text in all.split("\n\n") {
            if text.contains('\t') {
                for (written, right) in text.lines().filter_map(|line| line.split_once('\t')) {
                    let (errors, hit, miss) = paired(&typos, written, right);
                    pairs = (pairs.0 + errors, pairs.1 + hit, pairs.2 + miss);
                }
            } else {
                sentences += text.lines().count();
                alarms += plain(&typos, text);
            }
        }
        println!(
            "{file}: {sentences} sentences, {alarms} said; of {} errors {} found, {} said wrongly",
            pairs.0, pairs.1, pairs.2
        );
    }
}
