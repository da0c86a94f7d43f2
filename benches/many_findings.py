#!/usr/bin/env python3
"""Memory of each report format at many findings: a stored run of the demo, its findings multiplied, rendered by the real binary.

    python3 benches/many_findings.py --xuncha target/release/xuncha [--findings 20000]

Linux only: the peak is the child's ru_maxrss. Nothing is kept."""

import argparse
import hashlib
import json
import os
import sqlite3
import subprocess
import tempfile
import time

FORMATS = "csv jsonl json html docx xlsx sarif junit md".split()


def multiply(store, number):
    """Gives the newest judgement of the store so many findings, each with an id, an address and a message of its own."""
    with sqlite3.connect(store) as connection:
        run, text = connection.execute("SELECT run, report FROM judgements ORDER BY run DESC").fetchone()
        report = json.loads(text)
        known, many = report["findings"], []
        for at in range(number):
            finding, turn = dict(known[at % len(known)]), at // len(known)
            finding["id"] = hashlib.sha1(str(at).encode()).hexdigest()[:12]
            finding["url"] += ("&" if "?" in finding["url"] else "?") + f"k={turn}"
            if finding.get("target"):
                finding["target"] += f"?k={turn}"
            finding["message"] += f"（{turn}）"
            many.append(finding)
        report["findings"] = many
        connection.execute("UPDATE judgements SET report = ? WHERE run = ?", (json.dumps(report, ensure_ascii=False), run))


def peak_of(command):
    """Peak of a command's memory in MB, and its time in seconds."""
    began = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        raise SystemExit(f"{command} ended with {status}")
    return usage.ru_maxrss / 1024, time.monotonic() - began


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--xuncha", default="target/release/xuncha")
    parser.add_argument("--findings", type=int, default=20_000)
    args = parser.parse_args()
    xuncha = os.path.abspath(args.xuncha)
    with tempfile.TemporaryDirectory() as folder:
        store, out = os.path.join(folder, "x.db"), os.path.join(folder, "out")
        common = ["--store", store, "--out", out, "--quiet"]
        peak_of([xuncha, "demo", *common])
        multiply(store, args.findings)
        print("| format | peak MB | file MB | s |\n| --- | ---: | ---: | ---: |")
        for name in FORMATS:
            peak, took = peak_of([xuncha, "report", "--format", name, *common])
            files = [os.path.join(path, file) for path, _, names in os.walk(out) for file in names]
            size = os.path.getsize(max(files, key=os.path.getmtime)) / 1e6
            print(f"| {name} | {peak:.0f} | {size:.1f} | {took:.1f} |", flush=True)


if __name__ == "__main__":
    main()
