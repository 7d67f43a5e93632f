# What tests with a virtual lab share: a project of the test's own, whose labs do not meet those of others. The last lab
# that was started has the folder $folder.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

declare -A pid folders

# Ends by SIGKILL too what a failing test has left.
trap 'exec 8>&- 2>/dev/null; kill -9 "${pid[@]}" $(jobs -p) 2>/dev/null || true; wait || true' EXIT

# make_project: in $T/project, with the checkout's boards, images and scenarios.
make_project() {
	mkdir -p "$T/project/build"
	ln -sfn "$root/boards" "$root/scenarios" "$root/images" "$T/project/" 2>/dev/null || true
	[ -e "$T/project/build/images" ] || { mkdir -p "$root/build/images" && ln -sfn "$root/build/images" "$T/project/build/images"; }
}

# unhurried NAME: that scenario of the project, a copy, from now on leaves every phase the time that a slow machine takes.
unhurried() {
	sed -i 's/deadline: [0-9]*[sm]/deadline: 5m/' "$T/project/scenarios/$1.yaml"
}

lab() {
	"$RUNTEST" --project "$T/project" lab "$@"
}

# start_lab NAME [OPTION...]: until it is ready. Its process is ${pid[NAME]}, what it says in $T/NAME.out and .err.
start_lab() {
	local name=$1
	shift
	make_project
	"$RUNTEST" --project "$T/project" lab "$@" >"$T/$name.out" 2>"$T/$name.err" &
	pid[$name]=$!
	wait_for 120 is_ready "$name"
	folder=$T/project/build/lab/$(id "$name")
	folders[$name]=$folder
}

is_ready() {
	grep -qs '^lab ready: ' "$T/$1.out" || {
		! has_ended "${pid[$1]}" || fail "the lab has ended: $(cat "$T/$1.err")"
		false
	}
}

# id NAME: what it is called.
id() {
	sed -n 's/^lab ready: //p' "$T/$1.out"
}

stop_lab() {
	kill "${pid[$1]}"
	lab_ends "$1"
	expect_nothing_of "$1"
}

# lab_ends NAME: as it was told to.
lab_ends() {
	wait_for 60 has_ended "${pid[$1]}"
	wait "${pid[$1]}" || fail "the lab ended with status $?: $(cat "$T/$1.err")"
	unset "pid[$1]" # that number may soon be somebody else's
}

# has_ended PID
has_ended() {
	! grep -qs '^State:.[^Z]' "/proc/$1/status"
}

# of_lab NAME [PROGRAM]: processes that work in its name: those that write to a log in its folder.
of_lab() {
	find /proc/[0-9]*/fd -maxdepth 1 -lname "${folders[$1]}/log/*" 2>/dev/null | cut -d/ -f3 | sort -u |
		while read -r p; do
			if [ -z "${2-}" ] || grep -qsa "${2-}" "/proc/$p/cmdline"; then echo "$p"; fi
		done
}

expect_nothing_of() {
	wait_for 60 nothing_of "$1"
}

nothing_of() {
	[ -z "$(of_lab "$1")" ]
}

# ---- the last lab's servers ----

# unit_value BOARD EXPRESSION: what sed finds in its unit file.
unit_value() {
	sed -n "$2" "$folder/units/$1.yaml" | head -n 1
}

console_port() {
	unit_value "$1" 's/.*tcp: {host: 127.0.0.1, port: \([0-9]*\).*/\1/p'
}

gdb_port() {
	unit_value "$1" 's/.*gdb: "127.0.0.1:\([0-9]*\)".*/\1/p'
}

# port SERVER
port() {
	case $1 in
	sshd) sed -n 's/^Port //p' "$folder/sshd_config" ;;
	pdudaemon) sed -n 's/.*"port": \([0-9]*\), "logging_level".*/\1/p' "$folder/pdudaemon.conf" ;;
	esac
}

# number BOARD: as pdudaemon calls its outlet.
number() {
	sed -n "s/.*\"hostname\": \"$1\", \"port\": \([0-9]*\).*/\1/p" "$folder/pdudaemon.conf"
}

# pdudaemon_says REQUEST: the HTTP status.
pdudaemon_says() {
	python3 - "http://127.0.0.1:$(port pdudaemon)/power/control/$1" <<-'PYTHON'
		import sys, urllib.error, urllib.request
		try:
		    print(urllib.request.urlopen(sys.argv[1], timeout=60).status)
		except urllib.error.HTTPError as e:
		    print(e.code)
	PYTHON
}

# banner PORT BYTES: what a server says first.
banner() {
	timeout 60 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1"; head -c "$2" <&3' banner "$1" "$2"
}

ssh_options() {
	printf '%s\n' -q -F none -i "$folder/user_key" -o IdentitiesOnly=yes -o UserKnownHostsFile="$folder/known_hosts" -o BatchMode=yes
}

# on_host COMMAND
on_host() {
	mapfile -t options < <(ssh_options)
	ssh "${options[@]}" -p "$(port sshd)" 127.0.0.1 "$1" </dev/null
}

# sftp_puts FILE PLACE
sftp_puts() {
	mapfile -t options < <(ssh_options)
	echo "put \"$1\" \"$2\"" | sftp "${options[@]}" -P "$(port sshd)" -b - 127.0.0.1 >/dev/null
}

# ssh_session: one that lasts; $ssh is its process.
ssh_session() {
	mapfile -t options < <(ssh_options)
	ssh "${options[@]}" -p "$(port sshd)" 127.0.0.1 'echo here; exec sleep 60' >"$T/session" </dev/null &
	ssh=$!
	wait_for 60 grep -qs here "$T/session"
}

# ---- consoles ----

# console BOARD: typing goes to 8, what it says to $T/console.
console() {
	local port tty
	: >"$T/console"
	heard=0
	port=$(console_port "$1")
	if [ -n "$port" ]; then
		exec 8<>"/dev/tcp/127.0.0.1/$port"
		cat <&8 >"$T/console" &
	else
		# By ssh or on the tty itself: the far end is the same.
		tty=$folder/tty/$1
		exec 8<>"$tty"
		cat <&8 >"$T/console" &
	fi
	listener=$!
}

# says TEXT: it comes, behind what was found before.
says() {
	wait_for 120 has_said "$1"
}

has_said() {
	local at
	at=$(python3 - "$T/console" "$heard" "$1" <<-'PYTHON'
		import sys
		said = open(sys.argv[1], "rb").read()
		at = said.find(sys.argv[3].encode(), int(sys.argv[2]))
		print(at + len(sys.argv[3]) if at >= 0 else "")
	PYTHON
	)
	[ -n "$at" ] && heard=$at
}

hang_up() {
	kill "$listener" 2>/dev/null || true
	wait "$listener" 2>/dev/null || true
	exec 8>&-
}

crc() {
	python3 -c 'import sys, zlib; print("%08x" % zlib.crc32(open(sys.argv[1], "rb").read()))' "$1"
}

# gdb_answers BOARD: its GDB server says why the board has stopped.
gdb_answers() {
	python3 - "$(gdb_port "$1")" <<-'PYTHON'
		import socket, sys
		try:
		    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 60)
		    s.settimeout(60)
		    s.sendall(b"+$?#3f")
		    sys.exit(0 if b"$" in s.recv(100) else 1)
		except (OSError, ValueError):
		    sys.exit(1)
	PYTHON
}
