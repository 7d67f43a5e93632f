# What the tab key offers: the answers, and the three shells themselves on a terminal.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# answer WORD...: what the last word could become, without what it is.
answer() {
	"$RUNTEST" --project "$root" completion --answer -- "$@" | cut -f 1
}

offers() {
	local want=$1
	shift
	answer "$@" >"$T/answer"
	grep -qxF -- "$want" "$T/answer" || fail "$* <tab> does not offer $want but: $(head -20 "$T/answer")"
}

withholds() {
	local no=$1
	shift
	answer "$@" >"$T/answer"
	! grep -qxF -- "$no" "$T/answer" || fail "$* <tab> offers $no"
}

test_words_that_the_project_has_are_offered() {
	offers run ru
	offers pd-survives pd
	offers pd-survives run pd-survives pd
	offers qemu_virt_aarch64 run --board qemu
	offers --board=qemu_virt_aarch64 pd-survives --board=qemu
	offers patched build pat
	offers reset run --tag ''
	offers restarts= run --set ''
	offers pd-code-cleared run --expect pd-
	offers pd-survives.patched.qemu_virt_aarch64.debug run --only pd-survives.patched.
	offers junit report --format ''
	offers scenarios list ''
	offers never list --color ''
	offers pd-survives --color never pd
	offers cycle power rockpro-1 ''
	offers --repeat run --re
	offers :files load rockpro-1 ''
	offers :folders run --results ''
	offers board-kind check --schema ''
	withholds patched build unp
	withholds --repeat run -- --re
	withholds run report re
}

test_mutants_are_offered_where_they_are_meant() {
	local mutant
	mutant=$("$RUNTEST" --project "$root" list mutants | sed -n '2s/ .*//p')
	offers "$mutant" run --mutants --variant ''
	withholds "$mutant" run --variant ''
}

test_runs_and_their_sessions_are_offered() {
	"$root/tests/e2e/pastrun.py" "$T/results" 20260101-000000-aaaa 2 pd-survives.patched.qemu.debug=pass
	"$root/tests/e2e/pastrun.py" "$T/results" 20260102-000000-bbbb 1 pd-survives.unpatched.qemu.debug=fail
	offers latest report --results "$T/results" ''
	offers 20260101-000000-aaaa report --results="$T/results" 2026
	offers latest/ replay --results "$T/results" ''
	offers latest/pd-survives.unpatched.qemu.debug.1 replay --results "$T/results" latest/pd
	offers 20260101-000000-aaaa/pd-survives.patched.qemu.debug.1 run --results "$T/results" --only 20260101-000000-aaaa/
	withholds latest/pd-survives.patched.qemu.debug.1 replay --results "$T/results" latest/
	mkdir "$T/results/no-run"
	withholds no-run report --results "$T/results" ''
}

test_nothing_is_offered_and_nothing_said_outside_of_any_project() {
	cd "$T" || return
	expect_status 0 "$RUNTEST" completion --answer -- build ''
	[ -z "$(cat "$T/out" "$T/err")" ] || fail "it said: $(cat "$T/out" "$T/err")"
	offers build bu
	expect_status 2 "$RUNTEST" completion --answer
	expect_status 2 "$RUNTEST" completion tcsh
	expect_text "$T/err" "bash, zsh or fish"
}

# No option that is offered is unknown to its command: behind it one stands that is.
test_options_that_are_offered_are_there() {
	local command option count=0
	for command in $(answer man ''); do
		for option in $(answer "$command" -- | grep '^--' | grep -vx -e --help); do
			count=$((count + 1))
			[ "$command $option" != "completion --answer" ] || continue
			# Twice: the first one may be taken for the option's value, and nothing is to begin.
			"$RUNTEST" --project "$T" "$command" "$option" --no-such-option --no-such-option </dev/null >"$T/out" 2>"$T/err" || true
			! grep -q "there is no option $option\$" "$T/err" || fail "$command has no $option, and offers it"
		done
	done
	[ "$count" -gt 100 ] || fail "only $count options are offered"
}

# in_shell SHELL: a shell on a terminal, with nothing of the user's, in which completion is set up; keys from stdin, one
# line each; what stands on the screen in the end goes to $T/screen.
in_shell() {
	python3 "$root/tests/e2e/tabkey.py" "$1" "$RUNTEST" "$root" >"$T/screen" || fail "$(cat "$T/screen")"
}

completes() {
	printf '%s\n' "runtest pd-surv" "runtest run --board qemu_virt_riscv64_uboot_t" "runtest build patched-b" \
		"runtest regr" "runtest run --expect=pd-code-cl" "runtest list quar" "runtest run --only-f" "runtest inspect READ" \
		"runtest no-such-scen" | in_shell "$1"
	for word in "runtest pd-survives" "runtest run --board qemu_virt_riscv64_uboot_tftp" "runtest build patched-bootclear" \
		"runtest regressions" "runtest run --expect=pd-code-cleared" "runtest list quarantine" "runtest run --only-failed" \
		"runtest inspect README.md" "runtest no-such-scen"; do
		grep -qxF "$word" "$T/screen" || fail "$1: no '$word': $(cat "$T/screen")"
	done
}

test_bash_completes() { completes bash; }
long_zsh_completes() { completes zsh; }
long_fish_completes() { completes fish; }
