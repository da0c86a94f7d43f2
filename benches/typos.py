#!/usr/bin/env python3
"""Counts what the list of wrong words (rules/words/typos.toml) says of a text that is taken to be clean.

    benches/typos.py FILE…      one or more UTF-8 texts; word/tag corpora are put together again

Prints the number of sentences and every alarm with its sentence. What is quoted counts here too: the figure is an upper bound.
"""
import re
import sys
import tomllib
from pathlib import Path

ENTRIES = tomllib.loads((Path(__file__).parent.parent / "rules/words/typos.toml").read_text("utf-8"))["typos"]


def is_right(text, start, end, stretches):
    for stretch in stretches:
        at = text.find(stretch)
        while at >= 0:
            if at < end and start < at + len(stretch):
                return True
            at = text.find(stretch, at + 1)
    return False


def alarms(sentence):
    for wrong, right, *stretches in ENTRIES:
        at = sentence.find(wrong)
        while at >= 0:
            if not is_right(sentence, at, at + len(wrong), stretches):
                yield wrong, right
            at = sentence.find(wrong, at + 1)


def sentences(text):
    text = re.sub(r"/[a-zA-Z]+\]?[a-zA-Z]*", "", text)
    for line in text.splitlines():
        line = re.sub(r"[\s\[\]]+", "", line)
        yield from (s for s in re.split(r"(?<=[。！？；])", line) if len(re.findall(r"[\u4e00-\u9fa5]", s)) >= 5)


count = found = 0
for name in sys.argv[1:]:
    for sentence in sentences(Path(name).read_text("utf-8", errors="replace")):
        count += 1
        for wrong, right in alarms(sentence):
            found += 1
            print(f"{wrong}→{right}\t{sentence[:120]}")
print(f"{count} sentences, {found} alarms", file=sys.stderr)
