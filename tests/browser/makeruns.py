#!/usr/bin/env python3
"""Runs that nobody has to wait for, made from a real one: makeruns.py hostile FROM TO | large FROM TO SESSIONS [CONSOLE_MIB]

hostile: what a board (or a file's name) could say to break out of a page. large: the sessions of FROM again and again, as repeats,
with the console of LONG as long as asked for."""
import json, os, random, shutil, sys

LONG = "pd-survives.unpatched.qemu_virt_aarch64.debug.1"  # which of those that fail ended first is a matter of chance
EVIL = "</script><script>document.title='broken out'</script><img src=x onerror=\"document.title='broken out'\">' \" & <!-- \u2028 \u202e"


def read(folder):
    run = json.load(open(f"{folder}/run.json"))
    return run, [json.loads(line) for line in open(f"{folder}/journal.jsonl")]


def write(folder, run, events):
    with open(f"{folder}/run.json", "w") as f:
        json.dump(run, f)
    with open(f"{folder}/journal.jsonl", "w") as f:
        for e in events:
            f.write(json.dumps(e, separators=(",", ":")) + "\n")


def hostile(source, to):
    shutil.copytree(source, to)
    run, events = read(to)
    for e in events:
        r = e.get("result")
        if r and r["verdict"] != "pass":
            r["why"] = EVIL + r.get("why", "")
            r["evidence"]["ground"] = EVIL
            r["evidence"].setdefault("console", {})["tail"] = EVIL + "\n\x1b[31mred\x1b[0m\x07"
            r["evidence"]["notes"] = [EVIL]
            for p in r.get("phases", []):
                p["name"] += "<b>"
            with open(f"{to}/{r['paths']['console']}", "ab") as f:
                f.write(EVIL.encode() + b"\n\x1b]0;title\x07\x1b[2J\x00\xff\xfe\xc3(\r\n" + b"x" * 100000 + b"\nthe last line <b>\n")
    write(to, run, events)


def repeated(result, session, repeat, source, to):
    """The result under another name, with files of its own: links, which cost nothing."""
    name = session.split("/")[1]
    paths = {k: v.replace(result["paths"]["dir"], f"{name}/1") if v and k not in ("image", "image_sha256") else v
             for k, v in result["paths"].items()}
    if repeat > 1:
        os.makedirs(f"{to}/{paths['dir']}")
        for k in ("console", "index", "survival"):
            os.link(f"{source}/{result['paths'][k]}", f"{to}/{paths[k]}")
    return {**result, "session": session, "repeat": repeat, "paths": paths}


def large(source, to, sessions, mib):
    shutil.copytree(source, to)
    run, events = read(source)
    results = {e["result"]["session"].split("/")[1]: e for e in events if e["event"] == "session-ended"}
    plan, out, base = [], [], run["plan"]
    for i in range(sessions):
        p, repeat = dict(base[i % len(base)]), i // len(base) + 1
        ended = results[p["session"]]
        name = p["session"].rsplit(".", 1)[0] + f".{repeat}"
        out.append({"event": "session-started", "at": ended["at"], "session": name})
        out.append({**ended, "result": repeated(ended["result"], f"{run['run']}/{name}", repeat, source, to)})
        plan.append({**p, "session": name, "repeat": repeat})
    out.append(events[-1])
    run["plan"] = plan
    write(to, run, out)
    if mib:
        paths = results[LONG]["result"]["paths"]
        console(f"{to}/{paths['console']}", f"{to}/{paths['index']}", mib << 20)


def console(path, index, size):
    """Lines as boards write them, with a needle in the middle."""
    rand, at, us, n, needle = random.Random(7), 0, 0, 0, False
    with open(path, "w") as log, open(index, "w") as idx:
        while at < size:
            n += 1
            line = f"[{us / 1e6:12.6f}] hello: step {n} of the loop, value 0x{rand.getrandbits(48):012x}, checksum ok\n"
            if at > size // 2 and not needle:
                line, needle = "NEEDLE in the haystack\n", True
            idx.write(f"{at} {us}\n")
            log.write(line)
            at += len(line)
            us += 137


if __name__ == "__main__":
    kind, source, to = sys.argv[1:4]
    shutil.rmtree(to, ignore_errors=True)
    if kind == "hostile":
        hostile(source, to)
    else:
        large(source, to, int(sys.argv[4]), int(sys.argv[5]) if len(sys.argv) > 5 else 0)
