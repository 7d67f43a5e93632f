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


def signals():
    """A descriptor that is readable once the client has been told to end. No exception: one that comes between two steps
    would leave half of them undone."""
    told, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell)
    signal.signal(signal.SIGINT, signal.SIG_IGN if fault == "stubborn" else lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: None)
    return told


def fall_silent():
    """The terminal is hung up, though the client goes on for a while."""
    null = os.open(os.devnull, os.O_RDWR)
    for fd in range(3):
        os.dup2(null, fd)
    time.sleep(3)


def listen(qemu, told, heard):
    """The status, and what is said at the end."""
    end = time.monotonic() + int(seconds) if int(seconds) >= 0 else None
    while True:
        left = None if end is None else end - time.monotonic()
        if left is not None and left <= 0:
            return 1, b"\r\n[[Timeout]]\r\n"
        ready = select.select([qemu.stdout, told], [], [], left)[0]
        if told in ready:
            return 130, b""
        if not ready:
            continue
        piece = os.read(qemu.stdout.fileno(), 65536)
        if not piece:
            return 1, b""
        if fault in ("cut", "connection", "mute") and b"HOLD|" in heard + piece:
            cut = piece[:len(piece) // 2]
            heard += cut
            say(cut)
            return (255, b"Connection closed by UNKNOWN port 65535\r\n") if fault == "connection" else (1, b"")
        heard += piece
        say(piece)
        if done.encode() in heard:
            return 0, b""
        if error and error.encode() in heard:
            return 1, b""


def main():
    told = signals()
    heard = bytearray()
    if fault == "boot-timeout":
        say(b"[[Boot timeout]]\r\n")
        return 1
    event("on")
    qemu = subprocess.Popen(
        ["qemu-system-aarch64", "-name", f"{board} of {state}", "-machine", "virt,virtualization=on", "-cpu", "cortex-a53",
         "-m", "2G", "-display", "none", "-nodefaults", "-serial", "stdio", "-device", f"loader,file={image},addr=0x70000000,cpu-num=0"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True)
    status, last = listen(qemu, told, heard)
    qemu.kill()
    qemu.wait()
    event("off")
    if fault == "mute":
        fall_silent()
    say(last)
    if log:
        with open(log, "wb") as f:
            f.write(heard)
    return status


sys.exit(main())
