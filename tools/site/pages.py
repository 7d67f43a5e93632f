#!/usr/bin/env python3
"""Lay out the pages of docs/ and the manual pages for mkdocs. Usage: pages.py ROOT MAN-FOLDER OUT

OUT gets mkdocs.yml and pages/. A link to a file outside of docs/ becomes one to a copy in pages/files/; a list or a table that stands
directly below text gets the empty line that GitHub does without. A page of docs/ that stands nowhere in mkdocs.yml is under "More".
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

root, man, out = map(pathlib.Path, sys.argv[1:])
docs, pages = root / "docs", out / "pages"
ITEM = re.compile(r"\s*([-*]|\d+\.) ")


def with_empty_lines(text):
    """An empty line in front of every list and table."""
    lines, fenced, before = [], False, ""
    for line in text.split("\n"):
        fenced ^= line.startswith("```")
        begins = (ITEM.match(line) and not line.startswith(" ") and not ITEM.match(before) and not before.startswith(" ")
                  ) or (line.startswith("|") and not before.startswith("|"))
        if begins and before.strip() and not fenced:
            lines.append("")
        lines.append(line)
        before = line
    return "\n".join(lines)


def copied(page, target):
    """The link's target, beside the page if it is one of docs/, else copied to files/."""
    path, _, anchor = target.partition("#")
    file = (page.parent / path).resolve()
    if not path or re.match(r"[a-z]+:", target) or docs.resolve() in file.parents:
        return target
    if file == (root / "README.md").resolve():
        return os.path.relpath(docs / "index.md", page.parent)
    kept = pages / "files" / (str(file.relative_to(root.resolve())).lstrip(".").replace("/.", "/") + ".txt")
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, kept)
    return os.path.relpath(kept, pages / page.parent.relative_to(docs)) + ("#" + anchor if anchor else "")


def title(page):
    return page.read_text(encoding="utf-8").split("\n", 1)[0].lstrip("# ")


shutil.rmtree(out, ignore_errors=True)
pages.mkdir(parents=True)
for page in sorted(docs.rglob("*")):
    here = pages / page.relative_to(docs)
    here.parent.mkdir(parents=True, exist_ok=True)
    if page.suffix == ".md":
        text = re.sub(r"\]\(([^)\s]+)\)", lambda m, p=page: f"]({copied(p, m[1])})", page.read_text(encoding="utf-8"))
        here.write_text(with_empty_lines(text), encoding="utf-8")
    elif page.is_file():
        shutil.copyfile(page, here)
shutil.copyfile(root / "tools/site/site.css", pages / "site.css")

commands = []
for page in sorted(man.glob("*.1")):
    name = page.stem.replace("runtest-", "runtest ", 1)
    html = subprocess.run(["mandoc", "-T", "html", "-O", "fragment,man=%N.html", page], check=True, capture_output=True, text=True).stdout
    body = re.sub(r'<table class="(head|foot)">.*?</table>\n', "", html, flags=re.S)
    body = re.sub(r"<(/?)h1\b", r"<\1h2", body)
    (pages / "commands").mkdir(exist_ok=True)
    (pages / "commands" / (page.stem + ".md")).write_text(f"# {name}\n\n{body}", encoding="utf-8")
    commands.append(f"          - {name}: commands/{page.stem}.md")
decisions = [f'      - "{title(d)}": decisions/{d.name}' for d in sorted((docs / "decisions").glob("*.md"))]
config = (root / "tools/site/mkdocs.yml").read_text(encoding="utf-8")
lost = sorted(p for p in docs.glob("*.md") if not re.search(rf": {re.escape(p.name)}$", config, re.M))
if lost:
    config += "  - More:\n" + "".join(f'      - "{title(p)}": {p.name}\n' for p in lost)
(out / "mkdocs.yml").write_text(
    config.replace(" COMMANDS", "\n" + "\n".join(commands)).replace(" DECISIONS", "\n" + "\n".join(decisions)), encoding="utf-8")
