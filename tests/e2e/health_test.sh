# Boards that were left on, and the sweep that switches them off: `runtest health --left-on`.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# shellcheck source=tests/e2e/powerlib.sh
. "$root/tests/e2e/powerlib.sh"

# asked_unit NAME [LINE...]: its switch can be asked; it writes $T/NAME.state.
asked_unit() {
	local name=$1
	shift
	power_unit "$name" <<-YAML
		power:
		  silence: 50ms
		  exec:
		    on: [sh, -c, "echo on >$T/$name.state"]
		    off: [sh, -c, "echo off >$T/$name.state; echo $name >>$T/switched"]
		    state: {command: [cat, $T/$name.state], on: '^on$', off: '^off$'}
		$(printf '%s\n' "$@")
	YAML
}

# told_unit NAME [LINE...]: its switch cannot be asked.
told_unit() {
	local name=$1
	shift
	power_unit "$name" <<-YAML
		power: {silence: 50ms, exec: {on: ["true"], off: [sh, -c, "echo $name >>$T/switched"]}}
		$(printf '%s\n' "$@")
	YAML
}

# left_on NAME [BY [SINCE]]: as somebody leaves it who is killed.
left_on() {
	mkdir -p "$RUNTEST_STATE/units"
	echo on >"$T/$1.state"
	printf '{"pid": 1, "by": "%s", "user": "ada", "since": "%s"}' "${2:-20260131-235812-0001}" "${3:-2026-01-31T23:58:12.345Z}" \
		>"$RUNTEST_STATE/units/$1.powered"
}

marked() {
	[ -e "$RUNTEST_STATE/units/$1.powered" ]
}

# sweep STATUS [OPTION...]
sweep() {
	local status=$1
	shift
	expect_status "$status" "$RUNTEST" --project "$T/project" health --left-on "$@"
}

nothing_was_done() {
	[ ! -s "$T/out" ] && [ ! -s "$T/err" ] || fail "something was said: $(cat "$T/out" "$T/err")"
	[ ! -e "$T/switched" ] || fail "switched: $(cat "$T/switched")"
}

test_left_on_board_is_switched_off_and_then_nothing_is_left_to_do() {
	power_project
	asked_unit relay
	asked_unit other
	sweep 0
	nothing_was_done
	left_on relay
	sweep 0
	expect_text "$T/out" "relay was left on, powered by 20260131-235812-0001 of ada since 2026-01-31T23:58:12.345Z: it is off now"
	expect_no_text "$T/out" other
	[ "$(cat "$T/relay.state")" = off ]
	! marked relay || fail "it is off, and marked as powered"
	rm "$T/switched"
	sweep 0
	nothing_was_done
	sweep 0 relay
	expect_text "$T/out" "relay was not left on"
	left_on relay
	left_on other
	sweep 0 other
	marked relay || fail "it was not asked for"
	! marked other || fail "it was asked for"
}

test_left_on_by_a_person_is_left_to_the_person_for_a_while() {
	power_project
	asked_unit relay
	left_on relay hand "$(date -u -d '1 minute ago' +%Y-%m-%dT%H:%M:%S.000Z)"
	sweep 0
	nothing_was_done
	sweep 0 relay
	expect_text "$T/out" "relay is left on: powered by hand by ada since "
	marked relay || fail "whoever sits there has lost it"
	sweep 0 --hand-limit 30s
	expect_text "$T/out" "it is off now"
	left_on relay hand "$(date -u -d '13 hours ago' +%Y-%m-%dT%H:%M:%S.000Z)"
	sweep 0 --hand-limit 14h
	marked relay || fail "not as old as that"
	sweep 0
	! marked relay || fail "nobody is there any more"
	left_on relay hand "no time"
	sweep 0
	! marked relay || fail "a damaged mark is nobody's"
}

test_left_on_board_that_somebody_has_is_not_touched() {
	power_project
	asked_unit relay "console: {exec: {command: [sleep, '60']}}"
	left_on relay
	"$RUNTEST" --project "$T/project" console relay --linger 60s --results "$T/results" </dev/null >"$T/sat" 2>&1 &
	local sits=$!
	wait_for 10 test -s "$RUNTEST_STATE/units/relay.holder"
	sweep 0
	nothing_was_done
	sweep 0 --wait 50ms relay
	expect_text "$T/out" "relay is marked as powered by 20260131-235812-0001"
	expect_text "$T/out" "somebody has it"
	marked relay || fail "whoever has it does not know any more"
	kill -9 $sits
	wait $sits || true
	sweep 0
	! marked relay || fail "nobody has it now"
}

test_left_on_board_that_will_not_go_off_stays_marked() {
	power_project
	asked_unit sound
	power_unit liar <<-YAML
		power: {silence: 50ms, deadline: 200ms, exec: {on: ["true"], off: ["true"], state: {command: [echo, "on"], on: '^on$', off: '^off$'}}}
	YAML
	told_unit talker "console: {exec: {command: [sh, -c, 'while echo here; do sleep 0.01; done']}}"
	told_unit silent "console: {exec: {command: [sleep, '60']}}"
	told_unit mute
	power_unit bare </dev/null
	for unit in sound liar talker silent mute bare; do
		left_on $unit
	done
	sweep 3
	expect_text "$T/err" 'liar: error: the switch says "on" although it was told to switch off'
	expect_text "$T/err" "talker: error: the board keeps talking although it was switched off"
	expect_text "$T/out" "the switch cannot be asked and the console not be heard; it stays marked"
	expect_text "$T/out" "bare is marked as powered by"
	! marked sound || fail "the others' trouble is not its own"
	! marked silent || fail "it was heard to be off"
	for unit in liar talker mute bare; do
		marked $unit || fail "$unit may still be on, and nobody knows"
	done
	sweep 2 soud
	expect_text "$T/err" "did you mean sound?"
}

# A mistake in a file that has nothing to do with the board must not keep it on.
test_left_on_board_goes_off_whatever_is_wrong_with_other_files() {
	power_project
	asked_unit relay
	echo 'scenario: [' >"$T/project/scenarios/broken.yaml"
	left_on relay
	sweep 0
	! marked relay || fail "a scenario's mistake kept it on"
	power 0 relay on
	power 0 relay off
	echo 'unit: {' >"$T/project/boards/units/broken.yaml"
	left_on relay
	left_on broken
	sweep 2
	expect_text "$T/err" "boards/units/broken.yaml:"
	! marked relay || fail "another board's mistake kept it on"
	marked broken || fail "nobody can have switched it"
	power 0 relay off
	expect_text "$T/err" "boards/units/broken.yaml:"
	power 2 broken off
}
