# Marker tables: phases of a boot, failures and troubles are recognised by what boards/markers/ says, and a user adds to that
# without touching C.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# A project of the user's own: the reference stack's images and boards, and scenarios that this test writes.
own_project() {
	mkdir -p "$T/p/scenarios"
	cp -r "$root/boards" "$T/p/boards"
	ln -s "$root/images" "$T/p/images"
	lend_built "$T/p"
}

# scenario NAME DEADLINE [LINE...]: what stands between its head and the demand that patched passes.
scenario() {
	local name=$1 deadline=$2
	shift 2
	{
		printf 'scenario: %s\nabout: a test\ndeadline: %s\n' "$name" "$deadline"
		printf '%s\n' "$@"
		printf 'variants: {patched: pass}\n'
	} >"$T/p/scenarios/$name.yaml"
}

# A phase in which one text is waited for.
waits_for() {
	printf 'phases:\n  - {phase: all, deadline: %s, steps: [{expect: "%s"}]}\n' "$1" "$2"
}

own_run() {
	local status=$1
	shift
	expect_status "$status" "$RUNTEST" --project "$T/p" run "$@" --board qemu_virt_aarch64 --results "$T/results"
}

marks() {
	query "' '.join(m['mark'] for s in r['sessions'] for m in s['marks'])"
}

test_the_phases_of_a_boot_are_recognised() {
	expect_status 0 "$RUNTEST" pd-survives --variant patched --board qemu_virt_aarch64 --results "$T/results"
	local got
	got=$(marks)
	case $got in
	"loader "*"kernel-entry kernel kernel-up "*"monitor bootstrapped monitor-done protection-domains"*) ;;
	*) fail "phases: $got" ;;
	esac
	expect_query True "all(a['at_ms'] <= b['at_ms'] and a['offset'] < b['offset'] for s in r['sessions'] for a, b in zip(s['marks'], s['marks'][1:]))"
	expect_query "{1}" "{m['boot'] for s in r['sessions'] for m in s['marks']}"
	expect_query None "r['sessions'][0]['evidence']['timed_out']"
}

test_a_second_boot_has_its_phases_again() {
	expect_status 0 "$RUNTEST" warm-reset --variant patched-uboot --board qemu_virt_riscv64_uboot --results "$T/results"
	expect_query "[1, 2]" "sorted({m['boot'] for m in r['sessions'][0]['marks'] if m['mark'] in ('firmware', 'u-boot', 'kernel-up')})"
	expect_query "2 2" "'%d %d' % tuple(sum(m['mark'] == k for m in r['sessions'][0]['marks']) for k in ('u-boot', 'kernel-up'))"
}

test_a_table_of_the_users_own_names_phases_and_failures() {
	own_project
	cat >"$T/p/boards/markers/mine.yaml" <<-'EOF'
		markers: mine
		about: what my program says
		use: when-named
		texts:
		  - {text: '^PD\|hello: hello, world$', by: hello, mark: greeted}
		  - {text: '^PD\|checksum: ready$', by: checksum, cause: missing-output}
	EOF
	scenario without 2m 'answers: markers' "$(waits_for 2m 'MON\\|INFO: system is up')"
	scenario with 2m 'answers: markers' 'markers: [mine]' "$(waits_for 2m 'MON\\|INFO: system is up')"
	own_run 0 without
	own_run 1 with
	expect_query "fail missing-output boards/markers/mine.yaml:6" \
		"'%s %s %s' % (r['sessions'][0]['verdict'], r['sessions'][0]['cause'], r['sessions'][0]['evidence']['console']['denied'][0]['where'])"
	case " $(marks) " in *" greeted "*) ;; *) fail "no phase of the user's own: $(marks)" ;; esac
	expect_text "$T/out" "never on the console"
	expect_text "$T/out" "greeted"
}

test_what_a_step_waits_for_or_a_scenario_allows_is_no_failure() {
	own_project
	printf '%s\n' 'markers: mine' 'about: harsh' 'texts:' \
		"  - {text: 'hello, world', by: pd, cause: pd-fault}" >"$T/p/boards/markers/mine.yaml"
	scenario fails 2m 'answers: markers' "$(waits_for 2m 'MON\\|INFO: system is up')"
	scenario expects 2m 'answers: markers' 'phases:' \
		'  - {phase: a, deadline: 1m, steps: [{expect: "kernel"}]}' \
		'  - {phase: b, deadline: 1m, steps: [{expect: "^PD\\|hello: hello, world$"}, {expect: "system is up"}]}'
	scenario allows 2m 'answers: markers' 'allow-markers: [pd-fault]' "$(waits_for 2m 'MON\\|INFO: system is up')"
	own_run 1 fails
	expect_query "fail pd-fault" "'%s %s' % (r['sessions'][0]['verdict'], r['sessions'][0]['cause'])"
	expect_text "$T/out" "its own fault"
	own_run 0 expects
	own_run 0 allows
}

test_trouble_is_the_labs_and_says_what() {
	own_project
	printf '%s\n' 'markers: mine' 'about: the lab' 'texts:' \
		"  - {text: 'Bootstrapping kernel', by: kernel, trouble: the power supply of this desk is loose}" \
		>"$T/p/boards/markers/mine.yaml"
	scenario all 2m 'answers: markers' "$(waits_for 2m 'MON\\|INFO: system is up')"
	own_run 3 all
	expect_query "infra None" "'%s %s' % (r['sessions'][0]['verdict'], r['sessions'][0]['cause'])"
	expect_query True "r['sessions'][0]['why'].startswith('the power supply of this desk is loose: \"Bootstrapping kernel\" came after')"
	expect_query "boards/markers/mine.yaml:4" "r['sessions'][0]['evidence']['console']['denied'][0]['where']"
	expect_text "$T/out" "the power supply of this desk is loose"
}

# Nobody answers the loader's HOLD in the first: the boot hangs. The second boots, and waits for what never comes.
test_a_time_out_of_the_boot_is_not_one_of_the_test() {
	own_project
	scenario boot 6s "$(waits_for 5s 'never, never')"
	scenario test 60s 'answers: markers' "$(waits_for 8s 'never, never')"
	own_run 1 boot test
	expect_query "['boot boot timeout', 'test test timeout']" \
		"sorted('%s %s %s' % (s['scenario'], s['evidence']['timed_out'], s['verdict']) for s in r['sessions'])"
	expect_query "hold-loaded" "[s for s in r['sessions'] if s['scenario'] == 'boot'][0]['marks'][-1]['mark']"
	expect_query True "'kernel never did' in [s for s in r['sessions'] if s['scenario'] == 'boot'][0]['why']"
	expect_query True "'after the boot: monitor-done came' in [s for s in r['sessions'] if s['scenario'] == 'test'][0]['why']"
}

test_a_boot_has_a_deadline_of_its_own() {
	own_project
	scenario own 5m 'boot-deadline: 4s' "$(waits_for 5m 'never, never')"
	own_run 1 own
	expect_query "timeout boot" "'%s %s' % (r['sessions'][0]['verdict'], r['sessions'][0]['evidence']['timed_out'])"
	expect_query True "r['sessions'][0]['why'].startswith('the boot\'s deadline of 4000 ms passed, while booting: hold-loaded came')"
	# Of the kind's two minutes a boot that ends takes nothing; the scenario's own comes first.
	sed -i '/^arch:/i boot-deadline: 2m' "$T/p/boards/kinds/qemu_virt_aarch64.yaml"
	scenario ends 1m 'answers: markers' "$(waits_for 1m 'MON\\|INFO: system is up')"
	own_run 0 ends
	own_run 1 own
	expect_text "$T/out" "4000 ms"
}

test_mistakes_in_a_table_are_told_with_file_and_line() {
	own_project
	scenario all 2m "$(waits_for 2m 'x')"
	printf '%s\n' 'markers: mine' 'about: wrong' 'texts:' "  - {text: 'a', by: kernel, cause: kernel-panik}" \
		"  - {text: 'a(', by: kernel, mark: x}" >"$T/p/boards/markers/mine.yaml"
	expect_status 2 "$RUNTEST" --project "$T/p" check
	expect_text "$T/err" "boards/markers/mine.yaml:4:36"
	expect_text "$T/err" 'did you mean "kernel-panic"?'
	expect_text "$T/err" "boards/markers/mine.yaml:5:12"
	expect_status 2 "$RUNTEST" --project "$T/p" run all
	rm "$T/p/boards/markers/mine.yaml"
	sed -i '/^arch:/i markers: [microkti]' "$T/p/boards/kinds/qemu_virt_aarch64.yaml"
	expect_status 2 "$RUNTEST" --project "$T/p" check
	expect_text "$T/err" "boards/kinds/qemu_virt_aarch64.yaml:3"
	expect_text "$T/err" 'did you mean "microkit"?'
}

# The three ways in which a kernel without its patch shows, each by console and memory together.
test_a_kernel_without_its_patch_is_told_by_what_it_took_along() {
	expect_status 0 "$RUNTEST" pd-survives --variant 'unpatched*' --variant patched --board qemu_virt_aarch64 --results "$T/results"
	expect_query "expected-fail untyped-mismatch []" "[('%s %s %s' % (s['verdict'], s['cause'], s['evidence']['untypeds'])) for s in r['sessions'] if s['variant'] == 'unpatched-strict'][0]"
	expect_query True "'memory is intact' in [s for s in r['sessions'] if s['variant'] == 'unpatched-strict'][0]['evidence']['ground']"
	expect_query "invocation-table-cleared ['pd', 'table']" "[('%s %s' % (s['cause'], sorted({l['owner'] for u in s['evidence']['untypeds'] for l in u['lost']}))) for s in r['sessions'] if s['variant'] == 'unpatched-table'][0]"
	expect_query "pd-code-cleared ['checksum', 'hello'] alignment" "[('%s %s %s' % (s['cause'], sorted({l['pd'] for u in s['evidence']['untypeds'] for l in u['lost']}), s['evidence']['untypeds'][0]['told_by'])) for s in r['sessions'] if s['variant'] == 'unpatched'][0]"
	expect_query "[]" "[s for s in r['sessions'] if s['variant'] == 'patched'][0]['evidence']['untypeds']"
}

# A table may say how the software prints its untypeds: then blocks are what was printed.
test_untypeds_that_are_printed_are_believed() {
	own_project
	cat >>"$T/p/boards/markers/reference.yaml" <<-'EOF'
		  - {text: '^LDR\|INFO: region 3: (?<start>0x[0-9a-f]+)\.\.(?<end>0x[0-9a-f]+)', by: loader, tells: untyped}
	EOF
	scenario all 2m 'answers: markers' "$(waits_for 2m 'MON\\|INFO: system is up')"
	sed -i 's/patched: pass/patched: pass, unpatched: {fails-with: pd-code-cleared}/' "$T/p/scenarios/all.yaml"
	own_run 0 all
	expect_query True "any(u['told_by'] == 'console' and u['start'] == '0x60200000' for s in r['sessions'] for u in s['evidence']['untypeds'])"
}
