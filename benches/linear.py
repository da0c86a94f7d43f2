#!/usr/bin/env python3
"""Is reading linear in the size of the page? Hostile pages at N and 4N, the work that `xuncha inspect` does for each.

    python3 benches/linear.py --xuncha target/release/xuncha

Work is counted in instructions (`perf stat -e instructions:u`) where perf may count them, else in CPU time by the scheduler's clock,
else in user time; what an empty page costs is taken off first, and a page that costs too little to tell is measured at more units. A
linear reader needs 4 times the work for 4N; where a limit cuts the page it needs less. Exit status 1 when a page needs more than 5 times
(6 times by time, which is less sharp).
"""

import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile

# Work (million instructions, or ms) below which a page is measured at more units.
FLOOR = 12.0
# Bytes of a file that `xuncha inspect` reads.
BYTES_MAX = 10_000_000

# name: page of about n units
PAGES = {
    "nested tags": lambda n: "<div>" * n,
    "nested tables": lambda n: "<table><tr><td>" * (n // 3),
    "nested formatting": lambda n: "<b><font>" * (n // 2),
    "nested lists": lambda n: "<ul><li>" * (n // 2),
    "closing tags of nothing": lambda n: "<div>" * (n // 2) + "</p></b></td>" * (n // 2),
    "only <": lambda n: "<" * (5 * n),
    "unterminated comment": lambda n: "<!--" + "- " * (3 * n),
    "many unterminated comments": lambda n: "<!-- " * n,
    "unterminated script": lambda n: "<script>" + "var a='</';" * n,
    "unterminated attribute": lambda n: "<a href='" + "a b " * n,
    "attributes on one tag": lambda n: "<div " + " ".join(f"a{i}=b" for i in range(n)) + ">",
    "one attribute again and again": lambda n: "<div " + "class=b " * n + ">",
    "long attribute": lambda n: "<a title='" + "通" * n + "' href=x>y</a>",
    "only &": lambda n: "&" * (5 * n),
    "references without end": lambda n: "&notit" * n + "&#x" * n,
    "one line of text": lambda n: "<p>" + "关于做好申报工作的通知" * n,
    "one word of text": lambda n: "<p>" + "a" * (10 * n),
    "<a without >": lambda n: "<a href=x " * n,
    "links": lambda n: "<a href=/a.html>关于做好申报工作的通知</a>" * n,
    "links of one text": lambda n: "".join(f"<a href=/{i}.html>通知</a>" for i in range(n)),
    "rows": lambda n: "<ul>" + "".join(f"<li><a href=/{i}.html>通知第{i}号</a><span>2026-11-02</span></li>" for i in range(n // 4)) + "</ul>",
    "cells of one row": lambda n: "<table><tr>" + "<td>2026-11-02</td>" * n + "</tr></table>",
    "rows of one table": lambda n: "<table>" + "<tr><td><a href=/a.html>通知公告一则</a><td>11-02" * (n // 4) + "</table>",
    "half dates": lambda n: "<p>" + "2026-11-" * n,
    "dates": lambda n: "<p>" + "2026-11-02 " * n,
    "dates in lines": lambda n: "<p>2026年11月2日</p>" * n,
    "half Chinese dates": lambda n: "<p>" + "二〇二六年十一月" * n,
    "dates with gaps": lambda n: "<p>" + ("2026" + " " * 60 + "-") * (n // 8),
    "labels without dates": lambda n: "<p>发布时间：</p>" * n,
    "labels in one text": lambda n: "<p>" + "发布时间：" * n,
    "labels with dates": lambda n: "<div><span>发布时间：</span><span>2026-11-02</span></div>" * (n // 4),
    "digits": lambda n: "<p>" + "20261102" * n,
    "document numbers": lambda n: "<p>" + "湘工信〔2026〕1号" * n,
    "half document numbers": lambda n: "<p>" + "湘工信〔2026〕" * n,
    "book titles": lambda n: "<p>" + "《" * (2 * n) + "通知" + "》" * (2 * n),
    "missing pages": lambda n: "<p>" + "您访问的页面" * n,
    "throttling": lambda n: "<p>" + "您的访问您的请求" * n,
    "breadcrumb": lambda n: "<div class=position>当前位置：" + "<a href=/a/>栏目</a> &gt; " * n + "</div>",
    "headings": lambda n: "<h1>关于做好申报工作的通知</h1>" * n,
    "meta tags": lambda n: "".join(f"<meta name=a{i} content=b>" for i in range(n)),
    "PubDate again and again": lambda n: "<meta name=PubDate content='2026-11-'>" * n,
    "pager calls": lambda n: "<script>" + "createPageHTML(" * n + "</script>",
    "pager calls in scripts": lambda n: "<script>createPageHTML(50,0,'index','html');</script>" * (n // 4),
    "records": lambda n: "<script type='text/xml'><datastore><recordset>" + "<record><![CDATA[<li><a href=/a.html>通知</a></li>]]></record>" * (n // 4),
    "half records": lambda n: "<script type='text/xml'><datastore>" + "<record><![CDATA[" * n,
    "brackets of JSON": lambda n: "[" * (5 * n),
    "JSON arrays in a script": lambda n: "<script>var a=" + "[{\"title\":" * n + "</script>",
    "footer": lambda n: "<div class=footer>" + "主办单位：网站标识码：ICP备" * n,
    "frames": lambda n: "<iframe src=/a.html>" * n,
    "base again and again": lambda n: "<base href=/a/>" * n,
    "UTF-8 that declares GBK": lambda n: "<meta charset=gbk><p>" + "关于做好申报工作的通知。" * n,
    "broken bytes": lambda n: b"<meta charset=utf-8><p>" + b"\xff\xe5\x85" * (3 * n),
    "zero bytes": lambda n: b"<p>" + b"\0" * (5 * n),
    "new lines": lambda n: "<p>" + "\r\n" * (3 * n),
    "blanks": lambda n: "<p>通" + " " * (5 * n) + "知",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--xuncha", default="xuncha", help="the binary")
    parser.add_argument("-n", type=int, default=25_000, help="units of the smaller page")
    parser.add_argument("--only", default="", help="pages whose name holds this")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(measure(args, folder))


def measure(args, folder):
    count, unit, limit = counter(args.xuncha, folder)
    empty = count(write(folder, "<p>"))
    print(f"| page | KB at N | {unit} at N | at 4N | ratio |\n| --- | ---: | ---: | ---: | ---: |")
    worse = []
    for name, page in PAGES.items():
        if args.only not in name:
            continue
        units = args.n
        size, at_n = cost(page(units), count, folder, empty)
        # What costs next to nothing has no ratio worth a word: more of it, as long as nothing is cut.
        while at_n < FLOOR and 16 * size < BYTES_MAX:
            units *= 4
            size, at_n = cost(page(units), count, folder, empty)
        _, at_4n = cost(page(4 * units), count, folder, empty)
        ratio = at_4n / max(at_n, FLOOR / 4)
        if ratio > limit:
            worse.append(name)
        print(f"| {name} | {size // 1024} | {at_n:,.1f} | {at_4n:,.1f} | {ratio:.2f} |", flush=True)
    print(f"\n{len(worse)} worse than linear" + "".join(f"\n- {name}" for name in worse))
    return 1 if worse else 0


def cost(page, count, folder, empty):
    """Bytes of a page, and the work that it takes beyond that of an empty one."""
    size = len(page if isinstance(page, bytes) else page.encode())
    return size, count(write(folder, page)) - empty


def write(folder, page):
    path = os.path.join(folder, "page.html")
    with open(path, "wb") as file:
        file.write(page if isinstance(page, bytes) else page.encode())
    return path


def counter(binary, folder):
    """How to count the work of one call, its unit, and the ratio from which on it is no longer linear."""
    def by_perf(path):
        command = ["perf", "stat", "-x,", "-e", "instructions:u", binary, "inspect", "--jsonl", path]
        said = subprocess.run(command, check=True, capture_output=True, text=True, errors="replace").stderr
        return int(re.search(r"^(\d+),", said, re.M).group(1)) / 1e6

    def by_clock(path):
        # CPU time by the scheduler's clock, to the nanosecond: the best of five.
        command = ["perf", "stat", "-x,", "-e", "task-clock", binary, "inspect", "--jsonl", path]
        def once():
            said = subprocess.run(command, check=True, capture_output=True, text=True, errors="replace").stderr
            return float(re.search(r"^([\d.]+),msec", said, re.M).group(1))
        return min(once() for _ in range(5))

    def by_time(path):
        # The kernel counts user time in ticks: the best of three.
        def once():
            before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
            subprocess.run([binary, "inspect", "--jsonl", path], check=True, stdout=subprocess.DEVNULL)
            return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
        return 1000 * min(once() for _ in range(3))

    for how, unit, limit in ((by_perf, "million instructions", 5.0), (by_clock, "ms of CPU", 6.0)):
        try:
            how(write(folder, "<p>"))
            return how, unit, limit
        except (OSError, AttributeError, subprocess.CalledProcessError):
            pass
    return by_time, "ms of user time", 6.0


if __name__ == "__main__":
    main()
