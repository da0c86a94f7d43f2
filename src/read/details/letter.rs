//! Letters that are published: when they were asked, when answered, what the page says of their state.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use crate::model::details::LetterFacts;
use crate::read::text::plain;

const DATE: &str = r"\s*[::]?\s*\[?((?:19|20)\d{2})\s*[-年./]\s*(\d{1,2})\s*[-月./]\s*(\d{1,2})";

static ASKED: LazyLock<Regex> = LazyLock::new(|| pattern("(?:来信|留言|提问|咨询|写信|来件|提交|信件|反映|发信)(?:时间|日期)"));
static ANSWERED: LazyLock<Regex> = LazyLock::new(|| pattern("(?:答复|回复|办结|回信|反馈|处理)(?:时间|日期)"));
static STATUS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?:办理|处理|当前|信件|答复|回复)?(?:状态|情况)\s*[::]?\s*(已答复|已回复|已办结|已处理|未答复|未回复|未办结|未处理|待答复|待回复|办理中|处理中|受理中|正在办理|已受理|待受理)",
    )
    .expect("a constant pattern")
});

/// The text of an answer behind its label; what only says that there is none yet is too short, or says so.
static ANSWER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:答复|回复)(?:内容|意见|情况|结果)\s*[::]?\s*(?:您好|你好|[^\s:暂未无正待尚][^\n暂未无待]{2}[^\n]{9,})")
        .expect("a constant pattern")
});

fn pattern(label: &str) -> Regex {
    Regex::new(&format!("{label}{DATE}")).expect("a constant pattern")
}

pub(super) fn read(body: &str) -> Option<LetterFacts> {
    const WORDS: [&str; 9] = ["来信", "留言", "提问", "咨询", "写信", "来件", "信件", "反映", "发信"];
    if !WORDS.iter().any(|word| body.contains(word)) {
        return None;
    }
    let text = plain(body);
    let asked = date(&ASKED, &text)?;
    let status = STATUS.captures(&text).and_then(|found| found.get(1)).map(|found| found.as_str().to_owned());
    let answered = date(&ANSWERED, &text).filter(|answered| *answered >= asked);
    Some(LetterFacts { has_answer: ANSWER.is_match(&text), asked, answered, status })
}

fn date(pattern: &Regex, text: &str) -> Option<Date> {
    let found = pattern.captures(text)?;
    Date::new(found[1].parse().ok()?, found[2].parse().ok()?, found[3].parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn dates_and_state_are_read_from_labels_and_cells() {
        let letter = read("来信时间:2026-01-05 10:12\n答复时间:2026年2月3日\n办理状态:已答复").unwrap();
        assert_eq!((letter.asked, letter.answered), (date(2026, 1, 5), Some(date(2026, 2, 3))));
        let letter = read("留言日期 2026/7/1 办理状态 办理中").unwrap();
        assert_eq!((letter.answered, letter.status.as_deref()), (None, Some("办理中")));
    }

    #[test]
    fn an_answer_without_a_day_is_an_answer_and_words_of_none_are_none() {
        let has = |rest: &str| read(&format!("来信时间:2026-01-05\n办理状态:办理中\n{rest}")).unwrap().has_answer;
        assert!(has("答复内容:您好,来信收悉。"));
        assert!(has("回复内容\n经核实,该项目已于三月完成备案,请知悉。"));
        assert!(!has("答复内容:暂无") && !has("答复内容:正在办理,请耐心等待有关单位的答复") && !has("答复单位:某某处"));
    }

    #[test]
    fn a_page_without_the_date_of_asking_is_no_letter() {
        assert_eq!(read("欢迎来信。答复时间:2026-02-03"), None);
        assert_eq!(read("发布时间:2026-02-03"), None);
    }
}
