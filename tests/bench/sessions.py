#!/usr/bin/env python3
"""What the supervisor of a run costs, beside its sessions. Usage: sessions.py RUNTEST PROJECT RESULTS SESSIONS

Runs so many sessions of a board that costs nothing, and looks at the process of `runtest run` meanwhile: its processor time
(without that of its children), and its resident memory when a tenth of the sessions, and all of them, had ended.
"""
import glob
import os
import subprocess
import sys
import time

runtest, project, results, sessions = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
command = [runtest, "--project", project, "run", "noop", "--board", "noop", "--results", results, "--repeat", str(sessions)]


def status(pid):
    """Seconds of processor time of its own, and resident kB."""
    with open(f"/proc/{pid}/schedstat") as f:
        busy = int(f.read().split()[0]) / 1e9
    with open(f"/proc/{pid}/status") as f:
        resident = [int(line.split()[1]) for line in f if line.startswith("VmRSS:")]
    return (busy, resident[0]) if resident else None


class Journal:
    """Sessions that have ended, counted as the file grows."""

    def __init__(self):
        self.file, self.ended = None, 0

    def count(self):
        if not self.file:
            found = glob.glob(results + "/*/journal.jsonl")
            if not found:
                return 0
            self.file = open(found[0], "rb")
        self.ended += self.file.read().count(b'"event":"session-ended"')
        return self.ended


begun = time.monotonic()
run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
journal, seen, over = Journal(), [], None
while run.poll() is None:
    ended = journal.count()
    try:
        now = status(run.pid)
    except (FileNotFoundError, ProcessLookupError):
        now = None
    if now and ended:
        seen.append((ended, *now))
        if ended >= sessions and not over:
            over = time.monotonic()
    time.sleep(0.02)
assert run.returncode == 0, f"runtest ended with {run.returncode}"
early = next((s for s in seen if s[0] >= sessions / 10), None)
late = next((s for s in reversed(seen) if s[0] <= sessions), None)
if not early or not late or not seen[-1][1]:
    print(f"\nthe supervisor of {sessions} sessions of a board that costs nothing: it was over before it could be looked at")
    sys.exit()
each = seen[-1][1] / sessions
print(f"\nthe supervisor of {sessions} sessions of a board that costs nothing")
print(f"  processor time of its own: {each * 1e3:.3f} ms a session: {1 / each:.0f} sessions/s/core beyond the sessions' own cost")
print(f"  resident memory: {early[2]} kB after {early[0]} sessions, {late[2]} kB after {late[0]}: {100 * late[2] / early[2] - 100:+.1f} %")
print(f"  sessions a second, all included: {sessions / ((over or time.monotonic()) - begun):.0f}")
