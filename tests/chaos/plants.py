"""Defects that are planted behind the campaign's back, in moments like all others: it has to report each."""
import os
import subprocess
import sys

import journals
import victims

HOLD = "import fcntl, sys, time; f = open(sys.argv[1], 'rb+'); fcntl.lockf(f, fcntl.LOCK_EX); print('held', flush=True); time.sleep(600)"


def _child(one, *argv, marked=False):
    environment = one.stage.environment(one.scene.mark) if marked else os.environ
    child = subprocess.Popen(argv, env=environment, stdout=subprocess.PIPE)

    def end():
        child.kill()
        child.wait()
        child.stdout.close()
    return child, end


def orphan(one):
    return _child(one, "sleep", "600", marked=True)[1]


def lock(one):
    path = os.path.join(one.stage.state, "planted.lock")
    with open(path, "ab"):
        pass
    child, end = _child(one, sys.executable, "-c", HOLD, path)
    child.stdout.readline()
    return end


def power(one):
    board = one.choice.hardware[0]
    one.stage.ask("lab", "tell", one.stage.lab_id, "on", board)
    return lambda: one.stage.ask("lab", "tell", one.stage.lab_id, "off", board)


def _rewrite(one, change):
    path = os.path.join(one.scene.run(), journals.FILE)
    with open(path, "rb") as file:
        data = file.read()
    with open(path, "wb") as file:
        file.write(change(data))
    return lambda: None


def lost(one):
    return _rewrite(one, lambda data: data.split(b"\n", 1)[1])


def verdict(one):
    """A session that was cut off is said to have failed."""
    run = os.path.basename(one.scene.run())
    session = journals.planned(one.scene.run())[0]
    line = f'{{"event":"session-ended","at":"","result":{{"session":"{run}/{session}","verdict":"fail","cause":"pd-code-cleared"}}}}\n'
    return _rewrite(one, lambda data: journals.whole(data) + line.encode())


# What is planted, and how a violation begins that reports it.
ALL = ((orphan, "orphan: "), (lock, "lock: "), (power, "power: "), (lost, "lost: "), (verdict, "verdict: "))


def choice_for(choice):
    """A moment in which nothing else can be wrong, late enough for a journal to be there."""
    choice.kind, choice.signal = victims.by_name("supervisor"), victims.TERM
    choice.sweeps = False
    choice.delay = 0  # there is no hurry, and no run is to have ended by itself
    choice.wait_for_journal = True
    choice.delay = 0  # or the run might be over by then
    return choice
