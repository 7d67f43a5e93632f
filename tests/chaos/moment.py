"""One moment: a run begins, one of its processes is killed, and everything that must hold then is looked at."""
import os
import random
import shutil
import subprocess
import time

import boards
import journals
import processes
import rules
import victims
from stage import HANG_S, Trouble

LAB_BOARDS = ("lab-a64", "lab-rv64", "lab-rv64-elf", "lab-rv64-go")
COMMAND_BOARD = "lab-rv64-elf"  # the only one whose switch is a command
QEMU_BOARDS = ("qemu_virt_aarch64", "qemu_virt_riscv64")
VARIANTS = ("patched", "unpatched", "patched-uboot")


class Choice:
    """What a moment is made of, all of it by the seed and the moment's number."""

    def __init__(self, seed, number, seconds_of):
        dice = random.Random(f"{seed}/{number}")
        kind = dice.choices(victims.KINDS, [k.weight for k in victims.KINDS])[0]
        self.signal = dice.choice(kind.signals)
        self.kind = kind
        hardware = dice.sample(LAB_BOARDS, dice.choice((1, 1, 2)))
        self.boards = hardware + dice.sample(QEMU_BOARDS, dice.choice((0, 1, 1)))
        if kind.name == "qemu" and len(self.boards) == len(hardware):
            self.boards.append(QEMU_BOARDS[number % 2])
        if kind.name == "helper" and COMMAND_BOARD not in hardware:
            hardware[0] = self.boards[0] = COMMAND_BOARD
        self.hardware = hardware
        self.repeat = dice.choice((1, 1, 2))
        self.delay = dice.random() * 0.8 * max(seconds_of[b] for b in self.boards) * self.repeat / 2
        self.pick = dice.random()
        self.sweeps = kind.whole and dice.random() < 0.5  # the timer comes before the next holder

    def __str__(self):
        return f"{victims.signal_name(self.signal)} to {self.kind.name} after {self.delay:.3f} s on {' '.join(self.boards)}{' twice' if self.repeat > 1 else ''}"


class Scene:
    """A run that goes on, as victims and rules see it."""

    def __init__(self, stage, number, hardware, folder):
        self.stage = stage
        self.boards = hardware
        self.mark = f"RUNTEST_CHAOS_MOMENT={os.getpid()}-{os.path.basename(stage.work)}-{number}"
        self.lab = stage.lab_pid()
        self.results = folder
        self.supervisor = None
        self.process = None

    def of_run(self):
        return processes.marked(self.mark)

    def of_lab(self):
        return self.stage.lab_processes()

    def begin(self, *words, command="run"):
        os.makedirs(self.results, exist_ok=True)
        with open(os.path.join(self.results, "output"), "ab") as out:
            self.process = subprocess.Popen(self.stage.command(command, *words, "--results", self.results),
                                            env=self.stage.environment(self.mark), stdin=subprocess.DEVNULL,
                                            stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
        self.supervisor = self.process.pid

    def finish(self, seconds=HANG_S):
        """Its exit status; None when it hangs, and then nothing of it is left."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            processes.kill_marked(self.mark)
            self.process.wait()
            return None

    def runs(self):
        return sorted(e.path for e in os.scandir(self.results) if e.is_dir(follow_symlinks=False))

    def run(self):
        """The folder of the (only) run; None before it is made."""
        found = self.runs()
        return found[0] if found else None


def words_of(boards_, repeat=2, jobs=True):
    return ["pd-survives", *[w for v in VARIANTS for w in ("--variant", v)], *[w for b in boards_ for w in ("--board", b)],
            "--no-map", "--repeat", f"{repeat}", *(["--jobs", "3"] if jobs else [])]


class Moment:
    def __init__(self, stage, number, choice, wanted):
        self.stage, self.number, self.choice, self.wanted = stage, number, choice, wanted
        self.scene = Scene(stage, number, choice.hardware, os.path.join(stage.results, f"{number}"))
        self.folder = self.scene.results
        self.violations = []
        self.victim = None
        self.begun = 0
        self.plant = None  # a defect that is planted before anybody looks; it returns how it is taken away
        self.kept = b""

    # ---- killing ----

    def _strike(self, candidates):
        """The journal as it was just before, and the signal. Whether something was killed."""
        victim = candidates[int(self.choice.pick * len(candidates))]
        run = self.scene.run()
        self.kept = journals.read(run) if run else b""
        if not self._send(victim):
            return False
        self.victim = str(victim)
        return True

    def _has_result(self):
        run = self.scene.run()
        return run and b"session-ended" in journals.whole(journals.read(run))

    def _send(self, victim):
        sent = processes.send(victim, self.choice.signal)
        if sent and self.choice.kind.whole:
            processes.kill_marked(self.scene.mark)
        return sent

    def _begin(self):
        self.scene.begin(*words_of(self.choice.boards, self.choice.repeat))

    def _finish(self):
        return self.scene.finish()

    def _wait_and_strike(self):
        end = time.monotonic() + self.choice.delay
        while time.monotonic() < end and self.scene.process.poll() is None:
            time.sleep(max(0, min(0.01, end - time.monotonic())))
        while self.scene.process.poll() is None and getattr(self.choice, "wait_for_journal", False) and not self._has_result():
            time.sleep(0.002)
        while self.scene.process.poll() is None:
            candidates = sorted(self.choice.kind.find(self.scene), key=lambda p: p.pid)
            if candidates and self._strike(candidates):
                return True
            time.sleep(0.002)
        return False  # the run had ended before there was anything to kill

    # ---- looking ----

    def _look_after(self, status):
        """The run has ended, one way or the other."""
        scene, kind, run = self.scene, self.choice.kind, self.scene.run()
        if status is None:
            self.violations.append(f"hang: the run did not end in {HANG_S} s")
        self.violations += rules.no_orphan(scene.mark) + rules.no_lock(self.stage.state, run)
        self.violations += rules.power_is_known(scene, kind.leaves_on)
        now = journals.read(run) if run else b""
        self.violations += rules.nothing_lost(self.kept, now, "after it")
        whole = not any(v.startswith("lost: ") for v in self.violations)  # else it may be no journal at all
        found = journals.results(now) if whole else {}
        self.violations += rules.no_false_verdict(found, self.wanted)
        if found:
            self.violations += rules.no_false_attempt(journals.attempts(now))
        return now, found

    def _resume(self, kept):
        """Go on; the sessions that are as demanded then."""
        scene, run = self.scene, self.scene.run()
        scene.begin("--resume", os.path.basename(run))
        status = scene.finish()
        now = journals.read(run)
        if status is None:
            self.violations.append("hang: the resumed run did not end")
        self.violations += rules.nothing_lost(kept, now, "after --resume")
        return journals.results(now)

    def _complete(self, kept, found):
        """`--resume`, and what ended as infra once more, as the next who uses the board does."""
        run = self.scene.run()
        planned = journals.planned(run) if run else []
        if planned:
            after = self._resume(kept)
            self.violations += rules.results_stay(found, after, "after --resume")
            self.violations += rules.no_false_verdict(after, self.wanted)
            ill = {n for n, r in found.items() if r["verdict"] == "infra"}
            self.violations += rules.all_as_demanded([n for n in planned if n not in ill], after, self.wanted)
            again = sorted({after[n]["unit"] for n in ill if n in after and after[n]["verdict"] == "infra"})
        else:
            again = self.choice.boards
        if again:
            self._once_more(again)

    def _once_more(self, again):
        scene = self.scene
        before = set(scene.runs())
        scene.begin(*words_of(again, 1))
        scene.finish()
        new = [r for r in scene.runs() if r not in before]
        planned = journals.planned(new[0]) if new else []
        if not planned:
            self.violations.append("not completed: there is no new run")
            return
        self.violations += rules.all_as_demanded(planned, journals.results(journals.read(new[0])), self.wanted)

    def _note(self, what):
        if os.environ.get("CHAOS_TIMES"):
            print(f"    {time.monotonic() - self.begun:6.2f} s {what}", flush=True)

    def _sweep(self):
        """As the health timer does it."""
        status, said = self.stage.ask("health", "--left-on")
        if status:
            self.violations.append(f"power: `runtest health --left-on` ends with status {status}: {said}")
        self.violations += rules.all_off(self.scene)

    def _look_finally(self):
        scene = self.scene
        self.violations += rules.no_orphan(scene.mark) + rules.no_lock(self.stage.state, scene.run())
        left = sorted(boards.powered(self.stage.state))
        if left:  # nobody has had them since: the next holder
            self._once_more(left)
        self.violations += rules.all_off(scene)

    # ---- all of it ----

    def play(self):
        """Whether there was anything to kill; violations say what did not hold."""
        self.begun = time.monotonic()
        self._begin()
        struck = self._wait_and_strike()
        self._note(f"struck {self.victim}")
        status = self._finish() if struck else self.scene.finish()
        self._note(f"the run has ended: {status}")
        if not struck:
            self._look_finally()
            return bool(self.violations)
        if self.choice.kind.name == "lab":
            self.stage.lab.wait(HANG_S)
        take_away = self.plant(self) if self.plant else None
        kept, found = self._look_after(status)
        if take_away:
            take_away()
            return True  # what it has found is all that is asked
        self._note("looked")
        self.stage.mend(self.choice.hardware)
        self._note("mended")
        if self.choice.sweeps:
            self._sweep()
        self._complete(kept, found)
        self._note("completed")
        self._look_finally()
        return True

    def clean(self):
        processes.kill_marked(self.scene.mark)
        if not self.violations:
            shutil.rmtree(self.scene.results, ignore_errors=True)


def build(stage):
    """Everything once: where nothing was built before this takes minutes."""
    status, said = stage.ask("run", *words_of([*LAB_BOARDS, *QEMU_BOARDS], 1), "--results", f"{stage.results}/build", timeout=3600)
    if status:
        raise Trouble(f"not even a run that nobody disturbs passes: {said}")


def baseline(stage, board):
    """A run that nobody disturbs: (seconds, what its verdicts stand on)."""
    scene = Scene(stage, f"baseline-{board}", [], os.path.join(stage.results, f"baseline-{board}"))
    begun = time.monotonic()
    scene.begin(*words_of([board]))
    status = scene.finish()
    seconds = time.monotonic() - begun
    run = scene.run()
    found = journals.results(journals.read(run)) if run else {}
    if status != 0 or not found:
        raise Trouble(f"an undisturbed run on {board} ends with status {status}: see {scene.results}/output")
    return seconds, {name: rules.shape(r) for name, r in found.items()}
