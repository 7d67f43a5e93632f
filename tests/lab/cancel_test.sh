# What CI systems do to a job that somebody cancels, with shorter patience than theirs: the board is off and free, the journal is
# whole, and `--resume` goes on. Where everything is killed at once, the next who has the board switches it off first.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# shellcheck source=tests/lab/faultslib.sh
. "$root/tests/lab/faultslib.sh"

board=lab-rv64
patience=120 # seconds that a run may take to end: a limit, not a measure

# cancel_lab: the lab of this test, in a project with the scenario that is run.
cancel_lab() {
	mkdir -p "$T/state" "$T/project/scenarios"
	cp "$root/scenarios/pd-survives.yaml" "$T/project/scenarios/"
	unhurried pd-survives
	lend_built "$T/project"
	start_lab lab
	lab_id=$(id lab)
}

# job SHELL-WORDS: a step of a pipeline, as a shell that leads a process group; the run's options are in "$@" of the words. Its
# process is $step. Everything of it has JOB_COOKIE in its environment. The board has power, and stands still: no session ends by
# itself before it is cancelled, however late that comes.
job() {
	rm -rf "$T/results"
	JOB_COOKIE=$T setsid bash -c "$1" step "$RUNTEST" --project "$T/project" run pd-survives --variant patched-uboot --board "$board" \
		--lab "$lab_id" --results "$T/results" --no-map --repeat 3 >"$T/out" 2>"$T/err" </dev/null &
	step=$!
	pid[step]=$step
	wait_for 120 has_come 'U-Boot 20'
	wait_for 120 stands_still
}

# stands_still: the board does, from now on, until it is switched off; false: a session has just ended, and it is off.
stands_still() {
	local machine
	machine=$(of_lab lab qemu-system-riscv64)
	[ -n "$machine" ] && kill -STOP "$machine" 2>/dev/null && [ "$(lab tell "$lab_id" state "$board")" = on ]
}

# kill_job SIGNAL: to all that has the cookie; 0: only say which processes that are. They are looked for in one go: a session
# takes a second. Before a KILL all are stopped, and the youngest has it first: a session that outlives the run by a moment
# switches off, and the kernel lets what is stopped go on when its group's parent is gone.
kill_job() {
	python3 - "JOB_COOKIE=$T" "$1" <<-'PYTHON'
		import os, signal, sys
		def tell(number):
		    told = set()
		    for pid in filter(str.isdigit, os.listdir("/proc")):
		        try:
		            if sys.argv[1].encode() not in open(f"/proc/{pid}/environ", "rb").read().split(b"\0"):
		                continue
		            stat = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
		            if stat[0] in "ZX":
		                continue
		            os.kill(int(pid), number)
		            told.add((int(stat[19]), int(pid)))
		        except OSError:
		            pass
		    return told
		number = 0 if sys.argv[2] == "0" else getattr(signal, "SIG" + sys.argv[2])
		told, before = tell(signal.SIGSTOP if number == signal.SIGKILL else number), None
		while number == signal.SIGKILL and told != before: # nobody has made another one meanwhile
		    told, before = tell(signal.SIGSTOP), told
		for start, pid in sorted(told, reverse=True):
		    try:
		        if number == signal.SIGKILL:
		            os.kill(pid, number)
		        print(pid)
		    except OSError:
		        pass # with its parent
	PYTHON
}

nothing_of_job() {
	[ -z "$(kill_job 0)" ]
}

# step_ends STATUS
step_ends() {
	local got=0
	wait_for $patience has_ended "$step"
	wait "$step" || got=$?
	unset "pid[step]"
	[ "$got" -eq "$1" ] || fail "exit status $got, wanted $1: $(cat "$T/out" "$T/err")"
}

# journal_is_whole: every line by itself, read by nothing of ours.
journal_is_whole() {
	python3 - "$T"/results/2*/journal.jsonl <<-'PYTHON'
		import json, sys
		data = open(sys.argv[1], "rb").read()
		assert data.endswith(b"\n"), "the last line is torn"
		for line in data.splitlines():
		    json.loads(line)
	PYTHON
}

# cancelled_and_free: what is seen after a run that was asked to end.
cancelled_and_free() {
	wait_for $patience nothing_of_job
	expect_query True "'cancelled' in [s['verdict'] for s in r['sessions']] and {s['verdict'] for s in r['sessions']} <= {'cancelled', 'pass'}"
	expect_text "$T/err" "runtest run --resume"
	journal_is_whole
	as_before "$board"
	goes_on
	as_before "$board"
}

# goes_on: the run is completed.
goes_on() {
	expect_status 0 "$RUNTEST" --project "$T/project" --lab "$lab_id" run --resume latest --results "$T/results" --no-map
	expect_query "['pass', 'pass', 'pass']" "[s['verdict'] for s in r['sessions']]"
	journal_is_whole
}

# kill_with_power SHELL-WORDS COMMAND: such a job, to which COMMAND does what ends it all at once, while the board has power.
kill_with_power() {
	job "$1"
	"$2"
	kill_job KILL >"$T/killed"
	wait "$step" || true
	wait_for $patience nothing_of_job
	[ "$(lab tell "$lab_id" state "$board")" = on ] || fail "$board is off: nothing is to be seen here"
}

# left_on_and_told: everything was killed; the board has power, nobody has it, and everybody is told.
left_on_and_told() {
	is_left_on "$board"
	goes_on
	query "'\n'.join(n for s in r['sessions'] for n in s['evidence'].get('notes', []))" >"$T/notes"
	expect_text "$T/notes" "the board was found powered by"
	expect_text "$T/notes" "switched off first"
	rm -f "$folder/tftp/$board"/runtest-* # of the session that could not take it away any more (docs/chaos.md)
	as_before "$board"
}

# SIGINT to the step's process, SIGTERM 7.5 s later, SIGKILL for the tree 2.5 s after that.
test_cancel_as_github_actions_does() {
	cancel_lab
	job 'exec "$@"'
	kill -INT "$step"
	step_ends 130
	cancelled_and_free
	stop_lab lab
}

interrupt_and_terminate() {
	kill -INT "$step"
	sleep 0.2
	kill -TERM "$step"
}

# A shell in between passes no signal on: the tree is what is killed in the end.
test_cancel_as_github_actions_does_with_a_shell_in_between() {
	cancel_lab
	kill_with_power '"$@"; exit $?' interrupt_and_terminate
	left_on_and_told
	stop_lab lab
}

# SIGTERM to the process group, SIGKILL later.
test_cancel_as_gitlab_does() {
	cancel_lab
	job '"$@"; exit $?'
	kill -TERM -- "-$step"
	wait_for $patience nothing_of_job
	wait "$step" || true
	cancelled_and_free
	stop_lab lab
}

# SIGTERM to everything that has the job's cookie: sessions hear it as soon as the run does.
test_cancel_as_jenkins_does() {
	cancel_lab
	job 'exec "$@"'
	kill_job TERM >"$T/killed"
	step_ends 143
	cancelled_and_free
	stop_lab lab
}

test_cancel_by_sigkill_of_the_tree() {
	cancel_lab
	kill_with_power 'exec "$@"' true
	left_on_and_told
	stop_lab lab
}

# Only the run's own process is killed: its session has the board, and switches it off.
test_cancel_by_sigkill_of_the_run_alone_leaves_no_board_on() {
	cancel_lab
	job 'exec "$@"'
	kill -KILL "$step"
	wait "$step" || true
	wait_for $patience nothing_of_job
	journal_is_whole
	as_before "$board"
	goes_on
	as_before "$board"
	stop_lab lab
}

# Only a session is killed: the run is still there, and does it.
test_cancel_by_sigkill_of_a_session_leaves_no_board_on() {
	cancel_lab
	job 'exec "$@" --retries 0'
	pkill -KILL -P "$step" -x runtest
	step_ends 3
	wait_for $patience nothing_of_job
	expect_query "['infra', 'pass', 'pass']" "sorted(s['verdict'] for s in r['sessions'])"
	rm -f "$folder/tftp/$board"/runtest-*
	as_before "$board"
	# shellcheck disable=SC2016 # the words are the step's: one session instead of three
	job 'set -- "${@/%3/1}"; exec "$@" --retries 0'
	pkill -KILL -P "$step" -x runtest
	step_ends 3
	wait_for $patience nothing_of_job
	expect_query "['infra']" "[s['verdict'] for s in r['sessions']]"
	expect_text "$T/err" "$board was left on, powered by"
	rm -f "$folder/tftp/$board"/runtest-*
	as_before "$board"
	stop_lab lab
}
