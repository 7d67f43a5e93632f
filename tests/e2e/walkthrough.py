#!/usr/bin/env python3
"""Follow a page word for word. Usage: walkthrough.py [--url URL] [--from HEADING] PAGE FOLDER

In FOLDER, in the page's order: a fenced block behind a line "`FILE`:" becomes that file; one behind "At the end of `FILE`:" is put
to its end; the lines of an `sh` block are run by one shell for all of the page. A line must succeed, or end as its comment
"# exit status N" says. A `console` block is what the block before it must have said, line by line: "..." alone stands for any
lines, within a line for any text; times and spaces do not matter. --url: what URL stands for. --from: begin at that heading.
"""
import argparse
import pathlib
import re
import subprocess
import sys

END = "walkthrough-end-of-command"


def normal(line):
    line = re.sub(r"\d+(\.\d+)?( ?ms|s|m\d\ds)\b", "TIME", line)
    return " ".join(line.split())


def pattern(line):
    return re.compile(".*".join(re.escape(p.strip()) for p in normal(line).split("...")))


def mismatch(said, shown):
    """Which shown line did not come, or None."""
    said, at, anywhere = [normal(s) for s in said.splitlines()], 0, False
    for line in shown.splitlines():
        if line.strip() == "...":
            anywhere = True
            continue
        found = next((i for i in range(at, len(said) if anywhere else min(at + 1, len(said)))
                      if pattern(line).fullmatch(said[i])), None)
        if found is None:
            return line
        at, anywhere = found + 1, False
    return None if anywhere or at == len(said) else f"nothing more, but came: {said[at]}"


class Shell:
    def __init__(self, folder):
        self.process = subprocess.Popen(["bash"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, bufsize=1)

    def run(self, line):
        self.process.stdin.write(f"{line} </dev/null\nwalked=$?; echo; echo {END} $walked \"$PWD\"\n")
        self.process.stdin.flush()
        said = ""
        for text in self.process.stdout:
            if text.startswith(END):
                _, status, folder = text.rstrip("\n").split(" ", 2)
                return said[:-1], int(status), pathlib.Path(folder)
            said += text
        sys.exit(f"the shell ended in: {line}")


def commands(block):
    return [line for line in block.replace("\\\n", " ").splitlines() if line.strip() and not line.lstrip().startswith("#")]


def blocks(text):
    """(line before, language, body) of every fenced block; headings as ("#", title, "")."""
    before, lines = "", iter(text.splitlines())
    for line in lines:
        if line.startswith("```"):
            body = []
            for inner in lines:
                if inner == "```":
                    break
                body.append(inner + "\n")
            yield before, line[3:], "".join(body)
        elif line.startswith("#"):
            yield "#", line.lstrip("# "), ""
        if line.strip():
            before = line


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", default="URL")
    parser.add_argument("--from", dest="begin")
    parser.add_argument("page")
    parser.add_argument("folder")
    args = parser.parse_args()
    shell, here, said, count, begun = Shell(args.folder), pathlib.Path(args.folder), "", 0, not args.begin
    for before, kind, body in blocks(pathlib.Path(args.page).read_text(encoding="utf-8")):
        if before == "#":
            begun = begun or kind == args.begin
            continue
        if not begun:
            continue
        file = re.search(r"(At the end of )?`([^`]+)`:$", before)
        if kind == "sh":
            said = ""
            for line in commands(body):
                want = int(re.search(r"# exit status (\d+)", line)[1]) if "# exit status" in line else 0
                text, status, here = shell.run(re.sub(r"\s+#.*", "", line).replace("URL", args.url))
                said, count = said + text, count + 1
                if status != want:
                    sys.exit(f"exit status {status}, not {want}: {line}\n{text}")
        elif kind == "console":
            line = mismatch(said, body)
            if line:
                sys.exit(f"the page shows what did not come: {line}\nwhat came:\n{said}")
        elif file:
            with open(here / file[2], "a" if file[1] else "w", encoding="utf-8") as out:
                out.write(body)
    if not count:
        sys.exit("no command was run")
    print(f"{count} commands")


main()
