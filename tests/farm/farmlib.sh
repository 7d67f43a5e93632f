# A Slurm of a test's own: munged, slurmctld and one slurmd per node of this machine, on loopback, on ports that are free,
# with everything they write in $farm_dir, which goes with them. Needs root, as slurmd does. Nothing of it is the machine's own Slurm.
#
#	farm_nodes=(lab1 lab2)            the nodes, before anything else; these are the default
#	farm_fragments=DIR                what `runtest farm config` has written: nodes, boards, prolog, epilog. Its --node
#	                                  options are "$(farm_words lab1)" and so on, after prepare_farm
#	farm_gres[lab1]=board:kind:1      or, without that, what a node's line has besides, with
#	farm_gres_conf, farm_conf         lines of gres.conf and further ones of slurm.conf, which come last
#	start_farm                        until all nodes are idle; exports SLURM_CONF, so that sbatch and others find it
#	kill_node lab1 / start_node lab1  slurmd and all that it has started, by SIGKILL, until nothing of it is left; and again
#	kill_controller / start_controller
#	stop_farm                         everything ends, and is seen to have ended
#
# The EXIT trap of a test has to call kill_farm.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# shellcheck source=tests/farm/portslib.sh
. "$root/tests/farm/portslib.sh"

declare -A farm_pid=() farm_gres=()
farm_nodes=(lab1 lab2)
farm_fragments='' farm_gres_conf='' farm_conf=''
farm_dir='' farm_port=''

# farm_words NODE: its line in slurm.conf, but for its boards; after prepare_farm.
farm_words() {
	echo "$1 NodeHostname=$(hostname) NodeAddr=127.0.0.1 Port=${farm_node_port[$1]} CPUs=2 RealMemory=2000"
}

own_nodes() {
	local node
	for node in "${farm_nodes[@]}"; do
		echo "NodeName=$(farm_words "$node")${farm_gres[$node]:+ Gres=${farm_gres[$node]}} State=UNKNOWN"
	done
	echo "PartitionName=farm Nodes=$(IFS=,; echo "${farm_nodes[*]}") Default=YES State=UP"
}

write_slurm_conf() {
	cat >"$farm_dir/slurm.conf" <<-CONF
		ClusterName=farm
		SlurmctldHost=$(hostname)(127.0.0.1)
		SlurmctldPort=$farm_port
		SlurmUser=root
		SlurmdUser=root
		AuthType=auth/munge
		AuthInfo=socket=$farm_dir/munge/socket
		CredType=cred/munge
		StateSaveLocation=$farm_dir/state
		SlurmdSpoolDir=$farm_dir/spool-%n
		SlurmctldPidFile=$farm_dir/slurmctld.pid
		SlurmdPidFile=$farm_dir/slurmd-%n.pid
		SlurmctldLogFile=$farm_dir/slurmctld.log
		SlurmdLogFile=$farm_dir/slurmd-%n.log
		ProctrackType=proctrack/linuxproc
		TaskPlugin=task/none
		SelectType=select/cons_tres
		SelectTypeParameters=CR_Core
		SchedulerParameters=sched_interval=1,batch_sched_delay=0
		MpiDefault=none
		ReturnToService=2
		SlurmdTimeout=60
		SlurmctldTimeout=60
		MessageTimeout=10
		MinJobAge=300
		InactiveLimit=0
		$(if [ -n "$farm_fragments" ]; then echo "Include $farm_fragments/slurm.conf"; else own_nodes; fi)
		$farm_conf
	CONF
	if [ -n "$farm_fragments" ]; then cp "$farm_fragments/gres.conf" "$farm_dir/gres.conf"; else echo "$farm_gres_conf" >"$farm_dir/gres.conf"; fi
}

# Ports and environment: what `runtest farm config` needs to know before start_farm.
prepare_farm() {
	local node ports
	declare -gA farm_node_port=()
	read -r farm_port ports <<<"$(free_ports $((${#farm_nodes[@]} + 1)))"
	for node in "${farm_nodes[@]}"; do
		farm_node_port[$node]=${ports%% *}
		ports=${ports#* }
	done
	farm_dir=$(mktemp -d /tmp/farm.XXXXXX) # short: Slurm puts sockets there, whose names must not be long
	mkdir "$farm_dir/state"
	farm_environment
}

# The environment's own variables would reach jobs and commands.
farm_environment() {
	unset "${!SLURM_@}" "${!SBATCH_@}" "${!SQUEUE_@}"
	export SLURM_CONF=$farm_dir/slurm.conf
}

# farm_launch NAME COMMAND...: in the background, by its own process id, in a session of its own.
farm_launch() {
	local name=$1
	shift
	setsid "$@" >>"$farm_dir/$name.out" 2>&1 </dev/null &
	farm_pid[$name]=$!
}

start_munge() {
	mkdir -p "$farm_dir/munge"
	(umask 077 && head -c 128 /dev/urandom >"$farm_dir/munge/key")
	farm_launch munged munged --foreground --force --num-threads=4 --key-file="$farm_dir/munge/key" --socket="$farm_dir/munge/socket" \
		--pid-file="$farm_dir/munge/pid" --log-file="$farm_dir/munge/log" --seed-file="$farm_dir/munge/seed"
	wait_for 60 test -S "$farm_dir/munge/socket"
}

start_controller() {
	farm_launch slurmctld slurmctld -D "$@"
	wait_for 120 controller_answers
}

controller_answers() {
	[[ $(scontrol ping 2>/dev/null) == *' is UP'* ]]
}

kill_controller() {
	kill -9 "${farm_pid[slurmctld]}"
	wait "${farm_pid[slurmctld]}" 2>/dev/null || true
}

start_node() {
	mkdir -p "$farm_dir/spool-$1"
	farm_launch "slurmd-$1" slurmd -D -N "$1"
}

# node_processes NODE: slurmd and the keepers of its steps, which have its log open, and all that they have started, by the
# environment.
node_processes() {
	find /proc/[0-9]*/fd -maxdepth 1 -lname "$farm_dir/slurmd-$1.log" 2>/dev/null | cut -d/ -f3 | sort -u || true
	of_farm "SLURMD_NODENAME=$1"
}

# of_farm VARIABLE=PATTERN: processes that have it in their environment, of this farm.
of_farm() {
	{ grep -lsaz "^$1\$" /proc/[0-9]*/environ 2>/dev/null || true; } | cut -d/ -f3 | while read -r p; do
		if grep -qsaz "^SLURM_CONF=$SLURM_CONF\$" "/proc/$p/environ"; then echo "$p"; fi
	done
}

# signal_all PIDS SIGNAL
signal_all() {
	local p
	for p in $1; do kill "-$2" "$p" 2>/dev/null || true; done
}

# end_at_once COMMAND...: by SIGKILL all processes that it names. None says a word more: all stand still before the first one
# dies, also what they had started meanwhile, or one would tell of another's end, or begin anew.
end_at_once() {
	local found before=''
	found=$("$@")
	until [ "$found" = "$before" ]; do
		signal_all "$found" STOP
		before=$found
		found=$("$@")
	done
	signal_all "$found" KILL
}

# none_of COMMAND...: it names no process.
none_of() {
	[ -z "$("$@")" ]
}

# As if the machine had lost its power. At its return nothing of it is left.
kill_node() {
	end_at_once node_processes "$1"
	wait "${farm_pid[slurmd-$1]}" 2>/dev/null || true
	wait_for 60 none_of node_processes "$1"
}

# node_state NODE STATE: is it?
node_state() {
	[ "$(sinfo -h -N -n "$1" -o %t 2>/dev/null | head -n 1)" = "$2" ]
}

farm_ready() {
	local node
	for node in "${farm_nodes[@]}"; do node_state "$node" idle || return 1; done
}

start_farm() {
	local node
	[ -n "$farm_port" ] || prepare_farm
	write_slurm_conf
	start_munge
	start_controller -c
	for node in "${farm_nodes[@]}"; do start_node "$node"; done
	wait_for 120 farm_ready
}

# What a failing test leaves.
kill_farm() {
	local node name
	for node in "${farm_nodes[@]}"; do
		[ -z "${farm_pid[slurmd-$node]-}" ] || end_at_once node_processes "$node"
	done
	for name in "${!farm_pid[@]}"; do kill -9 "${farm_pid[$name]}" 2>/dev/null || true; done
	[ -z "$farm_dir" ] || rm -rf "$farm_dir"
}

# farm_ended NAME: its process is no more.
farm_ended() {
	! grep -qs '^State:.[^Z]' "/proc/${farm_pid[$1]}/status"
}

no_jobs() {
	local queue
	queue=$(squeue --noheader 2>/dev/null) && [ -z "$queue" ]
}

# Not before the last epilog is over, which would write to a folder that goes.
stop_farm() {
	local name
	scancel -u "$(id -un)" 2>/dev/null || true
	wait_for 120 no_jobs
	for name in $(printf '%s\n' "${!farm_pid[@]}" | sort -r); do # slurmd before slurmctld before munged
		kill "${farm_pid[$name]}" 2>/dev/null || true
		wait_for 60 farm_ended "$name"
		wait "${farm_pid[$name]}" 2>/dev/null || true
	done
	farm_pid=()
	rm -rf "$farm_dir"
	farm_dir='' farm_port=''
}
