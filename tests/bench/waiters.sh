# How long a board unit takes to be had: sourced by run.sh, which has $work, $bin and count.
# shellcheck shell=bash disable=SC2154

# waiters_report NAME FILE BARE_FILE: microseconds, one a line; a file FILE.end has the grants out of order and processor time.
waiters_report() {
	python3 - "$@" <<'PY'
import os, sys
name, ours, bare = sys.argv[1:4]
def q(path):
    s = sorted(int(l) for l in open(path))
    return f"median {s[len(s) // 2] / 1000:7.3f} ms, 99 % within {s[len(s) * 99 // 100] / 1000:7.3f} ms", len(s)
(text, n), (reference, _) = q(ours), q(bare)
print(f"\n{name}   (n = {n})\n  runtest    {text}\n  bare lock  {reference}")
if os.path.exists(ours + ".end"):
    bad, cost = open(ours + ".end").read().split()
    print(f"  out of order: {bad}; processor time of all for each grant: {int(cost) / 1000:.2f} ms")
PY
}

waiters_bench() {
	local waiters
	mkdir "$work/waiters"
	(
		export RUNTEST_STATE=$work/waiters
		"$bin/waiters" free "$(count 2000)" >"$work/taken"
		"$bin/waiters" bare-free "$(count 2000)" >"$work/taken-bare"
		waiters_report "a free unit is taken" "$work/taken" "$work/taken-bare"
		for waiters in 1 10 50; do # beside the one who has it
			"$bin/waiters" queue $((waiters + 1)) "$(count 400)" >"$work/granted" 2>"$work/granted.end"
			"$bin/waiters" bare-queue 2 "$(count 400)" >"$work/granted-bare" 2>/dev/null
			waiters_report "a unit that is given back is granted, $waiters waiting" "$work/granted" "$work/granted-bare"
		done
	)
}
