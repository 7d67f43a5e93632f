#!/usr/bin/env bash
# A lab on a Slurm with two nodes, for as long as somebody writes commands to it, one a line: each is done when "done" or
# "failed" comes. Usage: farm.sh ROOT FOLDER; the first line says "farm ID-OF-THE-LAB SLURM-CONF".
set -u
root=$1
T=$2
export root T
# shellcheck source=tests/e2e/lib.sh
. "$root/tests/e2e/lib.sh"
# shellcheck source=tests/lab/lablib.sh
. "$root/tests/lab/lablib.sh"
# shellcheck source=tests/farm/farmlib.sh
. "$root/tests/farm/farmlib.sh"
export RUNTEST_STATE=$T/state
trap 'kill_farm; kill -9 "${pid[@]}" $(jobs -p) 2>/dev/null || true; wait || true' EXIT

begin() {
	local node options=()
	start_lab boards --node lab-a64=lab1 --node lab-rv64=lab2 --node lab-rv64-elf=lab2
	prepare_farm
	for node in "${farm_nodes[@]}"; do options+=(--node "$(farm_words "$node")"); done
	"$RUNTEST" --project "$T/project" farm config --out "$T/slurm" --state "$RUNTEST_STATE" "${options[@]}" >"$T/farm.out" 2>&1 || fail "$(cat "$T/farm.out")"
	farm_fragments=$T/slurm
	farm_conf=BatchStartTimeout=30 # so old a job must be before a node is believed that knows nothing of it
	start_farm
}

# heal: what was killed runs again, as soon as it is seen to be dead, and every node takes jobs.
heal() {
	local end=$((SECONDS + 300))
	until restart_what_ended && all_take_jobs; do
		if [ $SECONDS -ge $end ]; then
			sinfo -N -o '%N %T %E' >&2
			squeue >&2
			return 1
		fi
		sleep 0.1
	done
}

restart_what_ended() {
	local node
	if farm_ended slurmctld; then start_controller; fi
	for node in "${farm_nodes[@]}"; do
		if farm_ended "slurmd-$node"; then start_node "$node"; fi
	done
	resume_nodes
}

# Slurm drains a node on which a job was to start again whose keeper still lived; somebody has to say that it is well.
resume_nodes() {
	local node
	for node in "${farm_nodes[@]}"; do
		if node_state "$node" drain; then scontrol update NodeName="$node" State=RESUME; fi
	done
}

all_take_jobs() {
	local node
	for node in "${farm_nodes[@]}"; do
		node_state "$node" idle || node_state "$node" mix || node_state "$node" alloc || node_state "$node" comp || return 1
	done
}

# hurry: what was put back into the queue does not wait there for two minutes, nor for a node that is well, nor for a daemon
# that was told to end and still answered when it was last looked for.
hurry() {
	local job
	restart_what_ended || true
	for job in $(squeue --noheader --array --states=PENDING --format=%i 2>/dev/null); do
		scontrol update JobId="$job" StartTime=now 2>/dev/null || true
	done
}

# release: what Slurm holds after a launch that failed, and nobody follows any more.
release() {
	local job
	for job in $(squeue --noheader --array --states=PENDING --format=%i 2>/dev/null); do
		scontrol release "$job" 2>/dev/null || true
	done
}

begin
echo "farm $(id boards) $SLURM_CONF"
while read -r -a command; do
	case ${command[0]} in
	kill_node) kill_node "${command[1]}" ;;
	pids)
		for name in "${!farm_pid[@]}"; do echo "pid $name ${farm_pid[$name]}"; done
		echo "pid lab ${pid[boards]}"
		;;
	heal | hurry | release) "${command[0]}" ;;
	ask_nodes) scontrol reconfigure ;;
	esac && echo "done" || echo "failed"
done
stop_farm
stop_lab boards
