"""The campaign of the history: an import, the server that it writes to, and the one of its processes that serves it."""
import glob
import os
import random
import subprocess
import sys
import time

import database
import journals
import processes
import rules
import victims
from stage import HANG_S, Trouble

RUNS, SESSIONS = 6, 400


def _importer(one):
    return [p for p in processes.marked(one.mark) if p.pid == one.process.pid]


def _postmaster(one):
    return [p for p in processes.all_processes() if p.pid == one.part.server.postmaster()]


def _backend(one):
    return one.part.server.backends(one.history.name)


IMPORTER = victims.Kind("importer", 3, (victims.KILL, victims.KILL, victims.TERM, victims.INT), _importer)
SERVERS = (
    IMPORTER,
    victims.Kind("postgres", 3, (victims.KILL, victims.TERM, victims.INT, victims.signal.SIGQUIT), _postmaster),
    victims.Kind("postgres-backend", 2, (victims.KILL, victims.TERM), _backend),
)


class Choice:
    def __init__(self, seed, number, seconds):
        dice = random.Random(f"{seed}/imports/{number}")
        self.on = dice.choice(("postgresql", "postgresql", "sqlite"))
        self.kind = dice.choices(SERVERS, [k.weight for k in SERVERS])[0] if self.on == "postgresql" else IMPORTER
        self.signal = dice.choice(self.kind.signals)
        self.delay = dice.random() * seconds[self.on]

    def __str__(self):
        return f"{victims.signal_name(self.signal)} to {self.kind.name} after {self.delay:.3f} s on {self.on}"


class ImportMoment:
    def __init__(self, part, number, choice):
        self.part, self.choice = part, choice
        self.folder = os.path.join(part.work, f"{number}")
        self.mark = f"RUNTEST_CHAOS_MOMENT={os.getpid()}-import-{number}"
        self.violations = []
        os.makedirs(self.folder)
        self.history = part.new_history(choice.on, f"m{number}", self.folder)
        self.process = None

    def _begin(self):
        name, value = self.mark.split("=")
        with open(os.path.join(self.folder, "output"), "ab") as out:
            self.process = subprocess.Popen(self.part.command(self.history), env={**self.part.server.environment(), name: value},
                                            stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)

    def _finish(self):
        try:
            return self.process.wait(HANG_S)
        except subprocess.TimeoutExpired:
            self.violations.append("hang: the import did not end")
            processes.kill_marked(self.mark)
            return self.process.wait()

    def _strike(self):
        time.sleep(self.choice.delay)
        while self.process.poll() is None:
            for victim in self.choice.kind.find(self):
                if processes.send(victim, self.choice.signal):
                    return True
            time.sleep(0.002)
        return False

    def _look_after(self):
        self.violations += rules.no_orphan(self.mark) + self.history.trouble()
        # The row of a run itself changes until its end is known; those of its results and times do not.
        for found, wanted in list(zip(self.history.content(), self.part.wanted[self.choice.on]))[:2]:
            self.violations += rules.no_strange_row(found, wanted)

    def _import_again(self, when):
        self._begin()
        status = self._finish()
        if status:
            self.violations.append(f"history: {when} ends with status {status}")
        self.violations += self.history.trouble()
        for found, wanted in zip(self.history.content(), self.part.wanted[self.choice.on]):
            self.violations += rules.same_rows(found, wanted, when)
        self.violations += rules.same_rows(self.history.verdicts(), self.part.verdicts, f"{when}, held against the journals,")

    def _see_server(self, mark):
        """What was done to it has happened: it still answers for a moment."""
        kind, server = self.choice.kind.name, self.part.server
        if kind == "postgres":
            server.see_end()
        elif kind == "postgres-backend" and self.choice.signal == victims.KILL:
            server.see_reset(mark)

    def play(self):
        mark = self.part.server.mark()
        self._begin()
        struck = self._strike()
        self._finish()
        if struck:
            self._see_server(mark)
        self.part.server.start()
        if struck:
            self._look_after()
            self._import_again("the next import")
            self._import_again("one more import")
            if self.part.journals() != self.part.as_they_were:
                self.violations.append("lost: the journals are not as they were")
        return struck

    def clean(self):
        self.history.drop()


class Imports:
    NAME, SHORT, LONG = "imports", 5, 100

    def __init__(self, root, work, seed):
        self.root, self.work, self.seed = root, work, seed
        self.server = database.Server(work)
        self.results = os.path.join(work, "results")
        self.seconds, self.wanted = {}, {}
        self.verdicts, self.as_they_were = set(), None

    def command(self, history):
        return [os.path.join(self.root, "runtest"), "history", "--import", "--database", history.url, "--results", self.results]

    def new_history(self, on, name, folder):
        return database.Postgres(self.server, name) if on == "postgresql" else database.File(os.path.join(folder, "history.db"))

    def runs(self):
        return sorted(p for p in glob.glob(f"{self.results}/*") if os.path.exists(os.path.join(p, journals.FILE)) and not os.path.islink(p))

    def journals(self):
        return [journals.read(run) for run in self.runs()]

    def _verdicts(self):
        """(run, session without its repeat, repeat, verdict), by the journals."""
        found = set()
        for folder, data in zip(self.runs(), self.as_they_were):
            for event in journals.events(data):
                if event["event"] == "session-ended":
                    name, _, repeat = event["result"]["session"].rpartition("/")[2].rpartition(".")
                    found.add((os.path.basename(folder), name, repeat, event["result"]["verdict"]))
        return found

    def prepare(self):
        subprocess.run([sys.executable, os.path.join(self.root, "tests/bench/historyruns.py"), self.results, "--runs", f"{RUNS}",
                        "--sessions", f"{SESSIONS}", "--repeats", "4"], check=True)
        self.as_they_were = self.journals()
        self.verdicts = self._verdicts()
        self.server.begin()
        for on in ("postgresql", "sqlite"):
            self._undisturbed(self.new_history(on, "reference", self.work), on)

    def _undisturbed(self, history, on):
        begun = time.monotonic()
        done = subprocess.run(self.command(history), env=self.server.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        self.seconds[on] = time.monotonic() - begun
        self.wanted[on] = history.content()
        if done.returncode or history.verdicts() != self.verdicts or not self.verdicts:
            raise Trouble(f"an import that nobody disturbs is not whole: {done.stdout.decode(errors='replace')}")

    def moment(self, number):
        return ImportMoment(self, number, Choice(self.seed, number, self.seconds))

    def close(self):
        self.server.stop()
