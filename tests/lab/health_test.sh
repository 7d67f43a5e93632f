# `runtest health` on boards of a virtual lab: each fault is found in the right part of the board, which is set aside and, once
# the fault is mended, used again. The negative control: boards without a fault are healthy, all of them.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# shellcheck source=tests/lab/faultslib.sh
. "$root/tests/lab/faultslib.sh"

health_lab() {
	fault_lab
	cp "$root/scenarios/health.yaml" "$T/project/scenarios/"
}

# health STATUS [OPTION...] [UNIT...]: what it found in $T/health.json.
health() {
	local status=$1
	shift
	expect_status "$status" "$RUNTEST" --project "$T/project" --lab "$lab_id" health --results "$T/checks" --json "$@"
	cp "$T/out" "$T/health.json"
}

# found PYTHON: an expression over `u`, the units by name; prints it.
found() {
	python3 -c 'import json, sys
u = {x["unit"]: x for x in json.load(open(sys.argv[1]))["units"]}
print(eval(sys.argv[2]))' "$T/health.json" "$1"
}

# is_ill BOARD PART TEXT...: that part and no other, and why.
is_ill() {
	local board=$1 part=$2 text
	shift 2
	[ "$(found "u['$board']['ill']")" = "$part" ] || {
		cat "$T/health.json"
		fail "$board: $(found "u['$board']['ill']") is ill, wanted $part"
	}
	[ "$(found "[p for p, f in u['$board']['parts'].items() if f['state'] == 'ill']")" = "['$part']" ] || fail "$board: more than $part is ill"
	found "'\n'.join([u['$board']['why']] + u['$board']['notes'])" >"$T/why"
	for text; do
		expect_text "$T/why" "$text"
	done
	[ -n "$(found "u['$board']['advice']")" ] || fail "nobody says what to do"
}

is_set_aside() {
	"$RUNTEST" --project "$T/project" --lab "$lab_id" health --list --json "$1" >"$T/list"
	grep -q '"health": "set-aside"' "$T/list"
}

# Those whose images do not come over the console, which takes its time.
quick=(lab-a64 lab-rv64 lab-rv64-elf lab-rv64-go)

test_health_of_boards_without_a_fault_is_good() {
	health_lab
	unhurried health
	health 0 "${quick[@]}"
	[ "$(found "len(u)")" = 4 ] || fail "$(cat "$T/health.json")"
	[ "$(found "{x['health'] for x in u.values()}")" = "{'healthy'}" ] || fail "$(cat "$T/health.json")"
	[ "$(found "{p['state'] for x in u.values() for p in x['parts'].values()}")" = "{'well'}" ] || fail "$(cat "$T/health.json")"
	expect_text "$T/health.json" "of 1536 characters typed at U-Boot's prompt, all came back"
	for board in "${quick[@]}"; do
		as_before "$board"
		! is_set_aside "$board" || fail "$board is set aside"
	done
	health 0 --set-aside
	[ "$(found "len(u)")" = 0 ] || fail "none is set aside"
	expect_status 0 "$RUNTEST" --project "$T/project" --lab "$lab_id" health --set-aside
	expect_text "$T/out" "no board unit is set aside"
	stop_lab lab
}

# Each on another board at the same time; they are set aside, and after the faults were mended those that are set aside are
# tried again, and used again.
test_health_names_the_part_that_is_ill() {
	health_lab
	fault lab-rv64 tftp-truncate
	fault lab-a64 hung-prompt
	fault lab-rv64-go line-flip 307
	chatter lab-rv64-elf
	health 1 "${quick[@]}"
	is_ill lab-rv64 delivery "arrived damaged at 0x80200000: U-Boot's CRC-32 over it is " "all came back"
	is_ill lab-a64 console "U-Boot's prompt is hung: nothing at all came back of "
	is_ill lab-rv64-go console "the serial line damages characters"
	is_ill lab-rv64-elf power
	for board in "${quick[@]}"; do
		is_set_aside "$board" || fail "$board is not set aside"
		quiet "$board"
		tell off "$board"
	done
	unhurried health
	# One of them waits for a new part; no check may return it.
	"$RUNTEST" --project "$T/project" --lab "$lab_id" health --aside 'a new fuse is on its way' lab-a64
	health 0 --set-aside
	[ "$(found "sorted(u)")" = "['lab-rv64', 'lab-rv64-elf', 'lab-rv64-go']" ] || fail "$(cat "$T/health.json")"
	is_set_aside lab-a64 || fail "it was set aside by hand"
	"$RUNTEST" --project "$T/project" --lab "$lab_id" health --use lab-a64
	for board in "${quick[@]}"; do
		as_before "$board"
		! is_set_aside "$board" || fail "$board is still set aside"
	done
	stop_lab lab
}

# What comes before the boards have power.
test_health_names_the_server_that_is_gone() {
	local unit
	health_lab
	unhurried health
	fault lab-rv64-go kill-sshd
	health 1 lab-rv64-go lab-rv64-elf
	is_ill lab-rv64-go delivery "cannot connect to 127.0.0.1:"
	[ "$(found "u['lab-rv64-elf']['health']")" = healthy ] || fail "it needs no sshd"
	fault lab-rv64-go none
	fault lab-rv64 kill-ser2net
	health 1 lab-rv64
	is_ill lab-rv64 console "cannot connect to the console server at 127.0.0.1:"
	[ "$(found "{p['state'] for n, p in u['lab-rv64']['parts'].items() if n != 'console'}")" = "{'not-reached'}" ] ||
		fail "nothing else was seen"
	fault lab-rv64 none
	fault lab-rv64 kill-pdudaemon
	health 1 lab-rv64
	is_ill lab-rv64 power "cannot connect to pdudaemon at http://127.0.0.1:"
	fault lab-rv64 none
	unit=$folder/units/lab-rv64-elf.yaml
	cp "$unit" "$T/unit"
	sed -i 's/gdb: "127.0.0.1:[0-9]*"/gdb: "127.0.0.1:1"/' "$unit"
	health 1 lab-rv64-elf
	is_ill lab-rv64-elf memory
	sed -i '/^memory:/d' "$unit"
	health 0 lab-rv64-elf
	[ "$(found "u['lab-rv64-elf']['parts']['memory']['state']")" = not-offered ] || fail "$(cat "$T/health.json")"
	stop_lab lab
}

# Somebody has it: nothing is known of it, and nothing is said of it.
test_health_of_a_board_that_is_not_free() {
	local board=lab-rv64-elf
	health_lab
	"$RUNTEST" --project "$T/project" --lab "$lab_id" console $board --linger 10m --results "$T/results" </dev/null >"$T/sat" 2>&1 &
	wait_for 120 test -s "$RUNTEST_STATE/units/$board.holder"
	health 4 --wait 200ms $board
	[ "$(found "u['$board']['health']")" = unchecked ] || fail "$(cat "$T/health.json")"
	! is_set_aside $board || fail "whoever has it is not to blame"
	health 2 --wait 200ms lab-rv46
	stop_lab lab
}
