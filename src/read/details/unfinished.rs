//! Content that is still to come: «栏目建设中», pages called «测试», blind text.

use std::sync::LazyLock;

use regex::Regex;

use super::DetailInput;
use crate::model::facts::PageKind;

/// Characters of body text beyond which a phrase says nothing of the page.
const CHARS_MAX: u32 = 200;
/// Words of which every phrase has one.
const WORDS: [&str; 8] = ["建设", "完善", "整理", "制作", "筹建", "此处", "在此", "待"];
/// Characters of a line that is the phrase and little else.
const LINE_CHARS_MAX: usize = 36;

pub(super) fn read(input: &DetailInput<'_>) -> Option<String> {
    static TITLE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^(?:测试|test|ceshi)(?:文章|标题|内容|页面?|信息|栏目|数据|新闻|公告)?[-_ ]?\d{0,4}$")
            .expect("a constant pattern")
    });
    static PHRASE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"^[^\p{Han}]*(?:对不起|抱歉|您好)?[,，]?(?:本|该|此)?(?:栏目|页面|内容|网页|专栏|版块|板块|频道|功能)?(?:内容)?(?:正在|尚在|还在)?(?:建设|完善|整理|筹建|制作)(?:之)?中(?:[,，。!！.…~ ]*(?:敬请期待|敬请关注|请稍候|请稍后再来))?[^\p{Han}]*$|^[^\p{Han}]*(?:此处|在此|这里)(?:填写|输入|插入|放置)[^\n]{0,12}$|^[^\p{Han}]*内容待(?:补充|完善|更新)[^\p{Han}]*$",
        )
        .expect("a constant pattern")
    });
    let title = input.title.trim();
    if matches!(input.kind, PageKind::Article | PageKind::Column | PageKind::Other) && TITLE.is_match(title) {
        return Some(title.to_owned());
    }
    if input.kind == PageKind::Home || input.body_chars > CHARS_MAX {
        return None;
    }
    if !WORDS.iter().any(|word| input.body.contains(word)) {
        return None;
    }
    let line =
        input.body.lines().map(str::trim).find(|line| line.chars().count() <= LINE_CHARS_MAX && PHRASE.is_match(line))?;
    Some(line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::place::Places;
    use crate::read::tape::Tape;

    fn of(title: &str, body: &str) -> Option<String> {
        let tape = Tape::read("");
        let places = Places::read(&tape);
        let body_chars = body.chars().count() as u32;
        read(&DetailInput { tape: &tape, places: &places, title, body, body_chars, kind: PageKind::Other, is_page: true })
    }

    #[test]
    fn pages_that_say_so_are_unfinished() {
        for body in ["当前位置：首页\n栏目正在建设中，敬请期待！", "内容建设中……", "此处填写栏目说明", "内容待补充。"]
        {
            assert!(of("办事大厅", body).is_some(), "{body}");
        }
        assert_eq!(of("测试文章1", "").as_deref(), Some("测试文章1"));
        assert_eq!(of("test", "").as_deref(), Some("test"));
    }

    #[test]
    fn what_is_being_built_elsewhere_is_not_the_page() {
        for (title, body) in [
            ("产业园项目正在建设中", "产业园二期项目正在建设中，预计明年投产。"),
            ("软件测试能力提升行动", "软件测试"),
            ("信用体系建设", "暂无信息"),
            ("x", "社会信用体系建设中存在的问题"),
        ] {
            assert_eq!(of(title, body), None, "{body}");
        }
    }
}
