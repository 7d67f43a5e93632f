# What of a plan is run, on which boards, and in which order.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# planned WORD...: the names of the sessions that `run WORD... --dry-run` plans, in their order, into $T/planned.
planned() {
	expect_status 0 "$RUNTEST" "${project[@]}" run "$@" --results "$T/results" --dry-run
	grep -oE '^[a-z0-9_-]+(\.[A-Za-z0-9_-]+){4}' "$T/out" >"$T/planned" || true
	[ -s "$T/planned" ] || fail "nothing is planned: $*"
}

project=()

# A shelf with two boards of one kind, of which one can be reset, and one of another.
shelf() {
	local unit
	project=(--project "$T/project")
	mkdir -p "$T/project/boards/units" "$T/project/boards/kinds" "$T/project/scenarios"
	ln -s "$root"/boards/kinds/qemu_virt_aarch64.yaml "$T/project/boards/kinds/"
	ln -s "$root/boards/markers" "$T/project/boards/"
	mkdir "$T/project/images"
	# Nothing of it is built here.
	printf '%s\n' 'variants:' '  - variant: patched' '    about: stands for one' '    stands-for: any' '    source: .' \
		"    build: ['true']" '    tools: [cc]' '    boards: [qemu_virt_aarch64, plank, crate]' '    configs: [debug]' \
		'    artefacts: {image: loader.img, report: report.txt, elfs: []}' >"$T/project/images/variants.yaml"
	for unit in plank crate; do
		printf '%s\n' "kind: $unit" 'about: a board on the shelf' 'arch: aarch64' 'entry: el2' \
			'memory: {base: 0x40000000, size: 2G}' 'load-address: 0x70000000' >"$T/project/boards/kinds/$unit.yaml"
	done
	printf '%s\n' 'unit: one' 'kind: plank' >"$T/project/boards/units/one.yaml"
	printf '%s\n' 'unit: two' 'kind: plank' "reset: {exec: {command: ['true']}}" >"$T/project/boards/units/two.yaml"
	printf '%s\n' 'unit: only' 'kind: crate' >"$T/project/boards/units/only.yaml"
	for unit in listen again; do
		printf '%s\n' "scenario: $unit" 'about: listens' 'tags: [quick]' 'deadline: 1m' 'phases:' '  - phase: all' \
			'    deadline: 1m' '    steps:' "      - expect: 'hello'" >"$T/project/scenarios/$unit.yaml"
	done
	printf '%s\n' '      - reset: warm' >>"$T/project/scenarios/again.yaml"
	for unit in listen again; do
		printf '%s\n' 'variants:' '  patched: pass' >>"$T/project/scenarios/$unit.yaml"
	done
}

test_shares_are_the_plan_and_share_nothing() {
	local i
	planned '*'
	sort "$T/planned" >"$T/all"
	for i in 1 2 3 4; do
		planned '*' --shard "$i/4"
		cp "$T/planned" "$T/share$i"
		planned '*' --shard "$i/4" # the same each time
		cmp "$T/planned" "$T/share$i"
	done
	sort "$T"/share? | cmp - "$T/all" || fail "the shares are not the plan"
	expect_status 0 "$RUNTEST" pd-survives --variant patched --shard 9/9 --results "$T/results"
	expect_text "$T/err" "nothing to run: share 9 of 9 has no session"
	[ ! -e "$T/results/latest" ] || fail "a run of nothing was kept"
	expect_status 2 "$RUNTEST" pd-survives --shard 5/4
	expect_text "$T/err" "--shard takes I/N, such as 1/4 for the first of four shares, not '5/4'"
}

test_sessions_are_chosen_by_tag_and_by_name() {
	planned --tag 'rese?' --variant patched
	cut -d. -f1 "$T/planned" | sort -u >"$T/names"
	grep -qx warm-reset "$T/names" || fail "$(cat "$T/names")"
	grep -qx cold-cycle "$T/names" || fail "$(cat "$T/names")"
	! grep -qvE '^(warm-reset|cold-cycle|image-update-reset|guest-update-reset)\.' "$T/planned" || fail "$(cat "$T/planned")"
	planned --only restart-reloads.restart-reload.qemu_virt_riscv64.debug.1
	[ "$(cat "$T/planned")" = restart-reloads.restart-reload.qemu_virt_riscv64.debug.1 ] || fail "$(cat "$T/planned")"
	planned --only 'pd-survives.patched*' --only 'restart-reloads.restart-pc-only.*_el1.*'
	[ "$(wc -l <"$T/planned")" -eq 9 ] || fail "$(cat "$T/planned")"
	planned pd-survives --single
	[ "$(cat "$T/planned")" = pd-survives.patched.qemu_virt_aarch64.debug.1 ] || fail "$(cat "$T/planned")"
	planned pd-survives --single --variant 'unpatched*'
	[ "$(wc -l <"$T/planned")" -eq 1 ] || fail "$(cat "$T/planned")"
	expect_status 2 "$RUNTEST" run --tag restrat
	expect_text "$T/err" "no tag is called restrat"
	expect_text "$T/err" "did you mean restart?"
	expect_status 2 "$RUNTEST" run --only pd-survives.patchd.qemu_virt_aarch64.debug.1
	expect_text "$T/err" "did you mean patched?"
	expect_status 2 "$RUNTEST" run --only pd-survives.restart-reload.qemu_virt_aarch64.debug.1
	expect_text "$T/err" "scenario pd-survives has no demand for variant restart-reload"
	expect_status 2 "$RUNTEST" run --resume latest --single
	expect_text "$T/err" "--resume goes on with the plan of that run"
	expect_status 2 "$RUNTEST" run
	expect_text "$T/err" "which scenario?"
}

test_a_kind_is_any_unit_of_it_that_can_do_it() {
	shelf
	planned --tag quick --board plank --variant patched
	expect_text "$T/out" "listen.patched.plank.debug.1  must pass  (any of one, two)"
	expect_text "$T/out" "again.patched.plank.debug.1  must pass  (any of two)"
	planned listen --board one --board plank --variant patched
	[ "$(sort "$T/planned" | tr '\n' ' ')" = "listen.patched.one.debug.1 listen.patched.plank.debug.1 " ] || fail "$(cat "$T/planned")"
	planned again --board crate --variant patched
	expect_text "$T/out" "(skipped: no reset: the file of board only has no reset section"
	sed -i '/^reset/d' "$T/project/boards/units/two.yaml"
	planned again --board plank --variant patched
	expect_text "$T/out" "(skipped: none of the 2 units of kind plank can run it: no reset: the file of board one"
	rm "$T/project/boards/units/only.yaml"
	expect_status 2 "$RUNTEST" "${project[@]}" run listen --board crate --dry-run
	expect_text "$T/err" "no board is of kind crate: no file of boards/units describes one"
}

test_boards_come_before_machines_and_long_ones_before_short_ones() {
	shelf
	planned '*' --variant patched --board two --board only --board qemu_virt_aarch64
	# Two has the reset besides, which takes another boot; what is skipped comes last.
	[ "$(cut -d. -f1,3 "$T/planned" | tr '\n' ' ')" = \
		"again.two listen.only listen.two again.qemu_virt_aarch64 listen.qemu_virt_aarch64 again.only " ] ||
		fail "$(cat "$T/planned")"
	expect_text "$T/out" "expected to take"
}

test_sessions_of_an_earlier_run_are_run_as_they_were() {
	local session=restart-reloads.restart-reload.qemu_virt_aarch64.debug.1 one
	expect_status 0 "$RUNTEST" restart-reloads --variant restart-reload --board qemu_virt_aarch64 --set restarts=2 \
		--results "$T/results"
	one=$(readlink -f "$T/results/latest")
	expect_status 0 "$RUNTEST" run --only "latest/$session" --results "$T/results"
	[ "$(readlink -f "$T/results/latest")" != "$one" ] || fail "it is no run of its own"
	expect_query "[('$session', [{'name': 'restarts', 'value': 2}])]" "[(s['session'].split('/')[1], s['parameters']) for s in r['sessions']]"
	planned --only "$one/restart-*"
	[ "$(cat "$T/planned")" = $session ] || fail "$(cat "$T/planned")"
	expect_status 0 "$RUNTEST" run --only-failed latest --results "$T/results"
	expect_text "$T/err" "nothing to run: no session of run latest went wrong"
	expect_status 2 "$RUNTEST" run --only latest/restart-reloads.restart-reload.qemu_virt_arch64.debug.1 --results "$T/results"
	expect_text "$T/err" "did you mean $session?"
	expect_status 2 "$RUNTEST" run --only "latest/$session" --set restarts=3 --results "$T/results"
	expect_text "$T/err" "sessions of an earlier run have their image, variants and parameters from there"
	expect_status 2 "$RUNTEST" run --only "latest/$session" --only "$one/$session" --results "$T/results"
	expect_text "$T/err" "are of two runs"
	expect_status 2 "$RUNTEST" run --only "nightly/$session" --results "$T/results"
	expect_text "$T/err" "there is no run 'nightly'"
}

test_only_what_failed_is_run_again_and_before_the_rest() {
	project=(--project "$root/tests/projects/broken-scenarios")
	planned denied never
	[[ $(head -n 1 "$T/planned") == never.* ]] || fail "$(cat "$T/planned")" # it is the longer one
	expect_status 1 "$RUNTEST" "${project[@]}" run denied --results "$T/results"
	expect_status 0 "$RUNTEST" "${project[@]}" history --import --results "$T/results"
	planned denied never # and the other one failed
	[[ $(head -n 1 "$T/planned") == denied.* ]] || fail "$(cat "$T/planned")"
	echo 'no database' >"$T/no.db"
	RUNTEST_DATABASE=sqlite:$T/no.db planned denied never
	expect_text "$T/err" "sessions are put in order without their history"
	[[ $(head -n 1 "$T/planned") == never.* ]] || fail "$(cat "$T/planned")"
	expect_status 1 "$RUNTEST" "${project[@]}" run denied never --results "$T/results"
	planned --only-failed latest
	[ "$(cut -d. -f1 "$T/planned" | sort -u | tr '\n' ' ')" = "denied never " ] || fail "$(cat "$T/planned")"
	planned denied --only-failed latest
	! grep -q never "$T/planned" || fail "$(cat "$T/planned")"
	expect_status 1 "$RUNTEST" "${project[@]}" run denied --only-failed latest --results "$T/results"
	expect_query "{('denied', 'fail')}" "{(s['scenario'], s['verdict']) for s in r['sessions']}"
	expect_status 1 "$RUNTEST" "${project[@]}" run --resume latest --results "$T/results" # has its verdicts
}

test_an_image_that_was_given_is_run_again_or_refused() {
	local session
	project=(--project "$root/tests/projects/broken-scenarios")
	cp "$("$RUNTEST" "${project[@]}" build patched --board qemu_virt_aarch64 | awk '{print $NF}')" "$T/copy.img"
	expect_status 1 "$RUNTEST" "${project[@]}" run denied --image "$T/copy.img" --board qemu_virt_aarch64 --results "$T/results"
	planned --only "latest/denied.image-*"
	session=$(cat "$T/planned")
	expect_text "$T/planned" image-copy-img
	expect_status 1 "$RUNTEST" "${project[@]}" run --only "latest/$session" --results "$T/results"
	expect_query "['$T/copy.img']" "[s['paths']['image'] for s in r['sessions']]"
	printf x >>"$T/copy.img"
	expect_status 2 "$RUNTEST" "${project[@]}" run --only "latest/$session" --results "$T/results"
	expect_text "$T/err" "the image is another one than the run began with"
}

# Two boards of a kind that say what a machine once said.
tapes() {
	local unit said
	project=(--project "$T/project")
	expect_status 0 "$RUNTEST" pd-survives --variant patched --board qemu_virt_aarch64 --results "$T/results"
	image=$(query "r['sessions'][0]['paths']['image']")
	said=$(find "$(readlink -f "$T/results/latest")" -name console.log)
	mkdir -p "$T/project/boards/units" "$T/project/boards/kinds" "$T/project/scenarios"
	ln -s "$root"/boards/kinds/* "$T/project/boards/kinds/"
	ln -s "$root/boards/markers" "$T/project/boards/"
	ln -s "$root/images" "$T/project/"
	lend_built "$T/project"
	printf '%s\n' 'kind: tape' 'about: what another board said' 'arch: aarch64' 'entry: el2' \
		'memory: {base: 0x40000000, size: 2G}' 'load-address: 0x70000000' >"$T/project/boards/kinds/tape.yaml"
	for unit in left right; do
		printf '%s\n' "unit: $unit" 'kind: tape' "console: {replay: {file: $said, speed: at-once}}" \
			>"$T/project/boards/units/$unit.yaml"
	done
	printf '%s\n' 'scenario: heard' 'about: it comes up' 'deadline: 2m' 'phases:' '  - phase: all' '    deadline: 2m' '    steps:' \
		"      - expect: '^HOLD\|loaded$'" 'variants:' '  patched: pass' >"$T/project/scenarios/heard.yaml"
}

# heard STATUS WORD...: the scenario with that image.
heard() {
	local status=$1
	shift
	expect_status "$status" "$RUNTEST" "${project[@]}" run heard --image "$image" --results "$T/results" "$@"
}

test_a_pool_is_whoever_is_free() {
	local image unit other
	tapes
	for unit in left right; do
		other=$([ $unit = left ] && echo right || echo left)
		expect_status 0 "$RUNTEST" "${project[@]}" reserve "$other" --for 10m --why 'not for this test'
		heard 0 --board tape --repeat 3
		expect_query "{('heard.image-loader-img.tape.unknown', 'tape', '$unit', 'pass')}" \
			"{(s['session'].split('/')[1][:-2], s['board'], s['unit'], s['verdict']) for s in r['sessions']}"
		heard 4 --board "$other" --wait 100ms
		expect_status 0 "$RUNTEST" "${project[@]}" release "$other"
	done
}
