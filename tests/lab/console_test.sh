# Consoles behind the servers that labs have: ser2net and sshd, on loopback ports of the test's own, with every fault.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# shellcheck source=tests/e2e/consolelib.sh
. "$root/tests/e2e/consolelib.sh"
# shellcheck source=tests/lab/sshlib.sh
. "$root/tests/lab/sshlib.sh"

# offer ACCEPTER: the near end of the cable by ser2net; its port in $port, its process in $server.
offer() {
	port=$(free_port)
	printf 'connection: &console\n    accepter: %s,127.0.0.1,%d\n    connector: serialdev(nouucplock),%s/near,115200n81,local\n' \
		"$1" "$port" "$T" >"$T/ser2net.yaml"
	ser2net -n -d -c "$T/ser2net.yaml" >"$T/ser2net.log" 2>&1 &
	server=$!
	wait_for 60 offers "$port"
}

# end_server: that one, or sshd; who connects from then on is refused.
end_server() {
	kill "$server"
	wait_for 60 has_ended "$server"
}

# Asked without connecting: that would open the port.
offers() {
	ss -Hltn "sport = :$1" | grep -q .
}

test_console_server_of_each_protocol_has_every_byte() {
	local protocol
	cable
	console_project
	"$RUNTEST" pd-survives --variant patched --board qemu_virt_aarch64 --results "$T/own" >/dev/null
	for protocol in raw:tcp telnet:telnet,tcp 'rfc2217:telnet(rfc2217),tcp'; do
		offer "${protocol#*:}"
		unit "by-${protocol%%:*}" "{tcp: {host: 127.0.0.1, port: $port, protocol: ${protocol%%:*}}}"
		run_board 0 "by-${protocol%%:*}"
		expect_query pass "r['sessions'][0]['verdict']"
		cmp "$(session)/console.log" "$T"/own/latest/*/1/console.log
		end_server
	done
}

test_console_server_is_told_the_rate() {
	cable
	console_project
	offer 'telnet(rfc2217),tcp'
	unit port "{tcp: {host: 127.0.0.1, port: $port, protocol: rfc2217, baud: 9600}}"
	trouble port note_rate
	[ "$(cat "$T/rate")" = 9600 ] || fail "ser2net has set $(cat "$T/rate")"
}

# While the session runs: ser2net puts it back at the end.
note_rate() {
	stty -F "$T/near" speed >"$T/rate"
	kill -9 "$server"
}

test_console_server_that_cannot_do_what_is_asked_is_told() {
	cable
	console_project
	offer 'telnet(rfc2217),tcp'
	unit port "{tcp: {host: 127.0.0.1, port: $port, protocol: rfc2217, dtr: high}}"
	run_board 3 port
	expect_infra "when asked to set DTR"
	end_server
	offer 'telnet,tcp'
	unit port "{tcp: {host: 127.0.0.1, port: $port, protocol: rfc2217}}"
	run_board 3 port
	expect_infra "the console server at 127.0.0.1:$port does not speak RFC 2217"
	end_server
	run_board 3 port
	expect_infra "cannot connect to the console server at 127.0.0.1:$port: Connection refused"
}

# It agrees to RFC 2217 as soon as it can: a busy host is no reason to say that it does not speak it.
test_console_server_that_is_slow_is_waited_for() {
	cable
	console_project
	offer 'telnet(rfc2217),tcp'
	unit port "{tcp: {host: 127.0.0.1, port: $port, protocol: rfc2217}}"
	kill -STOP "$server"
	(sleep 5 && kill -CONT "$server") &
	run_board 0 port
	expect_query pass "r['sessions'][0]['verdict']"
}

test_console_server_that_is_busy_says_so() {
	cable
	console_project
	offer tcp
	unit port "{tcp: {host: 127.0.0.1, port: $port}}"
	exec 7<>"/dev/tcp/127.0.0.1/$port"
	wait_for 60 has_near_open
	run_board 3 port
	expect_infra "closed the connection"
	expect_text "$(session)/console.log" "Port already in use"
	exec 7>&-
}

# ser2net opens its end of the cable for whoever came first.
has_near_open() {
	[ -n "$(find "/proc/$server/fd" -lname "$(readlink "$T/near")")" ]
}

test_console_server_that_is_killed_is_trouble_of_the_lab() {
	cable
	console_project
	offer tcp
	unit port "{tcp: {host: 127.0.0.1, port: $port}}"
	trouble port kill -9 "$server"
	expect_infra "the console was lost while the board had power: the console server at 127.0.0.1:$port closed the connection"
}

# relay PORT: between there and a port of its own, in $T/relay; its end resets the connection, as that of a server does which has
# something of ours unread.
relay() {
	python3 - "$1" "$T/relay" 2>/dev/null <<-'PY' &
		import os, socket, struct, sys, threading
		listener = socket.create_server(("127.0.0.1", 0))
		with open(sys.argv[2] + ".part", "w") as file:
		    file.write(str(listener.getsockname()[1]))
		os.rename(sys.argv[2] + ".part", sys.argv[2])
		client, _ = listener.accept()
		client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
		server = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
		def carry(come, go):
		    while chunk := come.recv(65536):
		        go.sendall(chunk)
		threading.Thread(target=carry, args=(client, server)).start()
		carry(server, client)
	PY
	relayer=$!
	wait_for 60 test -e "$T/relay"
}

test_console_server_that_resets_the_connection_is_the_same_trouble() {
	cable
	console_project
	offer tcp
	relay "$port"
	unit port "{tcp: {host: 127.0.0.1, port: $(cat "$T/relay")}}"
	trouble port kill -9 "$relayer"
	expect_infra "console server at 127.0.0.1:$(cat "$T/relay") closed the connection: Connection reset by peer"
}

# ---- ssh ----

# The console's command on the lab host, on a terminal as microcom has it.
command_there() {
	printf "command: \"stty raw -echo; cat %s/near & exec cat >%s/near\"" "$T" "$T"
}

test_console_by_ssh_has_every_byte() {
	cable
	console_project
	host lab
	# A host that answers is not given up however often it is asked: it is, while the line is heard out.
	unit lab "{settle: 4s, ssh: {$(at_host lab "$port"), keepalive: 2s, $(command_there)}}"
	run_board 0 lab
	expect_query pass "r['sessions'][0]['verdict']"
	"$RUNTEST" pd-survives --variant patched --board qemu_virt_aarch64 --results "$T/own" >/dev/null
	cmp "$(session)/console.log" "$T"/own/latest/*/1/console.log
}

test_console_by_ssh_through_a_jump_host() {
	local inner
	cable
	console_project
	host inner
	inner=$port
	host outer
	unit lab "{ssh: {$(at_host inner "$inner"), jump: {$(at_host outer "$port")}, $(command_there)}}"
	run_board 0 lab
	expect_query pass "r['sessions'][0]['verdict']"
	grep -q 'Accepted publickey' "$T/outer/log" || fail "the jump host was not asked"
	end_server
	run_board 3 lab
	expect_infra "cannot connect to 127.0.0.1:$port by ssh"
	host closed 'AllowTcpForwarding no'
	unit lab "{ssh: {$(at_host inner "$inner"), jump: {$(at_host closed "$port")}, $(command_there)}}"
	run_board 3 lab
	expect_infra "the jump host 127.0.0.1:$port cannot reach 127.0.0.1:$inner"
}

test_console_by_ssh_with_the_agents_key() {
	cable
	console_project
	host lab
	unit lab "{ssh: {host: 127.0.0.1, port: $port, known-hosts: $T/lab/known_hosts, $(command_there)}}"
	SSH_AUTH_SOCK='' run_board 3 lab
	(
		unset SSH_AUTH_SOCK
		run_board 3 lab
	)
	expect_infra "no key to show to 127.0.0.1:$port: no ssh agent is running"
	ssh-agent -D -a "$T/agent" >/dev/null &
	wait_for 60 test -S "$T/agent"
	export SSH_AUTH_SOCK=$T/agent
	run_board 3 lab
	expect_infra "key refused: 127.0.0.1:$port does not let us in with the ssh agent's keys"
	ssh-add -q "$T/lab/user_key"
	run_board 0 lab
	expect_query pass "r['sessions'][0]['verdict']"
}

test_console_by_ssh_with_a_wrong_host_key_is_refused() {
	cable
	console_project
	host lab
	unit lab "{ssh: {$(at_host lab "$port"), $(command_there)}}"
	echo "[127.0.0.1]:$port $(cut -d' ' -f1,2 "$T/lab/user_key.pub")" >"$T/lab/known_hosts"
	run_board 3 lab
	expect_infra "wrong host key: 127.0.0.1:$port shows SHA256:$(ssh-keygen -lf "$T/lab/host_key.pub" | sed 's/.*SHA256:\([^ ]*\).*/\1/')"
	[ ! -e "$(session)/qemu.args" ] || fail "QEMU was started"
	: >"$T/lab/known_hosts"
	run_board 3 lab
	expect_infra "unknown host key: 127.0.0.1:$port shows SHA256:"
	[ ! -s "$T/lab/known_hosts" ] || fail "it was written down"
}

test_console_by_ssh_with_a_wrong_key_is_refused() {
	cable
	console_project
	host lab
	unit lab "{ssh: {$(at_host lab "$port"), $(command_there)}}"
	: >"$T/lab/authorized_keys"
	run_board 3 lab
	expect_infra "key refused: 127.0.0.1:$port does not let us in with $T/lab/user_key"
	ssh-keygen -q -p -P '' -N secret -f "$T/lab/user_key"
	run_board 3 lab
	expect_infra "a key with a passphrase belongs into the ssh agent"
}

# The processes of that sshd that serve somebody.
serving() {
	pgrep -P "$server"
}

test_console_by_ssh_whose_server_is_killed_is_trouble_of_the_lab() {
	cable
	console_project
	host lab
	unit lab "{ssh: {$(at_host lab "$port"), $(command_there)}}"
	trouble lab kill_serving
	expect_infra "the console was lost while the board had power: the "
	expect_text "$T/why" "127.0.0.1"
}

kill_serving() {
	serving | xargs kill -9
}

test_console_by_ssh_whose_host_falls_silent_is_trouble_of_the_lab() {
	cable
	console_project
	host lab
	unit lab "{ssh: {$(at_host lab "$port"), keepalive: 2s, $(command_there)}}"
	# What stands still does not end with its parent.
	trap 'serving | xargs -r kill -9; kill -9 $(jobs -p) 2>/dev/null || true; wait || true' EXIT
	trouble lab stop_serving
	expect_infra "the ssh connection to 127.0.0.1:$port is dead: no answer for "
}

stop_serving() {
	serving | xargs kill -STOP
}

# The host answers in time, while the process that has asked it stands still: it must not take its own delay for the host's.
test_console_by_ssh_survives_that_we_stand_still() {
	cable
	console_project
	host lab
	unit lab "{ssh: {$(at_host lab "$port"), keepalive: 3s, $(command_there)}}"
	trap 'serving | xargs -r kill -9; kill -9 $(jobs -p) $(carrier) 2>/dev/null || true; wait || true' EXIT
	status=130 trouble lab stand_still
	expect_query cancelled "r['sessions'][0]['verdict']"
	expect_no_text "$T/err" "is dead"
}

# The process of ours that is connected there.
carrier() {
	ss -Htnp "dport = :$port" | sed -n 's/.*pid=\([0-9]*\).*/\1/p'
}

# It asks after three seconds, and would wait for nine.
stand_still() {
	local asks
	asks=$(carrier)
	[ -n "$asks" ] || fail "nobody is connected"
	serving | xargs kill -STOP
	sleep 5
	kill -STOP "$asks"
	serving | xargs kill -CONT
	sleep 9
	kill -CONT "$asks"
	sleep 3 # a dead connection takes a second to be told
	! has_ended "$asks" || fail "it was given up"
	kill -INT "$pid"
}

test_console_by_ssh_whose_command_ends_is_trouble_of_the_lab() {
	cable
	console_project
	host lab
	unit lab "{ssh: {$(at_host lab "$port"), command: no-such-command}}"
	run_board 3 lab
	expect_infra "the command on 127.0.0.1 exited with status 127"
	expect_text "$(session)/console.log" "no-such-command"
}
