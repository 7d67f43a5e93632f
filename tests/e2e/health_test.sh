# Boards that were left on, and the sweep that switches them off: `runtest health --left-on`.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# shellcheck source=tests/e2e/powerlib.sh
. "$root/tests/e2e/powerlib.sh"
# shellcheck source=tests/e2e/foreignlib.sh
. "$root/tests/e2e/foreignlib.sh"

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
	[ -z "$(cat "$T/out" "$T/err")" ] || fail "something was said: $(cat "$T/out" "$T/err")"
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
	asked_unit relay "console: {exec: {command: [sleep, '1000']}}"
	left_on relay
	"$RUNTEST" --project "$T/project" console relay --linger 1h --results "$T/results" </dev/null >"$T/sat" 2>&1 &
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

# A reservation keeps the board for somebody; it does not keep on what a killed run has left, but what the person has.
test_left_on_board_that_is_reserved() {
	power_project
	asked_unit relay
	expect_status 0 "$RUNTEST" --project "$T/project" reserve relay --for 2h --why 'a new driver'
	left_on relay
	sweep 0
	! marked relay || fail "a reservation kept it on: $(cat "$T/out" "$T/err")"
	left_on relay hand "$(date -u -d '13 hours ago' +%Y-%m-%dT%H:%M:%S.000Z)"
	sweep 0
	marked relay || fail "whoever has reserved it has lost it"
}

test_left_on_board_that_will_not_go_off_stays_marked() {
	power_project
	asked_unit sound
	power_unit liar <<-YAML
		power: {silence: 50ms, deadline: 3s, exec: {on: ["true"], off: ["true"], state: {command: [echo, "on"], on: '^on$', off: '^off$'}}}
	YAML
	power_unit talker <<-YAML # which has time to begin
		power: {silence: 2s, exec: {on: ["true"], off: ["true"]}}
		console: {exec: {command: [sh, -c, 'while echo here; do sleep 0.05; done']}}
	YAML
	told_unit silent "console: {exec: {command: [sleep, '1000']}}"
	told_unit mute
	power_unit bare </dev/null
	for unit in sound liar talker silent mute bare; do
		left_on $unit
	done
	sweep 3
	expect_text "$T/err" 'liar: error: the switch says "on" although it was told to switch off'
	expect_text "$T/err" "talker: error: the board keeps talking although it was switched off"
	expect_text "$T/out" "neither its switch nor its console tells that it did, so it stays marked"
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

# ---- checks ----

# health STATUS [OPTION...] [UNIT...]
health() {
	local status=$1
	shift
	expect_status "$status" "$RUNTEST" --project "$T/project" health "$@"
}

# found PYTHON: an expression over `u`, the units of the JSON in $T/out by name; prints it.
found() {
	python3 -c 'import json, sys
u = {x["unit"]: x for x in json.load(open(sys.argv[1]))["units"]}
print(eval(sys.argv[2]))' "$T/out" "$1"
}

# A machine of QEMU has no fault; one whose QEMU does not start has, and it is found where its power would be.
test_health_of_machines() {
	power_project
	cp "$root/scenarios/health.yaml" "$T/project/scenarios/"
	printf 'unit: broken\nkind: qemu_virt_aarch64\nqemu-program: "false"\n' >"$T/project/boards/units/broken.yaml"
	health 0 qemu_virt_riscv64 qemu_virt_aarch64_uboot -v
	expect_text "$T/out" "qemu_virt_riscv64        healthy  well"
	expect_text "$T/out" "pages intact"
	[ -e "$T/project/results/health/latest/junit.xml" ] || fail "checks are not kept as runs are"
	[ ! -e "$T/project/results/latest" ] || fail "a check is no run of somebody's"
	health 1 --json broken qemu_virt_aarch64
	[ "$(found "u['qemu_virt_aarch64']['health']")" = healthy ] || fail "$(cat "$T/out")"
	[ "$(found "u['broken']['ill']")" = power ] || fail "$(cat "$T/out")"
	health 0 --list --json
	[ "$(found "u['broken']['health']")" = set-aside ] || fail "$(cat "$T/out")"
	printf 'unit: broken\nkind: qemu_virt_aarch64\n' >"$T/project/boards/units/broken.yaml"
	health 0 --set-aside
	expect_text "$T/out" "broken  healthy"
	health 0 --set-aside
	expect_text "$T/out" "no board unit is set aside"
	health 0 --stats --json
	[ "$(found "(u['broken']['sessions'], u['broken']['infra'], u['qemu_virt_riscv64']['booted'])")" = "(2, 1, 1)" ] || fail "$(cat "$T/out")"
	health 0 --stats --json --last 1 broken
	[ "$(found "(len(u), u['broken']['sessions'], u['broken']['infra'])")" = "(1, 1, 0)" ] || fail "$(cat "$T/out")"
}

test_health_of_a_board_without_an_image_is_not_known() {
	power_project
	cp "$root/scenarios/health.yaml" "$T/project/scenarios/"
	asked_unit relay "console: {exec: {command: [sleep, '60']}}"
	health 2 relay
	expect_text "$T/out" "relay: was not checked: "
	expect_text "$T/out" "name an image that is known to be good with --image, or in the unit's section"
	health 0 --list --json
	[ "$(found "u['relay']['health']")" = unknown ] || fail "$(cat "$T/out")"
	health 2 rellay
	expect_text "$T/err" "no board unit is called rellay"
	health 2 odroidc2
	expect_text "$T/err" "odroidc2 is a kind of boards, and no unit"
}

# For boards that the project builds nothing for: given on the command line, or in the unit's file. One that is not good is no
# proof of the board's health; what is no image is no check at all.
test_health_by_a_given_image() {
	power_project
	cp "$root"/scenarios/{health,pd-survives}.yaml "$T/project/scenarios/"
	image_of patched qemu_virt_aarch64
	image_of unpatched qemu_virt_aarch64
	health 0 --image "$T/patched.qemu_virt_aarch64/loader.img" qemu_virt_aarch64
	expect_text "$T/out" "qemu_virt_aarch64  healthy"
	expect_text "$T/project/results/health/latest/results.json" '"variant":"image:loader-img"'
	cp "$T/patched.qemu_virt_aarch64/loader.img" "$T/project/boards/good.img"
	cp "$T/unpatched.qemu_virt_aarch64/loader.img" "$T/project/boards/bad.img"
	head -c 5000 "$T/project/boards/good.img" >"$T/project/boards/half.img"
	for image in good bad half; do
		printf 'unit: with-%s\nkind: qemu_virt_aarch64\nhealth: {image: ../%s.img}\n' $image $image >"$T/project/boards/units/with-$image.yaml"
	done
	health 2 --json
	[ "$(found "[u['with-' + x]['health'] for x in ('good', 'bad', 'half')]")" = "['healthy', 'ill', 'unchecked']" ] || fail "$(cat "$T/out")"
	health 2 --image "$T/project/boards/kinds/shelf.yaml" qemu_virt_aarch64
	expect_text "$T/out" "qemu_virt_aarch64: was not checked: "
}

test_health_is_set_by_hand() {
	power_project
	asked_unit relay
	health 0 --aside 'new cable on Monday' relay
	expect_text "$T/out" "relay is set aside"
	health 0 --list
	expect_text "$T/out" "new cable on Monday"
	health 0 --set-aside
	expect_text "$T/out" "no board unit is set aside" # for a check to return
	health 0 --use relay
	health 0 --list
	expect_no_text "$T/out" "Monday"
	health 2 --use
	expect_text "$T/err" "which board units?"
	health 2 --aside '' relay
	health 2 --use qemu_virt_aarch64
	expect_text "$T/err" "qemu_virt_aarch64 is a machine of QEMU"
	health 2 --use --left-on relay
	expect_text "$T/err" "--use and --left-on do not go together"
	health 2 --wait soon relay
	health 2 --last 0 --stats
}
