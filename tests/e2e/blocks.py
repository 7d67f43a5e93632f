#!/usr/bin/env python3
"""The files that a page shows, into a folder. Usage: blocks.py PAGE FOLDER

A file is a fenced block behind a line "`/PATH/NAME`:"; it is written to FOLDER/NAME.
"""
import pathlib
import re
import sys

page, folder = sys.argv[1:]
found = re.findall(r"^`(/[^`]+)`:\n\n```[a-z]*\n(.*?)^```", pathlib.Path(page).read_text(encoding="utf-8"), re.M | re.S)
for path, text in found:
    (pathlib.Path(folder) / pathlib.Path(path).name).write_text(text, encoding="utf-8")
sys.exit(0 if found else 1)
