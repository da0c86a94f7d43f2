//! Words of the demo: titles and bodies composed from phrase lists, so that thousands of articles differ. Names of places and firms are invented.

use jiff::civil::Date;

use super::dice::Dice;
use super::phrases::{
    ANSWERS, CITIES, FIELDS, FIGURES, FIRMS, HELP, LEADERS, MEETINGS, NEWS, NOTICES, OFFICES, PAPERS, titles,
};

/// What a column writes about; decides titles and bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Theme {
    Leader,
    Work,
    Local,
    Hot,
    Firm,
    Video,
    Notice,
    Public,
    Law,
    Relayed,
    Letter,
    Staff,
    Plan,
    Budget,
    Fund,
    Proposal,
    Question,
    Survey,
    Interview,
    Guide,
    Topic,
    Party,
    Industry,
    Figures,
    Safety,
    Rules,
    Small,
    Energy,
}

fn sentences(theme: Theme) -> &'static [&'static str] {
    match theme {
        Theme::Notice | Theme::Public | Theme::Staff | Theme::Survey | Theme::Fund | Theme::Budget => NOTICES,
        Theme::Law | Theme::Relayed | Theme::Plan | Theme::Rules => PAPERS,
        Theme::Letter | Theme::Proposal | Theme::Question | Theme::Interview => ANSWERS,
        Theme::Figures => FIGURES,
        Theme::Guide => HELP,
        _ => NEWS,
    }
}

/// Fills the `{placeholders}` of a phrase.
fn fill(phrase: &str, dice: &mut Dice, day: Date) -> String {
    let mut out = String::with_capacity(phrase.len() * 2);
    let mut rest = phrase;
    while let Some((head, tail)) = rest.split_once('{') {
        out.push_str(head);
        let (name, tail) = tail.split_once('}').unwrap_or((tail, ""));
        match name {
            "city" => out.push_str(dice.pick(CITIES)),
            "field" => out.push_str(dice.pick(FIELDS)),
            "firm" => out.push_str(dice.pick(FIRMS)),
            "leader" => out.push_str(dice.pick(LEADERS)),
            "meeting" => out.push_str(dice.pick(MEETINGS)),
            "office" => out.push_str(dice.pick(OFFICES)),
            "year" => out.push_str(&day.year().to_string()),
            "month" => out.push_str(&day.month().to_string()),
            "day" => out.push_str(&day.last_of_month().day().to_string()),
            "m" => out.push_str(&day.month().max(2).to_string()),
            "n" => out.push_str(&(11 + dice.below(80)).to_string()),
            _ => out.push_str(&(2 + dice.below(8)).to_string()),
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

pub(super) fn title(theme: Theme, dice: &mut Dice, day: Date) -> String {
    let phrase = dice.pick(titles(theme));
    fill(phrase, dice, day)
}

/// Paragraphs of an article.
pub(super) fn body(theme: Theme, title: &str, dice: &mut Dice, day: Date) -> Vec<String> {
    let pool = sentences(theme);
    let opening = match pool.first() {
        Some(first) if *first == NEWS[0] => format!("本网讯 {}月{}日，{title}有关情况通报如下。", day.month(), day.day()),
        Some(first) if *first == NOTICES[0] => {
            format!("各市州工业和信息化局，各有关单位：为做好“{title}”有关工作，现将具体事项说明如下。")
        }
        Some(first) if *first == ANSWERS[0] => {
            format!("就“{title}”一事，{}年{}月收到来件后即转有关处室办理。", day.year(), day.month())
        }
        _ => format!("{title}的主要内容如下，供社会各界查阅。"),
    };
    let start = dice.below(pool.len());
    // A guide has every element, whatever the dice say.
    let count = if theme == Theme::Guide { pool.len() } else { 3 + dice.below(3) };
    let mut out = vec![opening];
    out.extend((0..count).map(|step| fill(pool[(start + step) % pool.len()], dice, day)));
    if theme == Theme::Survey {
        out.push(fill("征集结果：共收到意见{k}条，采纳情况已逐条回复提出意见的单位和个人。", dice, day));
    }
    out
}

/// The articles of an official document.
pub(super) fn document_body(dice: &mut Dice, day: Date) -> Vec<String> {
    PAPERS.iter().map(|phrase| fill(phrase, dice, day)).collect()
}

/// The paragraphs of an interpretation, by the elements that one must have.
pub(super) fn interpretation_body(document: &str, dice: &mut Dice, day: Date) -> Vec<String> {
    let parts = [
        "一、背景依据。近年来{field}领域发展较快，原有制度难以适应新的形势，有必要予以完善。",
        "二、目标任务。力争用{k}年左右的时间，形成一批带动力强的骨干企业。",
        "三、主要内容。文件共七条，明确了适用范围、职责分工、申报程序和监督管理等要求。",
        "四、适用范围。适用于在本省行政区域内登记注册的企业和有关服务机构。",
        "五、注意事项。企业可通过所在地工业和信息化局提出申请，全程不收取费用。",
    ];
    let mut out = vec![format!("为便于社会各界理解和执行《{document}》，现就有关内容解读如下。")];
    out.extend(parts.iter().map(|phrase| fill(phrase, dice, day)));
    out
}

/// Name of a ministry's document that is not on the portal.
pub(super) fn relayed_subject(dice: &mut Dice) -> String {
    let kind = dice.pick(&["高质量发展行动计划", "标准体系建设指南", "创新发展指导意见", "行业规范条件", "人才发展规划"]);
    format!("{}{kind}", dice.pick(FIELDS))
}

pub(super) fn source(theme: Theme, dice: &mut Dice) -> &'static str {
    match theme {
        Theme::Local => "市州工业和信息化局",
        Theme::Hot | Theme::Topic | Theme::Video => dice.pick(&["省日报", "省广播电视台", "厅新闻中心"]),
        Theme::Firm => "企业供稿",
        Theme::Law | Theme::Relayed => dice.pick(&["中国政府网", "工业和信息化部"]),
        Theme::Small => "省中小企业公共服务中心",
        Theme::Energy => "省节能监察总队",
        _ => dice.pick(&["省工业和信息化厅", "厅办公室", "厅新闻中心"]),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn no_placeholder_stays_in_a_text() {
        use Theme as T;
        let day = date(2026, 5, 6);
        for theme in [
            T::Leader,
            T::Work,
            T::Local,
            T::Hot,
            T::Firm,
            T::Video,
            T::Notice,
            T::Public,
            T::Law,
            T::Relayed,
            T::Letter,
            T::Staff,
            T::Plan,
            T::Budget,
            T::Fund,
            T::Proposal,
            T::Question,
            T::Survey,
            T::Interview,
            T::Guide,
            T::Topic,
            T::Party,
            T::Industry,
            T::Figures,
            T::Safety,
            T::Rules,
            T::Small,
            T::Energy,
        ] {
            for round in 0..20 {
                let mut dice = Dice::for_item(3, theme as u64, round);
                let title = title(theme, &mut dice, day);
                let text = body(theme, &title, &mut dice, day).concat();
                assert!(!title.contains(['{', '}']) && !text.contains(['{', '}']), "{title} {text}");
            }
        }
    }
}
