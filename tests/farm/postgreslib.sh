# A PostgreSQL server of a test's own: on loopback, on a free port, below a folder of its own.
# shellcheck shell=bash disable=SC2154,SC2034 # root and T come from run.sh; the variables are for the tests

# shellcheck source=tests/farm/portslib.sh
. "$root/tests/farm/portslib.sh"

# as_postgres COMMAND...: PostgreSQL does not run as root.
as_postgres() {
	if [ "$EUID" = 0 ]; then
		runuser -u postgres -- "$@"
	else
		"$@"
	fi
}

# start_postgres: $server is its URL, of a user "tester" with a password; PGPASSFILE has that.
start_postgres() {
	postgres_bin=$(find /usr/lib/postgresql/*/bin -maxdepth 0 | sort -V | tail -1)
	postgres_folder=$(mktemp -d "${TMPDIR:-/tmp}/runtest-pg.XXXXXX")
	postgres_port=$(free_ports 1)
	trap 'stop_postgres; kill -9 $(jobs -p) 2>/dev/null || true; wait || true' EXIT
	chmod 755 "$postgres_folder"
	[ "$EUID" != 0 ] || chown postgres "$postgres_folder"
	(
		umask 077
		head -c 18 /dev/urandom | od -An -vtx1 | tr -d ' ' | tr -d '\n' >"$T/word"
		echo "127.0.0.1:*:*:tester:$(cat "$T/word")" >"$T/pgpass"
	)
	install -m 644 "$T/word" "$postgres_folder/word"
	as_postgres "$postgres_bin/initdb" -D "$postgres_folder/data" -U tester --pwfile="$postgres_folder/word" \
		--auth-host=scram-sha-256 --auth-local=scram-sha-256 --no-sync -E UTF8 --locale=C >"$T/initdb.log"
	rm "$postgres_folder/word"
	run_postgres
	export PGPASSFILE=$T/pgpass
	server=postgresql://tester@127.0.0.1:$postgres_port/runtest
	sql postgres 'CREATE DATABASE runtest'
}

# run_postgres: the server itself, once more after it was stopped.
run_postgres() {
	as_postgres "$postgres_bin/postgres" -D "$postgres_folder/data" -h 127.0.0.1 -p "$postgres_port" -k "$postgres_folder" \
		-c fsync=off >"$T/postgres.log" 2>&1 &
	wait_for 120 postgres_answers
}

postgres_answers() {
	"$postgres_bin/pg_isready" -q -h 127.0.0.1 -p "$postgres_port"
}

# postgres_pid: of the server itself, as it says.
postgres_pid() {
	head -1 "$postgres_folder/data/postmaster.pid" 2>/dev/null || true
}

# stop_postgres [SIGNAL]: INT ends it in order, QUIT at once.
stop_postgres() {
	local pid
	pid=$(postgres_pid)
	if [ -n "$pid" ] && ! postgres_is_gone "$pid"; then
		kill "-${1:-INT}" "$pid"
		wait_for 120 postgres_is_gone "$pid"
	fi
	[ -n "${1-}" ] || rm -rf "$postgres_folder"
}

# The number that a server which was killed has left may be another process's by now.
postgres_is_gone() {
	! grep -qsaF "$postgres_folder" "/proc/$1/cmdline"
}

# sql DATABASE STATEMENT: its rows.
sql() {
	psql -X -q -A -t -v ON_ERROR_STOP=1 -d "postgresql://tester@127.0.0.1:$postgres_port/$1" -c "$2"
}
