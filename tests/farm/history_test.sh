# The history on a real PostgreSQL server: the same tests as on SQLite, and what only a server can do to it.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh; server, postgres_port from postgreslib.sh

# shellcheck source=tests/farm/postgreslib.sh
. "$root/tests/farm/postgreslib.sh"

test_history_the_suites_of_sqlite_pass_on_a_server() {
	start_postgres
	RUNTEST_TEST_DATABASE=$server "$root/build/release/unit" history_test regressions_test >"$T/out" 2>&1 ||
		fail "$(cat "$T/out")"
	# they were there: every test has a schema of its own, and at least one
	[ "$(sql runtest "SELECT count(*) >= 25 FROM pg_namespace WHERE nspname LIKE 't%\\_history'")" = t ] ||
		fail "not on the server: $(sql runtest 'SELECT nspname FROM pg_namespace')"
}

# make_runs COUNT: runs with 40 sessions each below $T/results, the later ones slower.
make_runs() {
	python3 "$root/tests/bench/historyruns.py" "$T/results" --runs "$1" --sessions 40 --repeats 4
}

test_history_on_a_server_without_its_password_in_any_file_or_list() {
	start_postgres
	make_runs 6
	export RUNTEST_DATABASE=$server
	expect_status 0 "$RUNTEST" history --import --results "$T/results"
	expect_text "$T/out" "6 runs with 240 sessions imported, 0 unchanged"
	expect_status 0 "$RUNTEST" history --import --results "$T/results"
	expect_text "$T/out" "0 runs with 0 sessions imported, 6 unchanged"
	! grep -rqF -f "$T/word" "$T/results" "$T/out" "$T/err" || fail "the password is written down"
	expect_status 0 "$RUNTEST" history scenario-0
	[ "$(wc -l <"$T/out")" = 7 ] || fail "$(cat "$T/out")"
	expect_status 2 env "RUNTEST_DATABASE=postgresql://tester:$(cat "$T/word")@127.0.0.1:$postgres_port/runtest" \
		"$RUNTEST" flaky
	! grep -qF -f "$T/word" "$T/err" || fail "the password is repeated"
	# negative control: without the file there is no way in
	expect_status 3 env PGPASSFILE=/dev/null "$RUNTEST" flaky
	expect_text "$T/err" "PGPASSFILE"
}

# rows URL: everything that is in there, but for the numbers that databases give out.
rows() {
	"$RUNTEST" history --import --database "$1" --results "$T/results" >/dev/null
	for scenario in 0 1 2; do
		"$RUNTEST" history "scenario-$scenario" --database "$1" --json --limit 1000
	done
	"$RUNTEST" regressions --database "$1" --json || [ $? = 1 ]
	"$RUNTEST" flaky --database "$1" --json
}

test_history_says_the_same_on_a_server_as_in_a_file() {
	start_postgres
	make_runs 8
	rows "$server" >"$T/server.json"
	rows "sqlite:$T/file.db" >"$T/file.json"
	[ -s "$T/file.json" ] || fail "nothing"
	diff "$T/server.json" "$T/file.json" || fail "they differ"
}

# hold_import: none comes further than to its row 5000, which is in its third transaction. The tables are there then, empty.
hold_import() {
	python3 "$root/tests/bench/historyruns.py" "$T/little" --runs 1 --sessions 1 --repeats 1
	"$RUNTEST" history --import --database "$server" --results "$T/little" >/dev/null
	sql runtest 'TRUNCATE runs, sessions, times, series, words CASCADE'
	sql runtest 'CREATE SEQUENCE rows'
	sql runtest "CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
		'BEGIN IF nextval(''rows'') = 5000 THEN PERFORM pg_sleep(3600); END IF; RETURN NEW; END'"
	sql runtest 'CREATE TRIGGER held BEFORE INSERT ON sessions FOR EACH ROW EXECUTE FUNCTION hold()'
}

test_history_the_server_goes_in_the_middle_and_the_next_import_completes() {
	start_postgres
	python3 "$root/tests/bench/historyruns.py" "$T/results" --runs 1 --sessions 12000 --repeats 1
	hold_import
	"$RUNTEST" history --import --database "$server" --results "$T/results" >"$T/first" 2>&1 &
	import=$!
	wait_for 120 begun
	stop_postgres QUIT
	if wait "$import"; then fail "it ended before the server did: $(cat "$T/first")"; fi
	expect_text "$T/first" "Nothing is lost"
	run_postgres
	begun || fail "nothing of it was kept"
	sql runtest 'DROP TRIGGER held ON sessions'
	expect_status 0 "$RUNTEST" history --import --database "$server" --results "$T/results"
	expect_text "$T/out" "1 run with 12000 sessions imported"
	[ "$(sql runtest 'SELECT count(*) FROM sessions')" = 12000 ] || fail "not all of them"
}

begun() {
	[ "$(sql runtest 'SELECT count(*) > 0 FROM sessions' 2>/dev/null)" = t ]
}

test_history_without_a_server_a_run_is_a_run() {
	start_postgres
	stop_postgres INT
	expect_status 3 "$RUNTEST" regressions --database "$server"
	expect_text "$T/err" "is the server up"
}
