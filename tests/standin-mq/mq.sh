#!/usr/bin/env bash
# Stands in for the client of a machine queue: see README.md. Usage: mq.sh sem ... | run ... | systems simple
set -u
here=$(dirname "$(readlink -f "$0")")
state=${MQ_STANDIN:?the folder with this queue\'s state}
fault=$(cat "$state/fault" 2>/dev/null || true)
me=$(id -un)

event() {
	echo "$*" >>"$state/events"
}

known() {
	grep -qxF -- "$1" "$state/boards" || {
		printf "System or pool '%s' does not exist. Valid systems are\n" "$1"
		cat "$state/boards"
		exit 1
	}
}

of() {
	cat "$state/$1.lock/$2" 2>/dev/null
}

# lock BOARD OWNER KEY TIMEOUT: false where it is locked.
lock() {
	mkdir "$state/$1.lock" 2>/dev/null || return 1
	echo "$2" >"$state/$1.lock/owner"
	echo "$3" >"$state/$1.lock/key"
	echo "$4" >"$state/$1.lock/timeout"
	date '+%F %T.%N %z' >"$state/$1.lock/since"
}

steal() {
	rm -rf "$state/$1.lock"
	lock "$1" alice other-job 0
}

# Held for longer than its timeout (0: for ever) it is free for the taking.
reclaim() {
	local limit age
	limit=$(of "$1" timeout)
	age=$(($(date +%s) - $(stat -c %Y "$state/$1.lock" 2>/dev/null || date +%s)))
	if [ "${limit:-0}" -gt 0 ] && [ "$age" -gt "$limit" ]; then
		rm -rf "$state/$1.lock"
	fi
}

wait_for() {
	local tries=$retries
	event "wait $board $key $timeout"
	until lock "$board" "$me" "$key" "$timeout"; do
		reclaim "$board"
		[ "$tries" != 0 ] || {
			echo "Failed to acquire lock for system ($board)"
			exit 2
		}
		tries=$((tries - 1))
		sleep "$retry"
	done
	event "locked $board $key"
}

signal() {
	event "signal $board $key"
	if [ "$(of "$board" owner)" != "$me" ]; then
		echo "Attempting to unlock system $board that you do not hold"
	elif [ "$(of "$board" key)" != "$key" ]; then
		echo "Attempting to unlock system $board with the wrong key!"
	else
		event "unlocked $board $key" # first: who sees that the lock is gone finds it
		rm -rf "$state/$board.lock"
	fi
}

info() {
	if [ -d "$state/$board.lock" ]; then
		echo "$board LOCKED $(of "$board" owner) $(of "$board" since) $(of "$board" key)"
	else
		echo "$board FREE"
	fi
}

sem() {
	local action='' board='' key=0 retry=8 retries=-1 timeout=0
	while [ $# -gt 0 ]; do
		case $1 in
		-wait | -signal | -cancel | -info | -mr-info)
			action=$1
			board=$2
			;;
		-k) key=$2 ;;
		-w) retry=$2 ;;
		-t) retries=$2 ;;
		-T) timeout=$2 ;;
		*)
			echo "Unknown option $1"
			exit 1
			;;
		esac
		shift 2
	done
	known "$board"
	case $action in
	-wait) wait_for ;;
	-signal) signal ;;
	-cancel) event "cancel $board $key" ;;
	*) info ;;
	esac
}

run() {
	local board='' files=() log='' done_text='' error_text='' seconds=-1 held=false key=0
	while [ $# -gt 0 ]; do
		case $1 in
		-n)
			held=true
			shift
			continue
			;;
		-s) board=$2 ;;
		-f) files+=("$2") ;;
		-l) log=$2 ;;
		-c) done_text=$2 ;;
		-e) error_text=$2 ;;
		-d) seconds=$2 ;;
		-k) key=$2 ;;
		*)
			echo "Unknown option $1"
			exit 1
			;;
		esac
		shift 2
	done
	known "$board"
	[ -f "${files[0]}" ] || {
		echo "File \"${files[0]}\" either does not exist, or is not considered a valid file"
		exit 1
	}
	[ ${#files[@]} -eq 1 ] || {
		echo "Wrong number of files specified for system $board"
		exit 1
	}
	[ "$fault" != steal ] || steal "$board"
	if ! $held || [ "$(of "$board" owner)" != "$me" ]; then
		echo "Failed to run because you said you own the lock (-n flag), but you don't!"
		info
		exit 1
	fi
	event "run $board $key ${files[0]}"
	echo "Lock acquired, we are allowed to run"
	[ "$fault" != theft ] || steal "$board"
	exec "$here/board.py" "$state" "$board" "${files[0]}" "$log" "$done_text" "$error_text" "$seconds" "$fault"
}

[ "$fault" != ssh ] || {
	echo "Unable to ssh to queue.example.org"
	exit 1
}
case ${1:-} in
sem | run)
	"$@"
	;;
systems)
	cat "$state/boards"
	;;
*)
	echo "Usage: mq.sh sem|run|systems ..."
	exit 1
	;;
esac
