#!/usr/bin/env python3
"""Does every message of docs/troubleshooting.md occur in the source? Usage: messages.py PAGE FOLDER

In the page a message is the first cell of a table's row, between backticks; "…" stands for a format directive. Prints what is
said nowhere, and fails then.
"""
import pathlib
import re
import sys

QUOTE = "\x01"


def literals(text):
    """String literals with their neighbours joined on, so that a message broken over lines is whole."""
    text = text.replace('\\"', QUOTE)
    text = re.sub(r'"\s*PRI[a-zX]+[0-9]+\s*"', "u", text)
    text = re.sub(r'"\s*"', "", text)
    return re.findall(r'"([^"\n]*)"', text)


def pattern(message):
    parts = [re.escape(p.replace('"', QUOTE)) for p in message.split("…")]
    return re.compile(r"%[^\x02]{1,24}?".join(p for p in parts) if len(parts) > 1 else parts[0])


def main():
    page, folder = sys.argv[1:]
    said = "\x02".join(s for f in sorted(pathlib.Path(folder).rglob("*.c")) for s in literals(f.read_text(encoding="utf-8")))
    rows = re.findall(r"^\| `(.+?)` \|", pathlib.Path(page).read_text(encoding="utf-8"), re.M)
    lost = [m for m in rows if not pattern(m).search(said)]
    for m in lost:
        print(f"{page}: nothing in {folder} says: {m}")
    if len(rows) < 10:
        print(f"{page}: only {len(rows)} messages found")
    return 1 if lost or len(rows) < 10 else 0


sys.exit(main())
