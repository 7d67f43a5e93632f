#!/usr/bin/env python3
"""Read the log of a CI job as the system does, and print as JSON what it makes of it: logreader.py github|gitlab FILE

GitHub: annotations (level, title, file, line, message), groups (title, number of lines), and all other commands by name.
GitLab: sections (name, title, collapsed, number of lines). What is left open or closed twice is a mistake.
"""
import json
import re
import sys

COMMAND = re.compile(r"^\s*::([a-z-]+)(?: ([^:]*))?::(.*)$")
OLD_COMMAND = re.compile(r"##\[([a-z-]+)(?: ([^\]]*))?\](.*)$")  # anywhere in a line
MARK = re.compile(r"\x1b\[0Ksection_(start|end):(\d+):([A-Za-z0-9_.-]+)(\[[a-z=,]*\])?\r\x1b\[0K(.*)$")


def decoded(text, property_=False):
    for code, char in [("%0D", "\r"), ("%0A", "\n")] + ([("%3A", ":"), ("%2C", ",")] if property_ else []) + [("%25", "%")]:
        text = text.replace(code, char)
    return text


def github(lines):
    found = {"annotations": [], "groups": [], "others": []}
    group = token = None
    for line in lines:
        if token:
            if line.strip() == f"::{token}::":
                token = None
            elif group:
                group["lines"] += 1
            continue
        match = COMMAND.match(line) or OLD_COMMAND.search(line)
        if not match:
            if group:
                group["lines"] += 1
            continue
        name, properties, data = match.groups()
        values = dict(p.strip().split("=", 1) for p in (properties or "").split(",") if "=" in p)
        if name == "stop-commands":
            token = data
        elif name == "group":
            assert group is None, f"a group in a group: {line}"
            group = {"title": decoded(data), "lines": 0}
        elif name == "endgroup":
            assert group, "no group is open"
            found["groups"].append(group)
            group = None
        elif name in ("error", "warning", "notice"):
            found["annotations"].append({"level": name, "message": decoded(data),
                                         **{k: decoded(v, True) for k, v in values.items()}})
        else:
            found["others"].append(name)
    assert group is None and token is None, "something is left open"
    return found


def gitlab(lines):
    found, section = {"sections": []}, None
    for line in lines:
        match = MARK.match(line)
        if not match:
            assert "\x1b" not in line and "\r" not in line, f"the terminal is told something: {line!r}"
            if section:
                section["lines"] += 1
        elif match[1] == "start":
            assert section is None, f"a section in a section: {match[3]}"
            assert match[3] not in [s["name"] for s in found["sections"]], f"{match[3]} twice"
            section = {"name": match[3], "title": match[5], "collapsed": match[4] == "[collapsed=true]", "lines": 0}
        else:
            assert section and section["name"] == match[3], f"{match[3]} is not open"
            found["sections"].append(section)
            section = None
    assert section is None, "a section is left open"
    return found


kind, path = sys.argv[1:]
with open(path, encoding="utf-8", newline="\n") as log:
    print(json.dumps({"github": github, "gitlab": gitlab}[kind](log.read().split("\n"))))
