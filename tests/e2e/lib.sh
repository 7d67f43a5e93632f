# What end-to-end tests share. $root is the checkout, $T a folder of the test's own; runs happen with --results $T/results.
# shellcheck shell=bash
RUNTEST=$root/runtest
# Locks of boards, and who left them on: not those of whoever runs the tests.
export RUNTEST_STATE=$T/farm-state

# The same on a CI system as at a desk.
unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY GITHUB_WORKSPACE GITLAB_CI

fail() {
	echo "FAILED: $*"
	exit 1
}

# expect_status WANTED COMMAND...: run it, output into $T/out and $T/err, and hold the exit status.
expect_status() {
	local want=$1 got=0
	shift
	"$@" >"$T/out" 2>"$T/err" </dev/null || got=$?
	[ "$got" -eq "$want" ] || {
		cat "$T/out" "$T/err"
		fail "exit status $got, wanted $want: $*"
	}
}

# expect_text FILE TEXT: the file has the (fixed) text in it.
expect_text() {
	grep -qF -- "$2" "$1" || {
		cat "$1"
		fail "$1 does not say: $2"
	}
}

# expect_no_text FILE TEXT: it has not.
expect_no_text() {
	! grep -qF -- "$2" "$1" || {
		cat "$1"
		fail "$1 says: $2"
	}
}

# query PYTHON: an expression over `r`, the newest run's results.json; prints it.
query() {
	python3 -c 'import json, sys; r = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' \
		"$T/results/latest/results.json" "$1"
}

# expect_query WANTED PYTHON
expect_query() {
	local got
	got=$(query "$2")
	[ "$got" = "$1" ] || fail "results.json: $2 is $got, wanted $1"
}

# lend_built PROJECT: variants that the checkout has built already need no second build there, since their keys are the same.
# Nothing else of its build/: a lab that runs in it is none of that project's.
lend_built() {
	mkdir -p "$root/build/cache" "$1/build"
	ln -sfn "$root/build/cache" "$1/build/cache"
}

# Machines started for this test: processes whose stderr is a qemu.log below $T.
machines() {
	find /proc/[0-9]*/fd/2 -maxdepth 0 -lname "$T/*/qemu.log" 2>/dev/null | cut -d/ -f3
}

# What a failing test leaves in the background ends with it.
trap 'kill -9 $(jobs -p) 2>/dev/null || true; wait || true' EXIT

# expect_no_machines: nothing of this test runs any more; what was killed may take a while to go.
expect_no_machines() {
	local end=$((SECONDS + 30))
	while [ -n "$(machines)" ]; do
		[ $SECONDS -lt "$end" ] || fail "still running: $(machines)"
		sleep 0.05
	done
}

# wait_for SECONDS COMMAND...: until the command is true.
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt "$end" ] || fail "waited in vain for: $*"
		sleep 0.01
	done
}
