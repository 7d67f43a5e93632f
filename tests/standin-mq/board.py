#!/usr/bin/env python3
"""One boot of a stand-in queue's board: see README.md.

Usage: board.py STATE BOARD IMAGE LOG DONE ERROR SECONDS FAULT. Console to stdout; 0 when DONE was said, else 1.
"""
import os
import select
import signal
import subprocess
import sys
import time

state, board, image, log, done, error, seconds, fault = sys.argv[1:]


def event(what):
    with open(os.path.join(state, "events"), "a", encoding="ascii") as f:
        f.write(f"{what} {board}\n")


def say(what):
    while what:
        what = what[os.write(1, what):]


def told(_signal, _frame):
    raise KeyboardInterrupt


def listen(qemu, heard):
    """The status, and what is said at the end."""
    end = time.monotonic() + int(seconds) if int(seconds) >= 0 else None
    while True:
        left = None if end is None else end - time.monotonic()
        if left is not None and left <= 0:
            return 1, b"\r\n[[Timeout]]\r\n"
        if not select.select([qemu.stdout], [], [], left)[0]:
            continue
        piece = os.read(qemu.stdout.fileno(), 65536)
        if not piece:
            return 1, b""
        if fault in ("cut", "connection") and b"HOLD|" in heard + piece:
            cut = piece[:len(piece) // 2]
            heard += cut
            say(cut)
            return (1, b"") if fault == "cut" else (255, b"Connection closed by UNKNOWN port 65535\r\n")
        heard += piece
        say(piece)
        if done.encode() in heard:
            return 0, b""
        if error and error.encode() in heard:
            return 1, b""


def main():
    signal.signal(signal.SIGINT, signal.SIG_IGN if fault == "stubborn" else told)
    signal.signal(signal.SIGTERM, told)
    heard = bytearray()
    if fault == "boot-timeout":
        say(b"[[Boot timeout]]\r\n")
        return 1
    event("on")
    qemu = subprocess.Popen(
        ["qemu-system-aarch64", "-machine", "virt,virtualization=on", "-cpu", "cortex-a53", "-m", "2G", "-display", "none",
         "-nodefaults", "-serial", "stdio", "-device", f"loader,file={image},addr=0x70000000,cpu-num=0"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True)
    try:
        status, last = listen(qemu, heard)
    except KeyboardInterrupt:
        status, last = 130, b""
    qemu.kill()
    qemu.wait()
    event("off")
    say(last)
    if log:
        with open(log, "wb") as f:
            f.write(heard)
    return status


sys.exit(main())
