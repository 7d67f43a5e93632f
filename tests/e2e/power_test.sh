# Switching power by hand: `runtest power`, with programs and with a switch of the tests' own that has every fault.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# shellcheck source=tests/e2e/powerlib.sh
. "$root/tests/e2e/powerlib.sh"
# shellcheck source=tests/e2e/schedlib.sh
. "$root/tests/e2e/schedlib.sh"

test_power_by_a_program() {
	power_project
	power_unit relay <<-YAML
		power:
		  exec:
		    on: [sh, -c, "date +%s%N >$T/on; echo on >$T/state"]
		    off: [sh, -c, "date +%s%N >$T/off; echo off >$T/state; sleep 60 & echo \$! >$T/pid"]
		    state: {command: [cat, $T/state], on: '^on$', off: '^off$'}
	YAML
	power 0 relay on
	expect_text "$T/out" "relay is on"
	power 0 relay state
	[ "$(cat "$T/out")" = on ]
	# What it leaves running, output open, holds nobody.
	power 0 relay off
	kill "$(cat "$T/pid")"
	power 0 relay state
	[ "$(cat "$T/out")" = off ]
	power 0 relay cycle
	kill "$(cat "$T/pid")"
	expect_text "$T/out" "relay is on"
	[ $((($(cat "$T/on") - $(cat "$T/off")) / 1000000)) -ge 300 ] || fail "it was not left off for its discharge time"
}

test_power_by_a_program_that_fails_says_its_last_words() {
	power_project
	power_unit relay <<-YAML
		power:
		  deadline: 20s
		  exec:
		    on: [sh, -c, "echo opening; echo no such relay >&2; exit 3"]
		    off: [sleep, "60"]
		    state: {command: [echo, half on half off], on: on, off: off}
	YAML
	power 3 relay on
	expect_text "$T/err" 'sh exited with status 3: "no such relay"'
	power 3 relay state
	expect_text "$T/err" 'echo says both on and off: "half on half off"'
	deadline relay 300ms
	power 3 relay off
	expect_text "$T/err" "sleep did not end in time and was stopped"
	power_unit relay <<-YAML
		power: {exec: {on: [no-such-program], off: ["true"]}}
	YAML
	power 3 relay on
	expect_text "$T/err" "cannot start no-such-program: No such file or directory"
	power 0 relay off
	expect_text "$T/out" "relay is off (so it was told; this switch cannot be asked)"
	power 0 relay state
	[ "$(cat "$T/out")" = unknown ]
}

test_power_by_a_program_that_lies() {
	power_project
	power_unit relay <<-YAML
		power:
		  deadline: 5s
		  exec:
		    on: ["true"]
		    off: ["true"]
		    state: {command: [echo, "outlet 1: on"], on: 'outlet 1: on', off: 'outlet 1: off'}
	YAML
	power 0 relay on
	power 3 relay off
	expect_text "$T/err" 'the switch says "on" although it was told to switch off'
}

test_power_by_http() {
	power_project
	start_switch
	http_unit plug "http://127.0.0.1:$port/" 'headers: ["X-Lab: shelf 3"]'
	power 0 plug on
	expect_text "$T/out" "plug is on"
	expect_text "$T/switch/log" "GET /relay/0?turn=on  shelf 3"
	power 0 plug cycle
	power 0 plug off
	power 0 plug state
	[ "$(cat "$T/out")" = off ]
	power_unit plug <<-YAML
		power:
		  http:
		    url: http://127.0.0.1:$port
		    on: {path: /set, body: '{"turn=on": "{}"}', headers: ["Content-Type: application/json"]}
		    off: {path: /set, method: PUT, body: 'turn=off'}
		    state: {path: /relay/0, value: "\$.relays[0]['is on']", on: ["on"], off: ["off"]}
	YAML
	power 0 plug on
	expect_text "$T/switch/log" 'POST /set {"turn=on": "{}"}'
	power 0 plug off
	expect_text "$T/switch/log" 'PUT /set turn=off'
}

test_power_by_http_that_obeys_late_is_waited_for() {
	power_project
	start_switch
	http_unit plug "http://127.0.0.1:$port"
	mode late
	power 0 plug on
}

# Each fault is trouble of the lab, within the deadline, and says what to look at.
test_power_by_http_with_every_fault() {
	local fault
	power_project
	start_switch
	http_unit plug "http://127.0.0.1:$port"
	power 0 plug on
	while IFS=: read -r fault action deadline text; do
		mode "$fault"
		deadline plug "$deadline"
		power 3 plug "$action"
		expect_text "$T/err" "$text"
		expect_text "$T/err" "hint: "
	done <<-'FAULTS'
		lies:off:5s:the switch says "on" although it was told to switch off
		hangs:off:5s:took the request and gave no whole answer in time
		error:off:20s:answers with status 500: "relay driver crashed"
		half:off:20s:broke off in the middle of its answer
		halfhead:off:20s:broke off in the middle of its answer
		silent:off:20s:broke off in the middle of its answer
		redirects:off:20s:redirects with status 302 to http://127.0.0.1:1/elsewhere, which is not followed
		garbage:state:20s:does not say its state: it is no JSON
		strange:state:20s:says "unavailable" at $.output, which means neither on nor off
		long:off:20s:answers with more than 262144 bytes
	FAULTS
	expect_no_text "$T/err" hidden
	mode ok
	power 0 plug off
	http_unit plug "http://127.0.0.1:1"
	power 3 plug on
	expect_text "$T/err" "cannot connect to the switch at http://127.0.0.1:1 (GET /relay/0?turn=on)"
}

# In no output, whatever goes wrong: even what the switch says back.
expect_no_secret() {
	expect_no_text "$T/out" "s3cret"
	expect_no_text "$T/err" "s3cret"
}

test_power_by_http_with_a_login() {
	local scheme
	power_project
	echo 's3cret/&' >"$T/word"
	chmod 600 "$T/word"
	for scheme in basic digest; do
		start_switch "--$scheme" 'lab:s3cret/&'
		http_unit plug "http://127.0.0.1:$port" "login: {$scheme: {user: lab, password: {file: $T/word}}}"
		power 0 plug on
		http_unit plug "http://127.0.0.1:$port" "login: {$scheme: {user: lap, password: {file: $T/word}}}"
		power 3 plug on
		http_unit plug "http://127.0.0.1:$port" "login: {$scheme: {user: lab, password: {env: WORD}}}"
		WORD='s3cret/&' power 0 plug off
		WORD=s3cret power 3 plug off
		expect_text "$T/err" "answers with status 401"
		expect_no_secret
		power 3 plug off
		expect_text "$T/err" "the environment variable WORD is not set"
	done
	start_switch --bearer 's3cret/&'
	http_unit plug "http://127.0.0.1:$port" "login: {bearer: {token: {env: WORD}}}"
	WORD='s3cret/&' power 0 plug on
	WORD='s3cret' power 3 plug on
	expect_no_secret
	start_switch --query 's3cret%2F%26'
	http_unit plug "http://127.0.0.1:$port" "secret: {file: $T/word}"
	sed -i -E 's|path: ([^,}?]*)\??([^,}]*)|path: "\1?word={secret}\&\2"|' "$T/project/boards/units/plug.yaml"
	power 0 plug on
	echo 's3cret/%' >"$T/word"
	power 3 plug on
	expect_text "$T/err" "answers with status 401: \"who is /relay/0?word=***"
	expect_text "$T/err" "(GET /relay/0?word={secret}&turn=on)"
	expect_no_secret
}

test_power_secret_file_that_others_can_read_is_refused() {
	power_project
	echo s3cret >"$T/word"
	chmod 640 "$T/word"
	http_unit plug "http://127.0.0.1:1" "login: {basic: {user: lab, password: {file: $T/word}}}"
	power 3 plug on
	expect_text "$T/err" "the secret file $T/word can be used by others than its owner (mode 0640)"
	chmod 600 "$T/word"
	power 3 plug on
	expect_text "$T/err" "cannot connect"
	: >"$T/word"
	power 3 plug on
	expect_text "$T/err" "begins with an empty line"
	rm "$T/word"
	power 3 plug on
	expect_text "$T/err" "cannot read the secret file $T/word: No such file or directory"
}

# certificate NAME: for localhost, signed by itself, in $T/NAME.pem with $T/NAME.key; its pin in $pin.
certificate() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
		-addext subjectAltName=DNS:localhost -keyout "$T/$1.key" -out "$T/$1.pem" 2>"$T/openssl.log"
	pin=sha256//$(openssl pkey -in "$T/$1.key" -pubout -outform der | openssl dgst -sha256 -binary | base64)
}

test_power_by_https() {
	local other
	power_project
	certificate other
	other=$pin
	certificate switch
	start_switch --tls "$T/switch.pem" "$T/switch.key"
	http_unit plug "https://localhost:$port" "ca: $T/switch.pem"
	power 0 plug on
	http_unit plug "https://localhost:$port" "ca: $T/other.pem"
	power 3 plug on
	expect_text "$T/err" "the certificate of the switch at https://localhost:$port (GET /relay/0?turn=on) is not trusted"
	http_unit plug "https://localhost:$port"
	power 3 plug on
	expect_text "$T/err" "is not trusted"
	# The certificate is localhost's, and not the address's.
	http_unit plug "https://127.0.0.1:$port" "ca: $T/switch.pem"
	power 3 plug on
	expect_text "$T/err" "is not trusted"
	# A pinned key needs no certificate authority; a wrong one is no way in, and neither replaces the other.
	http_unit plug "https://127.0.0.1:$port" "pinned-key: $pin"
	power 0 plug off
	http_unit plug "https://localhost:$port" "pinned-key: $other"
	power 3 plug on
	expect_text "$T/err" "has another public key than the pinned one"
	http_unit plug "https://localhost:$port" "pinned-key: $pin" "ca: $T/other.pem"
	power 3 plug on
	expect_text "$T/err" "is not trusted"
	http_unit plug "https://localhost:$port" "pinned-key: $other" "ca: $T/switch.pem"
	power 3 plug on
	expect_text "$T/err" "has another public key than the pinned one"
	http_unit plug "https://localhost:$port" "ca: $T/switch.key"
	power 3 plug on
	expect_text "$T/err" "the certificates in $T/switch.key cannot be used"
	[ "$(grep -c . "$T/switch/log")" = 4 ] || fail "a switch that is not trusted was asked"
}

# The proxy of the environment gets no request, and no password.
test_power_by_http_takes_nothing_from_the_environment() {
	power_project
	start_switch
	http_unit plug "http://127.0.0.1:$port"
	http_proxy=http://127.0.0.1:1 https_proxy=http://127.0.0.1:1 all_proxy=http://127.0.0.1:1 power 0 plug on
}

test_power_off_goes_on_when_a_signal_comes() {
	local pid got=0
	power_project
	power_unit relay <<-YAML
		power:
		  deadline: 2m
		  exec:
		    on: [sh, -c, "touch $T/begun; until [ -e $T/go ]; do sleep 0.05; done; touch $T/on"]
		    off: [sh, -c, "touch $T/begun; until [ -e $T/go ]; do sleep 0.05; done; touch $T/off"]
	YAML
	"$RUNTEST" --project "$T/project" power relay off >"$T/out" 2>"$T/err" &
	pid=$!
	wait_for 60 test -e "$T/begun"
	kill -TERM $pid
	sleep 0.5 # whoever heeds the signal does so in this time
	touch "$T/go"
	wait $pid || fail "it did not end well: $(cat "$T/err")"
	test -e "$T/off"
	rm "$T/begun" "$T/go"
	"$RUNTEST" --project "$T/project" power relay on >"$T/out" 2>"$T/err" &
	pid=$!
	wait_for 60 test -e "$T/begun"
	kill -TERM $pid
	wait $pid || got=$?
	[ $got = 143 ] || fail "exit status $got"
	touch "$T/go"
	sleep 0.5
	[ ! -e "$T/on" ] || fail "it was switched on"
}

test_power_on_by_http_ends_when_a_signal_comes() {
	local pid got=0
	power_project
	start_switch
	http_unit plug "http://127.0.0.1:$port"
	mode hangs
	"$RUNTEST" --project "$T/project" power plug on >"$T/out" 2>"$T/err" &
	pid=$!
	wait_for 60 test -s "$T/switch/log"
	kill -INT $pid
	wait $pid || got=$?
	[ $got = 130 ] || fail "exit status $got: $(cat "$T/err")"
	expect_text "$T/err" "stopped by a signal"
}

# Who looks away for a while hears all at once what was said meanwhile, which is no sign that the board goes on talking.
long_last_words_that_are_heard_late_are_no_talk() {
	sched_project
	board one "echo 'noop: up'; until [ -e $T/one/say ]; do sleep 0.05; done; echo last words"
	cat >"$T/one/off" <<-SH
		cd $T/one || exit 1
		rm -f on
		[ -e count ] || exit 0 # before it was ever on
		session=\$PPID
		(sleep 0.3; kill -STOP \$session; touch say; sleep 5; kill -CONT \$session) >/dev/null 2>&1 &
	SH
	sed -i "s|off: .*|off: [sh, $T/one/off]}|; s|silence: .*|silence: 2s|" "$T/project/boards/units/one.yaml"
	sched 0 --retries 0 --board one
	expect_text "$(echo "$T"/results/latest/*/1/console.log)" "last words"
	expect_query pass "r['sessions'][0]['verdict']"
}

# at_terminal ANSWER ACTION: with a terminal of its own, at which ANSWER is typed once it was asked; exit status in $got.
at_terminal() {
	got=0
	python3 - "$1" "$RUNTEST" --project "$T/project" power relay "$2" >"$T/out" <<-'PYTHON' || got=$?
		import os, pty, sys
		pid, fd = pty.fork()
		if pid == 0:
		    os.execv(sys.argv[2], sys.argv[2:])
		said, typed = b"", False
		while True:
		    try:
		        more = os.read(fd, 4096)
		    except OSError:
		        break
		    if not more:
		        break
		    said += more
		    if b"press Enter" in said and not typed:
		        os.write(fd, sys.argv[1].encode() + b"\n")
		        typed = True
		print(said.decode())
		sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
	PYTHON
}

test_power_by_hand() {
	power_project
	power_unit relay <<<'power: {manual: {what: the red switch on shelf 3}}'
	expect_status 3 setsid -w "$RUNTEST" --project "$T/project" power relay on
	expect_text "$T/err" "there is no terminal to ask at"
	at_terminal '' on
	[ $got = 0 ] || fail "exit status $got"
	expect_text "$T/out" "switch the red switch on shelf 3 ON"
	expect_text "$T/out" "relay is on (so it was told"
	at_terminal q off
	[ $got = 3 ] || fail "exit status $got"
	expect_text "$T/out" "who was asked to switch relay off could not"
}

test_power_command_line() {
	power_project
	power_unit relay <<<'power: {exec: {on: ["true"], off: ["true"]}}'
	power_unit bare <<<'about: a board that nobody can switch'
	expect_status 2 "$RUNTEST" --project "$T/project" power relay
	expect_text "$T/err" "expected a board unit and one of: on, off, cycle, state"
	power 2 relay dim
	expect_text "$T/err" '"dim": expected on, off, cycle or state'
	power 2 rely on
	expect_text "$T/err" 'did you mean "relay"?'
	power 2 bare on
	expect_text "$T/err" "board bare has no power section"
	power 2 qemu_virt_aarch64 off
	expect_text "$T/err" "is a machine of QEMU"
}

test_power_sections_that_are_wrong() {
	power_project
	power_unit one <<-YAML
		power:
		  pdudaemon: {url: http://127.0.0.1:16421, hostname: farm}
		  manual: {}
	YAML
	power_unit two <<-YAML
		power:
		  http:
		    url: http://lab:s3cret@switch.lab
		    ca: $T/project/boards/units/one.yaml
		    on: {path: relay}
		    off: {path: "/set?word={secret}"}
		    state: {path: /, value: output, on: ["1"], off: ["1"]}
		    headers: ["authorization: s3cret"]
		reset: {exec: {command: []}}
	YAML
	expect_status 2 "$RUNTEST" --project "$T/project" check
	expect_text "$T/err" "expected alias, or hostname and port, in this pdudaemon section"
	expect_text "$T/err" "expected an address without user and password"
	expect_text "$T/err" "path: expected a path that begins with /"
	expect_text "$T/err" '{secret}: expected a "secret" beside "url"'
	expect_text "$T/err" "a JSON path begins with \$"
	expect_text "$T/err" 'off: "1" means on already'
	expect_text "$T/err" "a header with a secret"
	expect_text "$T/err" "expected a program and its arguments"
	expect_no_text "$T/err" "authorization: s3cret"
}
