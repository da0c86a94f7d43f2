//! The provinces (GB/T 2260, first two digits) with the characters that registrations write for them. Several provinces have two.

/// Code of a province, and its characters.
const PROVINCES: [(&str, &str); 35] = [
    ("11", "京"),
    ("12", "津"),
    ("13", "冀"),
    ("14", "晋"),
    ("15", "蒙"),
    ("21", "辽"),
    ("22", "吉"),
    ("23", "黑"),
    ("31", "沪"),
    ("32", "苏"),
    ("33", "浙"),
    ("34", "皖"),
    ("35", "闽"),
    ("36", "赣"),
    ("37", "鲁"),
    ("41", "豫"),
    ("42", "鄂"),
    ("43", "湘"),
    ("44", "粤"),
    ("45", "桂"),
    ("46", "琼"),
    ("50", "渝"),
    ("51", "川蜀"),
    ("52", "贵黔"),
    ("53", "云滇"),
    ("54", "藏"),
    ("61", "陕秦"),
    ("62", "甘陇"),
    ("63", "青"),
    ("64", "宁"),
    ("65", "新"),
    // the corps (兵团) counts as one, and writes the region's character
    ("66", "新兵"),
    ("71", "台"),
    ("81", "港"),
    ("82", "澳"),
];

/// Whether a number begins with the code of a province.
pub(super) fn begins_with_one(digits: &str) -> bool {
    PROVINCES.iter().any(|(code, _)| digits.starts_with(code))
}

/// Whether a character stands for a province.
pub(super) fn is_one(character: char) -> bool {
    PROVINCES.iter().any(|(_, characters)| characters.contains(character))
}

/// Whether a number that begins with a province's code and a character speak of different provinces.
pub(super) fn are_apart(digits: &str, character: char) -> bool {
    begins_with_one(digits)
        && is_one(character)
        && !PROVINCES.iter().any(|(code, characters)| digits.starts_with(code) && characters.contains(character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_a_character_of_one_province_are_not_apart() {
        assert!(!are_apart("4301020200", '湘') && !are_apart("5101320017", '蜀') && !are_apart("5101320017", '川'));
        assert!(are_apart("4301020200", '粤'));
        assert!(!are_apart("9901020200", '湘') && !are_apart("4301020200", '号'), "no province at all is another matter");
        assert!(is_one('滇') && !is_one('国') && begins_with_one("6600000001") && !begins_with_one("0012345678"));
    }
}
