"""The campaign of `runtest submit`: processes of Slurm's, of its jobs, and whoever follows them."""
import os
import random
import time

import journals
import moment
import processes
import rules
import victims
from farmstage import FarmStage
from stage import HANG_S, Trouble

BOARDS = ("lab-a64", "lab-rv64", "lab-rv64-elf", "qemu_virt_aarch64")
KILL, TERM = victims.KILL, victims.TERM


def _daemon(name):
    def find(scene):
        pids = [pid for daemon, pid in scene.stage.pids().items() if daemon.startswith(name)]
        return [p for p in processes.all_processes() if p.pid in pids and not p.is_dead()]
    return find


def _of_jobs(scene):
    """Processes of the run that Slurm has started."""
    return [p for p in scene.of_run() if any(v.startswith(b"SLURM_JOB_ID=") for v in p.environment)]


def _sessions(scene):
    """Of a job: those below the process that runs it."""
    jobs = _of_jobs(scene)
    parents = {p.pid for p in jobs if p.name == "runtest"}
    return [p for p in jobs if p.parent in parents]


KINDS = (
    victims.Kind("slurmctld", 3, (KILL, KILL, TERM), _daemon("slurmctld")),
    victims.Kind("slurmd", 3, (KILL, KILL, TERM), _daemon("slurmd-")),
    victims.Kind("node", 2, (KILL,), _daemon("slurmd-"), leaves_on=True, whole=True),
    victims.Kind("slurmstepd", 2, (KILL,), lambda scene: scene.stage.steps()),
    victims.Kind("task", 4, (KILL, KILL, TERM), _of_jobs),
    victims.Kind("job-session", 3, (KILL, victims.ABRT), _sessions),
    victims.Kind("follower", 3, (KILL, KILL, TERM, victims.INT),
                 lambda scene: [p for p in scene.of_run() if p.pid == scene.supervisor]),
)


class Choice:
    def __init__(self, seed, number, seconds):
        dice = random.Random(f"{seed}/slurm/{number}")
        self.kind = dice.choices(KINDS, [k.weight for k in KINDS])[0]
        self.signal = dice.choice(self.kind.signals)
        self.boards = dice.sample(BOARDS, dice.choice((1, 2, 2)))
        self.hardware = [b for b in self.boards if b.startswith("lab-")]
        self.repeat = 1
        self.delay = dice.random() * seconds
        self.pick = dice.random()
        self.sweeps = self.kind.whole and dice.random() < 0.5

    __str__ = moment.Choice.__str__


class ArrayMoment(moment.Moment):
    """As with a run; only that Slurm goes on when nobody follows, and that `attach` sees the end."""

    def _send(self, victim):
        if self.choice.kind.name != "node":
            return super()._send(victim)
        names = {pid: name for name, pid in self.stage.pids().items()}
        self.stage.tell("kill_node", names[victim.pid].partition("-")[2])
        return True

    def _begin(self):
        self.scene.begin(*moment.words_of(self.choice.boards, 1, jobs=False), command="submit")

    def _finish(self):
        """Slurm is healed at once; who followed is replaced until all have their results."""
        self.stage.tell("heal")
        status = self._follow()
        if self.choice.kind.name == "follower" and self.scene.run() and self._was_submitted():
            self.scene.begin(os.path.basename(self.scene.run()), command="attach")
            status = self._follow()
        self.violations += self.stage.wait_idle()
        return status

    def _was_submitted(self):
        return os.path.isdir(os.path.join(self.scene.run(), "slurm"))

    def _follow(self):
        """Until who follows has ended, with nothing that waits in Slurm's queue for minutes."""
        end = time.monotonic() + HANG_S
        remind = self.stage.reminder()
        while self.scene.process.poll() is None and time.monotonic() < end:
            self.stage.tell("hurry")
            remind()
            time.sleep(0.3)
        return self.scene.finish(1)

    def _resume(self, kept):
        self.scene.begin("--resume", os.path.basename(self.scene.run()), command="submit")
        status = self._follow()
        if status is None:
            self.violations.append("hang: the resumed run did not end")
        now = journals.read(self.scene.run())
        self.violations += rules.nothing_lost(kept, now, "after submit --resume")
        self.violations += self.stage.wait_idle()
        return journals.results(now)


class Arrays:
    NAME, SHORT, LONG = "slurm", 3, 50

    def __init__(self, root, work, seed):
        self.stage, self.seed = FarmStage(root, work), seed
        self.seconds, self.wanted = 0, {}

    def prepare(self):
        self.stage.begin()
        for board in BOARDS:
            _, wanted = moment.baseline(self.stage, board)
            self.wanted.update(wanted)
        self.seconds = self._submitted()

    def _submitted(self):
        """How long two boards take by way of Slurm."""
        begun = time.monotonic()
        status, said = self.stage.ask("submit", *moment.words_of(BOARDS[:2], 1, jobs=False), "--results", f"{self.stage.results}/first")
        if status:
            raise Trouble(f"not even what nobody disturbs passes on Slurm: {said}")
        return time.monotonic() - begun

    def moment(self, number):
        return ArrayMoment(self.stage, number, Choice(self.seed, number, self.seconds), self.wanted)

    def close(self):
        self.stage.close()
