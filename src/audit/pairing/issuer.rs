//! Who issued a text, as its title says: the region, the level, the bodies. A text of another province, of a ministry, of another
//! department is another text, however alike the names.

use std::sync::LazyLock;

use regex::Regex;

/// Provinces by the short name that stands at the beginning of the long one.
const PROVINCES: [&str; 32] = [
    "北京",
    "天津",
    "河北",
    "山西",
    "内蒙古",
    "辽宁",
    "吉林",
    "黑龙江",
    "上海",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "广西",
    "海南",
    "重庆",
    "四川",
    "贵州",
    "云南",
    "西藏",
    "陕西",
    "甘肃",
    "青海",
    "宁夏",
    "新疆",
    "兵团",
];
/// What may follow a province's short name and still be its name.
const TAILS: [&str; 6] = ["壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市"];
/// Bodies of the whole country.
const NATIONAL: [&str; 12] = [
    "国务院",
    "中共中央",
    "中央",
    "全国人大",
    "全国人民代表大会",
    "国家",
    "总局",
    "总署",
    "人民银行",
    "最高人民",
    "证监会",
    "中国气象局",
];

static LOCAL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(\p{Han}{2,6}?)(?:自治州|自治县|市|县|区|州|盟|旗)").expect("a constant pattern"));
/// Not a place, though the words look like one.
const NO_PLACE_BEFORE: [&str; 5] = ["全", "我", "本", "各", "城市"];
const NO_PLACE_AFTER: [&str; 22] = [
    "城", "园", "开发", "试点", "示范", "灾", "社", "自贸", "小", "地", "景", "保护", "功能", "片", "街", "校", "库", "山",
    "矿", "牧", "林", "新",
];
/// Ends of a body's name.
pub(super) const BODIES: [char; 14] = ['厅', '局', '委', '部', '办', '院', '会', '府', '室', '处', '司', '队', '署', '行'];

/// Where and by whom.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Issuer {
    /// Short name of the province, or the name of the city or county without its last character.
    pub(super) place: Option<String>,
    /// A body of the whole country, and no place.
    pub(super) national: bool,
    /// The bodies that are named in full; empty where the title names none or only some of them (等部门).
    bodies: Vec<String>,
}

impl Issuer {
    /// `before`: what stands before 关于; `name`: the text's own name.
    pub(super) fn of(before: &str, name: &str) -> Self {
        let place = leading_place(name).map(|(place, _)| place).or_else(|| place_in(before));
        let is_ministry =
            |body: &str| body.ends_with('部') && !body.ends_with("支部") || NATIONAL.iter().any(|word| body.contains(word));
        let all: Vec<&str> = before.split([' ', '、', '\u{3000}', '，']).map(str::trim).filter(|b| !b.is_empty()).collect();
        let national = place.is_none() && all.iter().any(|body| is_ministry(body));
        let is_whole = |body: &&str| body.chars().count() >= 3 && !body.contains('等') && !body.contains("部门");
        let bodies = if all.iter().all(is_whole) { all.iter().map(|b| without_place(b)).collect() } else { Vec::new() };
        Self { place, national, bodies }
    }

    /// The document cannot be the text that is named: another place, another level, another office.
    pub(super) fn excludes(&self, named: &Self) -> bool {
        let other_place = matches!((&self.place, &named.place), (Some(a), Some(b)) if a != b);
        let other_level = self.national && named.place.is_some() || named.national && self.place.is_some();
        let shares = |a: &String| named.bodies.iter().any(|b| is_short_for(a, b) || is_short_for(b, a));
        let other_body = !self.bodies.is_empty() && !named.bodies.is_empty() && !self.bodies.iter().any(shares);
        other_place || other_level || other_body
    }
}

/// The place at the beginning of a name, and the name without it.
pub(super) fn leading_place(name: &str) -> Option<(String, &str)> {
    for province in PROVINCES {
        if let Some(rest) = name.strip_prefix(province) {
            let rest = TAILS.iter().find_map(|tail| rest.strip_prefix(tail)).unwrap_or(rest);
            return Some(local(rest).unwrap_or_else(|| (province.to_owned(), rest)));
        }
    }
    local(name)
}

fn local(name: &str) -> Option<(String, &str)> {
    let found = LOCAL.captures(name)?;
    let (whole, short) = (found.get(0)?, found.get(1)?);
    let is_place = !NO_PLACE_BEFORE.iter().any(|word| whole.as_str().starts_with(word))
        && !NO_PLACE_AFTER.iter().any(|word| short.as_str().ends_with(word));
    is_place.then(|| (short.as_str().to_owned(), name.get(whole.end()..).unwrap_or_default()))
}

fn place_in(bodies: &str) -> Option<String> {
    let province = || PROVINCES.iter().find(|p| bodies.contains(**p)).map(|p| (*p).to_owned());
    leading_place(bodies).map(|(place, _)| place).or_else(province)
}

fn without_place(body: &str) -> String {
    leading_place(body).map_or(body, |(_, rest)| rest).to_owned()
}

/// 国家医保局 is short for 国家医疗保障局: its characters stand in the other in their order.
fn is_short_for(short: &str, long: &str) -> bool {
    let mut rest = long.chars();
    short.chars().all(|c| rest.any(|other| other == c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_known_by_short_and_long_names() {
        assert_eq!(leading_place("广西壮族自治区退役士兵安置办法"), Some(("广西".into(), "退役士兵安置办法")));
        assert_eq!(leading_place("湖南省长沙市人才公寓管理办法"), Some(("长沙".into(), "人才公寓管理办法")));
        assert_eq!(leading_place("平湖市人才公寓管理暂行办法"), Some(("平湖".into(), "人才公寓管理暂行办法")));
        assert_eq!(leading_place("城市公立医院综合改革试点"), None);
        assert_eq!(leading_place("全市安全生产规定"), None);
    }

    #[test]
    fn another_province_and_another_level_and_another_office_exclude_each_other() {
        let hunan = Issuer::of("湖南省财政厅", "就业补助资金管理办法");
        let guangxi = Issuer::of("", "广西壮族自治区就业补助资金管理办法");
        let ministry = Issuer::of("财政部 人力资源社会保障部", "就业补助资金管理办法");
        assert!(hunan.excludes(&guangxi) && ministry.excludes(&guangxi) && hunan.excludes(&ministry));
        assert!(!Issuer::of("", "就业补助资金管理办法").excludes(&guangxi), "a title without its issuer excludes nothing");
        assert!(!Issuer::of("自治区财政厅", "广西就业补助资金管理办法").excludes(&guangxi));
        assert!(hunan.excludes(&Issuer::of("湖南省教育厅", "")));
        assert!(!Issuer::of("国家医疗保障局办公室", "").excludes(&Issuer::of("国家医保局办公室 财政部办公厅", "")));
        assert!(!Issuer::of("八部门", "").excludes(&Issuer::of("工业和信息化部", "")));
    }
}
