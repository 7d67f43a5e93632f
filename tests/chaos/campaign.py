#!/usr/bin/env python3
"""Kills processes at random moments, and looks at what is left (docs/chaos.md).

CHAOS_SEED=N     the same moments again; without it: another number each time, which is printed
CHAOS=short      20 moments; without it 500
CHAOS_PART=NAME  only this part: runs, slurm, imports
CHAOS_MOMENTS=N  so many of each part
CHAOS_MOMENT=N   only moment N of each part; N-M: those from N to M
CHAOS_TIMES=1    what takes how long
"""
import collections
import os
import random
import shutil
import sys
import tempfile
import time

import rules
from arrays import Arrays
from imports import Imports
from runs import Runs
from stage import Trouble

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PARTS = (Runs, Arrays, Imports)


class Campaign:
    def __init__(self, seed):
        self.seed = seed
        self.moments = self.missed = self.violations = self.bad = 0
        self.controls = self.blind = 0
        self.kinds = collections.Counter()

    def play(self, part, number):
        """Whether it counted: there was something to kill."""
        one = part.moment(number)
        begun = time.monotonic()
        counts = one.play()
        one.clean()
        if not counts:
            self.missed += 1
            return False
        self.moments += 1
        self.kinds[one.choice.kind.name] += 1
        self.violations += len(one.violations)
        self.bad += bool(one.violations)
        print(f"{part.NAME} {number}: {one.choice}: {'VIOLATION' if one.violations else 'ok'}"
              f" ({time.monotonic() - begun:.1f} s)", flush=True)
        for violation in one.violations:
            print(f"  {violation}", flush=True)
        if one.violations:
            print(f"  again: CHAOS_SEED={self.seed} CHAOS_PART={part.NAME} CHAOS_MOMENT={number} make chaos-farm; "
                  f"kept in {one.folder}", flush=True)
        return True

    def play_controls(self, part):
        """What is planted must be reported: a campaign that is blind proves nothing."""
        rules.GONE_S, patience = 1, rules.GONE_S
        for name, make, report in part.controls() if hasattr(part, "controls") else ():
            seen = []
            for time_ in range(10):  # a run that has ended before it could be struck has nothing planted in it
                one = make(time_)
                one.play()
                seen = [v for v in one.violations if v.startswith(report)]
                one.violations = []
                one.clean()
                if one.victim:
                    break
            self.controls += 1
            self.blind += not seen
            print(f"planted {name}: {'reported' if seen else 'NOT REPORTED'}", flush=True)
        rules.GONE_S = patience

    def play_part(self, kind, work):
        os.makedirs(work)
        part = kind(ROOT, work, self.seed)
        try:
            part.prepare()
            self.play_controls(part)
            for number in numbers(part):
                part.left -= self.play(part, number)
        finally:
            part.close()

    def tell(self):
        print("killed: " + ", ".join(f"{n} {k}" for k, n in sorted(self.kinds.items())) +
              f"; {self.missed} had ended before")
        print(f"chaos: {self.moments} moments, {self.violations} violations")
        print(f"end-to-end: {self.moments - self.bad + self.controls - self.blind} passed, {self.bad + self.blind} failed")


def numbers(part):
    """Those that were asked for, or 1, 2, ... until so many have counted."""
    only = os.environ.get("CHAOS_MOMENT")
    wanted = part.left = int(os.environ.get("CHAOS_MOMENTS") or (part.SHORT if os.environ.get("CHAOS") == "short" else part.LONG))
    if only:
        first, _, last = only.partition("-")
        yield from range(int(first), int(last or first) + 1)
        return
    number = 0
    while part.left > 0 and number < 3 * wanted:
        number += 1
        yield number


def main():
    seed = int(os.environ.get("CHAOS_SEED") or random.SystemRandom().randrange(1, 10**6))
    only = os.environ.get("CHAOS_PART")
    print(f"CHAOS_SEED={seed}", flush=True)
    work = tempfile.mkdtemp(prefix="runtest-chaos.")
    campaign = Campaign(seed)
    begun = time.monotonic()
    try:
        for kind in PARTS:
            if not only or kind.NAME == only:
                campaign.play_part(kind, os.path.join(work, kind.NAME))
    except Trouble as e:
        print(f"chaos: {e} (kept in {work})", file=sys.stderr)
        return 3
    print(f"{time.monotonic() - begun:.0f} s")
    campaign.tell()
    if campaign.bad or campaign.blind:
        return 1
    shutil.rmtree(work, ignore_errors=True)
    return 0 if campaign.moments else 1


if __name__ == "__main__":
    sys.exit(main())
