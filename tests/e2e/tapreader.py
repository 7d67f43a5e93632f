#!/usr/bin/env python3
"""Read a TAP 14 document strictly, hold it against the run's results.json, and print how many points are not ok:
tapreader.py RESULTS.TAP RESULTS.JSON
"""
import json
import re
import sys

import yaml

POINT = re.compile(r"^(not )?ok (\d+) - ((?:\\.|[^\\#])*?)(?: # (SKIP|TODO)(?: (.*))?)?$")


def block(lines, indent):
    """The YAML block at the beginning of lines, and how many lines it takes."""
    if not lines or lines[0] != indent + "---":
        return None, 0
    end = lines.index(indent + "...")
    return yaml.safe_load("\n".join(line[len(indent):] for line in lines[1:end])), end + 1


def document(lines):
    assert lines[0] == "TAP version 14", lines[0]
    plan = re.fullmatch(r"1\.\.(\d+)(?: # SKIP .*)?", lines[1])
    assert plan, f"no plan: {lines[1]}"
    points, bail, i = [], None, 2
    while i < len(lines):
        line, match = lines[i], POINT.match(lines[i])
        i += 1
        if match:
            assert int(match[2]) == len(points) + 1, f"out of order: {line}"
            diagnostics, n = block(lines[i:], "  ")
            i += n
            points.append({"ok": not match[1], "name": re.sub(r"\\(.)", r"\1", match[3]), "directive": match[4],
                           "diagnostics": diagnostics})
        elif line.startswith("Bail out!"):
            bail = line
        else:
            assert line == "" or line.startswith("#") or line.startswith("    "), f"no TAP: {line}"
    assert len(points) == int(plan[1]), f"{len(points)} points of {plan[1]}"
    return points, bail


def main():
    with open(sys.argv[1], encoding="utf-8") as tap, open(sys.argv[2], encoding="utf-8") as results:
        (points, bail), run = document(tap.read().split("\n")), json.load(results)
    assert len(points) == len(run["sessions"])
    failed = {"fail", "vacuous", "timeout", "infra"}
    for point, session in zip(points, run["sessions"]):
        assert point["ok"] == (session["verdict"] not in failed), session["session"]
        assert point["name"].startswith(f"{session['scenario']} / {session['variant']} / {session['unit']} / "), point["name"]
        assert (point["directive"] == "SKIP") == (session["verdict"] in ("skipped", "cancelled")), point
        if point["directive"] != "SKIP":
            assert point["diagnostics"]["verdict"] == session["verdict"], point
            assert point["diagnostics"].get("cause") == session["cause"], point
        if not point["ok"] and session["verdict"] != "infra" and session["expected"]["where"]:
            assert point["diagnostics"]["at"]["line"] > 0, point
    bad = sum(not p["ok"] and p["directive"] != "TODO" for p in points)
    assert (bad == 0 and bail is None) == (run["exit_status"] == 0), f"exit status {run['exit_status']}, {bad} not ok, {bail}"
    print(bad)


main()
