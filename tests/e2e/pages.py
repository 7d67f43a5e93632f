#!/usr/bin/env python3
"""Do pages show commands, options and links that there are? Usage: pages.py PROGRAM PAGE...

Commands are what follows "runtest" in code, whole lines or `spans`. A name that is no command must be a scenario of the folder
scenarios/ beside the first page (README.md), or of a new project (contrib/). Every
--option must stand in the command's --help. A link's file must be there, and
have the heading that the link names.
"""
import pathlib
import re
import subprocess
import sys

program, first = sys.argv[1], pathlib.Path(sys.argv[2])
COMMAND = re.compile(r"(?<![\w/-])(?:\./)?runtest((?: --(?:lab|project) \S+)*) ([a-z][a-z-]*)(?![\w.:])([^;|&#\n`]*)")


def ask(*words):
    return subprocess.run([program, *words, "--help"], capture_output=True, text=True, check=False).stdout


def code(text):
    """Code of a page: indented lines, fenced blocks, spans."""
    fenced = [body for kind, body in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S) if kind in ("", "sh")]
    text = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    indented = re.findall(r"^    (.*)$", text, re.M)
    spans = [s for part in re.sub(r"^    .*$", "", text, flags=re.M).split("\n\n") for s in re.findall(r"`([^`]+)`", part)]
    return fenced + indented + [s.replace("\n", " ") for s in spans]


def anchors(path):
    heads = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in heads}


helps = {name: ask(name) for name in re.findall(r"^  ([a-z]+) ", ask().split("Commands:")[1], re.M)}
scenarios = {p.stem for folder in ("scenarios", "contrib/project/scenarios") for p in (first.parent / folder).glob("*.yaml")}
seen, wrong = 0, []
for page in map(pathlib.Path, sys.argv[2:]):
    text = page.read_text(encoding="utf-8")
    shown = set(re.findall(r"^`scenarios/([\w-]+)\.yaml`:$", text, re.M))  # which the page has its reader write
    for name, rest in [m[1:] for line in code(text) for m in COMMAND.findall(line)]:
        seen += 1
        if name not in helps and name not in scenarios | shown:
            wrong.append(f"{page}: there is no command or scenario {name}")
        about = helps.get(name, helps["run"])
        wrong += [f"{page}: {name} has no option {o}" for o in re.findall(r"(?<=\s)--[a-z][a-z-]*", rest)
                  if o != "--help" and not re.search(re.escape(o) + r"(?![a-z-])", about)]
    for target, anchor in re.findall(r"\]\((?![a-z]+:)([^)#\s]*)(?:#([^)\s]+))?\)", text):
        file = (page.parent / target) if target else page
        if not file.exists():
            wrong.append(f"{page}: links to {target}, which is not there")
        elif anchor and anchor not in anchors(file):
            wrong.append(f"{page}: {file.name} has no heading #{anchor}")
print("\n".join(wrong))
if seen < 20:
    print(f"only {seen} commands found")
sys.exit(1 if wrong or seen < 20 else 0)
