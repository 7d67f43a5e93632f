#!/usr/bin/env python3
"""A person at a terminal: runs a command on one of its own and does what the lines on stdin say, one after the other.

  expect TEXT    wait until that has come since the last match (Python's escapes: \\x1d, \\r)
  send TEXT      type it
  signal NAME    send the command a signal, such as TERM
  resume         wait until the command has stopped; the terminal must be as it was; let it go on
  raw            wait until the terminal is in raw mode
  until COMMAND  wait until the shell command succeeds

At the end of the lines the command must end by itself. All that came is written to FILE; the exit status is the command's
(128 + signal), 98 when an expected text did not come and 99 when the terminal is not left as it was found.
Usage: atterminal.py FILE COMMAND...
"""
import codecs
import fcntl
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time

PATIENCE = 120
FINAL = 98, 99


class Terminal:
    def __init__(self, path, command):
        self.log = open(path, "wb", buffering=0)
        self.text, self.matched = b"", 0
        self.master, self.slave = pty.openpty()
        self.before = termios.tcgetattr(self.slave)
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
            for fd in 0, 1, 2:
                os.dup2(self.slave, fd)
            os.environ["TERM"] = "xterm"
            os.execvp(command[0], command)

    def hear(self, seconds):
        if not select.select([self.master], [], [], seconds)[0]:
            return
        data = os.read(self.master, 65536)
        self.log.write(data)
        self.text += data

    def wait(self, what, is_there):
        end = time.monotonic() + PATIENCE
        while not is_there():
            if time.monotonic() > end:
                print(f"waited in vain for {what}; since the last match came: {self.text[self.matched:]!r}")
                os.kill(self.pid, signal.SIGKILL)
                sys.exit(98)
            self.hear(0.01)

    def expect(self, text):
        self.wait(repr(text), lambda: text in self.text[self.matched:])
        self.matched = self.text.index(text, self.matched) + len(text)

    def has_stopped(self):
        with open(f"/proc/{self.pid}/stat", encoding="ascii", errors="replace") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] == "T"

    def is_as_before(self):
        return termios.tcgetattr(self.slave) == self.before

    def is_raw(self):
        return not termios.tcgetattr(self.slave)[3] & termios.ICANON

    def check(self):
        if not self.is_as_before():
            print(f"the terminal is {termios.tcgetattr(self.slave)}, and was {self.before}")
            sys.exit(99)

    def obey(self, line):
        word, _, rest = line.partition(" ")
        text = codecs.escape_decode(rest.encode())[0]
        if word == "expect":
            self.expect(text)
        elif word == "send":
            os.write(self.master, text)
        elif word == "signal":
            os.kill(self.pid, getattr(signal, "SIG" + rest))
        elif word == "raw":
            self.wait("raw mode", self.is_raw)
        elif word == "until":
            self.wait(rest, lambda: subprocess.run(rest, shell=True, check=False).returncode == 0)
        elif word == "resume":
            self.wait("a stop", self.has_stopped)
            self.check()
            os.kill(self.pid, signal.SIGCONT)
        else:
            sys.exit(f"no such step: {line}")

    def end(self):
        status = []

        def has_ended():
            pid, how = os.waitpid(self.pid, os.WNOHANG)
            status.append(how)
            return pid != 0

        self.wait("the command's end", has_ended)
        while select.select([self.master], [], [], 0)[0]:
            self.hear(0)
        self.check()
        how = status[-1]
        return 128 + os.WTERMSIG(how) if os.WIFSIGNALED(how) else os.WEXITSTATUS(how)


def main():
    terminal = Terminal(sys.argv[1], sys.argv[2:])
    for line in sys.stdin:
        if line.strip():
            terminal.obey(line.strip("\n").lstrip("\t"))
    sys.exit(terminal.end())


main()
