#!/usr/bin/env python3
"""Measures the newest row that `xuncha inspect` reads on list pages that nobody here made.

    python3 benches/lists_held_out.py FOLDER --xuncha target/release/xuncha [--truth benches/lists_held_out.tsv] [--details]

FOLDER holds the pages, each under the name in the table's second column; the table says which public repository each stands
in. They are no part of this repository. A page counts as right if its newest dated row has the day and the title in the table,
and no address, row or pager is looked up. An «empty» is a list without rows, without a reason and without a further request.
"""

import argparse
import collections
import json
import os
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
NOW = "2026-11-24T09:00:00+08:00"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--xuncha", default="xuncha", help="the binary")
    parser.add_argument("--truth", default=os.path.join(HERE, "lists_held_out.tsv"), help="what a person reads on the pages")
    parser.add_argument("--set", help="only the pages of this set")
    parser.add_argument("--as-quoted", action="store_true", help="do not put a body around extracts that have none")
    parser.add_argument("--details", action="store_true", help="every page that is read otherwise than the truth")
    args = parser.parse_args()
    counts = collections.defaultdict(collections.Counter)
    for page in truth(args.truth):
        file = os.path.join(args.folder, page["file"])
        if (args.set and page["set"] != args.set) or not os.path.exists(file) or page["kind"] == "reply":
            continue
        verdict, said = judge(page, read(args.xuncha, file, page["url"], wrap=page["kind"] == "extract" and not args.as_quoted))
        following = judge_next(page, said)
        for group in (page["set"], page["kind"], "all"):
            counts[group][verdict] += 1
            counts[group][f"next {following}"] += 1
        if args.details and (verdict != "right" or following == "wrong"):
            print(f"{page['set']} {page['file']}: {verdict}, next {following}: {brief(said)} for {page['date']} {page['title']} | {page['next']}")
    print("| pages | newest row right | wrong | no list seen | rows wanted by request | called empty | next page right |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for group, got in counts.items():
        total = sum(count for name, count in got.items() if not name.startswith("next"))
        nexts = got["next right"] + got["next wrong"]
        print(f"| {group} | {got['right']} of {total} ({100 * got['right'] / total:.1f} %) | {got['wrong']} | {got['no list']} | "
              f"{got['unread']} | {got['empty']} | {got['next right']} of {nexts} |")


def truth(path):
    """One page a line: set, file, address, day (`a|b` either; `today`; `none`: no row), start of the title (`a|b`), rows, part of the next page's
    address (`-` none, `?` not judged), where it stands, kind (article: the day it says; page, extract, channel, reply: not judged, nobody asked for it)."""
    names = ("set", "file", "url", "date", "title", "rows", "next", "source", "kind")
    with open(path, encoding="utf-8") as lines:
        return [dict(zip(names, line.rstrip("\n").split("\t"))) for line in lines if line.strip() and not line.startswith("#")]


def read(binary, file, url, wrap):
    with open(file, "rb") as page:
        head = page.read()
    if wrap and b"<body" not in head.lower():
        # a test quotes the list alone; on its page it stands in a body
        with tempfile.NamedTemporaryFile(suffix=".html", delete=False) as whole:
            whole.write(b"<html><body>" + head + b"</body></html>")
        said = read(binary, whole.name, url, wrap=False)
        os.unlink(whole.name)
        return said
    command = [binary, "inspect", "--json", file, "--url", url, "--now", NOW]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return json.loads(done.stdout) if done.stdout.strip() else {}


def newest(said):
    rows = (said.get("list") or {}).get("rows") or []
    dated = [row for row in rows if row["date"]]
    return max(dated, key=lambda row: row["date"], default=None)


def judge(page, said):
    if page["kind"] == "article":
        return ("right" if said and (said.get("date") or "none") in page["date"].split("|") else "wrong"), said
    found = said.get("list")
    if not found:
        # a page of several lists is no column: to say so is right
        return ("right" if (page["kind"] == "channel" or page["date"] == "none") and said.get("kind") else "no list"), said
    if page["date"] == "none":
        return ("wrong" if found["rows"] else "right"), said
    if not found["rows"]:
        return ("unread" if found.get("unread") or found.get("next") else "empty"), said
    row = newest(said)
    if row is None and "undated" in page["date"].split("|"):
        titles = [fold(one["title"]) for one in found["rows"]]
        return ("right" if any(title.startswith(fold(page["title"])) for title in titles) else "wrong"), said
    days = [NOW[:10] if day == "today" else day for day in page["date"].split("|")]
    same_day = row and row["date"] in days
    of_day = [one["title"] for one in found["rows"] if row and one["date"] == row["date"]]
    titled = any(fold(title).startswith(fold(want)) for title in of_day for want in page["title"].split("|"))
    return ("right" if same_day and titled else "wrong"), said


def judge_next(page, said):
    found = said.get("list") or {}
    if page["next"] == "?" or not found:
        return "not judged"
    following = found.get("next")
    if page["next"] == "-":
        return "right" if not following else "wrong"
    return "right" if following and page["next"] in following["url"] + (following.get("body") or "") else "wrong"


def fold(text):
    return "".join(text.split())


def brief(said):
    found = said.get("list")
    if not found:
        return f"kind {said.get('kind')}, date {said.get('date')}, no list"
    row = newest(said)
    return f"{found['family']}, {len(found['rows'])} rows, newest {row and (row['date'], row['title'][:30])}, next {(found.get('next') or {}).get('url')}, unread {found.get('unread')}"


if __name__ == "__main__":
    main()
