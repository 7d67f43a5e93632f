"""A run's journal, line by line, by nothing that the harness reads it with."""
import fcntl
import json
import os

FILE = "journal.jsonl"


def read(run):
    """The bytes of it; none when there is no journal (yet)."""
    try:
        with open(os.path.join(run, FILE), "rb") as file:
            return file.read()
    except FileNotFoundError:
        return b""


def whole(data):
    """Up to the last newline: a line that was being written has not been kept yet."""
    return data[: data.rfind(b"\n") + 1]


def events(data):
    """Objects of the whole lines; ValueError for one that is none."""
    lines = whole(data).split(b"\n")[:-1]
    found = []
    for number, line in enumerate(lines, 1):
        try:
            found.append(json.loads(line))
        except ValueError as e:
            raise ValueError(f"line {number} is no JSON: {e}") from e
    return found


def results(data):
    """The last result of each session, by its name; those of earlier attempts are no results."""
    return {e["result"]["session"].split("/", 1)[1]: e["result"] for e in events(data) if e["event"] == "session-ended"}


def attempts(data):
    """Results of attempts that were followed by another one: (session, result)."""
    return [(e["result"]["session"].split("/", 1)[1], e["result"]) for e in events(data) if e["event"] == "session-tried"]


def planned(run):
    try:
        with open(os.path.join(run, "run.json"), encoding="utf-8") as file:
            return [p["session"] for p in json.load(file)["plan"]]
    except FileNotFoundError:
        return []


def is_locked(run):
    """Does anybody still hold the journal's lock?"""
    try:
        with open(os.path.join(run, FILE), "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return False
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
