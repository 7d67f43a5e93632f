"""A stage whose boards hang on the two nodes of a Slurm: farm.sh keeps it, and does what it is told."""
import os
import subprocess
import time

import processes
from stage import HANG_S, Stage, Trouble

ASK_S = 45
FOLDER = os.path.dirname(os.path.abspath(__file__))


class FarmStage(Stage):
    def __init__(self, root, work):
        super().__init__(root, work)
        self.keeper = None
        self.log = os.path.join(work, "farm.log")
        self.slurm_conf = None

    def environment(self, mark):
        own = {k: v for k, v in super().environment(mark).items() if not k.startswith(("SLURM_", "SBATCH_", "SQUEUE_"))}
        return {**own, "SLURM_CONF": self.slurm_conf} if self.slurm_conf else own

    def begin(self):
        with open(self.log, "ab") as log:
            self.keeper = subprocess.Popen([os.path.join(FOLDER, "farm.sh"), self.root, self.work], stdin=subprocess.PIPE,
                                           stdout=subprocess.PIPE, stderr=log, env=self.environment(self.mark))
        words = self._line().split()
        if len(words) != 3 or words[0] != "farm":
            raise Trouble(f"the farm does not start: see {self.log}")
        self.lab_id, self.slurm_conf = words[1:]
        self.lab = self.keeper  # it lives as long as that

    def _line(self):
        return self.keeper.stdout.readline().decode().strip()

    def tell(self, *words):
        """A command of farm.sh; what it says before it is done."""
        try:
            self.keeper.stdin.write((" ".join(words) + "\n").encode())
            self.keeper.stdin.flush()
        except BrokenPipeError as e:
            raise Trouble(f"the farm has ended: see {self.log}") from e
        said = []
        while (line := self._line()) not in ("done", "failed", ""):
            said.append(line)
        if line != "done":
            raise Trouble(f"the farm does not do {' '.join(words)}: see {self.log}")
        return said

    def pids(self):
        return {words[1]: int(words[2]) for words in (line.split() for line in self.tell("pids")) if words[0] == "pid"}

    def lab_pid(self):
        return self.pids()["lab"]

    def mend(self, boards):
        self.tell("heal")
        super().mend(boards)

    def reminder(self):
        """To be called while something is waited for.

        A controller that was killed while a job ended, or whose node was killed while a job began there, takes it for running
        until it next asks the node, minutes later: it is told to ask."""
        due = time.monotonic() + ASK_S

        def remind():
            nonlocal due
            if time.monotonic() > due:
                self.tell("ask_nodes")
                due += ASK_S
        return remind

    def wait_idle(self):
        """No job is left, and what ends a job (the epilog) is over."""
        end = time.monotonic() + HANG_S
        remind = self.reminder()
        while time.monotonic() < end:
            done = subprocess.run(["squeue", "--noheader", "--array"], env=self.environment(self.mark), stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, check=False)
            if done.returncode == 0 and not done.stdout.strip():
                return []
            self.tell("release")
            self.tell("hurry")
            remind()
            time.sleep(0.2)
        return [f"hang: jobs are left: {done.stdout.decode().strip()[:200]}"]

    def steps(self):
        """Who keeps the steps of this farm's jobs: they have the node's log open."""
        return [p for p in processes.all_processes() if p.name == "slurmstepd" and not p.is_dead() and
                f"SLURM_CONF={self.slurm_conf}".encode() in p.environment]

    def close(self):
        if self.keeper and self.keeper.poll() is None:
            self.keeper.stdin.close()
            try:
                self.keeper.wait(HANG_S)
            except subprocess.TimeoutExpired:
                self.keeper.kill()
                self.keeper.wait()
