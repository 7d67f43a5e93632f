# Several lab hosts: a real Slurm with two nodes, on which hang the boards of a virtual lab. What is submitted comes back
# with every result, whatever happens to jobs, nodes and the controller; no board stays on, and no lock is left.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# shellcheck source=tests/lab/lablib.sh
. "$root/tests/lab/lablib.sh"
# shellcheck source=tests/farm/farmlib.sh
. "$root/tests/farm/farmlib.sh"
# shellcheck source=tests/farm/postgreslib.sh
. "$root/tests/farm/postgreslib.sh"

trap 'kill_farm; kill -9 "${pid[@]}" $(jobs -p) 2>/dev/null || true; wait || true' EXIT

runtest() {
	"$RUNTEST" --project "$T/project" "$@"
}

# make_all: project and lab alone.
make_all() {
	mkdir -p "$T/project/scenarios"
	cp "$root"/scenarios/*.yaml "$T/project/scenarios/"
	make_held
	make_project
	lend_built "$T/project"
	start_lab boards --node lab-a64=lab1 --node lab-rv64=lab2 --node lab-rv64-elf=lab2
}

# start_all: lab-a64 hangs on lab1, the riscv64 boards on lab2. Besides the checkout's scenarios there is one "held".
start_all() {
	make_all
	prepare_farm
	configure_farm
	start_farm
}

configure_farm() {
	local node options=()
	for node in "${farm_nodes[@]}"; do options+=(--node "$(farm_words "$node")"); done
	runtest farm config --out "$T/slurm" --state "$RUNTEST_STATE" "${options[@]}" >"$T/out"
	farm_fragments=$T/slurm
}

# ---- sessions that last until they are told to end ----

# make_held: the scenario "held", and a program that holds a lock.
# On hardware a session is over in a second or two. One of the scenario "held" has its board on, has heard the system come
# up, and goes on when nobody holds the sessions of its node (any more).
make_held() {
	cat >"$T/project/scenarios/held.yaml" <<-'YAML'
		scenario: held
		about: with the system up, a session waits until it is let go
		deadline: 1h
		answers: markers
		phases:
		  - phase: all
		    deadline: 1h
		    steps:
		      - expect: 'MON\|INFO: system is up'
		      - script: held.exp
		finally:
		  - witness: {at: end, regions: [pd, pd-run, table], demand: intact}
		variants:
		  patched-uboot: pass
	YAML
	cat >"$T/project/scenarios/held.exp" <<-TCL
		set node \$env(SLURMD_NODENAME)
		close [open "$T/held-\$node" w]
		while {[file exists "$T/hold-\$node"] && [catch {file rename -force "$T/next-\$node" "$T/gone-\$node"}]} {after 20}
	TCL
	cat >"$T/holder.py" <<-'PYTHON'
		import fcntl, sys, time
		f = open(sys.argv[1], "r+")
		fcntl.lockf(f, fcntl.LOCK_EX)
		open(sys.argv[2], "w")
		time.sleep(3600)
	PYTHON
}

# hold NODE...: sessions there, from now on.
hold() {
	local node
	for node; do
		rm -f "$T/held-$node"
		touch "$T/hold-$node"
	done
}

# until_held NODE: a session there is, and has been since the last `hold`.
until_held() {
	wait_for 300 is_held "$1"
}

is_held() {
	[ -e "$T/held-$1" ] || {
		! has_ended "$submitted" || fail "who followed it has ended: $(cat "$T"/sub.* "$T"/first.* 2>/dev/null)"
		false
	}
}

# let_go NODE...: all, now and later. let_next_go NODE: one.
let_go() {
	local node
	for node; do rm "$T/hold-$node"; done
}

let_next_go() {
	touch "$T/next-$1"
}

# ---- what tests do and look at ----

stop_all() {
	stop_farm
	stop_lab boards
}

# submit WORD...: until it is in the queue; $submitted follows it then, and says $T/sub.out and .err.
submit() {
	rm -f "$T/sub.err" # that of another run
	"$RUNTEST" --project "$T/project" submit --results "$T/results" "$@" >"$T/sub.out" 2>"$T/sub.err" &
	submitted=$!
	wait_for 300 is_submitted # `latest` is that run from here on
}

is_submitted() {
	grep -qs 'job array' "$T/sub.err" || {
		! has_ended "$submitted" || grep -qs 'job array' "$T/sub.err" || fail "not submitted: $(cat "$T/sub.err")"
		false
	}
}

# expect_submitted STATUS: it ends, and with this.
expect_submitted() {
	local got=0
	wait "$submitted" || got=$?
	[ "$got" -eq "$1" ] || {
		cat "$T/sub.out" "$T/sub.err" "$T"/results/latest/slurm/*.out
		fail "exit status $got, wanted $1"
	}
}

is_powered() {
	[[ $'\n'$("$RUNTEST" who) =~ $'\n'"$1 "[^$'\n']*"powered by" ]]
}

# holder_of BOARD: the process that has it.
holder_of() {
	"$RUNTEST" who --json | python3 -c 'import json, sys; print(*(u["held"]["pid"] for u in json.load(sys.stdin)["units"] if u["unit"] == sys.argv[1]))' "$1"
}

is_on() {
	[ "$(lab tell "$(id boards)" state "$1")" = on ]
}

# has_begun: some session of the last run.
has_begun() {
	grep -qs '"session-started"' "$T"/results/latest/parts/g1/*.jsonl
}

# Nothing is held, and nothing is on, whatever the marks say.
expect_boards_free() {
	local board
	wait_for 120 nobody_holds
	for board in lab-a64 lab-rv64 lab-rv64-elf; do
		wait_for 120 is_off "$board"
	done
}

nobody_holds() {
	"$RUNTEST" who --json | python3 -c 'import json, sys; sys.exit(any(u["held"] for u in json.load(sys.stdin)["units"]))'
}

is_off() {
	[ "$(lab tell "$(id boards)" state "$1")" = off ]
}

# job_of TASK: the job id that scontrol takes, of the run's first group.
job_of() {
	python3 -c 'import json, sys; print("%d_%s" % (json.load(open(sys.argv[1]))["job"], sys.argv[2]))' \
		"$T/results/latest/slurm/g1.json" "$1"
}

job_state() {
	squeue --noheader --array --states=all --jobs="$1" --format=%T 2>/dev/null | head -n 1
}

is_state() {
	[ "$(job_state "$1")" = "$2" ]
}

# What is put back into the queue waits two minutes there (slurmctld's own rule) unless somebody says otherwise.
begin_now() {
	wait_for 120 is_state "$1" PENDING
	scontrol update JobId="$1" StartTime=now
}

# slurmd_since NODE: when the slurmd that the controller knows of began.
slurmd_since() {
	scontrol show node "$1" | grep -o 'SlurmdStartTime=[^ ]*'
}

is_known_anew() {
	local since
	since=$(slurmd_since "$1") && [ "$since" != "$2" ]
}

# all_was_said: the controller has no message left that it could not deliver.
all_was_said() {
	sdiag | awk '/^Agent queue size:/ { queued = $4; n++ } /^Agent count:/ { busy = $3; n++ } END { exit n < 2 || queued + busy > 0 }'
}

# written_down JOB: what the controller knows by now is on its disk, or it would not know it after SIGKILL.
written_down() {
	local word=written-$RANDOM-$RANDOM
	scontrol update JobId="$1" Comment="$word"
	wait_for 120 grep -qsaF "$word" "$farm_dir/state/job_state"
}

# Slurm sees by itself that a node is gone (SlurmdTimeout), in five minutes by default; an administrator is quicker. The word to end
# the job then finds the new slurmd, and would end the next run of the job, which Slurm begins two minutes later for that reason.
node_comes_back() {
	local since
	since=$(slurmd_since "$1")
	scontrol update NodeName="$1" State=DOWN Reason="it lost its power"
	start_node "$1"
	wait_for 120 is_known_anew "$1" "$since"
	wait_for 120 node_state "$1" idle
	wait_for 120 all_was_said
}

# ended_events: results in the journal.
ended_events() {
	grep -c '"event":"session-ended"' "$T/results/latest/journal.jsonl"
}

# Every session of the last run, and both nodes have run some.
expect_where_they_hang() {
	python3 - "$T/results/latest/journal.jsonl" <<-'PYTHON' || fail "a session ran where its board does not hang"
		import json, sys
		node = {"lab-a64": "lab1", "lab-second": "lab1", "lab-rv64": "lab2", "lab-rv64-elf": "lab2"}
		seen = set()
		for line in open(sys.argv[1]):
		    r = json.loads(line).get("result")
		    if r and "slurm" in r:
		        seen.add(r["slurm"]["node"])
		        assert node.get(r["unit"], r["slurm"]["node"]) == r["slurm"]["node"], r
		assert seen == {"lab1", "lab2"}, seen
	PYTHON
}

# kill_job_processes: all of the cluster's jobs, as the kernel does that is out of memory.
kill_job_processes() {
	end_at_once job_processes
	wait_for 60 none_of job_processes
}

job_processes() {
	of_farm 'SLURM_JOB_ID=[0-9]*'
}

test_mixed_plan_on_two_nodes_passes() {
	start_all
	# A second board of lab-rv64's kind, on the other node: a pool.
	sed -e 's/^unit: .*/unit: lab-second/' -e 's/^kind: .*/kind: lab_virt_riscv64/' "$folder/units/lab-rv64-go.yaml" \
		>"$folder/units/lab-second.yaml"
	echo 'node: lab1' >>"$folder/units/lab-second.yaml"
	stop_farm
	prepare_farm
	configure_farm
	start_farm
	expect_status 0 runtest submit pd-survives --variant 'patched-uboot' --variant unpatched-uboot --board 'lab-a64' \
		--board lab_virt_riscv64 --dry-run
	expect_text "$T/out" "board lab-a64 on lab1"
	expect_text "$T/out" "any board of the kind lab_virt_riscv64"
	[ ! -e "$T/results" ] || fail "a dry run leaves a run"
	expect_status 0 runtest submit pd-survives --variant 'patched*' --variant 'unpatched*' --board lab-a64 --board lab-rv64-elf \
		--board qemu_virt_aarch64 --results "$T/results"
	expect_text "$T/out" "0 fail"
	expect_query True 'all(s["verdict"] in ("pass", "expected-fail", "skipped") for s in r["sessions"])'
	expect_query "['lab-a64', 'lab-rv64-elf', 'qemu_virt_aarch64']" \
		'sorted({s["unit"] for s in r["sessions"] if s["verdict"] != "skipped"})'
	expect_where_they_hang
	# Any board of the kind: both at once, where there are sessions enough.
	hold lab1 lab2
	submit held --board lab_virt_riscv64 --repeat 4
	until_held lab1
	until_held lab2
	let_go lab1 lab2
	expect_submitted 0
	expect_text "$T/sub.out" "4 pass"
	expect_query "['lab-rv64', 'lab-second']" 'sorted({s["unit"] for s in r["sessions"]})'
	expect_where_they_hang
	expect_boards_free
	stop_all
}

test_what_is_wrong_is_said_before_anything_is_submitted() {
	start_all
	expect_status 2 runtest submit pd-survives --board lab-rv64-go --results "$T/results"
	expect_text "$T/err" "board lab-rv64-go hangs on no node"
	expect_status 2 env PATH="$T" "$RUNTEST" --project "$T/project" submit pd-survives --variant patched --results "$T/results"
	expect_text "$T/err" "there is no scontrol here"
	[ ! -e "$T/results" ] || fail "a run that was not submitted is there"
	expect_status 0 runtest run pd-survives --variant patched --board qemu_virt_aarch64 --results "$T/results"
	expect_status 2 runtest attach --results "$T/results"
	expect_text "$T/err" "was not submitted"
	expect_status 2 runtest cancel --results "$T/results"
	expect_status 2 runtest farm task --run "$T/results/latest" --group g1
	expect_text "$T/err" "no job of an array"
	expect_status 2 runtest submit pd-survives --variant patched --partition nowhere --results "$T/results"
	expect_text "$T/err" "invalid partition"
	# Boards that have been moved since Slurm was told.
	expect_status 0 runtest submit pd-survives --variant patched-uboot --board lab-a64 --detach --sbatch=--hold --results "$T/results"
	sed -i 's/^node: .*/node: lab2/' "$folder/units/lab-a64.yaml"
	scontrol release "$(job_of 0)"
	expect_status 3 runtest attach --results "$T/results"
	expect_text "$T/out" "board lab-a64 does not hang"
	stop_all
}

# somebody_waits: one of two who attach at once.
somebody_waits() {
	grep -qs 'another process follows this run' "$T/first.err" "$T/second.err"
}

test_follower_that_is_killed_loses_nothing_and_two_tell_nothing_twice() {
	local first second submitted
	start_all
	hold lab1
	expect_status 0 runtest submit held --board lab-a64 --board lab-rv64 --repeat 3 --detach --results "$T/results"
	[ "$(cat "$T/out")" = "$(basename "$(readlink -f "$T/results/latest")")" ] || fail "it does not say the run"
	"$RUNTEST" --project "$T/project" attach --results "$T/results" >"$T/first.out" 2>"$T/first.err" &
	first=$!
	submitted=$first
	until_held lab1
	wait_for 120 grep -q '^pass' "$T/first.err"
	kill -9 "$first"
	wait "$first" 2>/dev/null || true
	"$RUNTEST" --project "$T/project" attach --results "$T/results" >"$T/first.out" 2>"$T/first.err" &
	first=$!
	"$RUNTEST" --project "$T/project" attach --results "$T/results" >"$T/second.out" 2>"$T/second.err" &
	second=$!
	wait_for 120 somebody_waits
	let_go lab1
	wait "$first" || fail "the first: $?"
	wait "$second" || fail "the second: $?"
	[ "$(ended_events)" = 6 ] || fail "$(ended_events) results"
	expect_text "$T/first.out" "6 pass"
	expect_text "$T/second.out" "6 pass"
	stop_all
}

test_cancelled_run_leaves_boards_off_and_goes_on_when_it_is_resumed() {
	start_all
	hold lab1
	submit held --board lab-a64 --board lab-rv64 --repeat 3
	until_held lab1
	is_powered lab-a64 || fail "its board is not marked"
	expect_status 0 runtest cancel --results "$T/results"
	expect_submitted 130
	expect_boards_free
	expect_query True 'all(s["verdict"] in ("pass", "cancelled") for s in r["sessions"])'
	expect_query True 'any("cancelled by " + __import__("getpass").getuser() in s["why"] for s in r["sessions"])'
	expect_query True 'any("before the session began" in s["why"] for s in r["sessions"])'
	expect_query True 'any("while the session ran" in s["why"] for s in r["sessions"])'
	# A signal does the same.
	hold lab1
	submit --resume latest
	until_held lab1
	kill -INT "$submitted"
	expect_submitted 130
	expect_boards_free
	expect_query '[]' '[(s["session"], s["why"]) for s in r["sessions"] if s["verdict"] not in ("pass", "cancelled")]'
	expect_query '[]' '[s["why"] for s in r["sessions"] if "cancelled by" in (s["why"] or "")]' # that was before
	# All sessions have their verdicts before the last epilog is over: who resumes at once is not sent away.
	# shellcheck disable=SC2016 # it is the epilog's
	sed -i '2i[ "$SLURM_SCRIPT_CONTEXT" != epilog_slurmd ] || sleep 3' "$T/slurm/sweep.sh"
	let_go lab1
	submit --resume latest
	expect_submitted 0
	expect_status 0 runtest submit --resume latest --results "$T/results"
	expect_query 6 'sum(s["verdict"] == "pass" for s in r["sessions"])'
	stop_all
}

test_controller_that_is_restarted_is_waited_for() {
	start_all
	hold lab1 lab2
	submit held --board lab-a64 --board lab-rv64 --repeat 3
	until_held lab1
	until_held lab2
	written_down "$(job_of 0)"
	kill_controller
	wait_for 120 grep -q 'does not answer' "$T/sub.err"
	# A session that ends meanwhile is heard of all the same.
	let_next_go lab2
	wait_for 120 grep -q '^pass' "$T/sub.err"
	start_controller
	wait_for 120 grep -q 'answers again' "$T/sub.err"
	let_go lab1 lab2
	expect_submitted 0
	expect_query 6 'sum(s["verdict"] == "pass" for s in r["sessions"])'
	expect_boards_free
	stop_all
}

# One signal cancels, and waits for a controller that is gone; a second one waits no longer, and says what is left.
test_controller_that_is_gone_holds_nobody_who_insists() {
	start_all
	hold lab1
	submit held --board lab-a64 --repeat 3
	until_held lab1
	written_down "$(job_of 0)"
	kill_controller
	kill -INT "$submitted"
	wait_for 120 grep -q 'another signal (^C) leaves the jobs to it' "$T/sub.err"
	# Whether it waits cannot be seen but by waiting: several turns of its asking.
	sleep 3
	! has_ended "$submitted" || fail "it did not wait: $(cat "$T/sub.err")"
	kill -INT "$submitted"
	expect_submitted 130
	expect_text "$T/sub.err" "goes on without being followed"
	expect_text "$T/sub.err" "runtest cancel $(basename "$(readlink -f "$T/results/latest")")"
	# What it says is true: the jobs are there, and go by that command.
	start_controller
	[ -n "$(squeue --noheader)" ] || fail "no job is left"
	expect_status 0 runtest cancel --results "$T/results"
	[ -z "$(squeue --noheader)" ] || fail "left: $(squeue)"
	expect_boards_free
	stop_all
}

# The first job may be put back, the second may not.
test_node_that_dies_is_told_and_its_job_is_done_again_where_slurm_may() {
	start_all
	hold lab1
	submit held --board lab-a64
	until_held lab1
	kill_node lab1
	is_on lab-a64 || fail "the board has lost its power with the node"
	node_comes_back lab1
	let_go lab1
	begin_now "$(job_of 0)"
	expect_submitted 0
	expect_query "['infra']" '[t["verdict"] for t in r["sessions"][0]["tried"]]'
	expect_text "$T/sub.err" "back into its queue"
	hold lab1
	submit held --board lab-a64 --sbatch=--no-requeue
	until_held lab1
	kill_node lab1
	node_comes_back lab1
	expect_submitted 3
	expect_query True '"node lab1 failed while the session ran" in r["sessions"][0]["why"]'
	# Nothing of that job is left to switch it off, and the node begins the next job with that: its prolog.
	submit pd-survives --variant patched --board qemu_virt_aarch64 --sbatch=--nodelist=lab1
	expect_submitted 0
	expect_boards_free
	stop_all
}

test_task_that_is_killed_leaves_its_board_to_the_epilog() {
	start_all
	hold lab1
	submit held --board lab-a64
	until_held lab1
	kill_job_processes
	expect_submitted 3
	expect_query True '"ended (FAILED) without a result, while the session ran" in r["sessions"][0]["why"]'
	expect_boards_free
	# Not what somebody has switched on by hand.
	runtest power lab-rv64 on >"$T/out"
	expect_status 0 runtest farm sweep --node lab2
	is_on lab-rv64 || fail "a board that somebody works with was switched off"
	runtest power lab-rv64 off >"$T/out"
	stop_all
}

# The process that Slurm has started is gone, and with it the job; the session's own, which has the board, may take its time.
test_sweep_waits_for_what_dies_of_its_job_and_for_nobody_else() {
	local run session somebody sweep of_job=(env SLURM_JOB_ID=7 SLURMD_NODENAME=lab1)
	make_all
	hold lab1
	"${of_job[@]}" "$RUNTEST" --project "$T/project" run held --board lab-a64 --results "$T/results" >"$T/sub.out" 2>"$T/sub.err" &
	run=$! submitted=$!
	until_held lab1
	session=$(holder_of lab-a64)
	kill -STOP "$run" "$session"
	kill -KILL "$run" "$session"
	wait_for 60 has_ended "$session"
	"${of_job[@]}" python3 "$T/holder.py" "$RUNTEST_STATE/units/lab-a64.lock" "$T/locked" &
	somebody=$!
	wait_for 60 test -e "$T/locked"
	expect_status 0 env SLURM_JOB_ID=8 "$RUNTEST" --project "$T/project" farm sweep --node lab1
	is_on lab-a64 || fail "the board of another job is switched off"
	"${of_job[@]}" "$RUNTEST" --project "$T/project" farm sweep --node lab1 >"$T/swept" 2>&1 &
	sweep=$!
	sleep 1 # that it does not give up cannot be seen otherwise
	! has_ended "$sweep" || fail "it does not wait: $(cat "$T/swept")"
	is_on lab-a64 || fail "the board is off while somebody has it"
	kill -KILL "$somebody"
	wait "$sweep" || fail "$(cat "$T/swept")"
	expect_text "$T/swept" "lab-a64 was left on"
	expect_boards_free
	stop_lab boards
}

# script_of SESSION: the process of its expect script, its only child.
script_of() {
	local children
	read -r -a children <"/proc/$1/task/$1/children"
	[ ${#children[@]} -eq 1 ] || fail "children of the session: ${children[*]}"
	echo "${children[0]}"
}

# Slurm tells all processes of a job to end, one after the other: that one is gone before the session itself is told is no
# verdict on the software. Nor is it one when nobody is told but that one: then the script is what failed.
test_script_that_is_told_to_end_before_its_session_accuses_nobody() {
	local run session
	make_all
	hold lab1
	env SLURMD_NODENAME=lab1 "$RUNTEST" --project "$T/project" run held --board lab-a64 --results "$T/results" >"$T/sub.out" 2>"$T/sub.err" &
	run=$! submitted=$!
	until_held lab1
	session=$(holder_of lab-a64)
	python3 -c 'import os, sys, time; [(os.kill(int(pid), 15), time.sleep(0.02)) for pid in sys.argv[1:]]' \
		"$(script_of "$session")" "$session" "$run"
	expect_submitted 143
	expect_query "[('cancelled', 'stopped by a signal')]" '[(s["verdict"], s["why"]) for s in r["sessions"]]'
	expect_boards_free
	hold lab1
	env SLURMD_NODENAME=lab1 "$RUNTEST" --project "$T/project" run held --board lab-a64 --retries 0 --results "$T/results" >"$T/sub.out" 2>"$T/sub.err" &
	submitted=$!
	until_held lab1
	session=$(holder_of lab-a64)
	kill -TERM "$(script_of "$session")"
	expect_submitted 1
	expect_query True '"exited with status 143" in r["sessions"][0]["why"]'
	stop_lab boards
}

test_job_that_is_requeued_or_out_of_time_says_so() {
	local somebody
	start_all
	hold lab1
	submit held --board lab-a64
	until_held lab1
	scontrol requeue "$(job_of 0)"
	wait_for 120 is_state "$(job_of 0)" PENDING # its first run is over
	let_go lab1
	begin_now "$(job_of 0)"
	expect_submitted 0
	expect_query 1 'len(r["sessions"][0]["tried"])'
	expect_boards_free
	# Somebody who has the board keeps the session waiting longer than Slurm lets it. Slurm looks every half minute.
	python3 "$T/holder.py" "$RUNTEST_STATE/units/lab-a64.lock" "$T/locked" &
	somebody=$!
	wait_for 60 test -e "$T/locked"
	submit pd-survives --variant patched-uboot --board lab-a64
	wait_for 120 has_begun
	scontrol update JobId="$(job_of 0)" EndTime=now
	expect_submitted 3
	expect_query "Slurm's limit of 12 min for job $(job_of 0) on lab1 was over while the session ran" 'r["sessions"][0]["why"]'
	kill "$somebody"
	stop_all
}

test_job_whose_launch_failed_is_released() {
	start_all
	mv "$T/slurm/sweep.sh" "$T/sweep.sh"
	printf '#!/bin/sh\nexit 1\n' >"$T/slurm/sweep.sh"
	chmod +x "$T/slurm/sweep.sh"
	submit pd-survives --variant patched-uboot --board lab-rv64
	wait_for 120 node_state lab2 drain # Slurm's own answer to such a prolog; the job is held
	mv "$T/sweep.sh" "$T/slurm/sweep.sh"
	scontrol update NodeName=lab2 State=RESUME
	wait_for 120 grep -q 'could not launch job [0-9_]* and held it; released (1 of 3 times)' "$T/sub.err"
	begin_now "$(job_of 0)"
	expect_submitted 0
	# What somebody holds is not let go.
	submit pd-survives --variant patched-uboot --board lab-rv64 --sbatch=--hold
	wait_for 120 grep -q 'waits: JobHeld' "$T/sub.err"
	expect_no_text "$T/sub.err" 'released'
	scontrol release "$(job_of 0)"
	expect_submitted 0
	stop_all
}

# start_server: $url is of a database which the nodes and the epilog reach, too.
start_server() {
	start_postgres
	trap 'kill_farm; stop_postgres QUIT; kill -9 "${pid[@]}" $(jobs -p) 2>/dev/null || true; wait || true' EXIT
	url="$server?passfile=$T/pgpass"
	unset PGPASSFILE
}

# is_journalled EVENT: where the node keeps the session of the last run.
is_journalled() {
	grep -qs "\"$1\"" "$RUNTEST_STATE/parcels/$(basename "$(readlink -f "$T/results/latest")")".*/parts/g1/*.jsonl
}

# nothing_is_kept: a node takes away what it has sent, once that has arrived.
nothing_is_kept() {
	[ -z "$(ls -A "$RUNTEST_STATE/parcels")" ]
}

test_without_a_shared_folder_plan_and_results_go_by_the_database() {
	start_server
	start_all
	expect_status 2 runtest submit pd-survives --by-database sqlite:x.db --results "$T/results"
	expect_text "$T/err" "which nodes can reach"
	expect_status 0 runtest submit pd-survives --variant 'patched*' --variant 'unpatched*' --board lab-a64 --board lab-rv64-elf \
		--board qemu_virt_aarch64 --by-database "$url" --results "$T/results"
	expect_text "$T/out" "0 fail"
	expect_query True 'all(s["verdict"] in ("pass", "expected-fail", "skipped") for s in r["sessions"])'
	expect_query "['lab-a64', 'lab-rv64-elf', 'qemu_virt_aarch64']" \
		'sorted({s["unit"] for s in r["sessions"] if s["verdict"] != "skipped"})'
	expect_where_they_hang
	expect_query True "all(__import__('os').path.getsize('$T/results/latest/' + s['paths']['console']) for s in r['sessions'] if s['attempts'])"
	! grep -qF "$T/results" "$T/results/latest"/slurm/*.sh || fail "a node is told of the folder"
	[ "$(PGPASSFILE=$T/pgpass sql runtest 'SELECT count(*) FROM transfers')" = 0 ] ||
		fail "the database keeps what has arrived"
	wait_for 60 nothing_is_kept
	! grep -rqF -f "$T/word" "$T/results" || fail "the password is written down"
	# A job that is killed sends nothing any more: the epilog does.
	hold lab1
	submit held --board lab-a64 --by-database "$url"
	until_held lab1
	is_journalled session-started || fail "the node does not journal"
	kill_job_processes
	expect_submitted 3
	expect_query True '"while the session ran" in r["sessions"][0]["why"]'
	grep -qs '"session-started"' "$T"/results/latest/parts/g1/*.jsonl || fail "what the node had journalled did not arrive"
	wait_for 60 nothing_is_kept
	expect_boards_free
	# A server that is away is waited for, by the node and by who follows.
	hold lab1
	submit held --board lab-a64 --by-database "$url"
	until_held lab1
	stop_postgres QUIT
	wait_for 120 grep -q 'waiting for it' "$T/sub.err"
	let_go lab1
	wait_for 120 is_journalled session-ended
	run_postgres
	expect_submitted 0
	stop_all
	stop_postgres QUIT
}

test_at_a_terminal_is_seen_what_runs_where() {
	start_all
	hold lab1
	"$root/tests/e2e/atterminal.py" "$T/seen" env -u CI NO_COLOR=1 "$RUNTEST" --project "$T/project" submit held \
		--board lab-a64 --repeat 2 --results "$T/results" <<-STEPS >"$T/out" 2>&1 || fail "$(cat "$T/out" "$T/seen")"
		expect lab-a64  on lab1
		expect 0 of 2 ended  1 running  1 queued
		expect system is up
		until touch $T/next-lab1
		expect pass          held.patched-uboot.lab-a64.debug.
		expect 1 of 2 ended: 1 pass
		until touch $T/next-lab1
		expect 2 pass
	STEPS
	LC_ALL=C grep -aqE 'on lab1 +[0-9.]+s  [[:graph:]]' "$T/seen" || fail "no console is seen: $(cat "$T/seen")"
	stop_all
}
