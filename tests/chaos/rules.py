"""What must hold, whatever was killed. Each rule looks from outside and answers with sentences, one for each violation."""
import time

import boards
import journals
import processes

GONE_S = 120    # no process, lock or power of a run is left so long after it ended: hang limits, usually it is milliseconds
OK = ("pass", "expected-fail")
NO_CLAIM = ("infra", "cancelled")  # verdicts that say nothing about the software


def until(seconds, find):
    """What `find` still finds after so long (None: GONE_S), or nothing as soon as it finds nothing."""
    end = time.monotonic() + (GONE_S if seconds is None else seconds)
    found = find()
    while found and time.monotonic() < end:
        time.sleep(0.02)
        found = find()
    return found


def no_orphan(mark, wait=None):
    return [f"orphan: {p} still runs: {' '.join(p.words)[:160]}" for p in until(wait, lambda: processes.marked(mark))]


def no_lock(state, run, wait=None):
    found = [f"lock: {name} is held by process {pid}" for name, pid in until(wait, lambda: boards.held(state)).items()]
    if until(wait, lambda: run and journals.is_locked(run)):
        found.append(f"lock: the journal of {run} is locked")
    return found


def nothing_lost(before, now, when):
    """A journal only grows: what was kept is there, byte for byte."""
    kept = journals.whole(before)
    if not now.startswith(kept):
        at = next((i for i, (a, b) in enumerate(zip(kept, now)) if a != b), min(len(kept), len(now)))
        return [f"lost: {when}, the journal differs from what was kept at byte {at} of {len(kept)}"]
    try:
        journals.events(now)
    except ValueError as e:
        return [f"lost: {when}, {e}"]
    return []


def results_stay(before, now, when):
    """A session that had a verdict that counts has the same one."""
    found = []
    for name, result in before.items():
        later = now.get(name)
        if result["verdict"] in OK and (later is None or later["verdict"] != result["verdict"]):
            found.append(f"lost: {when}, {name} was {result['verdict']} and is {later['verdict'] if later else 'gone'}")
    return found


def power_is_known(scene, may_be_on, wait=None):
    """A board is off, or (where nobody was left to switch it off) marked, so that the next holder does it first."""
    def on():
        return [b for b in scene.boards if scene.stage.has_power(b)]

    def wrong():
        marks = boards.powered(scene.stage.state)
        return [b for b in on() if not may_be_on or b not in marks]
    return [f"power: {b} is on{' and nobody knows of it' if may_be_on else ''}" for b in until(wait, wrong)]


def all_off(scene, wait=None):
    def wrong():
        return [b for b in scene.boards if scene.stage.has_power(b)] + \
            [f"{b} (by its mark)" for b in boards.powered(scene.stage.state)]
    return [f"power: {b} is on though somebody has seen to it" for b in until(wait, wrong)]


def shape(result):
    """What a verdict stands on, so far as it is the same each time: where a control gives up differs."""
    evidence = result.get("evidence") or {}
    looked = {(p["moment"], p["region"]) for p in evidence.get("pages") or [] if p.get("demanded")}
    phases = [(p["name"], p["outcome"]) for p in result.get("phases") or []] if result["verdict"] == "pass" else []
    return result["verdict"], result.get("cause"), tuple(evidence.get("witnesses") or ()), frozenset(looked), tuple(phases)


def difference(found, want):
    return "; ".join(f"{sorted(f) if isinstance(f, frozenset) else f}, not {sorted(w) if isinstance(w, frozenset) else w}"
                     for f, w in zip(found, want) if f != w)


def no_false_verdict(found, wanted):
    """Software is accused or acquitted only as in a run that nobody disturbed, and by all that spoke there."""
    wrong = []
    for name, result in found.items():
        if result["verdict"] in NO_CLAIM:
            continue
        want = wanted.get(name)
        if want is None:
            wrong.append(f"verdict: {name} was not planned")
        elif result["verdict"] != want[0]:
            wrong.append(f"verdict: {name} is {result['verdict']} ({result.get('cause')}): {result.get('why')}")
        elif shape(result) != want:
            wrong.append(f"evidence: {name} is {result['verdict']} on other evidence: {difference(shape(result), want)}")
    return wrong


def no_false_attempt(attempts):
    """What was tried again was nobody's fault but the lab's."""
    return [f"verdict: an attempt of {name} is {r['verdict']} ({r.get('cause')}): {r.get('why')}"
            for name, r in attempts if r["verdict"] not in NO_CLAIM]


def all_as_demanded(planned, found, wanted):
    wrong = []
    for name in planned:
        result = found.get(name)
        if result is None or result["verdict"] != wanted[name][0]:
            wrong.append(f"not completed: {name} is {result['verdict'] if result else 'without a result'}"
                         f"{': ' + str(result.get('why')) if result else ''}")
    return wrong


def no_strange_row(found, wanted):
    """What an import that was cut short has written is true."""
    strange = sorted(set(found) - set(wanted))
    return [f"history: {len(strange)} rows that no journal has, the first: {strange[0]}"] if strange else []


def same_rows(found, wanted, when):
    """No row is missing, none is there twice, none is strange."""
    missing, strange = set(wanted) - set(found), set(found) - set(wanted)
    if not missing and not strange and len(found) == len(wanted):
        return []
    return [f"history: {when} leaves {len(missing)} rows missing, {len(strange)} strange, {len(found)} for {len(wanted)}"]
