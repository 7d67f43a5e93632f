"""Processes as /proc has them. Whose they are tells a mark in their environment, which children inherit."""
import os
import signal
import time


def stat(pid):
    """Its name, and the fields behind that. They outlast its end until its parent has taken note."""
    with open(f"/proc/{pid}/stat", "rb") as file:
        head, rest = file.read().rsplit(b")", 1)
    return head.split(b"(", 1)[1].decode(errors="replace"), rest.split()


class Process:
    def __init__(self, pid):
        self.pid = pid
        self.name, fields = stat(pid)
        self.state = fields[0].decode()
        self.parent = int(fields[1])
        self.started = int(fields[19])  # in ticks since the machine started: a number that came again is another process
        with open(f"/proc/{pid}/environ", "rb") as file:
            self.environment = file.read().split(b"\0")
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            self.words = [word.decode(errors="replace") for word in file.read().split(b"\0")[:-1]]

    def __str__(self):
        return f"{self.name} ({self.pid})"

    def is_dead(self):
        return self.state in "ZX"

    def lives(self, unreaped=False):
        """Now; with `unreaped` also one that is dead, and whose parent has not noticed."""
        try:
            _, fields = stat(self.pid)
        except (OSError, IndexError, ValueError):
            return False
        return int(fields[19]) == self.started and (unreaped or fields[0] not in (b"Z", b"X"))


def all_processes():
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            found.append(Process(int(entry)))
        except (OSError, IndexError, ValueError):
            pass  # it has ended meanwhile, or is somebody else's
    return found


def marked(mark):
    """Those alive that have NAME=VALUE in the environment they were started with."""
    wanted = mark.encode()
    return [p for p in all_processes() if not p.is_dead() and wanted in p.environment]


def send(process, number):
    """A signal, unless the process number is another's by now. Whether it was sent."""
    try:
        if Process(process.pid).started != process.started:
            return False
        os.kill(process.pid, number)
        return True
    except (OSError, IndexError, ValueError):
        return False


def kill_marked(mark):
    """SIGKILL for everything with the mark, until nothing has it: as the end of a container does it."""
    count = 0
    while True:
        found = marked(mark)
        if not found:
            return count
        for process in found:
            count += send(process, signal.SIGKILL)
        time.sleep(0.002)
