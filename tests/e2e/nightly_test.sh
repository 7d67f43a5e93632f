# `runtest nightly`: jobs, messages only when something is other, nights that are cut short.
# shellcheck shell=bash disable=SC2154,SC1091 # root and T come from run.sh
. "$root/tests/e2e/nightlylib.sh"

past() {
	"$root/tests/e2e/pastrun.py" "$T/results" "$@"
}

# prepared WHEN: everything, and a file whose jobs do not matter.
prepared() {
	quick_project
	hooks
	sendmail
	night_file "$1" '{job: hello, scenarios: [hello]}'
}

test_only_what_changed_is_told() {
	prepared change
	past r1 4 a.v.u.c=pass b.v.u.c=pass
	expect_status 0 nightly --tell r1
	expect_text "$T/out" "chat: nothing to tell"
	expect_counts 0 0
	past r2 3 a.v.u.c=pass b.v.u.c=fail
	expect_status 0 nightly --tell r2
	expect_counts 1 1
	expect_text "$T/hooks/1" '1 newly failing'
	past r3 2 a.v.u.c=pass b.v.u.c=fail
	expect_status 0 nightly --tell r3
	expect_counts 1 1
	past r4 1 a.v.u.c=cancelled b.v.u.c=cancelled
	expect_status 0 nightly --tell r4
	expect_counts 1 1
	past r5 0 a.v.u.c=timeout b.v.u.c=pass
	expect_status 0 nightly --tell latest
	expect_counts 2 2
	expect_text "$T/hooks/2" '1 newly failing, 1 newly passing'
}

test_other_modes_tell_more() {
	prepared always
	past r1 2 a.v.u.c=pass
	expect_status 0 nightly --tell r1
	expect_counts 1 1
	expect_text "$T/hooks/1" 'all as demanded'
	night_file failure '{job: hello, scenarios: [hello]}'
	expect_status 0 nightly --tell r1
	expect_counts 1 1
}

test_messages_are_well_formed() {
	prepared change
	past r1 0 a.v.u.c=fail
	sed -i 's/it came to fail/Gr\\u00fc\\u00dfe <!channel>\\r\\nBcc: x@example.org/' "$T/results/r1/journal.jsonl"
	expect_status 0 nightly --tell r1
	python3 - "$T/mails/1" "$T/hooks/1" <<-'END'
		import email, email.policy, json, sys
		mail = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.default)
		assert mail["To"] == "a@example.org, b@example.org", mail["To"]
		assert mail["Subject"] == "[runtest] nightly shelf: 1 newly failing", mail["Subject"]
		assert mail["Bcc"] is None and not mail.defects, mail.defects
		assert mail.get_content_charset() == "utf-8"
		text = mail.get_content()
		assert "a.v.u.c  fail" in text and "Gr\u00fc\u00dfe" in text, text
		assert "runtest run a --variant v --board u --config c" in text, text
		assert "\nBcc" not in text, text
		chat = json.load(open(sys.argv[2], encoding="utf-8"))
		assert list(chat) == ["text"] and "<!" not in chat["text"], chat
	END
	sed -i 's/url: {env: HOOK}/&, body: json/' "$T/shelf.yaml"
	rm -r "$T/results/.nightly"
	expect_status 0 nightly --tell r1
	python3 - "$T/hooks/2" <<-'END'
		import json, sys
		said = json.load(open(sys.argv[1], encoding="utf-8"))
		assert said["nightly"] == "shelf" and said["counts"]["newly-failing"] == 1 and said["news"], said
		assert said["changes"]["newly-failing"][0]["session"] == "a.v.u.c", said
	END
}

test_what_does_not_arrive_is_told_the_next_time() {
	prepared change
	past r1 0 a.v.u.c=fail
	echo 503 >"$T/hooks/status"
	touch "$T/mails/full"
	expect_status 0 nightly --tell r1
	expect_counts 0 0
	[ "$(wc -l <"$T/hooks/refused") $(wc -l <"$T/mails/refused")" = "3 2" ] || fail "tried otherwise than 3 and 2 times"
	expect_text "$T/err" "chat: error: the webhook at http://127.0.0.1"
	expect_text "$T/err" "it exited with status 75 and said"
	expect_no_text "$T/err" "s3cr3t"
	expect_no_text "$T/results/.nightly/shelf/night.jsonl" "s3cr3t"
	expect_text "$T/results/.nightly/shelf/night.jsonl" '"recipient":"chat","arrived":false,"tries":3'
	echo 404 >"$T/hooks/status"
	expect_status 0 nightly --tell r1
	[ "$(wc -l <"$T/hooks/refused")" = 4 ] || fail "tried again what never will do"
	rm "$T/hooks/status" "$T/mails/full"
	expect_status 0 nightly --tell r1
	expect_counts 1 1
	HOOK='' expect_status 0 nightly --tell r1
	expect_counts 1 1
}

test_a_night_runs_its_jobs_and_keeps_their_status() {
	prepared change
	past old 90 hello.quick.qemu_virt_aarch64.debug=pass
	past older 91 hello.quick.qemu_virt_aarch64.debug=pass
	night_file change '{job: hello, scenarios: [hello], boards: [qemu_virt_aarch64]}'
	echo 'keep: {days: 30}' >>"$T/shelf.yaml"
	expect_status 0 nightly
	expect_counts 0 0
	[ ! -e "$T/results/older" ] && [ ! -e "$T/results/old" ] || fail "old runs are still there"
	demand fail
	echo 503 >"$T/hooks/status"
	expect_status 1 nightly
	expect_counts 0 1
	expect_text "$T/mails/1" 'hello.quick.qemu_virt_aarch64.debug  fail'
	expect_text "$T/mails/1" '(job hello'
	[ "$(steps night-began) $(steps job-ended) $(steps cleared) $(steps night-ended)" = "2 2 2 2" ] || fail "the record lacks steps"
}

test_a_job_that_cannot_begin_is_trouble() {
	prepared change
	night_file change '{job: hello, scenarios: [hello], boards: [qemu_virt_aarch64], set: {no-such: 1}}'
	expect_status 2 nightly
	expect_counts 1 1
	expect_text "$T/hooks/1" 'job hello: it did not begin: exit status 2'
	expect_status 2 nightly
	expect_counts 1 1
}

long_a_night_that_is_cut_short_is_gone_on_with() {
	prepared change
	night_file change '{job: hello, scenarios: [hello], boards: [qemu_virt_aarch64]}' \
		'{job: slow, scenarios: [slow], boards: [qemu_virt_aarch64]}'
	nightly_in_background
	session_of slow
	expect_status 2 nightly
	expect_text "$T/err" "nightly shelf is still going on"
	kill -9 "$NIGHTLY"
	wait "$NIGHTLY" || true
	expect_no_machines
	touch "$T/enough"
	expect_status 0 nightly --resume
	expect_text "$T/out" "going on with the night that began at"
	expect_text "$T/out" "nightly: job slow, run $RUN"
	expect_no_text "$T/out" "nightly: job hello"
	[ "$(steps night-began) $(steps night-ended)" = "1 1" ] || fail "two nights are recorded"
	expect_status 2 nightly --resume extra
}

long_a_signal_ends_the_job_and_not_the_night() {
	prepared change
	night_file always '{job: slow, scenarios: [slow], boards: [qemu_virt_aarch64]}'
	nightly_in_background
	session_of slow
	kill -TERM "$NIGHTLY"
	wait "$NIGHTLY" && fail "it says that all is well" || [ $? -eq 143 ] || fail "another status than 143"
	expect_no_machines
	expect_counts 0 0
	touch "$T/enough"
	expect_status 0 nightly --resume
	expect_counts 1 1
}

test_mistakes_and_rehearsals() {
	prepared change
	night_file change '{job: hello, scenarios: [hallo]}'
	expect_status 2 nightly
	expect_text "$T/err" 'shelf.yaml:3:29: error: no scenario is called "hallo"'
	night_file change '{job: a, scenarios: [hello], budget: 1h}' '{job: b, scenarios: [hello], repeat: 3, retries: 1, wait: 5m}'
	sed -i 's/^jobs:/budget: 3h\n&/' "$T/shelf.yaml"
	expect_status 0 nightly --dry-run
	expect_text "$T/out" "runtest run --results $T/results --max-time 3600s --run-id ID hello"
	expect_text "$T/out" "--max-time 7200s --wait 300000ms --run-id ID --repeat 3 --retries 1 hello"
	[ ! -e "$T/results" ] || fail "a rehearsal left something"
	expect_status 0 "$RUNTEST" nightly "$root/contrib/nightly/every-board.yaml" --dry-run
	expect_status 2 "$RUNTEST" nightly
	expect_status 2 nightly --tell nothing-of-the-sort
}
