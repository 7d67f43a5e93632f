"""What tests/bench/rawboots needs of a run: a line "END FOLDER" for every session that was booted.

Usage: rawlist.py RESULTS.JSON >LIST

END is where the last text ends that the session waited for: the last expected or denied one, or the last line of the
guest's own tests; the end of the log where it waited for one more that did not come. The folder that a board fetches
from by TFTP goes away with its session: it is made again, of links.
"""
import json
import os
import sys


def line_end(log, offset):
    end = log.find(b"\n", offset)
    return len(log) if end < 0 else end + 1


def last_text(session, log):
    evidence = session["evidence"]["console"]
    denied = evidence["denied"]
    if evidence["awaited"] and not denied:
        return len(log)
    cases = [c for t in session["guest_tests"] for c in t["cases"]]
    ends = [s["offset"] + len(s["text"].encode()) for s in evidence["seen"] + denied]
    ends += [line_end(log, c["offset"]) for c in cases]
    return min(max(ends, default=len(log)), len(log))


def bring_back_tftp(folder, image):
    for word in open(folder + "/qemu.args").read().split("\0"):
        served = word.partition(",tftp=")[2].replace(",,", ",")
        if served and not os.path.exists(served):
            os.mkdir(served)
            for name in os.listdir(os.path.dirname(image)):
                os.symlink(os.path.join(os.path.dirname(image), name), os.path.join(served, name))


def main(path):
    for s in json.load(open(path))["sessions"]:
        if not s["paths"]["qemu_args"] or s["verdict"] == "skipped":
            continue
        folder = os.path.join(os.path.dirname(os.path.realpath(path)), s["paths"]["dir"])
        bring_back_tftp(folder, s["paths"]["image"])
        print(last_text(s, open(folder + "/console.log", "rb").read()), folder)


main(sys.argv[1])
