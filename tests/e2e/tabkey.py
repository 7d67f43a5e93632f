#!/usr/bin/env python3
"""What a shell on a terminal makes of lines that end in the tab key. Usage: tabkey.py bash|zsh|fish RUNTEST FOLDER

Each line of stdin is typed in FOLDER, then tab and enter. The command `runtest` is a stand-in there that asks RUNTEST for the
completions, and else prints its words: they come to stdout, one line each. Exit status 1: a line came to nothing.
"""
import fcntl
import os
import pathlib
import pty
import select
import signal
import struct
import sys
import tempfile
import termios
import time

shell, program, folder = sys.argv[1:]
PATIENCE = 120
COMMANDS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], ["source <(runtest completion bash)"]),
    "zsh": (["zsh", "-f", "-i"], ["autoload -U compinit; compinit -u -D", "source <(runtest completion zsh)"]),
    "fish": (["fish", "--no-config", "-i"], ["set -g fish_autosuggestion_enabled 0; runtest completion fish | source"]),
}
words, setup = COMMANDS[shell]
home = pathlib.Path(tempfile.mkdtemp())
stand_in = home / "bin" / "runtest"
stand_in.parent.mkdir()
stand_in.write_text(f'#!/bin/sh\n[ "$1" != completion ] || exec {program} "$@"\necho "[""ran runtest $*"]\n')
stand_in.chmod(0o755)

pid, master = pty.fork()
if pid == 0:
    os.chdir(folder)
    os.environ.update(HOME=str(home), ZDOTDIR=str(home), TERM="xterm", PATH=f"{home}/bin:{os.environ['PATH']}")
    os.environ.update(XDG_CONFIG_HOME=str(home), XDG_DATA_HOME=str(home), XDG_CACHE_HOME=str(home), HISTFILE="/dev/null")
    os.execvp(words[0], words)
fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
heard = ""


def give_up(why):
    print(why, repr(heard[-2000:]))
    os.kill(pid, signal.SIGKILL)
    sys.exit(1)


def wait_for(text):
    """What has come up to the text; it is forgotten, with the text."""
    global heard
    end = time.monotonic() + PATIENCE
    while text not in heard:
        if time.monotonic() > end:
            give_up(f"waited in vain for {text}")
        if select.select([master], [], [], 0.1)[0]:
            try:
                heard += os.read(master, 65536).decode(errors="replace")
            except OSError:
                give_up("the shell has ended")
    before, heard = heard.split(text, 1)
    return before


def type_line(text):
    os.write(master, text.encode() + b"\r")


for line in setup + ["runtest ready"]:
    type_line(line)
wait_for("[ran runtest ready]")
for line in sys.stdin.read().splitlines():
    type_line(line + "\t")
    wait_for("[ran ")
    print(wait_for("]"))
os.kill(pid, signal.SIGKILL)
os.waitpid(pid, 0)
