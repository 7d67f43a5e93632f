# The main job: its variants on their boards, with the evidence behind each verdict.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

test_the_main_job_reaches_the_verdicts_it_must() {
	expect_status 0 "$RUNTEST" pd-survives --results "$T/results"
	local variant board
	for board in qemu_virt_aarch64 qemu_virt_aarch64_el1 qemu_virt_riscv64; do
		for variant in patched patched-bootclear initial-task capdl capdl-fill; do
			expect_query "pass None" "[f\"{s['verdict']} {s['cause']}\" for s in r['sessions'] if s['variant'] == '$variant' and s['board'] == '$board'][0]"
		done
		for variant in unpatched unpatched-bootclear; do
			expect_query "expected-fail pd-code-cleared" "[f\"{s['verdict']} {s['cause']}\" for s in r['sessions'] if s['variant'] == '$variant' and s['board'] == '$board'][0]"
		done
		for variant in "unpatched-table invocation-table-cleared" "unpatched-strict untyped-mismatch"; do
			expect_query "expected-fail ${variant#* }" "[f\"{s['verdict']} {s['cause']}\" for s in r['sessions'] if s['variant'] == '${variant% *}' and s['board'] == '$board'][0]"
		done
	done
	for board in qemu_virt_aarch64_uboot qemu_virt_riscv64_uboot; do
		expect_query "['expected-fail', 'pass', 'pass']" "sorted(s['verdict'] for s in r['sessions'] if s['variant'] in ('patched-uboot', 'dt-reserved', 'unpatched-uboot') and s['board'] == '$board')"
	done
	expect_query True "len(r['sessions']) >= 21"
}

test_cleared_pages_are_counted_and_were_intact_before() {
	expect_status 0 "$RUNTEST" pd-survives --results "$T/results" --variant unpatched --board qemu_virt_aarch64
	expect_query True "all(p['counts']['intact'] > 0 and p['counts']['cleared'] == 0 for p in r['sessions'][0]['evidence']['pages'] if p['moment'] == 'loaded' and p['owner'] == 'pd' and p['access'] != 'rw')"
	expect_query True "all(p['counts']['intact'] == 0 and p['counts']['cleared'] > 0 for p in r['sessions'][0]['evidence']['pages'] if p['moment'] == 'end' and p['owner'] == 'pd' and p['judged'])"
	expect_query True "any(p['access'] == 'rx' and p['counts']['cleared'] > 1 for p in r['sessions'][0]['evidence']['pages'] if p['moment'] == 'end')"
	expect_query "['console', 'memory']" "r['sessions'][0]['evidence']['witnesses']"
}

test_when_memory_is_cleared_shows_in_the_moments() {
	expect_status 0 "$RUNTEST" pd-survives --results "$T/results" --variant 'unpatched*' --board qemu_virt_aarch64
	local code="sum(p['counts']['cleared'] for p in [s for s in r['sessions'] if s['variant'] == V][0]['evidence']['pages'] if p['moment'] == 'kernel-up' and p['owner'] == 'pd')"
	expect_query 0 "${code/V/\'unpatched\'}"
	[ "$(query "${code/V/\'unpatched-bootclear\'}")" -gt 0 ] || fail "bootclear had cleared nothing when the kernel was up"
}

test_a_variant_called_patched_but_built_without_the_patch_fails() {
	expect_status 1 "$RUNTEST" --project "$root/tests/projects/mislabelled" pd-survives --results "$T/results" \
		--variant 'patched*' --board qemu_virt_aarch64
	expect_query "['fail', 'fail']" "[s['verdict'] for s in r['sessions']]"
	expect_query "['pd-code-cleared', 'pd-code-cleared']" "[s['cause'] for s in r['sessions']]"
}

test_a_control_that_passes_is_vacuous() {
	expect_status 1 "$RUNTEST" --project "$root/tests/projects/mislabelled" pd-survives --results "$T/results" \
		--variant 'unpatched*' --board qemu_virt_aarch64
	expect_query "['vacuous', 'vacuous']" "[s['verdict'] for s in r['sessions']]"
	expect_text "$T/out" vacuous
}

test_repeats_side_by_side_all_pass() {
	expect_status 0 "$RUNTEST" pd-survives --results "$T/results" --variant patched --board qemu_virt_aarch64 \
		--repeat 30 --jobs 2
	expect_query 30 "sum(s['verdict'] == 'pass' for s in r['sessions'])"
	expect_no_machines
}

test_an_expect_script_holds_the_dialogue() {
	expect_status 0 "$RUNTEST" --project "$root/tests/projects/scripted" script-talks --results "$T/results" \
		--board qemu_virt_aarch64
	expect_query "['expected-fail', 'pass']" "sorted(s['verdict'] for s in r['sessions'])"
}

test_a_script_that_gives_up_fails_with_its_status() {
	expect_status 1 "$RUNTEST" --project "$root/tests/projects/scripted" script-gives-up --results "$T/results" \
		--board qemu_virt_aarch64
	expect_query "fail missing-output" "f\"{r['sessions'][0]['verdict']} {r['sessions'][0]['cause']}\""
	expect_text "$T/out" "exited with status 7"
	expect_text "$(echo "$T"/results/latest/*/1/script.log)" "no login prompt"
}

# Nothing that it said was waited for, and memory is filled before power goes on: when it was looked at decides.
test_a_script_that_waits_for_nothing_accuses_only_who_never_loads() {
	expect_status 0 "$RUNTEST" --project "$root/tests/projects/chatter" hasty --results "$T/results" --variant loads-late
	expect_query pass "r['sessions'][0]['verdict']"
	expect_query True "'before the image was in memory, which was waited for' in r['sessions'][0]['evidence']['notes'][0]"
	expect_status 0 "$RUNTEST" --project "$root/tests/projects/chatter" hasty --results "$T/results" --variant never-loads \
		--timeout 2s
	expect_query "expected-fail image-not-loaded" "f\"{r['sessions'][0]['verdict']} {r['sessions'][0]['cause']}\""
	expect_query True "r['sessions'][0]['evidence']['moments'][0]['first_ms'] >= 2000"
	expect_status 1 "$RUNTEST" --project "$root/tests/projects/chatter" hopeless --results "$T/results"
	expect_query "[('expected-fail', 'image-not-loaded'), ('fail', 'missing-output')]" \
		"sorted((s['verdict'], s['cause']) for s in r['sessions'])"
}

test_waiting_for_an_image_that_never_comes_can_be_called_off() {
	local pid got=0
	"$RUNTEST" --project "$root/tests/projects/chatter" hasty --results "$T/results" --variant never-loads \
		>"$T/out" 2>"$T/err" </dev/null &
	pid=$!
	wait_for 60 script_has_run
	sleep 1 # the script is over by then, as a rule; if it is not, the same must come of it
	kill -TERM "$pid"
	wait "$pid" || got=$?
	[ "$got" -eq 143 ] || fail "exit status $got: $(cat "$T/err")"
	expect_query "cancelled False" "f\"{r['sessions'][0]['verdict']} {'in memory' in str(r['sessions'][0]['evidence'].get('notes'))}\""
	expect_no_machines
}

script_has_run() {
	[ -n "$(find "$T/results/" -name script.log 2>/dev/null)" ]
}

test_every_byte_of_a_noisy_console_is_logged() {
	expect_status 0 "$RUNTEST" --project "$root/tests/projects/chatter" listen --results "$T/results" \
		--variant chatter
	python3 - "$T"/results/latest/listen.*/1 <<'PY'
import sys
folder = sys.argv[1]
noise = bytes(b for b in ((7 * i) & 255 for i in range(2 * 1024 * 1024)) if b != 10)
want = noise + b"\r\nchatter: that was all\r\n"
got = open(folder + "/console.log", "rb").read()
assert got == want, f"{len(got)} bytes logged, {len(want)} were printed"
last = (-1, -1)
for line in open(folder + "/console.idx"):
    offset, us = map(int, line.split())
    assert offset > last[0] and us >= last[1], (last, line)
    last = (offset, us)
assert last[0] < len(got)
PY
}

test_a_machine_that_the_software_ends_is_no_fault_of_the_lab() {
	expect_status 0 "$RUNTEST" --project "$root/tests/projects/chatter" listen --results "$T/results" \
		--variant switches-off --variant resets
	expect_query "['expected-fail', 'expected-fail']" "[s['verdict'] for s in r['sessions']]"
}

test_two_builds_have_the_same_bytes() {
	expect_status 0 "$RUNTEST" build --verify patched --board qemu_virt_aarch64
}

test_inspect_explains_an_image() {
	expect_status 0 "$RUNTEST" pd-survives --results "$T/results" --variant patched --board qemu_virt_aarch64
	expect_status 0 "$RUNTEST" inspect "$(query "r['sessions'][0]['paths']['image']")"
	expect_text "$T/out" hello-0
	expect_text "$T/out" checksum-0
}
