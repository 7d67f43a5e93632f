# The live view of a run at a terminal, what ^C does there, and the plain lines that are everywhere else.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# shellcheck source=tests/e2e/schedlib.sh
. "$root/tests/e2e/schedlib.sh"

# patient NAME: a board that says so, and its line once $T/go is there, or the $T/go.N of this time.
patient() {
	board "$1" "echo \"it is the \$attempt. time\"; until [ -e $T/go ] || [ -e $T/go.\$attempt ]; do sleep 0.02; done; echo noop: up"
}

# at_terminal STATUS OPTION...: the scenario "boots", in front of a person who does what stands on stdin. What came to the
# terminal is in $T/seen. ENV (an array) stands before the command.
at_terminal() {
	local want=$1
	shift
	command_at_terminal "$want" run boots "$@"
}

# command_at_terminal STATUS COMMAND...: the same of another command.
command_at_terminal() {
	local want=$1 got=0
	shift
	"$root/tests/e2e/atterminal.py" "$T/seen" env -u CI -u NO_COLOR "${ENV[@]}" "$RUNTEST" --project "$T/project" "$@" \
		--results "$T/results" >"$T/out" 2>&1 || got=$?
	[ "$got" -eq "$want" ] || {
		cat -v "$T/seen" "$T/out"
		fail "exit status $got, wanted $want: $*"
	}
}

# seen TEXT, unseen TEXT: with escape sequences as \e.
seen() {
	sed 's/\x1b/\\e/g' "$T/seen" >"$T/seen.text"
	expect_text "$T/seen.text" "$1"
}

unseen() {
	sed 's/\x1b/\\e/g' "$T/seen" >"$T/seen.text"
	expect_no_text "$T/seen.text" "$1"
}

ENV=()

test_live_a_session_has_its_line_and_scrolls_away() {
	sched_project
	patient one
	ENV=(NO_COLOR=1)
	at_terminal 0 --board one --repeat 2 <<-STEPS
		expect it is the 1. time
		expect 0 of 2 ended  1 running
		until sleep 0.3
		until touch $T/go.1
		expect pass          boots.noop.one.debug.1
		expect 1 of 2 ended: 1 pass  1 running
		until touch $T/go.2
		expect 2 pass
	STEPS
	grep -aqE 'one  up +[0-9]+(\.[0-9]|m[0-9]+)?s' "$T/seen" || fail "no board, phase and time" # columns are as wide as they ever were
	seen '\e[J'
	unseen '\e[32m'
	# Another time it is known how long it takes.
	touch "$T/go"
	at_terminal 0 --board one <<<'expect s of '
}

test_live_colours_as_one_likes() {
	sched_project
	board quick 'echo noop: up'
	at_terminal 0 --board quick <<<''
	seen '\e[32mpass\e[0m'
	at_terminal 0 --board quick --color never <<<''
	unseen '\e[32m'
	ENV=(NO_COLOR=1)
	at_terminal 0 --board quick --color=always <<<''
	seen '\e[32mpass\e[0m'
	sched 0 --board quick
	expect_no_text "$T/err" $'\e'
	sched 0 --board quick --color always
	expect_text "$T/err" $'\e[32mpass\e[0m'
	expect_text "$T/out" $'\e[32m'
	sched 2 --board quick --color purple
	expect_text "$T/err" "auto, always or never"
}

test_live_plain_lines_where_nothing_can_be_drawn() {
	sched_project
	board quick 'echo noop: up'
	for ENV in TERM=dumb CI=true; do
		at_terminal 0 --board quick --color never <<<''
		unseen '\e'
		seen 'pass          boots.noop.quick.debug.1'
	done
	ENV=(CI=false) # says that it is none
	at_terminal 0 --board quick --color never <<<''
	seen '\e[J'
}

test_live_quiet_and_verbose() {
	sched_project
	board noisy 'printf "\033]0;mine\007\033[2Jgreetings\n"; echo noop: up'
	ENV=()
	at_terminal 0 --board noisy --quiet <<<''
	unseen 'boots.noop.noisy'
	unseen '\e[J'
	seen '1 pass'
	at_terminal 0 --board noisy -v --color never <<<''
	seen 'boots.noop.noisy.debug.1| \x1b]0;mine\x07\x1b[2Jgreetings'
	seen '\e[J' # the view is there, too
	unseen '\e]0'
	unseen '\e[2J'
	# In a pipe, too.
	sched 0 --board noisy --quiet
	[ ! -s "$T/err" ] || fail "it says: $(cat "$T/err")"
	sched 0 --board noisy -v
	expect_text "$T/err" 'boots.noop.noisy.debug.1| noop: up'
	sched 2 --board noisy -v -q
}

test_live_what_a_board_says_is_harmless() {
	sched_project
	board rude "printf '\\033]0;mine\\007\\033[31mrude\\033[2J\\302\\2332J'; until [ -e $T/go ]; do sleep 0.02; done; echo; echo noop: up"
	ENV=(NO_COLOR=1)
	at_terminal 0 --board rude <<-STEPS
		expect rude
		until touch $T/go
	STEPS
	unseen '\e]0'
	unseen '\e[2J'
	unseen '\e[31m'
	! LC_ALL=C grep -q $'\xc2\x9b' "$T/seen" || fail "a C1 control got through"
}

test_live_control_c_drains_and_resume_goes_on() {
	sched_project
	patient one
	at_terminal 130 --board one --repeat 3 <<-STEPS
		expect it is the 1. time
		send \x03
		expect ^C: nothing more is begun, what runs ends by itself
		expect ^C again ends it at once
		until touch $T/go
		expect 1 pass
		expect --resume
	STEPS
	expect_query "['pass', 'cancelled', 'cancelled']" "[s['verdict'] for s in r['sessions']]"
	[ "$(wc -l <"$T/one/count")" -eq 1 ] || fail "more was begun"
	expect_status 0 "$RUNTEST" --project "$T/project" run --resume latest --results "$T/results"
	expect_query "['pass', 'pass', 'pass']" "[s['verdict'] for s in r['sessions']]"
	# Where nothing was left to begin, it is a run like any other.
	rm "$T/go"
	at_terminal 0 --board one <<-STEPS
		expect . time
		send \x03
		expect ^C: nothing
		until touch $T/go
	STEPS
	expect_query "['pass']" "[s['verdict'] for s in r['sessions']]"
}

test_live_control_c_twice_cancels_and_the_board_is_off() {
	sched_project
	patient one
	at_terminal 130 --board one --repeat 3 <<-STEPS
		expect it is the 1. time
		send \x03
		expect ^C: nothing
		send \x03
		expect cancelled: sessions are told to end
		expect --resume
	STEPS
	expect_query "['cancelled', 'cancelled', 'cancelled']" "[s['verdict'] for s in r['sessions']]"
	[ ! -e "$T/one/on" ] || fail "the board is on"
	# The same where nothing can be drawn.
	rm "$T/one/count"
	ENV=(TERM=dumb)
	at_terminal 130 --board one --repeat 3 <<-STEPS
		until test -s $T/one/count
		send \x03
		expect nothing more is begun
		send \x03
		expect --resume
	STEPS
	unseen '\e'
	expect_query "['cancelled', 'cancelled', 'cancelled']" "[s['verdict'] for s in r['sessions']]"
}

test_live_a_signal_that_a_program_sends_cancels_at_once() {
	local name status
	sched_project
	patient one
	for name in INT TERM HUP; do
		rm -f "$T/one/count"
		status=143
		[ $name != INT ] || status=130
		at_terminal $status --board one --repeat 3 <<-STEPS
			expect it is the 1. time
			signal $name
			expect --resume
		STEPS
		unseen 'nothing more is begun'
		[ ! -e "$T/one/on" ] || fail "the board is on after $name"
	done
}

test_live_control_c_ends_who_waits_for_a_board() {
	sched_project
	patient one
	"$RUNTEST" --project "$T/project" run boots --board one --results "$T/other" >"$T/holder" 2>&1 &
	wait_for 20 test -s "$T/one/count"
	at_terminal 130 --board one <<-STEPS
		expect waits for the board
		send \x03
		expect --resume
	STEPS
	expect_query "['cancelled']" "[s['verdict'] for s in r['sessions']]"
	touch "$T/go"
	wait
}

test_live_control_c_drains_a_night() {
	sched_project
	patient one
	cat >"$T/night.yaml" <<-YAML
		nightly: night
		gate: none
		jobs:
		  - {job: first, scenarios: [boots], boards: [one], repeat: 2}
		  - {job: second, scenarios: [boots], boards: [one]}
	YAML
	command_at_terminal 130 nightly "$T/night.yaml" <<-STEPS
		expect it is the 1. time
		send \x03
		expect ^C: nothing more is begun
		until touch $T/go
		expect 1 pass
	STEPS
	expect_query "['pass', 'cancelled']" "[s['verdict'] for s in r['sessions']]"
	command_at_terminal 0 nightly --resume "$T/night.yaml" <<-STEPS
		expect going on with the night
		expect 1 of 2 ended
		expect job second
	STEPS
	[ "$(wc -l <"$T/one/count")" -eq 3 ] || fail "it was started $(wc -l <"$T/one/count") times"
}

test_live_images_that_are_built_are_seen() {
	sched_project
	board quick 'echo noop: up'
	rm -r "$T/project/build/cache/variants"
	ENV=(NO_COLOR=1)
	at_terminal 0 --board quick <<-STEPS
		expect scripted  debug  noop  building
		expect 0 of 1 images are there  1 building
		expect built         noop for scripted, debug
		expect 0 of 1 ended  1 running
	STEPS
	at_terminal 0 --board quick <<<''
	unseen 'images are there' # they are
	# In a log, too; and not where nothing is to be said.
	rm -r "$T/project/build/cache/variants"
	sched 0 --board quick
	expect_text "$T/err" 'built         noop for scripted, debug'
	rm -r "$T/project/build/cache/variants"
	sched 0 --board quick -q
	[ ! -s "$T/err" ] || fail "it says: $(cat "$T/err")"
}
