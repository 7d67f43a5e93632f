# What the tests of faults share: sessions on boards of a virtual lab in which something goes wrong.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# shellcheck source=tests/lab/lablib.sh
. "$root/tests/lab/lablib.sh"

export RUNTEST_STATE=$T/state

# fault_lab: the lab of this test, in a project with a scenario "patient" besides: it waits for what never comes.
fault_lab() {
	mkdir -p "$T/state" "$T/project/scenarios"
	lend_built "$T/project"
	ln -sfn "$root/boards" "$root/images" "$T/project/"
	cp "$root/scenarios/pd-survives.yaml" "$T/project/scenarios/"
	cat >"$T/project/scenarios/patient.yaml" <<-'YAML'
		scenario: patient
		about: waits for a text that no board says
		deadline: 10m
		answers: markers
		phases:
		  - phase: all
		    deadline: 10m
		    steps:
		      - expect: 'MON\|INFO: system is up'
		      - expect: 'a text that never comes'
		variants:
		  patched-uboot: pass
	YAML
	start_lab lab
	lab_id=$(id lab)
	# One fault after the other is what these boards are for: none of them is set aside for it.
	for unit in "$folder"/units/*.yaml; do
		printf 'health: {set-aside-after: 1000}\n' >>"$unit"
	done
}

# tell WORD...: the lab.
tell() {
	lab tell "$lab_id" "$@" >"$T/told" || fail "the lab will not: $*"
}

# fault BOARD KIND [ARGUMENT]: from now on.
fault() {
	tell fault "$@"
}

# The switch of a board that has a call cut short, in its unit file: what hangs is not waited for for long. One that works
# takes far less on any machine.
impatient() {
	sed -i 's/^  silence: /  deadline: 10s\n  silence: /' "$folder/units/$1.yaml"
}

# chatter BOARD: it has power, says something again and again, and keeps its power whatever the switch is told. A slow machine
# starts it slowly: the silence that nobody may take for its end is far longer than it takes to say something.
chatter() {
	sed -i 's/^  silence: .*/  silence: 8s/' "$folder/units/$1.yaml"
	tell on "$1"
	fault "$1" reset-loop 1500
	fault "$1" stays-on
}

# quiet BOARD: it does no more, and is off when its switch is told.
quiet() {
	fault "$1" none
	sed -i 's/^  silence: .*/  silence: 200ms/' "$folder/units/$1.yaml"
}

# linger BOARD: its U-Boot, once its own start is stopped, does nothing for as long as loading may take, so that whatever is done
# then is done before the image is there; `hasten BOARD`: from now on it loads as usual.
linger() {
	sed -i 's/^load:$/load:\n  prepare: [sleep 100]/' "$folder/units/$1.yaml"
}

hasten() {
	sed -i '/^  prepare: \[sleep 100\]$/d' "$folder/units/$1.yaml"
}

# at_prompt BOARD: it has power, and stands at its prompt. However late the machine hears of the countdown: the key is pressed again
# and again.
at_prompt() {
	tell on "$1"
	console "$1"
	wait_for 120 has_prompt
	hang_up
}

has_prompt() {
	printf ' ' >&8
	sleep 0.1
	has_said '=> '
}

# begin BOARD [SCENARIO [OPTION...]]: a session in the background, its process in $session_pid; `finish STATUS` waits.
begin() {
	local board=$1 scenario=${2:-pd-survives}
	shift $(($# < 2 ? $# : 2))
	rm -rf "$T/results"
	"$RUNTEST" --project "$T/project" run "$scenario" --retries 0 --any-health --variant "${variant:-patched-uboot}" --board "$board" --lab "$lab_id" \
		--results "$T/results" --no-map "$@" >"$T/out" 2>"$T/err" </dev/null &
	session_pid=$!
}

finish() {
	local got=0
	wait_for 300 has_ended "$session_pid"
	wait "$session_pid" || got=$?
	[ "$got" -eq "$1" ] || {
		cat "$T/out" "$T/err"
		fail "exit status $got, wanted $1"
	}
}

# session STATUS BOARD [SCENARIO [OPTION...]]
session() {
	local status=$1
	shift
	begin "$@"
	finish "$status"
}

# The newest session's console has said that.
has_come() {
	grep -qsaF -- "$1" "$T"/results/*/*."$board".debug.1/1/console.log
}

# once_it_says TEXT COMMAND...: do that once the console of $board's session has it.
once_it_says() {
	local text=$1
	shift
	wait_for 120 has_come "$text"
	"$@"
}

# verdict WANTED TEXT...: the newest run's only session came to that, and what it says has the texts in it.
verdict() {
	local want=$1 text
	shift
	expect_query "$want" "r['sessions'][0]['verdict']"
	query "'\n'.join([r['sessions'][0]['why'] or ''] + r['sessions'][0]['evidence'].get('notes', []))" >"$T/why"
	for text; do
		expect_text "$T/why" "$text"
	done
	[ "$want" = expected-fail ] || expect_query None "r['sessions'][0]['cause']"
}

# infra BOARD TEXT...: it was the lab, which is said on the terminal and for machines, and everything is as it was before.
infra() {
	local board=$1
	shift
	verdict infra "$@"
	expect_text "$T/out" "$1"
	expect_no_text "$T/out" "cleared"
	expect_no_text "$T/out" "never loaded"
	as_before "$board"
}

# as_before BOARD: it is off, nobody has it, nothing works on it, and what was put there for it is gone.
as_before() {
	is_off "$1"
	is_free "$1"
}

is_off() {
	[ "$(lab tell "$lab_id" state "$1")" = off ] || fail "$1 is on"
}

is_free() {
	"$RUNTEST" who --json >"$T/who"
	python3 -c 'import json, sys; sys.exit(len(json.load(open(sys.argv[1]))["units"]))' "$T/who" || {
		cat "$T/who"
		fail "somebody has a board, or left it on"
	}
	[ -z "$(ls -A "$folder/tftp/$1")" ] || fail "left behind in the TFTP folder: $(ls -A "$folder/tftp/$1")"
	[ -z "$(sessions)" ] || fail "still running: $(sessions)"
}

# is_left_on BOARD: nobody has it, and everybody is told that it may be on.
is_left_on() {
	"$RUNTEST" who --json >"$T/who"
	python3 - "$T/who" "$1" <<-'PYTHON' || fail "$(cat "$T/who")"
		import json, sys
		(unit,) = json.load(open(sys.argv[1]))["units"]
		assert unit["unit"] == sys.argv[2] and unit["held"] is None and unit["powered"]["by"]
	PYTHON
}

# Processes that write into the results of this test.
sessions() {
	find /proc/[0-9]*/fd -maxdepth 1 -lname "$T/results/*" 2>/dev/null | cut -d/ -f3 | sort -u
}

# mended BOARD: the same session without the fault passes.
mended() {
	fault "$1" none
	session 0 "$1"
	verdict pass
	as_before "$1"
}
