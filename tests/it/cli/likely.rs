//! Likely wrong words: told where the user asks for them, and pages that have not changed are read anew then.

use tokio::runtime::Runtime;

use super::super::raw::HOST;
use super::super::served::{Header, Reply, Served, page};
use super::Desk;
use xuncha::model::finding::Certainty;

#[test]
fn likely_wrong_words_are_suspected_where_the_user_asks_for_them_and_unchanged_pages_are_read_anew() {
    let (desk, runtime) = (Desk::new(), Runtime::new().unwrap());
    let home = "<!DOCTYPE html><html><head><meta charset=utf-8><title>某局</title></head><body><h1>某局</h1>\
                <p><a href=\"/a.html\">全省工业稳增长工作会议召开</a></p></body></html>";
    let article = "<!DOCTYPE html><html><head><meta charset=utf-8><title>全省工业稳增长工作会议召开-某局</title></head><body>\
                   <h1>全省工业稳增长工作会议召开</h1><p>发布时间：2026-11-20</p><div class=\"TRS_Editor\"><p>会议强调，各级各部门要\
                   因地制益发展特色产业，加强基础设施建设，进一步完善社会保障体系，确保各项任务落到实处。出席会议的有陈漓高、\
                   王同祥、靳承序等同志。</p></div></body></html>";
    let unchanged = |reply: Reply| {
        let tag = Some(Header { name: "ETag".to_owned(), value: "\"1\"".to_owned() });
        Reply { header: tag, ..reply }
    };
    let served = runtime.block_on(Served::replies(vec![page(HOST, "/", home), unchanged(page(HOST, "/a.html", article))]));
    let told = |more: &str| -> Vec<(Certainty, String)> {
        desk.configure(served.address, more);
        let said = desk.audit("--fail-on never");
        assert_eq!(said.status, 0, "{said:#?}");
        let found = desk.report().findings.into_iter().filter(|finding| finding.rule == "content.typo");
        found.map(|finding| (finding.verdict, finding.message)).collect()
    };
    assert_eq!(told(""), []);
    let found = told("\n[content]\nlikely_typos = true\n");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, Certainty::Suspected);
    assert!(found[0].1.contains("“因地制益”应为“因地制宜”"), "{}", found[0].1);
    assert_eq!(told(""), [], "and no more where it is switched off again");
}
