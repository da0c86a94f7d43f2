//! The parts of the file besides the body: styles, settings, page numbers, fonts with the names of those that stand in for
//! them. Fonts are named, never shipped. Every part depends on the arguments alone, so equal reports are equal bytes.

use std::io::{self, Cursor, Write};

use quick_xml::escape::escape;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::super::plain;
use super::super::words::Words;

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
     xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";

const CONTENT_TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
<Default Extension=\"xml\" ContentType=\"application/xml\"/>\
<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>\
<Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>\
<Override PartName=\"/word/settings.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml\"/>\
<Override PartName=\"/word/fontTable.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml\"/>\
<Override PartName=\"/word/footer1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>\
<Override PartName=\"/word/footer2.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>\
<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>\
<Override PartName=\"/docProps/app.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.extended-properties+xml\"/>\
</Types>";

const RELATIONS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/>\
<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>\
<Relationship Id=\"rId3\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties\" Target=\"docProps/app.xml\"/>\
</Relationships>";

const DOCUMENT_RELATIONS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/>\
<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/settings\" Target=\"settings.xml\"/>\
<Relationship Id=\"rId3\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/fontTable\" Target=\"fontTable.xml\"/>\
<Relationship Id=\"rId4\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer\" Target=\"footer1.xml\"/>\
<Relationship Id=\"rId5\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer\" Target=\"footer2.xml\"/>\
</Relationships>";

/// Relation of the page number of odd and of even pages.
pub(super) const FOOTER_ODD: &str = "rId4";
pub(super) const FOOTER_EVEN: &str = "rId5";

/// Odd and even pages differ (their numbers stand outside); Chinese line breaking; the layout of current Word.
const SETTINGS: &str = "<w:zoom w:percent=\"100\"/><w:bordersDoNotSurroundHeader/><w:bordersDoNotSurroundFooter/>\
<w:defaultTabStop w:val=\"420\"/><w:evenAndOddHeaders/><w:drawingGridVerticalSpacing w:val=\"156\"/>\
<w:characterSpacingControl w:val=\"compressPunctuation\"/>\
<w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/><w:ulTrailSpace/>\
<w:adjustLineHeightInTable/><w:useFELayout/>\
<w:compatSetting w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat>";

/// The fonts of official documents, and what stands in where they are not installed: (name, other name, family).
const FONTS: &[(&str, &str, &str)] = &[
    ("方正小标宋简体", "宋体", "script"),
    ("仿宋_GB2312", "仿宋", "modern"),
    ("楷体_GB2312", "楷体", "modern"),
    ("黑体", "SimHei", "modern"),
    ("宋体", "SimSun", "auto"),
    ("Times New Roman", "", "roman"),
];

/// A paragraph style: id, shown name, font for Chinese, size in half points, paragraph properties (in the schema's order).
struct Style {
    id: &'static str,
    name: &'static str,
    font: &'static str,
    half_points: u32,
    bold: bool,
    paragraph: &'static str,
}

const SONG: &str = "宋体";
const FANG: &str = "仿宋_GB2312";
const HEI: &str = "黑体";
const KAI: &str = "楷体_GB2312";
const TITLE: &str = "方正小标宋简体";

/// Line pitch 28.5 points: 22 lines on a page of 225 mm. Body 三号 (16 points), title 二号 (22 points). Set flush left: justified,
/// a line before a long address would be torn apart.
const STYLES: &[Style] = &[
    Style {
        id: "Title",
        name: "Title",
        font: TITLE,
        half_points: 44,
        bold: false,
        paragraph: "<w:keepNext/><w:spacing w:before=\"0\" w:after=\"570\" w:line=\"640\" w:lineRule=\"exact\"/>\
             <w:ind w:firstLineChars=\"0\" w:firstLine=\"0\"/><w:jc w:val=\"center\"/>",
    },
    Style {
        id: "Addressee",
        name: "主送",
        font: FANG,
        half_points: 32,
        bold: false,
        paragraph: "<w:ind w:firstLineChars=\"0\" w:firstLine=\"0\"/>",
    },
    Style {
        id: "Heading1",
        name: "heading 1",
        font: HEI,
        half_points: 32,
        bold: false,
        paragraph: "<w:keepNext/><w:outlineLvl w:val=\"0\"/>",
    },
    Style {
        id: "Heading2",
        name: "heading 2",
        font: KAI,
        half_points: 32,
        bold: false,
        paragraph: "<w:keepNext/><w:outlineLvl w:val=\"1\"/>",
    },
    Style {
        id: "Enclosure",
        name: "附件说明",
        font: FANG,
        half_points: 32,
        bold: false,
        paragraph: "<w:keepNext/><w:ind w:leftChars=\"500\" w:left=\"1600\" w:firstLineChars=\"0\" w:firstLine=\"0\"/><w:jc w:val=\"left\"/>",
    },
    Style {
        id: "Signature",
        name: "落款",
        font: FANG,
        half_points: 32,
        bold: false,
        paragraph: "<w:keepNext/><w:keepLines/><w:ind w:rightChars=\"200\" w:right=\"640\" w:firstLineChars=\"0\" w:firstLine=\"0\"/>\
             <w:jc w:val=\"right\"/>",
    },
    Style {
        id: "AnnexLabel",
        name: "附件序号",
        font: HEI,
        half_points: 32,
        bold: false,
        paragraph: "<w:keepNext/><w:ind w:firstLineChars=\"0\" w:firstLine=\"0\"/>",
    },
    Style {
        id: "AnnexTitle",
        name: "附件标题",
        font: TITLE,
        half_points: 36,
        bold: false,
        paragraph: "<w:keepNext/><w:spacing w:before=\"0\" w:after=\"120\" w:line=\"570\" w:lineRule=\"exact\"/>\
             <w:ind w:firstLineChars=\"0\" w:firstLine=\"0\"/><w:jc w:val=\"center\"/><w:outlineLvl w:val=\"0\"/>",
    },
    Style {
        id: "TableCaption",
        name: "表前说明",
        font: FANG,
        half_points: 24,
        bold: false,
        paragraph: "<w:keepNext/><w:snapToGrid w:val=\"0\"/><w:spacing w:before=\"120\" w:after=\"60\" w:line=\"360\" w:lineRule=\"exact\"/>\
             <w:ind w:firstLineChars=\"0\" w:firstLine=\"0\"/><w:jc w:val=\"left\"/>",
    },
    Style {
        id: "TableHead",
        name: "表头",
        font: HEI,
        half_points: 21,
        bold: false,
        paragraph: "<w:keepNext/><w:snapToGrid w:val=\"0\"/><w:spacing w:before=\"40\" w:after=\"40\" w:line=\"280\" w:lineRule=\"exact\"/>\
             <w:ind w:firstLineChars=\"0\" w:firstLine=\"0\"/><w:jc w:val=\"center\"/>",
    },
    Style {
        id: "FormLabel",
        name: "表格栏目",
        font: HEI,
        half_points: 21,
        bold: false,
        paragraph: "<w:wordWrap w:val=\"0\"/><w:snapToGrid w:val=\"0\"/><w:spacing w:before=\"40\" w:after=\"40\" w:line=\"280\" w:lineRule=\"exact\"/>\
             <w:ind w:firstLineChars=\"0\" w:firstLine=\"0\"/><w:jc w:val=\"center\"/>",
    },
    Style {
        id: "TableText",
        name: "表格正文",
        font: FANG,
        half_points: 21,
        bold: false,
        paragraph: "<w:wordWrap w:val=\"0\"/><w:snapToGrid w:val=\"0\"/><w:spacing w:before=\"40\" w:after=\"40\" w:line=\"280\" w:lineRule=\"exact\"/>\
             <w:ind w:firstLineChars=\"0\" w:firstLine=\"0\"/><w:jc w:val=\"left\"/>",
    },
    Style {
        id: "TableCentred",
        name: "表格居中",
        font: FANG,
        half_points: 21,
        bold: false,
        paragraph: "<w:wordWrap w:val=\"0\"/><w:snapToGrid w:val=\"0\"/><w:spacing w:before=\"40\" w:after=\"40\" w:line=\"280\" w:lineRule=\"exact\"/>\
             <w:ind w:firstLineChars=\"0\" w:firstLine=\"0\"/><w:jc w:val=\"center\"/>",
    },
    Style {
        id: "PageOdd",
        name: "页码（单页）",
        font: SONG,
        half_points: 28,
        bold: false,
        paragraph: "<w:spacing w:before=\"0\" w:after=\"0\" w:line=\"240\" w:lineRule=\"auto\"/>\
             <w:ind w:rightChars=\"100\" w:right=\"280\" w:firstLineChars=\"0\" w:firstLine=\"0\"/><w:jc w:val=\"right\"/>",
    },
    Style {
        id: "PageEven",
        name: "页码（双页）",
        font: SONG,
        half_points: 28,
        bold: false,
        paragraph: "<w:spacing w:before=\"0\" w:after=\"0\" w:line=\"240\" w:lineRule=\"auto\"/>\
             <w:ind w:leftChars=\"100\" w:left=\"280\" w:firstLineChars=\"0\" w:firstLine=\"0\"/><w:jc w:val=\"left\"/>",
    },
];

pub(super) type Package = ZipWriter<Cursor<Vec<u8>>>;

/// A package with every part but the body. `created` is an RFC 3339 time.
pub(super) fn begin(title: &str, author: &str, created: &str, words: Words) -> io::Result<Package> {
    let mut package = ZipWriter::new(Cursor::new(Vec::new()));
    part(&mut package, "[Content_Types].xml", CONTENT_TYPES)?;
    part(&mut package, "_rels/.rels", RELATIONS)?;
    part(&mut package, "docProps/core.xml", &core(title, author, created, words))?;
    part(&mut package, "docProps/app.xml", &app())?;
    part(&mut package, "word/_rels/document.xml.rels", DOCUMENT_RELATIONS)?;
    part(&mut package, "word/styles.xml", &styles(words))?;
    part(&mut package, "word/settings.xml", &format!("<w:settings {MAIN}>{SETTINGS}</w:settings>"))?;
    part(&mut package, "word/fontTable.xml", &fonts())?;
    part(&mut package, "word/footer1.xml", &footer("PageOdd"))?;
    part(&mut package, "word/footer2.xml", &footer("PageEven"))?;
    Ok(package)
}

/// Writes the body piece by piece into the compressed part.
pub(super) fn document(package: &mut Package, body: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    package.start_file("word/document.xml", options())?;
    let mut out = io::BufWriter::new(package);
    write!(out, "{DECLARATION}<w:document {MAIN}><w:body>")?;
    body(&mut out)?;
    out.write_all(b"</w:body></w:document>")?;
    out.flush()
}

/// Deflated, without a time of day.
fn options() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).last_modified_time(zip::DateTime::default())
}

fn part(package: &mut Package, path: &str, content: &str) -> io::Result<()> {
    package.start_file(path, options())?;
    package.write_all(DECLARATION.as_bytes())?;
    package.write_all(content.as_bytes())
}

/// Page text as the content of an element: clean, escaped.
pub(super) fn text(text: &str) -> String {
    escape(plain::clean(text)).into_owned()
}

fn core(title: &str, author: &str, created: &str, words: Words) -> String {
    let created = created
        .parse::<jiff::Timestamp>()
        .map_or_else(|_| "2000-01-01T00:00:00Z".to_owned(), |at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    format!(
        "<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{}</dc:title><dc:creator>{}</dc:creator>\
         <dcterms:created xsi:type=\"dcterms:W3CDTF\">{created}</dcterms:created>\
         <dcterms:modified xsi:type=\"dcterms:W3CDTF\">{created}</dcterms:modified><dc:language>{}</dc:language></cp:coreProperties>",
        text(title),
        text(author),
        words.tag(),
    )
}

fn app() -> String {
    "<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\">\
     <Application>xuncha</Application></Properties>"
        .to_owned()
}

fn fonts() -> String {
    let fonts: Vec<String> = FONTS
        .iter()
        .map(|(name, other, family)| {
            let other = if other.is_empty() { String::new() } else { format!("<w:altName w:val=\"{other}\"/>") };
            format!("<w:font w:name=\"{name}\">{other}<w:family w:val=\"{family}\"/></w:font>")
        })
        .collect();
    format!("<w:fonts {MAIN}>{}</w:fonts>", fonts.concat())
}

fn run_properties(font: &str, half_points: u32, bold: bool) -> String {
    let bold = if bold { "<w:b/>" } else { "" };
    format!(
        "<w:rPr><w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" w:eastAsia=\"{font}\" w:cs=\"Times New Roman\"/>{bold}\
         <w:sz w:val=\"{half_points}\"/><w:szCs w:val=\"{half_points}\"/></w:rPr>"
    )
}

fn styles(words: Words) -> String {
    let mut out = format!(
        "<w:styles {MAIN}><w:docDefaults><w:rPrDefault><w:rPr>\
         <w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" w:eastAsia=\"{FANG}\" w:cs=\"Times New Roman\"/>\
         <w:sz w:val=\"32\"/><w:szCs w:val=\"32\"/><w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\" w:bidi=\"ar-SA\"/></w:rPr></w:rPrDefault>\
         <w:pPrDefault/></w:docDefaults>\
         <w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/><w:qFormat/>\
         <w:pPr><w:widowControl w:val=\"0\"/><w:spacing w:before=\"0\" w:after=\"0\" w:line=\"570\" w:lineRule=\"exact\"/>\
         <w:ind w:firstLineChars=\"200\" w:firstLine=\"640\"/><w:jc w:val=\"left\"/></w:pPr>{}</w:style>\
         <w:style w:type=\"character\" w:styleId=\"Lead\"><w:name w:val=\"{}\"/><w:qFormat/><w:rPr><w:b/><w:bCs/></w:rPr></w:style>",
        run_properties(FANG, 32, false),
        words.say("段首", "Lead"),
    );
    for style in STYLES {
        let english = words.lang == crate::model::rule::Lang::En;
        // Headings in Latin letters have no fonts of their own to tell them from the text.
        let bold =
            style.bold || (english && matches!(style.id, "Title" | "Heading1" | "Heading2" | "AnnexTitle" | "TableHead"));
        let name = if english && !style.name.is_ascii() { style.id } else { style.name };
        out.push_str(&format!(
            "<w:style w:type=\"paragraph\" w:styleId=\"{}\"><w:name w:val=\"{name}\"/><w:basedOn w:val=\"Normal\"/>{}<w:qFormat/>\
             <w:pPr>{}</w:pPr>{}</w:style>",
            style.id,
            if style.id.starts_with("Heading") || style.id == "Title" { "<w:next w:val=\"Normal\"/>" } else { "" },
            style.paragraph,
            run_properties(style.font, style.half_points, bold),
        ));
    }
    out.push_str("</w:styles>");
    out
}

/// `— 1 —`, as GB/T 9704 has it.
fn footer(style: &str) -> String {
    format!(
        "<w:ftr {MAIN}><w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr><w:r><w:t xml:space=\"preserve\">— </w:t></w:r>\
         <w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r>\
         <w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>\
         <w:r><w:t xml:space=\"preserve\"> —</w:t></w:r></w:p></w:ftr>"
    )
}
