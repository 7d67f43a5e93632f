# shellcheck shell=bash
# What became of every page: recorded while a session runs, drawn afterwards.

map() {
	"$RUNTEST" map --results "$T/results" "$@"
}

# map_query SESSION PYTHON: an expression over the map `m`, with states(OWNER, ACCESS...): each page's history as a set of
# tuples of states, and at(KIND, NAME): when a mark was.
map_query() {
	map --json "$1" >"$T/map.json" || fail "no map of $1"
	python3 - "$T/map.json" "$2" <<'PY'
import json, sys
m = json.load(open(sys.argv[1]))
def pages(owner, *access):
    return [p for r in m["regions"] if r["owner"] == owner and r["role"] == "waits" and r["access"] in access
            for p in r["pages"]]
def states(owner, *access):
    # A machine that was kept waiting in the middle of a page may be seen there twice: only the last state counts then.
    return {tuple(s["state"] for i, s in enumerate(p["states"]) if s["state"] != "changed" or i + 1 == len(p["states"]))
            for p in pages(owner, *access)}
def at(kind, name):
    return next(k["at_us"] for k in m["marks"] if k["kind"] == kind and k["name"] == name)
print(eval(sys.argv[2]))
PY
}

expect_map() {
	local got
	got=$(map_query "$2" "$3")
	[ "$got" = "$1" ] || fail "the map of $2: $3 is $got, wanted $1"
}

# What is patched stays; what is not is there when the loader is done, and cleared between the kernel's start and the end.
test_the_maps_of_patched_and_unpatched_differ_as_they_should() {
	expect_status 0 "$RUNTEST" pd-survives --variant patched --variant unpatched --results "$T/results" \
		--board qemu_virt_aarch64 --board qemu_virt_riscv64
	local board s
	for board in qemu_virt_aarch64 qemu_virt_riscv64; do
		s=latest/pd-survives.patched.$board
		expect_map "{('not-loaded', 'intact')}" "$s" 'states("pd", "rx", "ro")'
		s=latest/pd-survives.unpatched.$board
		expect_map "{('not-loaded', 'intact', 'cleared')}" "$s" 'states("pd", "rx", "ro")'
		expect_map "{('not-loaded', 'intact')}" "$s" 'states("table", "ro")'
		# The pages were loaded at the look that says so, and cleared after the last one at which they were intact.
		expect_map True "$s" 'all(p["states"][1]["by_us"] <= at("look", "loaded") for p in pages("pd", "rx", "ro"))'
		expect_map True "$s" 'all(at("look", "loaded") <= p["states"][2]["by_us"] <= at("look", "end")
			for p in pages("pd", "rx", "ro"))'
		expect_map True "$s" 'all(s["after_us"] <= s["by_us"] for p in pages("pd", "rx", "ro") for s in p["states"])'
		expect_map True "$s" 'at("phase", "kernel") <= at("phase", "monitor") <= m["end_us"]'
		expect_map True "$s" 'm["samples"] > m["exact_samples"] >= 4'
	done
	expect_query True 'all(s["paths"]["survival"].endswith("/1/survival.jsonl") and s["unmapped"] is None for s in r["sessions"])'
}

test_a_restart_restores_what_was_written() {
	expect_status 0 "$RUNTEST" restart-reloads --variant restart-reload --board qemu_virt_aarch64 --set restarts=3 \
		--results "$T/results"
	expect_map True latest/restart-reloads '{"changed", "restored"} <= {s["state"] for r in m["regions"]
		if r["pd"] == "hello" and r["role"] == "runs" for p in r["pages"] for s in p["states"]}'
	# Where it waits nobody writes.
	expect_map False latest/restart-reloads '"restored" in {s["state"] for r in m["regions"]
		if r["pd"] == "hello" and r["role"] == "waits" and r["judged"] for p in r["pages"] for s in p["states"]}'
}

test_a_reset_and_a_power_cycle_are_marked() {
	expect_status 0 "$RUNTEST" warm-reset --variant patched --variant trusting-loader --board qemu_virt_aarch64 \
		--results "$T/results"
	expect_map 1 latest/warm-reset.patched 'sum(k["kind"] == "reset" for k in m["marks"])'
	# Filled before the reset, and loaded anew; or not, by the loader that finds a kernel and trusts it.
	expect_map "{('not-loaded', 'intact', 'not-loaded', 'intact')}" latest/warm-reset.patched 'states("pd", "rx", "ro")'
	expect_map "{('not-loaded', 'intact', 'not-loaded')}" latest/warm-reset.trusting-loader 'states("pd", "rx", "ro")'
	expect_status 0 "$RUNTEST" cold-cycle --variant patched --board qemu_virt_aarch64 --results "$T/results"
	expect_map True latest/cold-cycle.patched 'sum(k["kind"] == "power-cycle" for k in m["marks"]) >= 1'
	expect_map True latest/cold-cycle.patched 'all(s[:4] == ("not-loaded", "intact") * 2 for s in states("pd", "rx", "ro"))'
}

test_a_map_is_drawn_as_text_and_as_a_picture() {
	expect_status 0 "$RUNTEST" pd-survives --variant unpatched --board qemu_virt_riscv64 --results "$T/results"
	expect_status 0 map latest/pd-survives --width 70
	expect_text "$T/out" "cleared"
	expect_text "$T/out" "look kernel-up"
	grep -q '^hello-0 .*=.*0000$' "$T/out" || fail "hello-0 is not drawn as cleared"
	expect_status 0 map latest/pd-survives --svg "$T/map.svg"
	xmllint --noout "$T/map.svg"
	expect_text "$T/map.svg" "<desc"
	expect_status 0 map latest/pd-survives --svg -
	cmp "$T/out" "$T/map.svg"
}

test_no_map_is_a_usage_error_and_a_damaged_one_says_so() {
	expect_status 0 "$RUNTEST" pd-survives --variant patched --board qemu_virt_aarch64 --no-map --results "$T/results"
	expect_status 2 map latest/pd-survives
	expect_text "$T/err" "has no survival map: --no-map was given"
	expect_query "--no-map was given" 'r["sessions"][0]["unmapped"]'
	expect_query None 'r["sessions"][0]["paths"]["survival"]'
	expect_status 2 map latest
	expect_status 2 map latest/nobody
	expect_status 2 map latest/pd-survives --json --svg "$T/x.svg"
	expect_status 2 map latest/pd-survives --width wide
	expect_status 0 "$RUNTEST" pd-survives --variant patched --board qemu_virt_aarch64 --results "$T/results"
	expect_status 0 map latest/pd-survives
	local file
	file=$T/results/latest/$(query 'r["sessions"][0]["paths"]["survival"]')
	head -c 2000 "$file" >"$T/cut"
	cp "$T/cut" "$file"
	expect_status 3 map latest/pd-survives
	expect_text "$T/err" "it was cut short"
	rm "$file"
	expect_status 2 map latest/pd-survives
	expect_text "$T/err" "no longer there"
}
