"""Where histories are kept: a PostgreSQL of the campaign's own, on a free port of loopback, or files of SQLite's."""
import glob
import os
import random
import secrets
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time

import processes
from stage import HANG_S, Trouble

RESULTS = "SELECT * FROM results"
TIMES = ("SELECT runs.run, series.name, times.repeat, times.attempt, times.boot, words.word, times.ms FROM times "
         "JOIN runs ON runs.id = times.run JOIN series ON series.id = times.series JOIN words ON words.id = times.what")
RUNS = "SELECT run, started_ms, ended_ms, exit_status, planned FROM runs"
EVERYTHING = (RESULTS, TIMES, RUNS)


def free_port():
    """None of those that the kernel gives to whoever connects: it would be somebody else's while the server is restarted."""
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
        first, last = map(int, file.read().split())
    for port in random.sample([p for p in range(10000, 65536) if not first <= p <= last], 1000):
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass
    raise Trouble("no port is free")


def as_postgres(*argv):
    """It does not run as root."""
    return ["runuser", "-u", "postgres", "--", *argv] if os.geteuid() == 0 else list(argv)


class Server:
    def __init__(self, work):
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda p: float(p.split("/")[-2]))
        if not found:
            raise Trouble("PostgreSQL is not installed: `make deps-all` does that")
        self.bin = found[-1]
        self.log = os.path.join(work, "postgres.log")
        self.folder = tempfile.mkdtemp(prefix="runtest-pg.")
        self.port = free_port()
        self.passfile = os.path.join(work, "pgpass")
        self.process = None

    def begin(self):
        word = secrets.token_urlsafe(18)
        with open(os.open(self.passfile, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
            file.write(f"127.0.0.1:*:*:tester:{word}\n")
        os.chmod(self.folder, 0o755)
        with open(f"{self.folder}/word", "w", encoding="ascii") as file:
            file.write(word)
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        subprocess.run(as_postgres(f"{self.bin}/initdb", "-D", f"{self.folder}/data", "-U", "tester", f"--pwfile={self.folder}/word",
                                   "--auth-host=scram-sha-256", "--auth-local=scram-sha-256", "--no-sync", "-E", "UTF8", "--locale=C"),
                       stdout=subprocess.DEVNULL, check=True)
        os.unlink(f"{self.folder}/word")
        self.start()

    def environment(self):
        return {**os.environ, "PGPASSFILE": self.passfile}

    def start(self):
        """Also after it was killed: as soon as nothing of the old one is left."""
        end = time.monotonic() + HANG_S
        while not self.answers():
            if self.process is None or self.process.poll() is not None:
                with open(self.log, "ab") as log:
                    self.process = subprocess.Popen(as_postgres(f"{self.bin}/postgres", "-D", f"{self.folder}/data", "-h", "127.0.0.1",
                                                                "-p", f"{self.port}", "-k", self.folder, "-c", "fsync=off"),
                                                    stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            if time.monotonic() > end:
                raise Trouble(f"PostgreSQL does not start: see {self.log}")
            time.sleep(0.05)

    def mark(self):
        """Where its log ends just now."""
        return os.path.getsize(self.log)

    def see_end(self):
        """It was told to end, or killed."""
        self.process.wait(HANG_S)

    def see_reset(self, mark, seconds=20):
        """One of its processes was killed: all others end then, and it begins anew. Not where that one had ended by itself."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with open(self.log, "rb") as log:
                log.seek(mark)
                if b"ready to accept connections" in log.read():
                    return
            time.sleep(0.02)

    def answers(self):
        return subprocess.run([f"{self.bin}/psql", "-X", "-q", "-d", self.url("postgres"), "-c", "SELECT 1"], env=self.environment(),
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0

    def url(self, name):
        return f"postgresql://tester@127.0.0.1:{self.port}/{name}"

    def sql(self, name, statement):
        done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", self.url(name), "-c", statement],
                              env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        if done.returncode:
            raise Trouble(f"PostgreSQL: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout.decode().splitlines()

    def postmaster(self):
        try:
            with open(f"{self.folder}/data/postmaster.pid", encoding="ascii") as file:
                return int(file.readline())
        except (OSError, ValueError):
            return None

    def backends(self, name):
        """Those that serve a client in this database."""
        parent = self.postmaster()
        return [p for p in processes.all_processes() if p.parent == parent and not p.is_dead() and f" {name} " in " ".join(p.words)]

    def stop(self):
        pid = self.postmaster()
        if self.process and self.process.poll() is None:
            os.kill(pid or self.process.pid, processes.signal.SIGQUIT)
            self.process.wait(HANG_S)
        shutil.rmtree(self.folder, ignore_errors=True)


class Postgres:
    """A history on the server."""

    def __init__(self, server, name):
        self.server, self.name = server, name
        self.url = server.url(name)
        server.sql("postgres", f"CREATE DATABASE {name}")

    def content(self):
        tables = self.server.sql(self.name, "SELECT count(*) FROM pg_views WHERE viewname = 'results'")
        return [sorted(self.server.sql(self.name, s)) if tables != ["0"] else [] for s in EVERYTHING]

    def verdicts(self):
        return {tuple(line.split("|")) for line in
                self.server.sql(self.name, "SELECT run, session, repeat, verdict FROM results WHERE final = 1")}

    def trouble(self):
        return []

    def drop(self):
        self.server.sql("postgres", f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")


class File:
    """A history in a file."""

    def __init__(self, path):
        self.path, self.url = path, f"sqlite:{path}"

    def _rows(self, statement):
        with sqlite3.connect(self.path, timeout=60) as db:
            return db.execute(statement).fetchall()

    def _has_tables(self):
        return os.path.exists(self.path) and self._rows("SELECT 1 FROM sqlite_master WHERE name = 'results'")

    def content(self):
        return [sorted(map(repr, self._rows(s))) if self._has_tables() else [] for s in EVERYTHING]

    def verdicts(self):
        return {tuple(map(str, row)) for row in self._rows("SELECT run, session, repeat, verdict FROM results WHERE final = 1")}

    def trouble(self):
        found = self._rows("PRAGMA integrity_check") if os.path.exists(self.path) else [("ok",)]
        return [] if found == [("ok",)] else [f"database: {found[:3]}"]

    def drop(self):
        for path in glob.glob(f"{self.path}*"):
            os.unlink(path)
