# A project whose sessions take a second, a web server that keeps what is posted, and a sendmail that keeps what it is given.
# shellcheck shell=bash disable=SC2034,SC2154 # root, T and RUNTEST come from lib.sh and run.sh

# quick_project: in $T/project, with the scenario `hello`, which passes, and `slow`, which passes once it has said its line and there is $T/enough.
quick_project() {
	cp -rL "$root/tests/projects/chatter" "$T/project"
	rm "$T"/project/scenarios/*
	cat >"$T/project/scenarios/slow.yaml" <<-END
		scenario: slow
		about: it goes on until it is told that this is enough
		deadline: 5m
		phases:
		  - phase: first
		    deadline: 5m
		    steps:
		      - expect: '^chatter: .*$'
		      - script: waits.exp
		variants:
		  quick: pass
	END
	echo "while {![file exists {$T/enough}]} {after 50}" >"$T/project/scenarios/waits.exp"
	sed -n '2,/^$/p' "$T/project/images/variants.yaml" |
		sed 's/variant: chatter/variant: quick/; s/\[make\]/[make, NOISE=16]/' >>"$T/project/images/variants.yaml"
	demand pass
}

# demand WHAT: what the scenario `hello` comes to: pass or fail.
demand() {
	cat >"$T/project/scenarios/hello.yaml" <<-END
		scenario: hello
		about: it says its first line
		deadline: 60s
		deny:
		  - {text: '$([ "$1" = pass ] && echo no-such-text || echo chatter)'}
		phases:
		  - phase: first
		    deadline: 50s
		    steps:
		      - expect: '^chatter: .*$'
		variants:
		  quick: pass
	END
}

# hooks: the server, in the background; HOOK is its address, with a path that is a secret.
hooks() {
	"$root/tests/e2e/webhook.py" "$T/hooks" &
	wait_for 60 test -e "$T/hooks/port"
	export HOOK
	HOOK=http://127.0.0.1:$(cat "$T/hooks/port")/services/T0/s3cr3t-key
}

# sendmail: what is called instead of it; mails go to $T/mails/1, ...; with a file $T/mails/full it takes none.
sendmail() {
	mkdir -p "$T/mails"
	cat >"$T/sendmail" <<-END
		#!/bin/sh
		cd '$T/mails' || exit 1
		[ "\$*" = "-t -oi" ] || exit 64
		[ ! -e full ] || { echo x >>refused; echo 'no room'; exit 75; }
		cat >part
		mv part \$((\$(ls | grep -c '^[0-9]') + 1))
	END
	chmod +x "$T/sendmail"
}

# night_file WHEN JOBS...: $T/shelf.yaml, whose recipients are the two above.
night_file() {
	local when=$1
	shift
	{
		printf 'nightly: shelf\njobs:\n'
		printf '  - %s\n' "$@"
		printf 'tell:\n'
		printf '  chat: {when: %s, webhook: {url: {env: HOOK}}, tries: 3, pause: 1ms}\n' "$when"
		printf '  list: {when: %s, mail: {to: [a@example.org, b@example.org], program: %s}, tries: 2, pause: 1ms}\n' "$when" "$T/sendmail"
	} >"$T/shelf.yaml"
}

nightly() {
	"$RUNTEST" --project "$T/project" nightly "$T/shelf.yaml" --results "$T/results" "$@"
}

# count FOLDER: messages there.
count() {
	find "$1" -maxdepth 1 -name '[0-9]*' | wc -l
}

# expect_counts HOOKS MAILS
expect_counts() {
	[ "$(count "$T/hooks") $(count "$T/mails")" = "$1 $2" ] ||
		fail "$(count "$T/hooks") posted and $(count "$T/mails") mailed, wanted $1 and $2"
}

# steps EVENT: how many of the record are that.
steps() {
	grep -c "\"event\":\"$1\"" "$T/results/.nightly/shelf/night.jsonl"
}

# nightly_in_background: its output in $T/first; sets NIGHTLY to its process.
nightly_in_background() {
	"$RUNTEST" --project "$T/project" nightly "$T/shelf.yaml" --results "$T/results" >"$T/first" 2>&1 &
	NIGHTLY=$!
}

# session_of JOB: wait until a session of it runs; sets RUN to the run.
session_of() {
	wait_for 60 grep -q "nightly: job $1" "$T/first"
	RUN=$(sed -n "s/^nightly: job $1, run //p" "$T/first")
	wait_for 60 grep -qs session-started "$T/results/$RUN/journal.jsonl"
}
