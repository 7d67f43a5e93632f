#!/usr/bin/env python3
"""A serial cable: two pseudo-terminals, LINK-A and LINK-B, and what is written into one comes out of the other.

It ends with its parent; the links go with it. SIGUSR1 unplugs A, as an adapter is unplugged: whoever has it open sees it
hang up. SIGUSR2 plugs it in again, as a new device. Usage: ptypair.py LINK-A LINK-B
"""
import ctypes
import os
import pty
import select
import signal
import sys
import tty


def end(_signal=None, _frame=None):
    for link in sys.argv[1:3]:
        if os.path.islink(link):
            os.unlink(link)
    os._exit(0)


class End:
    """One end of the cable; `slave` stays open: it survives that nobody else has it open."""

    def __init__(self, link):
        self.link = link
        self.master = self.slave = None
        self.plug_in()

    def plug_in(self):
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        os.symlink(os.ttyname(self.slave), self.link + ".new")
        os.rename(self.link + ".new", self.link)

    def unplug(self):
        os.unlink(self.link)
        os.close(self.slave)
        os.close(self.master)
        self.master = None


def carry(source, target):
    data = os.read(source.master, 65536)
    while data and target.master is not None:
        data = data[os.write(target.master, data):]


def main():
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    signal.signal(signal.SIGTERM, end)
    wake, woken = os.pipe()
    for number, word in (signal.SIGUSR1, b"-"), (signal.SIGUSR2, b"+"):
        signal.signal(number, lambda _signal, _frame, word=word: os.write(woken, word))
    a, b = ends = [End(link) for link in sys.argv[1:3]]
    while True:
        masters = {e.master: e for e in ends if e.master is not None}
        for fd in select.select([wake, *masters], [], [])[0]:
            if fd != wake:
                carry(masters[fd], b if masters[fd] is a else a)
            elif os.read(wake, 1) == b"-":
                a.unplug()
                break
            else:
                a.plug_in()
                break


main()
