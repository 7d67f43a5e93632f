#!/usr/bin/env python3
"""The unit files that pages show, as files of a project. Usage: sections.py FOLDER PAGE...

A fenced yaml block that begins with `unit:`, or with one of the sections of a unit, becomes FOLDER/shown-N.yaml, with the name and
the kind put in where the page leaves them out. Prints how many there are.
"""
import pathlib
import re
import sys

SECTIONS = ("unit", "kind", "console", "power", "load", "reset", "memory", "mq")
folder, count = pathlib.Path(sys.argv[1]), 0
for page in map(pathlib.Path, sys.argv[2:]):
    for block in re.findall(r"^```yaml\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S):
        keys = re.findall(r"^([a-z-]+):", block, re.M)
        if not keys or any(k not in SECTIONS for k in keys):
            continue
        count += 1
        body = re.sub(r"^unit:.*\n", "", block, flags=re.M)
        head = f"# {page.name}\nunit: shown-{count}\n" + ("" if "kind" in keys else "kind: rockpro64\n")
        (folder / f"shown-{count}.yaml").write_text(head + body, encoding="utf-8")
print(count)
