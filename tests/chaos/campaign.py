#!/usr/bin/env python3
"""Kills processes of runs at random moments (docs/chaos.md).

CHAOS_SEED=N     the same moments again; without it: another number each time, which is printed
CHAOS=short      20 moments; without it 500, or CHAOS_MOMENTS=N
CHAOS_MOMENT=N   only moment N; N-M: those from N to M
CHAOS_TIMES=1    what takes how long
"""
import collections
import os
import random
import shutil
import sys
import tempfile
import time

import moment
from stage import Stage, Trouble

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SHORT, LONG = 20, 500


class Campaign:
    def __init__(self, stage, seed):
        self.stage, self.seed = stage, seed
        self.seconds, self.wanted = {}, {}
        self.moments = self.missed = self.violations = self.bad = 0
        self.kinds = collections.Counter()

    def prepare(self):
        self.stage.start_lab()
        moment.build(self.stage)
        for board in (*moment.LAB_BOARDS, *moment.QEMU_BOARDS):
            self.seconds[board], wanted = moment.baseline(self.stage, board)
            self.wanted.update(wanted)

    def play(self, number):
        choice = moment.Choice(self.seed, number, self.seconds)
        one = moment.Moment(self.stage, number, choice, self.wanted)
        begun = time.monotonic()
        counts = one.play()
        one.clean()
        if not counts:
            self.missed += 1
            return
        self.moments += 1
        self.kinds[choice.kind.name] += 1
        self.violations += len(one.violations)
        self.bad += bool(one.violations)
        print(f"moment {number}: {choice}: {'VIOLATION' if one.violations else 'ok'}"
              f" ({time.monotonic() - begun:.1f} s)", flush=True)
        for violation in one.violations:
            print(f"  {violation}", flush=True)
        if one.violations:
            print(f"  again: CHAOS_SEED={self.seed} CHAOS_MOMENT={number} make chaos-farm; kept in {one.scene.results}", flush=True)

    def tell(self):
        print("killed: " + ", ".join(f"{n} {k}" for k, n in sorted(self.kinds.items())) +
              f"; {self.missed} runs had ended before")
        print(f"chaos: {self.moments} moments, {self.violations} violations")
        print(f"end-to-end: {self.moments - self.bad} passed, {self.bad} failed")


def numbers(campaign, wanted):
    """Those that were asked for, or 1, 2, ... until so many have counted."""
    only = os.environ.get("CHAOS_MOMENT")
    if only:
        first, _, last = only.partition("-")
        yield from range(int(first), int(last or first) + 1)
        return
    number = 0
    while campaign.moments < wanted and number < 3 * wanted:
        number += 1
        yield number


def main():
    seed = int(os.environ.get("CHAOS_SEED") or random.SystemRandom().randrange(1, 10**6))
    count = int(os.environ.get("CHAOS_MOMENTS") or (SHORT if os.environ.get("CHAOS") == "short" else LONG))
    print(f"CHAOS_SEED={seed}", flush=True)
    work = tempfile.mkdtemp(prefix="runtest-chaos.")
    campaign = Campaign(Stage(ROOT, work), seed)
    begun = time.monotonic()
    try:
        campaign.prepare()
        for number in numbers(campaign, count):
            campaign.play(number)
    except Trouble as e:
        print(f"chaos: {e}", file=sys.stderr)
        return 3
    finally:
        campaign.stage.stop_lab()
    print(f"{time.monotonic() - begun:.0f} s")
    campaign.tell()
    if campaign.bad:
        return 1
    shutil.rmtree(work, ignore_errors=True)
    return 0 if campaign.moments else 1


if __name__ == "__main__":
    sys.exit(main())
