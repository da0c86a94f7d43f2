//! Attachments of the kinds that are read only where the user asks for it.

use std::fmt::Write as _;

use tokio::runtime::Runtime;

use super::super::raw::HOST;
use super::super::served::{Reply, Served, page};
use super::Desk;

/// A pdf of one line, in a font that every reader has.
fn pdf(line: &str) -> Vec<u8> {
    let content = format!("BT /F1 12 Tf 72 700 Td ({line}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut out = String::from("%PDF-1.4\n");
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (nth, object) in (1..).zip(&objects) {
        writeln!(table, "{:010} 00000 n ", out.len()).unwrap();
        writeln!(out, "{nth} 0 obj\n{object}\nendobj").unwrap();
    }
    let start = out.len();
    writeln!(out, "{table}trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF", objects.len() + 1).unwrap();
    out.into_bytes()
}

/// A number of no person, its check digit reckoned (GB 11643).
fn identity(digits: &str) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits.chars().zip(WEIGHTS).map(|(digit, weight)| digit.to_digit(10).unwrap() * weight).sum();
    format!("{digits}{}", "10X98765432".chars().nth(sum as usize % 11).unwrap())
}

#[test]
fn pdf_attachments_are_read_for_personal_data_where_the_user_asks_for_it() {
    let (desk, runtime) = (Desk::new(), Runtime::new().unwrap());
    let numbers = [identity("43990019900307123"), identity("43990019850611234")].join(" ");
    let home = "<!DOCTYPE html><html><head><meta charset=utf-8><title>某局</title></head><body><h1>某局</h1>\
                <p><a href=\"/files/md.pdf\">补贴发放名单</a></p></body></html>";
    let file = Reply {
        host: HOST.into(),
        path: "/files/md.pdf".into(),
        content_type: Some("application/pdf".into()),
        bytes: Some(pdf(&numbers)),
        ..Reply::default()
    };
    let served = runtime.block_on(Served::replies(vec![page(HOST, "/", home), file]));
    let leaks = |more: &str| -> Vec<String> {
        desk.configure(served.address, more);
        let said = desk.audit("--fail-on never");
        assert_eq!(said.status, 0, "{said:#?}");
        let found = desk.report().findings.into_iter().filter(|finding| finding.rule == "security.privacy-leak");
        found.map(|finding| finding.url).collect()
    };
    assert_eq!(leaks(""), Vec::<String>::new());
    assert_eq!(leaks("read_pdf_and_doc = true"), [format!("http://{HOST}/files/md.pdf")]);
    assert_eq!(leaks("read_attachments = false\nread_pdf_and_doc = true"), Vec::<String>::new());
}
