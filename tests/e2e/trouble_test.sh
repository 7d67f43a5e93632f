# Bad input and bad luck: the right status, a message that says what and what to do, nothing left running, nothing lost.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

some_machine_runs() {
	[ -n "$(machines)" ]
}

long_run() {
	exec "$RUNTEST" pd-survives --results "$T/results" --variant patched --board qemu_virt_aarch64 --repeat 2000 \
		--jobs 2 "$@" >"$T/out" 2>"$T/err" </dev/null
}

test_a_run_that_is_killed_leaves_no_machine_and_can_be_resumed() {
	"$RUNTEST" build patched --board qemu_virt_aarch64 >"$T/build.out"
	(exec "$RUNTEST" pd-survives --results "$T/results" --variant patched --board qemu_virt_aarch64 --repeat 40 --jobs 2 \
		>"$T/out" 2>"$T/err" </dev/null) &
	local pid=$!
	wait_for 60 grep -qs '"session-ended"' "$T/results/latest/journal.jsonl"
	kill -9 "$pid"
	wait "$pid" || true
	expect_no_machines
	expect_status 0 "$RUNTEST" report latest --results "$T/results"
	local before
	before=$(query "sum(s['verdict'] == 'pass' for s in r['sessions'])")
	[ "$before" -gt 0 ] || fail "no session of the killed run was kept"
	[ "$before" -lt 40 ] || fail "the run was over before it was killed"
	expect_status 0 "$RUNTEST" run --resume latest --results "$T/results"
	expect_query "40 0" "f\"{sum(s['verdict'] == 'pass' for s in r['sessions'])} {r['exit_status']}\""
}

# Killed before the journal had a line: the plan alone is no result, not even of what is skipped.
test_a_resumed_run_journals_what_is_skipped_too() {
	expect_status 1 "$RUNTEST" run pd-survives --variant patched-uboot --board qemu_virt_aarch64 --results "$T/results"
	: >"$T/results/latest/journal.jsonl"
	expect_status 1 "$RUNTEST" run --resume latest --results "$T/results"
	expect_text "$T/results/latest/journal.jsonl" '"session-ended"'
	expect_text "$T/results/latest/journal.jsonl" '"skipped"'
}

test_interrupting_ends_with_130_and_keeps_the_journal() {
	long_run &
	local pid=$! got=0
	wait_for 60 some_machine_runs
	kill -INT "$pid"
	wait "$pid" || got=$?
	[ "$got" -eq 130 ] || fail "exit status $got"
	expect_no_machines
	expect_text "$T/err" "--resume"
	expect_query True "sum(s['verdict'] == 'cancelled' for s in r['sessions']) > 1900"
}

test_terminating_ends_with_143() {
	long_run &
	local pid=$! got=0
	wait_for 60 some_machine_runs
	kill -TERM "$pid"
	wait "$pid" || got=$?
	[ "$got" -eq 143 ] || fail "exit status $got"
	expect_no_machines
}

has_said_its_line() {
	grep -qs '^chatter: that was all' "$T"/results/latest/waits.*/1/console.log
}

# dies_by SIGNAL: a machine whose software has said its line and waits for ever gets that signal from somebody else.
dies_by() {
	local pid got=0
	mkdir -p "$T/project/scenarios"
	ln -s "$root/boards" "$root/tests/projects/chatter/images" "$T/project/"
	lend_built "$T/project"
	cat >"$T/project/scenarios/waits.yaml" <<-'YAML'
		scenario: waits
		about: waits for what is never said
		deadline: 5m
		phases:
		  - phase: all
		    deadline: 5m
		    steps:
		      - expect: 'a text that never comes'
		variants:
		  patient: pass
	YAML
	"$RUNTEST" --project "$T/project" waits --results "$T/results" --retries 0 >"$T/out" 2>"$T/err" </dev/null &
	pid=$!
	wait_for 60 has_said_its_line
	kill "-$1" "$(machines)"
	wait "$pid" || got=$?
	[ "$got" -eq 3 ] || fail "exit status $got"
	expect_query infra "r['sessions'][0]['verdict']"
}

test_a_machine_that_dies_is_infra_and_never_the_softwares_fault() {
	dies_by KILL
	expect_text "$T/out" "QEMU killed by signal 9"
}

test_a_machine_that_is_told_to_end_from_outside_is_infra_too() {
	dies_by TERM
}

test_closed_standard_streams_do_not_end_up_in_the_journal() {
	local status=0
	"$RUNTEST" pd-survives --variant patched --board qemu_virt_aarch64 --results "$T/results" <&- >&- 2>&- || status=$?
	[ "$status" -eq 0 ] || fail "exit status $status"
	expect_query pass "r['sessions'][0]['verdict']"
	python3 -c 'import json, sys; [json.loads(l) for l in open(sys.argv[1])]' "$T/results/latest/journal.jsonl"
}

test_a_missing_qemu_is_named() {
	mkdir -p "$T/bin"
	local tool
	for tool in sh make patch cc gcc {aarch64,riscv64}-linux-gnu-{gcc,ld}; do
		ln -s "$(command -v $tool)" "$T/bin/$tool"
	done
	expect_status 3 env PATH="$T/bin" "$RUNTEST" pd-survives --results "$T/results"
	expect_text "$T/err" qemu-system-aarch64
	expect_text "$T/err" hint
}

test_results_that_cannot_be_written() {
	: >"$T/file"
	expect_status 3 "$RUNTEST" pd-survives --results "$T/file/results" --variant patched
	expect_text "$T/err" "$T/file"
	expect_text "$T/err" hint
}

test_a_full_disk_is_said_and_loses_nothing() {
	mkdir "$T/small"
	mount -t tmpfs -o size=640k tmpfs "$T/small" || fail "this test mounts a small file system, so it needs root"
	local status=0
	"$RUNTEST" pd-survives --results "$T/small/results" --variant patched --board qemu_virt_aarch64 --repeat 100 \
		>"$T/out" 2>"$T/err" </dev/null || status=$?
	local report=0
	"$RUNTEST" report latest --results "$T/small/results" --format json >"$T/report.json" 2>"$T/report.err" || report=$?
	umount "$T/small"
	[ "$status" -eq 3 ] || fail "exit status $status: $(cat "$T/err")"
	expect_text "$T/err" "No space left on device"
	expect_text "$T/err" hint
	[ "$(python3 -c 'import json,sys; print(sum(s["verdict"] == "pass" for s in json.load(open(sys.argv[1]))["sessions"]) > 0)' "$T/report.json")" = True ] ||
		fail "the sessions before the disk was full are lost"
	expect_no_machines
}

test_a_variant_that_does_not_build() {
	expect_status 1 "$RUNTEST" --project "$root/tests/projects/broken" '*' --results "$T/results"
	expect_query "[('broken', 'fail', 'build-failed'), ('broken-control', 'vacuous', 'build-failed'), ('no-image', 'fail', 'image-corrupt')]" \
		"sorted((s['variant'], s['verdict'], s['cause']) for s in r['sessions'])"
	expect_text "$T/out" "this compiler is broken"
}

test_what_is_no_image_is_refused() {
	head -c 100000 /dev/zero >"$T/zeros"
	expect_status 2 "$RUNTEST" inspect "$T/zeros"
	expect_text "$T/err" "$T/zeros"
	expect_status 2 "$RUNTEST" inspect "$T/nowhere"
}

test_mistakes_in_project_files_are_all_reported() {
	mkdir -p "$T/p/scenarios" "$T/p/images"
	printf 'variants: []\n' >"$T/p/images/variants.yaml"
	printf 'scenario: a\nabout: x\nphasen: []\n' >"$T/p/scenarios/a.yaml"
	printf 'scenario: b\nabout: [x]\n' >"$T/p/scenarios/b.yaml"
	expect_status 2 "$RUNTEST" --project "$T/p" check
	expect_text "$T/err" "scenarios/a.yaml:3"
	expect_text "$T/err" "scenarios/b.yaml:2"
	expect_status 2 "$RUNTEST" --project "$T/p" run a
}

test_usage_errors() {
	expect_status 2 "$RUNTEST"
	expect_status 2 "$RUNTEST" no-such-scenario
	expect_text "$T/err" "no-such-scenario"
	expect_status 2 "$RUNTEST" run --repeat 0 pd-survives
	expect_status 2 "$RUNTEST" run --no-such-option pd-survives
	expect_status 2 "$RUNTEST" run pd-survives --variant pached
	expect_text "$T/err" "did you mean patched"
	expect_status 0 "$RUNTEST" --help
	expect_status 0 "$RUNTEST" --version
	local command
	for command in build check doctor inspect list report run; do
		expect_status 0 "$RUNTEST" "$command" --help
	done
}

test_the_plan_can_be_seen_without_booting() {
	expect_status 0 "$RUNTEST" pd-survives --dry-run --results "$T/results"
	expect_text "$T/out" "pd-survives.patched.qemu_virt_aarch64.debug.1  must pass"
	expect_text "$T/out" " sessions planned; nothing was built or booted"
	[ ! -e "$T/results" ] || fail "a dry run left results"
}

test_everything_skipped_is_no_success() {
	expect_status 1 "$RUNTEST" pd-survives --results "$T/results" --config release
	expect_query "['skipped']" "sorted({s['verdict'] for s in r['sessions']})"
	expect_status 0 "$RUNTEST" pd-survives --results "$T/results" --config release --allow-skipped
}

test_a_deadline_that_passes_is_a_timeout_with_the_tail() {
	expect_status 1 "$RUNTEST" --project "$root/tests/projects/broken-scenarios" never --results "$T/results"
	expect_query "timeout None" "f\"{r['sessions'][0]['verdict']} {r['sessions'][0]['cause']}\""
	expect_query "MON: this text never comes" "r['sessions'][0]['evidence']['console']['awaited']['pattern']"
	expect_text "$T/out" "MON: this text never comes"
	expect_text "$T/out" "system is up"
}

test_a_denied_text_fails_the_session() {
	expect_status 1 "$RUNTEST" --project "$root/tests/projects/broken-scenarios" denied --results "$T/results"
	expect_query "fail unexpected-output" "f\"{r['sessions'][0]['verdict']} {r['sessions'][0]['cause']}\""
}
