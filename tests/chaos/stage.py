"""Where moments take place: a project of its own with a virtual lab, and how the lab is mended after something was killed."""
import glob
import os
import subprocess
import time

import processes

HANG_S = 300  # what takes longer hangs; everything here takes seconds


class Trouble(Exception):
    """The stage itself does not work: no moment can be judged."""


class Stage:
    def __init__(self, root, work):
        self.root = root
        self.work = work
        self.runtest = os.path.join(root, "runtest")
        self.project = os.path.join(work, "project")
        self.state = os.path.join(work, "state")
        self.results = os.path.join(work, "results")
        self.mark = f"RUNTEST_CHAOS_LAB={os.getpid()}-{os.path.basename(work)}"
        self.lab = None
        self.lab_id = None
        self._make_project()

    def _make_project(self):
        for folder in (f"{self.project}/build", self.state, self.results):
            os.makedirs(folder, exist_ok=True)
        for name in ("boards", "images", "scenarios"):
            os.symlink(os.path.join(self.root, name), f"{self.project}/{name}")
        for name in ("cache", "images"):  # variants are built once for everybody
            os.makedirs(f"{self.root}/build/{name}", exist_ok=True)
            os.symlink(f"{self.root}/build/{name}", f"{self.project}/build/{name}")

    def environment(self, mark):
        name, value = mark.split("=")
        return {**os.environ, "RUNTEST_STATE": self.state, name: value}

    def command(self, *words):
        return [self.runtest, "--project", self.project, *words]

    def ask(self, *words, timeout=HANG_S):
        """A short command of the harness: (status, what it says)."""
        try:
            done = subprocess.run(self.command(*words), env=self.environment(self.mark), stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout, check=False)
        except subprocess.TimeoutExpired as e:
            raise Trouble(f"{' '.join(words)} hangs") from e
        return done.returncode, done.stdout.decode(errors="replace").strip()

    # ---- the lab ----

    def lab_pid(self):
        return self.lab.pid

    def start_lab(self):
        log = os.path.join(self.work, "lab.log")
        with open(log, "ab") as out:
            said = out.tell()
            self.lab = subprocess.Popen(self.command("lab"), env=self.environment(self.mark), stdin=subprocess.DEVNULL,
                                        stdout=out, stderr=subprocess.STDOUT)
        end = time.monotonic() + HANG_S
        while time.monotonic() < end and self.lab.poll() is None:
            with open(log, encoding="utf-8", errors="replace") as file:
                file.seek(said)
                ready = [line.split()[-1] for line in file if line.startswith("lab ready: ")]
            if ready:
                self.lab_id = ready[0]
                return
            time.sleep(0.02)
        raise Trouble(f"the lab does not start: see {log}")

    def lab_lives(self):
        return self.lab is not None and self.lab.poll() is None

    def stop_lab(self):
        if self.lab_lives():
            self.lab.terminate()
            try:
                self.lab.wait(HANG_S)
            except subprocess.TimeoutExpired:
                self.lab.kill()
                self.lab.wait()

    def mend(self, boards):
        """Servers that are gone run again, and so does the lab."""
        if not self.lab_lives():
            self.start_lab()
        for board in boards:
            status, said = self.ask("lab", "tell", self.lab_id, "fault", board, "none")
            if status:
                raise Trouble(f"the lab cannot be mended: {said}")
        for record in glob.glob(f"{self.state}/**/*.health", recursive=True):
            os.remove(record)  # that it failed while its lab was ill says nothing about a board

    def lab_processes(self):
        return processes.marked(self.mark)

    def has_power(self, board):
        """What the lab itself says of its board's power: True, False."""
        if not self.lab_lives():
            return False  # its boards are processes that end with it
        status, said = self.ask("lab", "tell", self.lab_id, "state", board)
        if status or said not in ("on", "off"):
            raise Trouble(f"the lab does not tell the power of {board}: {said}")
        return said == "on"
