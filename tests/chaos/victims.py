"""What can be killed: which processes of a run, and of the lab that it uses, each kind means."""
import signal

KILL, TERM, INT, HUP, ABRT = signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGABRT


class Kind:
    """`find(scene)` has the candidates just now. `leaves_on`: nobody is left who could switch the board off."""

    def __init__(self, name, weight, signals, find, leaves_on=False, whole=False):
        self.name, self.weight, self.signals, self.find = name, weight, signals, find
        self.leaves_on, self.whole = leaves_on, whole


def _is_qemu(process):
    return process.name.startswith("qemu-system")


def _supervisor(scene):
    return [p for p in scene.of_run() if p.pid == scene.supervisor]


def _sessions(scene):
    return [p for p in scene.of_run() if p.parent == scene.supervisor and p.name == "runtest"]


def _machines(scene):
    return [p for p in scene.of_run() if _is_qemu(p)]


def _helpers(scene):
    """What sessions start besides machines: switches that are commands, and whoever watches over them."""
    sessions = {p.pid for p in _sessions(scene)}
    return [p for p in scene.of_run() if p.pid != scene.supervisor and p.pid not in sessions and not _is_qemu(p)]


def _of_lab(name):
    return lambda scene: [p for p in scene.of_lab() if p.name == name]


def _lab_machines(scene):
    return [p for p in scene.of_lab() if _is_qemu(p) and any(f"/{b}," in w or w.endswith(f"/{b}") for w in p.words for b in scene.boards)]


def _lab(scene):
    return [p for p in scene.of_lab() if p.pid == scene.lab]


KINDS = (
    Kind("supervisor", 6, (KILL, KILL, TERM, INT, HUP), _supervisor),
    Kind("session", 6, (KILL, KILL, ABRT, TERM), _sessions),
    Kind("qemu", 4, (KILL, TERM, ABRT), _machines),
    Kind("helper", 3, (KILL, TERM), _helpers),
    Kind("tree", 6, (KILL,), _supervisor, leaves_on=True, whole=True),
    Kind("lab-qemu", 1, (KILL,), _lab_machines),
    Kind("ser2net", 3, (KILL, TERM), _of_lab("ser2net")),
    Kind("sshd", 2, (KILL,), _of_lab("sshd")),
    Kind("pdudaemon", 3, (KILL, TERM), _of_lab("pdudaemon"), leaves_on=True),
    Kind("lab", 2, (KILL, TERM), _lab, leaves_on=True),
)


def by_name(name):
    return next(k for k in KINDS if k.name == name)


def signal_name(number):
    return signal.Signals(number).name


