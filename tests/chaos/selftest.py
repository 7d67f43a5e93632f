#!/usr/bin/env python3
"""Do the rules see what they are there for? Every rule gets what breaks it, and what does not."""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import boards
import journals
import processes
import rules

HOLD = "import fcntl, sys, time; f = open(sys.argv[1], 'rb+'); fcntl.{how}(f, fcntl.LOCK_EX); print('held', flush=True); time.sleep(600)"


class Child:
    """A process of the test's own, which is gone at its end."""

    def __init__(self, *argv, mark=None):
        name, _, value = (mark or "RUNTEST_CHAOS_NOTHING=1").partition("=")
        self.process = subprocess.Popen(argv, env={**os.environ, name: value}, stdout=subprocess.PIPE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def holds(path, how):
    """A process that has the file's lock by then."""
    with open(path, "ab"):
        pass
    child = Child(sys.executable, "-c", HOLD.format(how=how), path)
    child.process.stdout.readline()
    return child


class Lab:
    """In place of the lab: its boards are on as the test says."""

    def __init__(self, state, on):
        self.state, self.on = state, on

    def has_power(self, board):
        return board in self.on


class Scene:
    def __init__(self, state, on=()):
        self.boards, self.stage = ["lab-one", "lab-two"], Lab(state, on)


def line(session, verdict, cause=None, event="session-ended", **more):
    result = {"session": f"RUN/{session}", "verdict": verdict, "cause": cause, **more}
    return json.dumps({"event": event, "at": "2026-01-31T23:58:12.345Z", "result": result}).encode() + b"\n"


EVIDENCE = {"evidence": {"witnesses": ["console", "memory"], "pages": [{"moment": "end", "region": "hello-0", "demanded": True}]},
            "phases": [{"name": "load", "outcome": "done"}]}
LESS = {"evidence": {"witnesses": ["console"]}, "phases": EVIDENCE["phases"]}


class Test:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="runtest-chaos-rules.")
        self.passed = self.failed = 0

    def path(self, name):
        return os.path.join(self.folder, name)

    def expect(self, what, found, wrong):
        if bool(found) == wrong and (not wrong or len(found) == 1):
            self.passed += 1
            return
        self.failed += 1
        print(f"FAIL {what}: {'expected one violation' if wrong else 'expected none'}, found {found}")

    # ---- each rule ----

    def journals(self):
        before = line("a", "pass") + line("b", "expected-fail") + b'{"event":"sess'
        whole = journals.whole(before)
        for what, now, wrong in (
                ("a journal that has grown", whole + line("c", "pass"), False),
                ("a torn last line that was cut off", whole, False),
                ("a lost line", line("a", "pass"), True),
                ("an altered line", whole.replace(b'"pass"', b'"fail"', 1), True),
                ("a line in front", line("x", "pass") + whole, True),
                ("no journal any more", b"", True),
                ("a line behind that is no JSON", whole + b"nothing\n", True)):
            self.expect(what, rules.nothing_lost(before, now, "afterwards"), wrong)

    def results(self):
        before = journals.results(line("a", "pass") + line("b", "cancelled"))
        for what, now, wrong in (
                ("what was cancelled passes later", line("a", "pass") + line("b", "pass"), False),
                ("a pass that is another verdict later", line("a", "pass") + line("a", "infra"), True),
                ("a pass that is gone", line("b", "pass"), True)):
            self.expect(what, rules.results_stay(before, journals.results(now), "afterwards"), wrong)
        attempt = journals.results(line("a", "fail", event="session-tried"))
        self.expect("an attempt is no result", attempt, False)

    def verdicts(self):
        wanted = {"a": rules.shape(journals.results(line("a", "pass", **EVIDENCE))["a"])}
        for what, now, wrong in (
                ("the same pass", line("a", "pass", **EVIDENCE), False),
                ("infra", line("a", "infra"), False),
                ("cancelled", line("a", "cancelled"), False),
                ("a false fail", line("a", "fail", "pd-code-cleared", **EVIDENCE), True),
                ("a time-out that somebody caused", line("a", "timeout", **EVIDENCE), True),
                ("a pass with a witness less", line("a", "pass", **LESS), True),
                ("a session that nobody planned", line("z", "pass", **EVIDENCE), True)):
            self.expect(what, rules.no_false_verdict(journals.results(now), wanted), wrong)
        for verdict, wrong in (("infra", False), ("fail", True), ("timeout", True)):
            tried = journals.attempts(line("a", verdict, event="session-tried") + line("a", "pass", **EVIDENCE))
            self.expect(f"an attempt that is {verdict}", rules.no_false_attempt(tried), wrong)
        for what, now, wrong in (
                ("all as demanded", line("a", "pass"), False),
                ("one without a result", b"", True),
                ("one that is infra", line("a", "infra"), True)):
            self.expect(what, rules.all_as_demanded(["a"], journals.results(now), wanted), wrong)

    def orphans(self):
        mark = f"RUNTEST_CHAOS_SELFTEST={os.getpid()}"
        self.expect("nobody has the mark", rules.no_orphan(mark, 0), False)
        with Child("sleep", "600", mark=mark) as child:
            while not processes.marked(mark):
                time.sleep(0.01)
            self.expect("an orphan", rules.no_orphan(mark, 0), True)
            child.process.send_signal(signal.SIGKILL)
            self.expect("an orphan that ends in time", rules.no_orphan(mark, 30), False)

    def locks(self):
        state = self.path("state")
        run = self.path("run")
        os.makedirs(f"{state}/units")
        os.makedirs(run)
        with open(f"{state}/units/free.lock", "wb"):
            pass
        self.expect("locks that nobody has", rules.no_lock(state, run, 0), False)
        with holds(f"{state}/units/lab-one.lock", "lockf") as child:
            self.expect("a unit's lock", rules.no_lock(state, run, 0), True)
            if boards.held(state) != {"lab-one.lock": child.process.pid}:
                self.expect("the lock's holder", [], True)
        with holds(f"{state}/units/lab-two.turn", "flock"):
            self.expect("a lock of the other kind", rules.no_lock(state, run, 0), True)
        with holds(os.path.join(run, journals.FILE), "flock"):
            self.expect("a journal's lock", rules.no_lock(state, run, 0), True)
        self.expect("locks that were given back", rules.no_lock(state, run, 30), False)

    def power(self):
        state = self.path("power")
        os.makedirs(f"{state}/units")
        self.expect("all are off", rules.power_is_known(Scene(state), False, 0) + rules.all_off(Scene(state), 0), False)
        on = Scene(state, ["lab-two"])
        self.expect("a board that is on", rules.power_is_known(on, False, 0), True)
        self.expect("a board that is on, and nobody knows", rules.power_is_known(on, True, 0), True)
        self.expect("a board that is on at the end", rules.all_off(on, 0), True)
        with open(f"{state}/units/lab-two.powered", "wb"):
            pass
        self.expect("a marked board after the whole tree was killed", rules.power_is_known(on, True, 0), False)
        self.expect("a marked board where somebody was left", rules.power_is_known(on, False, 0), True)
        self.expect("a mark at the end", rules.all_off(Scene(state), 0), True)

    def rows(self):
        wanted = ["a|1", "b|2"]
        for what, found, strange, other in (
                ("the same rows", ["a|1", "b|2"], False, False),
                ("a row that is missing", ["a|1"], False, True),
                ("a row that is there twice", ["a|1", "b|2", "b|2"], False, True),
                ("another row", ["a|1", "b|3"], True, True)):
            self.expect(f"{what}, in an import that was cut short", rules.no_strange_row(found, wanted), strange)
            self.expect(what, rules.same_rows(found, wanted, "the next import"), other)

    def run(self):
        try:
            for part in (self.journals, self.results, self.verdicts, self.orphans, self.locks, self.power, self.rows):
                part()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
        print(f"end-to-end: {self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0


if __name__ == "__main__":
    sys.exit(Test().run())
