#!/usr/bin/env bash
# Boots the variants that must pass, over and over: none of them may be accused of anything.
# Usage: tools/honest.sh [N [OPTION...]]    at least N boots (2000); options are those of `runtest run`
# Every session of every scenario takes part once. What is missing to N is done with the two scenarios, and on the boards,
# that take a few tenths of a second. Exit status 0 only when all of them passed.
set -euo pipefail
cd "$(dirname "$0")/.."
wanted=${1:-2000}
shift || true
quick=(pd-survives restart-reloads --board qemu_virt_aarch64 --board qemu_virt_aarch64_el1 --board qemu_virt_riscv64)
results=${HONEST_RESULTS:-results}
runs=()

# sessions SCENARIO OPTION...: how many such a run boots.
sessions() {
	./runtest run --no-controls --dry-run "$@" | grep -c 'must pass$'
}

# What a board is not for is skipped without a word.
boot() {
	{ ./runtest run --no-controls --results "$results" "$@" | tail -n 3; } 2> >(grep -v '^skipped ' >&2) || true
	runs+=("$(readlink -f "$results/latest")")
}

all=$(sessions '*' "$@")
boot '*' "$@"
if [ "$wanted" -gt "$all" ]; then
	each=$(sessions "${quick[@]}" "$@")
	boot "${quick[@]}" "$@" --repeat $(((wanted - all + each - 1) / each))
fi
python3 - "${runs[@]}" <<'PY'
import collections, json, sys
verdicts = collections.Counter()
for run in sys.argv[1:]:
    for s in json.load(open(run + "/results.json"))["sessions"]:
        verdicts[s["verdict"]] += 1
        if s["verdict"] not in ("pass", "skipped"):
            print(f"{run}: {s['name']}: {s['verdict']} {s['cause'] or ''}")
boots = sum(verdicts.values()) - verdicts["skipped"]
accused = verdicts["fail"] + verdicts["vacuous"]
print(f"{boots} boots of honest variants: {verdicts['pass']} passed, {accused} accused, "
      f"{boots - accused - verdicts['pass']} without a verdict on the software")
sys.exit(boots == 0 or verdicts["pass"] != boots)
PY
