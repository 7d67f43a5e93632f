"""The farm's own files of boards, asked with the kernel's words: who has a lock, which board is marked as powered."""
import fcntl
import glob
import os
import struct

FLOCK = "hhqqi4x"  # struct flock on 64-bit Linux: type, whence, start, length, process


def lock_holder(path):
    """The process that has the file's record lock, or None."""
    with open(path, "rb+") as file:
        asked = struct.pack(FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        kind, _, _, _, pid = struct.unpack(FLOCK, fcntl.fcntl(file, fcntl.F_GETLK, asked))
        return None if kind == fcntl.F_UNLCK else pid


def is_flocked(path):
    """The other kind of lock, which does not say whose it is."""
    with open(path, "rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return False
        except BlockingIOError:
            return True


def held(state):
    """Of every file of the folder that somebody has locked: its name and by whom."""
    found = {}
    for path in sorted(glob.glob(f"{state}/**", recursive=True)):
        if not os.path.isfile(path):
            continue
        try:
            pid = lock_holder(path)
            if pid is None and is_flocked(path):
                pid = "that is not known"
        except FileNotFoundError:  # taken away meanwhile
            continue
        if pid is not None:
            found[os.path.basename(path)] = pid
    return found


def powered(state):
    """Units that are marked as powered."""
    return {os.path.basename(path)[: -len(".powered")] for path in glob.glob(f"{state}/**/*.powered", recursive=True)}
