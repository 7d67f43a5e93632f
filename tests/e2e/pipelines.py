#!/usr/bin/env python3
"""Are pipelines what the systems take, as far as that can be told without them? Prints the commands of this program in them, one
a line. Usage: pipelines.py FILE...   (.github's or .gitlab's YAML, or a Jenkinsfile)
"""
import pathlib
import re
import sys

import yaml

ACTIONS = re.compile(r"actions/(checkout|cache|upload-artifact)@v\d+")
GITLAB_WORDS = {"stages", "workflow", "variables", "default", "include"}


def texts(node):
    """Every text in a tree of YAML."""
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        return [t for n in node for t in texts(n)]
    return [node] if isinstance(node, str) else []


def github(tree):
    for name, job in tree["jobs"].items():
        assert "runs-on" in job and "timeout-minutes" in job, f"{name} does not say where it runs, or for how long"
        for need in [job["needs"]] if "needs" in job else []:
            assert need in tree["jobs"], f"{name} needs {need}, which is no job"
        for step in job["steps"]:
            assert ("run" in step) != ("uses" in step), f"{name} has a step that is neither a command nor an action: {step}"
            assert "uses" not in step or ACTIONS.fullmatch(step["uses"]), f"{name} uses {step.get('uses')}"
            # A shell that waits passes no signal on.
            for line in step.get("run", "").splitlines():
                assert "runtest run" not in line or line.startswith("exec "), f"{name}: no exec before {line}"
    return [step["run"] for job in tree["jobs"].values() for step in job["steps"] if "run" in step]


def gitlab(tree):
    jobs = {n: j for n, j in tree.items() if n not in GITLAB_WORDS}
    for name, job in jobs.items():
        extends = job.get("extends")
        assert not extends or extends in jobs, f"{name} extends {extends}, which is nothing"
        if name.startswith("."):
            continue
        assert job["stage"] in tree["stages"], f"{name} is of no stage: {job['stage']}"
        assert job["script"] and "timeout" in job, f"{name} has no script, or no limit"
        artifacts = job.get("artifacts") or jobs[extends]["artifacts"]
        assert artifacts["when"] == "always" and artifacts["reports"]["junit"], f"{name} keeps nothing of a failure"
    return texts(tree)


def jenkins(text):
    """Blocks and quotes; a `post` with `always` and `junit` for each stage that runs sessions."""
    bare = re.sub(r"'''.*?'''|'[^'\n]*'|//[^\n]*", "", text, flags=re.S)
    assert "'" not in bare, "a quote is open"
    for pair in ("{}", "()"):
        assert bare.count(pair[0]) == bare.count(pair[1]), f"{pair} do not match"
    assert len(re.findall(r"always \{[^}]*junit", bare)) == text.count("runtest run "), "sessions without junit"
    return re.findall(r"sh (?:'''(.*?)'''|'([^'\n]*)')", text, re.S)


def commands(text):
    return re.findall(r"(?<![\w./-])(?:\./)?(runtest [a-z][^;|&>\n]*[^;|&>\n ])", text)


for path in map(pathlib.Path, sys.argv[1:]):
    content = path.read_text(encoding="utf-8")
    try:
        if path.suffix == ".yml":
            parsed = yaml.safe_load(content)
            scripts = github(parsed) if "jobs" in parsed else gitlab(parsed)
        else:
            scripts = ["".join(pair) for pair in jenkins(content)]
    except (AssertionError, KeyError, TypeError, yaml.YAMLError) as wrong:
        sys.exit(f"{path}: {type(wrong).__name__}: {wrong}")
    found = [c for s in scripts for c in commands(s)]
    if not any(" run " in c for c in found):
        sys.exit(f"{path}: it runs nothing")
    print("\n".join(found))
