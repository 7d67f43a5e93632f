# Power behind the servers that labs have: pdudaemon and sshd, on loopback ports of the test's own.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# shellcheck source=tests/e2e/consolelib.sh
. "$root/tests/e2e/consolelib.sh"
# shellcheck source=tests/e2e/powerlib.sh
. "$root/tests/e2e/powerlib.sh"
# shellcheck source=tests/lab/sshlib.sh
. "$root/tests/lab/sshlib.sh"

# pdus COMMAND-ON COMMAND-OFF: pdudaemon with a PDU "farm" whose outlet 1 is also called "board one"; its port in $port,
# its process in $server.
pdus() {
	port=$(free_port)
	cat >"$T/pdus.json" <<-JSON
		{"daemon": {"hostname": "127.0.0.1", "port": $port, "logging_level": "DEBUG", "listener": "http"},
		 "pdus": {"farm": {"driver": "localcmdline", "retries": 1, "cmd_on": "$1 %s", "cmd_off": "$2 %s"}},
		 "aliases": {"board one": {"hostname": "farm", "port": 1}}}
	JSON
	pdudaemon --conf "$T/pdus.json" >"$T/pdudaemon.log" 2>&1 &
	server=$!
	wait_for 60 listens "$port"
}

# switch_script NAME WORD: a program that writes the outlet's number and the word down.
switch_script() {
	printf '#!/bin/sh\necho "$1 %s" >>%s/switched\n' "$2" "$T" >"$T/$1"
	chmod +x "$T/$1"
}

test_power_by_pdudaemon() {
	power_project
	switch_script go-on on
	switch_script go-off off
	pdus "$T/go-on" "$T/go-off"
	power_unit alias <<<"power: {pdudaemon: {url: \"http://127.0.0.1:$port\", alias: board one}}"
	power_unit outlet <<<"power: {pdudaemon: {url: \"http://127.0.0.1:$port\", hostname: farm, port: 7}}"
	power 0 alias on
	expect_text "$T/out" "alias is on (so it was told; this switch cannot be asked)"
	power 0 outlet cycle
	power 0 alias off
	[ "$(tr '\n' ' ' <"$T/switched")" = "1 on 7 off 7 on 1 off " ] || fail "it switched $(cat "$T/switched")"
	power 0 alias state
	[ "$(cat "$T/out")" = unknown ]
}

test_power_by_pdudaemon_with_every_fault() {
	power_project
	pdus "$(command -v false)" "sleep 30 #"
	power_unit wrong <<<"power: {pdudaemon: {url: \"http://127.0.0.1:$port\", alias: nobody}}"
	power 3 wrong on
	expect_text "$T/err" "pdudaemon at http://127.0.0.1:$port (GET /power/control/on?alias=nobody) answers with status 500"
	expect_text "$T/err" "has its configuration such an alias?"
	power_unit wrong <<<"power: {pdudaemon: {url: \"http://127.0.0.1:$port\", hostname: nobody, port: 1}}"
	power 3 wrong on
	expect_text "$T/err" "has its configuration such a PDU and port?"
	# It says 200 although the command failed: that is not seen here, but on the console.
	power_unit outlet <<<"power: {deadline: 20s, pdudaemon: {url: \"http://127.0.0.1:$port\", alias: board one}}"
	power 0 outlet on
	deadline outlet 5s
	power 3 outlet off
	expect_text "$T/err" "took the request and gave no whole answer in time"
	kill -9 "$server"
	wait_for 60 has_ended "$server"
	power 3 outlet on
	expect_text "$T/err" "cannot connect to pdudaemon at http://127.0.0.1:$port"
}

# relay_host: a lab host; how it is reached in $at.
relay_host() {
	host lab
	at=$(at_host lab "$port")
}

test_power_by_ssh() {
	power_project
	relay_host
	power_unit relay <<-YAML
		power:
		  ssh: {$at, on: "echo on >$T/state", off: "echo off >$T/state", state: {command: "cat $T/state", on: '^on', off: '^off'}}
		reset: {ssh: {$at, command: "true"}}
	YAML
	power 0 relay on
	expect_text "$T/out" "relay is on"
	power 0 relay state
	[ "$(cat "$T/out")" = on ]
	power 0 relay cycle
	power 0 relay off
	[ "$(cat "$T/state")" = off ]
}

test_power_by_ssh_with_every_fault() {
	power_project
	relay_host
	power_unit relay <<-YAML
		power: {deadline: 20s, ssh: {$at, on: "echo opening; echo no such relay >&2; exit 4", off: "sleep 30"}}
	YAML
	power 3 relay on
	expect_text "$T/err" 'the command on 127.0.0.1 exited with status 4: "'
	deadline relay 5s
	power 3 relay off
	expect_text "$T/err" "the command on 127.0.0.1 did not end in time"
	power_unit relay <<-YAML
		power: {deadline: 10s, ssh: {$at, on: "true", off: "true", state: {command: "echo on", on: '^on', off: '^off'}}}
	YAML
	power 3 relay off
	expect_text "$T/err" 'the switch says "on" although it was told to switch off'
	: >"$T/lab/authorized_keys"
	power 3 relay on
	expect_text "$T/err" "key refused: 127.0.0.1:$port"
	kill "$server"
	wait_for 60 has_ended "$server"
	power 3 relay on
	expect_text "$T/err" "cannot connect to 127.0.0.1:$port by ssh"
}

test_power_off_by_ssh_goes_on_when_a_signal_comes() {
	local pid
	power_project
	relay_host
	power_unit relay <<-YAML
		power: {deadline: 2m, ssh: {$at, on: "true", off: "touch $T/begun; until [ -e $T/go ]; do sleep 0.05; done; touch $T/off"}}
	YAML
	"$RUNTEST" --project "$T/project" power relay off >"$T/out" 2>"$T/err" &
	pid=$!
	wait_for 60 test -e "$T/begun"
	kill -TERM $pid
	sleep 0.5 # whoever heeds the signal does so in this time
	touch "$T/go"
	wait $pid || fail "it did not end well: $(cat "$T/err")"
	test -e "$T/off"
}
