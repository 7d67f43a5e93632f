#!/usr/bin/env python3
"""Run every command that pages show. Usage: shown.py list|run WAYS PAGE... (run: in the current folder, a project)

Commands are the lines of `sh` blocks, indented lines of pages that call runtest or make, and what follows "$ " in blocks of a
terminal. How each is run stands in WAYS, one line each, of which the one that is the same counts, else the first whose glob matches:

  GLOB            as it is shown
  GLOB => WAY...  with what the ways say; between them ";"

  status N          it ends with exit status N
  plus WORDS        with these words at its end, so that it is over in a moment
  set A=B           with B for the word A (B,C: for the first A and for the second)
  before COMMAND    after that
  rehearse SETUP    after that, where /etc is the copy host/etc-copy and /home and /var/lib are empty
  by FILE TEXT      not here: that test runs it, and has TEXT in it

`list` says what is wrong with WAYS: a command that none fits, a way that fits none, a test that is not there. `run` runs what is not
left to other tests. In front of each, results/latest is what it was in the beginning.
"""
import fnmatch
import os
import pathlib
import re
import subprocess
import sys
import time

what, ways_file, *pages = sys.argv[1:]
ROOT = pathlib.Path(ways_file).resolve().parents[2]
CALL = re.compile(r"(\$ )?(export [A-Z_]+=\S*|umask \d|printf .*\| ?runtest|git diff|openssl|(([A-Z_]+=\S+ )*(\./)?(runtest|make)) )")
LIMIT = 300


def code(text):
    for kind, body in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S):
        for line in re.sub(r"\\\n\s*", " ", body).splitlines():
            if kind == "sh" and line.strip() and not line.startswith("#"):
                yield line
            elif kind in ("", "console") and line.startswith("$ "):
                yield line[2:]
    text = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    for line in re.sub(r"([\\|])\n\s*", lambda m: " " if m[1] == "\\" else "| ", text).splitlines():
        if line.startswith("    ") and CALL.match(line.strip() + " "):
            yield re.sub(r"^\$ ", "", line.strip())


def shown():
    for page in map(pathlib.Path, pages):
        for line in code(page.read_text(encoding="utf-8")):
            yield page, " ".join(re.sub(r"(^|\s)#.*", "", line).split())


def read_ways():
    for line in pathlib.Path(ways_file).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            glob, _, rest = line.partition(" => ")
            yield [glob.strip(), [w.strip().split(" ", 1) for w in rest.split(";") if w.strip()], 0]


ways = list(read_ways())
wrong, left, ran = [], 0, 0


def way_of(command):
    fits = [w for w in ways if w[0] == command] or [w for w in ways if fnmatch.fnmatchcase(command, w[0].replace("[", "[[]"))]
    for way in fits[:1]:
        way[2] += 1
        return way[1]
    return None


def replaced(command, rule):
    word, values = rule.split("=", 1)
    for value in values.split(","):
        command = re.sub(rf"(?<![\w-]){re.escape(word)}(?![\w-])", lambda m, v=value: v, command,
                         count=1 if "," in values else 0)
    return command


def run(command, steps):
    status, line, before = 0, command, ""
    for kind, rest in steps:
        if kind == "status":
            status = int(rest)
        elif kind == "plus":
            line += " " + rest
        elif kind == "set":
            line = replaced(line, rest)
        elif kind == "before":
            before += rest + "\n"
        elif kind == "rehearse":
            line = f"unshare -m sh -ec 'mount --bind host/etc-copy /etc; mount -t tmpfs none /home; mount -t tmpfs none /var/lib; {rest}; {line}'"
            line = line if os.getuid() == 0 else "sudo -n " + line
    latest = pathlib.Path("results/latest")
    latest.unlink(missing_ok=True)
    latest.symlink_to(os.environ["LATEST"])
    begun = time.monotonic()
    try:
        done = subprocess.run(["bash", "-c", before + line], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, errors="replace", timeout=LIMIT, check=False)
        got, said = done.returncode, done.stdout
    except subprocess.TimeoutExpired as e:
        got, said = f"none after {LIMIT} s", (e.stdout or b"").decode(errors="replace")
    print(f"{time.monotonic() - begun:6.1f} s  {'' if got == status else f'({got}) '}{line}", flush=True)
    if got != status:
        wrong.append(f"exit status {got}, not {status}: {line}\n{said[-1500:]}")
    subprocess.run("runtest release rockpro-1; runtest power --no-wait rockpro-1 off", shell=True, check=False, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


seen = set()
for page, command in shown():
    steps = way_of(command)
    if command in seen:
        continue
    seen.add(command)
    if steps is None:
        wrong.append(f"{page.name}: how is this run? {command}")
        continue
    other = next((rest for kind, rest in steps if kind == "by"), None)
    left += other is not None
    ran += other is None
    if other:
        file, _, text = other.partition(" ")
        if not (ROOT / file).is_file() or text not in (ROOT / file).read_text(encoding="utf-8"):
            wrong.append(f"{page.name}: {file} does not have: {text}  ({command})")
    elif what == "run":
        run(command, steps)
wrong += [] if what == "run" else [f"no page shows what this is for: {glob}" for glob, _, count in ways if not count]
print(f"{ran} commands here, {left} by other tests")
if wrong:
    sys.exit("\n".join(wrong))
