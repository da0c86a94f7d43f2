//! What reading costs: full facts of every page below a folder (`cargo bench --bench read -- DIR`), or of Chinese list pages
//! of some 100 KB in GB18030 that are made here. Prints microseconds of one thread per page, the best of several rounds.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::path::{Path, PathBuf};
use std::time::Instant;

use xuncha::read::{PageInput, read_page};
use xuncha::url::PageUrl;

const ROUNDS: usize = 5;
const PAGES_MADE: usize = 40;

struct Page {
    url: PageUrl,
    bytes: Vec<u8>,
}

fn main() {
    // who lists the tests of all targets finds none here
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    let folder = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let pages = match &folder {
        Some(folder) => pages_below(Path::new(folder)),
        None => (0..PAGES_MADE).map(list_page).collect(),
    };
    assert!(!pages.is_empty(), "no .html file there");
    let bytes: usize = pages.iter().map(|page| page.bytes.len()).sum();
    let (mut best, mut links, mut rows) = (f64::MAX, 0, 0);
    for _ in 0..ROUNDS {
        let began = Instant::now();
        (links, rows) = (0, 0);
        for page in &pages {
            let read = read_page(&PageInput {
                url: &page.url,
                bytes: &page.bytes,
                header_charset: None,
                today: jiff::civil::date(2026, 11, 24),
                home: None,
                selectors: None,
                asked: None,
                typos: None,
                signs: None,
            });
            links += read.links.len();
            rows += read.facts.list.map_or(0, |list| list.rows.len());
        }
        best = best.min(began.elapsed().as_secs_f64());
    }
    println!(
        "{} pages of {} KB: {:.0} us a page, {:.0} MB/s, {} links, {} rows",
        pages.len(),
        bytes / pages.len() / 1000,
        best * 1e6 / pages.len() as f64,
        bytes as f64 / best / 1e6,
        links,
        rows
    );
}

fn pages_below(folder: &Path) -> Vec<Page> {
    let mut waiting = vec![folder.to_owned()];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(at) = waiting.pop() {
        for entry in std::fs::read_dir(&at).expect("a readable folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|ending| ending == "html" || ending == "htm") {
                files.push(path);
            }
        }
    }
    files.sort();
    let page = |path: &PathBuf| {
        let inside = path.strip_prefix(folder).expect("found below it").to_string_lossy().replace('\\', "/");
        Some(Page { url: PageUrl::parse(&format!("http://127.0.0.1:8899/{inside}")).ok()?, bytes: std::fs::read(path).ok()? })
    };
    files.iter().filter_map(page).collect()
}

/// A list page as large news columns have them: navigation, 110 rows with picture, summary and date, boxes at the side.
fn list_page(number: usize) -> Page {
    const WORDS: [&str; 12] = [
        "全省",
        "工业和信息化",
        "工作会议",
        "关于印发",
        "管理办法",
        "的通知",
        "专精特新",
        "中小企业",
        "数字化转型",
        "名单公示",
        "重点项目",
        "调度推进",
    ];
    let text = |seed: usize, words: usize| -> String {
        (0..words).map(|at| WORDS.get((seed * 7 + at * 5 + number) % WORDS.len()).copied().unwrap_or("")).collect()
    };
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"gb18030\">\n<title>{}_新闻中心</title>\n\
         <meta name=\"description\" content=\"{}\">\n<link rel=\"stylesheet\" href=\"/static/css/base.css?v=20240611\">\n\
         <script>var _hmt = _hmt || [];(function(){{if(1<2){{}}}})();</script>\n</head>\n<body>\n\
         <div id=\"top\" class=\"header\"><ul class=\"nav clearfix\">\n",
        text(1, 3),
        text(2, 18)
    );
    for column in 0..30 {
        html += &format!("<li class=\"nav-item\"><a href=\"/channel/{column:02}/index.html\">{}</a></li>\n", text(column, 1));
    }
    html += "</ul></div>\n<div class=\"main\"><ul class=\"news_list\" id=\"list\">\n";
    for row in 0..110 {
        let (n, day, title) = (number * 1000 + row, 28 - row / 4, text(row, 7));
        let summary = text(row + 3, 22);
        html += &format!(
            "<li class=\"item\" data-id=\"{n}\">\n  <div class=\"pic\"><a href=\"../../c/2026-06/{day:02}/content_{n}.shtml\" \
             target=\"_blank\"><img src=\"/upload/2026/06/{n:07}_s.jpg\" alt=\"{title}\" width=\"160\" height=\"107\"></a></div>\n\
             <h3><a href=\"../../c/2026-06/{day:02}/content_{n}.shtml\" target=\"_blank\" title=\"{title}\">{title}</a></h3>\n\
             <p class=\"sum\">{summary}。&nbsp;<a href=\"/c/{n}.html?from=list&amp;p={row}\">[详细]</a></p>\n\
             <span class=\"time\">2026-06-{day:02} 09:30</span><span class=\"src\">来源：办公室</span>\n</li>\n"
        );
    }
    html += "</ul>\n<div class=\"page\">";
    for page in 1..=20 {
        html += &format!("<a href=\"index_{page}.html\">{page}</a> ");
    }
    html += "</div></div>\n<div class=\"side\">";
    for block in 0..4 {
        html += &format!("<dl class=\"box\"><dt id=\"box{block}\">{}</dt>", text(block, 2));
        for row in 0..10 {
            html += &format!("<dd><em>{row}</em><a href=\"/hot/{block}{row}.shtml\">{}</a></dd>", text(row + block, 5));
        }
        html += "</dl>\n";
    }
    html += "</div>\n<div class=\"footer\"><p>主办：某省工业和信息化厅 湘ICP备05000618号</p></div>\n</body>\n</html>\n";
    let url = PageUrl::parse(&format!("http://gxt.example.gov.cn/xwzx/gzdt/index_{number}.html")).expect("a constant address");
    Page { url, bytes: encoding_rs::GB18030.encode(&html).0.into_owned() }
}
