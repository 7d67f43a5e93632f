#!/usr/bin/env python3
"""Make a run in a results folder, as if it had come to this: pastrun.py RESULTS RUN-ID DAYS-AGO SESSION=VERDICT...

The sessions are not booted; the files are those that a run leaves. `latest` points at it.
"""
import datetime
import json
import pathlib
import sys

results, run, days = pathlib.Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
at = (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
sessions = [word.rsplit("=", 1) for word in sys.argv[4:]]
folder = results / run
folder.mkdir(parents=True)


def planned(name):
    scenario, variant, unit, config = (name.split(".") + ["x"] * 4)[:4]
    return {"session": name + ".1", "scenario": scenario, "variant": variant, "board": unit, "unit": unit, "arch": "aarch64",
            "config": config, "repeat": 1, "expected": {"verdict": "pass", "cause": None}}


(folder / "run.json").write_text(json.dumps({
    "schema": 1, "run": run, "started": at, "command": ["runtest", "run", "pd-survives"],
    "settings": {"version": "0.1.0", "project": "/nowhere", "jobs": 1}, "plan": [planned(name) for name, _ in sessions]}))
with open(folder / "journal.jsonl", "w", encoding="utf-8") as journal:
    for name, verdict in sessions:
        result = {"run": run, "session": name + ".1", "verdict": verdict, "why": f"it came to {verdict}"}
        journal.write(json.dumps({"event": "session-ended", "at": at, "result": result}) + "\n")
    journal.write(json.dumps({"event": "run-ended", "at": at, "exit_status": 0}) + "\n")
latest = results / "latest"
latest.unlink(missing_ok=True)
latest.symlink_to(run)
