//! Personal data in the clear: identity numbers (GB 11643: region, date, check digit), mobile numbers of private persons in lists,
//! bank cards. What leaves this file is masked already.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use super::text::plain;
use crate::model::signs::{Personal, PersonalKind};

/// Signs of one page or file that are kept.
const SIGNS_MAX: usize = 50;
/// Characters before a number in which its label stands.
const LABEL_CHARS: usize = 24;
/// Digits of the shortest number that is looked for, a mobile number's.
const DIGITS_MIN: usize = 11;
/// Mobile numbers beside names from which on a page is a list of persons.
const MOBILES_MIN: usize = 3;

static NUMBER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[0-9A-Za-z*＊×]+").expect("a constant pattern"));
/// A name of two to four characters right before a number, apart from it by little but a column or two.
static NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:^|[\s,，、;；:：|（(0-9.．])([赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻苏潘葛范彭郎鲁韦马苗方俞任袁柳史唐费薛雷",
        r"贺倪汤殷罗毕郝安常乐于傅康齐伍余顾孟黄穆萧尹姚邵汪祁毛狄米贝明戴宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路江童颜郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍虞万柯",
        r"莫房解丁邓洪左石崔吉龚程邢裴陆翁段焦谷车侯全班宁仇武符刘景龙叶黎白赖卓池谭申冉牛温庄柴阎向古易廖耿文欧曾关肖游简][\u{4e00}-\u{9fa5}]{1,2})[\s,，、;；:：|]*",
        r"(?:[男女][\s,，、]*)?(?:汉族?[\s,，、]*)?$"
    ))
    .expect("a constant pattern")
});

/// Labels of other numbers that look like an identity number.
const OTHER_NUMBERS: [&str; 22] = [
    "信用代码",
    "组织机构代码",
    "准考证",
    "证书编号",
    "许可证",
    "登记证",
    "流水号",
    "订单",
    "项目编号",
    "项目代码",
    "编号",
    "票据",
    "发票",
    "批号",
    "条码",
    "索引号",
    "账号",
    "帐号",
    "案号",
    "考号",
    "学籍号",
    "报名号",
];
/// Words of an office's, a company's or a contact's telephone.
const OFFICE_WORDS: [&str; 34] = [
    "联系",
    "咨询",
    "办公",
    "值班",
    "热线",
    "客服",
    "举报",
    "监督",
    "负责人",
    "招标",
    "采购",
    "代理",
    "经理",
    "传真",
    "邮箱",
    "投诉",
    "受理",
    "公司",
    "通讯员",
    "记者",
    "网格员",
    "包保",
    "责任人",
    "河长",
    "林长",
    "驻村",
    "干部",
    "民警",
    "医生",
    "服务",
    "法人",
    "地址",
    "报名",
    "维修",
];

/// The personal data of a text; `title` says what kind of page it is.
pub fn read(title: &str, text: &str, today: Date) -> Vec<Personal> {
    if !may_hold_number(text) {
        return Vec::new();
    }
    let text = plain(text);
    let mut found = Found { out: Vec::new(), mobiles: Vec::new() };
    let says_identity = ["身份证", "公民身份号码", "证件号"].iter().any(|word| text.contains(word));
    for line in text.lines().filter(|line| may_hold_number(line)) {
        for number in NUMBER.find_iter(line).filter(|number| may_hold_number(number.as_str())) {
            let before: String = line.get(..number.start()).unwrap_or("").chars().rev().take(LABEL_CHARS).collect();
            let before: String = before.chars().rev().collect();
            found.number(number.as_str(), &before, today);
            if found.out.len() >= SIGNS_MAX {
                break;
            }
        }
    }
    let identities = found.out.iter().filter(|sign| sign.kind == PersonalKind::IdentityNumber).count();
    for sign in &mut found.out {
        sign.is_sure |= sign.kind == PersonalKind::IdentityNumber && (says_identity || identities > 1);
    }
    if is_of_persons(title, &text) && found.mobiles.len() >= MOBILES_MIN {
        found.out.append(&mut found.mobiles);
    }
    found.out.truncate(SIGNS_MAX);
    found.out
}

/// Cheap look: as many digits in a row as the shortest number has, or digits of full width, whose rows are not counted here.
fn may_hold_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
    let digits_before = |at: usize| bytes.iter().take(at).rev().take_while(|byte| byte.is_ascii_digit()).count();
    // A row of that many digits holds one of every so many bytes.
    let every = (DIGITS_MIN - 1..bytes.len()).step_by(DIGITS_MIN);
    let is_row = |at: usize| bytes[at].is_ascii_digit() && digits_before(at) + digits(at) >= DIGITS_MIN;
    let holds_wide = || text.chars().any(|c| ('０'..='９').contains(&c));
    every.into_iter().any(is_row) || (bytes.contains(&0xef) && holds_wide())
}

/// The page is a list of private persons.
fn is_of_persons(title: &str, text: &str) -> bool {
    const LISTS: [&str; 16] = [
        "名单",
        "花名册",
        "公示",
        "学员",
        "录用",
        "录取",
        "补贴",
        "低保",
        "困难",
        "救助",
        "获奖",
        "申请人",
        "户主",
        "发放",
        "考生",
        "人员信息",
    ];
    let head: String = text.chars().take(200).collect();
    LISTS.iter().any(|word| title.contains(word) || head.contains(word))
}

struct Found {
    out: Vec<Personal>,
    mobiles: Vec<Personal>,
}

impl Found {
    fn number(&mut self, number: &str, before: &str, today: Date) {
        if number.contains(['*', '＊', '×']) {
            return;
        }
        let sign = |kind, head, is_sure| Personal {
            kind,
            masked: masked(number, head),
            context: shown(before, number, head),
            is_sure,
        };
        if is_identity(number, today) && !OTHER_NUMBERS.iter().any(|label| last_label(before).contains(label)) {
            let is_sure = before.contains("身份证") || before.contains("公民身份");
            self.out.push(sign(PersonalKind::IdentityNumber, 3, is_sure));
        } else if is_mobile(number) && !OFFICE_WORDS.iter().any(|word| before.contains(word)) && NAME.is_match(before) {
            self.mobiles.push(sign(PersonalKind::Mobile, 3, false));
        } else if is_card(number) {
            let label = ["银行卡", "卡号", "一卡通", "社保卡", "工资卡"].iter().any(|word| before.contains(word));
            let is_office = ["公司", "单位", "对公", "收款", "户名", "客服", "财政"].iter().any(|word| before.contains(word));
            if label && !is_office {
                self.out.push(sign(PersonalKind::BankCard, 4, NAME.is_match(before)));
            }
        }
    }
}

/// The words right before a number, back to the number before it.
fn last_label(before: &str) -> &str {
    before.rsplit(|c: char| c.is_ascii_digit() || matches!(c, ',' | '。' | ';')).next().unwrap_or(before)
}

/// Region of the mainland (GB/T 2260, first two digits), a day that was, ISO 7064 MOD 11-2.
fn is_identity(number: &str, today: Date) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: [u8; 11] = *b"10X98765432";
    let bytes = number.as_bytes();
    let (Some(body), Some(last), 18) = (bytes.get(..17), bytes.get(17), bytes.len()) else { return false };
    if !body.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let value = |from: usize, to: usize| number.get(from..to).and_then(|text| text.parse::<i16>().ok()).unwrap_or(0);
    let region = value(0, 2);
    let is_region = matches!(region, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83);
    let born = Date::new(value(6, 10), value(10, 12) as i8, value(12, 14) as i8);
    let is_day = born.is_ok_and(|born| born.year() >= 1900 && born <= today);
    let sum: u32 = body.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    is_region && is_day && CHECKS[(sum % 11) as usize] == last.to_ascii_uppercase()
}

fn is_mobile(number: &str) -> bool {
    let bytes = number.as_bytes();
    bytes.len() == 11 && bytes[0] == b'1' && (b'3'..=b'9').contains(&bytes[1]) && bytes.iter().all(u8::is_ascii_digit)
}

/// A card of the country's banks (62…), with its Luhn digit.
fn is_card(number: &str) -> bool {
    let bytes = number.as_bytes();
    if !(16..=19).contains(&bytes.len()) || !number.starts_with("62") || !bytes.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum: u32 = bytes
        .iter()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0') << (place % 2);
            if digit > 9 { digit - 9 } else { digit }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// The first `head` and the last four digits, stars between.
fn masked(number: &str, head: usize) -> String {
    let count = number.chars().count();
    number.chars().enumerate().map(|(at, c)| if at < head || at + 4 >= count { c } else { '*' }).collect()
}

/// The words before, names and numbers in them masked, and the masked number.
fn shown(before: &str, number: &str, head: usize) -> String {
    let mut words = String::new();
    if let Some(name) = NAME.captures(before).and_then(|found| found.get(1)) {
        words.push_str(before.get(..name.start()).unwrap_or(""));
        words.extend(name.as_str().chars().enumerate().map(|(at, c)| if at == 0 { c } else { '*' }));
        words.push_str(before.get(name.end()..).unwrap_or(""));
    } else {
        words.push_str(before);
    }
    let mut out = String::new();
    let mut at = 0;
    for found in NUMBER.find_iter(&words) {
        out.push_str(words.get(at..found.start()).unwrap_or(""));
        let text = found.as_str();
        if text.len() >= 7 {
            out.push_str(&masked(text, 3));
        } else {
            out.push_str(text);
        }
        at = found.end();
    }
    out.push_str(words.get(at..).unwrap_or(""));
    out.push_str(&masked(number, head));
    out.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = jiff::civil::date(2026, 11, 24);

    fn found(text: &str) -> Vec<(PersonalKind, String, bool)> {
        read("公示名单", text, TODAY).into_iter().map(|sign| (sign.kind, sign.masked, sign.is_sure)).collect()
    }

    /// A number of no person: region and day as given, its check digit reckoned.
    fn identity(first_17: &str) -> String {
        ('0'..='9').chain(['X']).map(|last| format!("{first_17}{last}")).find(|number| is_identity(number, TODAY)).unwrap()
    }

    #[test]
    fn identity_numbers_are_told_by_region_day_and_check_digit() {
        let number = identity("43010219900307123");
        let text = format!("序号 姓名 身份证号\n1 张三丰 {number}");
        let signs = read("补贴公示", &text, TODAY);
        assert_eq!((signs.len(), signs[0].is_sure, signs[0].kind), (1, true, PersonalKind::IdentityNumber));
        assert!(signs[0].masked.starts_with("430***********"));
        assert!(!signs[0].context.contains(&number) && !signs[0].context.contains("张三丰"), "{}", signs[0].context);
        let wrong_digit: String = number.chars().take(17).chain([if number.ends_with('1') { '2' } else { '1' }]).collect();
        for text in [
            wrong_digit.as_str(),
            "430***********1234",
            "4301021990****1234",
            "统一社会信用代码：91430100MA4L16JJ83",
            "99010219900307123X",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
        assert_eq!(found(&format!("统一社会信用代码：{number}")), []);
        assert_eq!(found(&format!("准考证号：{number}")), []);
        assert_eq!(found(&format!("编码A{number}")), []);
        assert_eq!(found(&format!("见附件 {number}")).len(), 1);
        assert!(!found(&format!("见附件 {number}"))[0].2, "one number without a label is only suspected");
    }

    #[test]
    fn mobile_numbers_count_in_lists_of_persons_only() {
        let list = "1 王小明 13812345678\n2 李芳 13912345679\n3 陈建国 15012345670\n";
        assert_eq!(found(list).len(), 3);
        assert_eq!(found(list)[0].1, "138****5678");
        assert!(read("联系我们", "办公地点在本市", TODAY).is_empty());
        assert!(found("联系人：王小明 13812345678\n联系人：李芳 13912345679\n联系人：陈建国 15012345670").is_empty());
        assert!(found("1 王小明 138****5678\n2 李芳 139****5679\n3 陈建国 150****5670").is_empty());
        assert!(found("王小明 13812345678").is_empty());
    }

    #[test]
    fn bank_cards_need_their_check_digit_and_a_label() {
        let card = (0..10).map(|last| format!("622202123456789012{last}")).find(|number| is_card(number)).unwrap();
        assert_eq!(found(&format!("王小明 银行卡号 {card}")).len(), 1);
        assert!(found(&format!("收款单位：某某公司 卡号 {card}")).is_empty());
        assert!(found(&format!("流水 {card}")).is_empty());
    }
}
