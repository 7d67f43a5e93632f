# Lab hosts: sshd on loopback ports, with keys of their own.
# shellcheck shell=bash disable=SC2154,SC2034 # root and T come from run.sh; who sources this uses $server

# free_port: one on which nobody listens, and which nobody else is given while this test lasts: a socket has it that does not listen,
# beside which servers that ask for it by number may (harness/lab/port.c).
free_port() {
	local file
	file=$(mktemp "$T/port.XXXXXX")
	python3 - $$ >"$file" <<-'PYTHON' &
		import os, select, socket, sys
		def bound(number):
		    s = socket.socket()
		    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
		    s.bind(("127.0.0.1", number))
		    return s
		test = os.pidfd_open(int(sys.argv[1]))
		while True:
		    with bound(0) as s:
		        number = s.getsockname()[1]
		    try:
		        held = bound(number)
		        break
		    except OSError:
		        pass
		print(number, flush=True)
		select.select([test], [], [])
	PYTHON
	wait_for 60 test -s "$file"
	cat "$file"
}

listens() {
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# host NAME [LINE...]: an sshd with keys of its own in $T/NAME; its port in $port, its process in $server, and a
# known-hosts file that has it.
host() {
	local dir=$T/$1
	shift
	mkdir -p "$dir" /run/sshd
	port=$(free_port)
	ssh-keygen -q -t ed25519 -N '' -f "$dir/host_key"
	ssh-keygen -q -t ed25519 -N '' -f "$dir/user_key"
	cp "$dir/user_key.pub" "$dir/authorized_keys"
	printf '%s\n' "Port $port" "ListenAddress 127.0.0.1" "HostKey $dir/host_key" "PidFile none" "StrictModes no" "UsePAM no" \
		"AuthorizedKeysFile $dir/authorized_keys" "PasswordAuthentication no" "PermitRootLogin yes" "$@" >"$dir/conf"
	/usr/sbin/sshd -D -f "$dir/conf" -E "$dir/log" &
	server=$!
	wait_for 60 listens "$port"
	echo "[127.0.0.1]:$port $(cut -d' ' -f1,2 "$dir/host_key.pub")" >"$dir/known_hosts"
}

# at_host NAME PORT: the keys that reach it.
at_host() {
	printf 'host: 127.0.0.1, port: %d, known-hosts: %s, identity: %s' "$2" "$T/$1/known_hosts" "$T/$1/user_key"
}
