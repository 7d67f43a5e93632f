# What tests of boards behind a machine queue share: the stand-in queue with the boards a1 and a2, the project $T/project whose
# unit `queued` is behind it, and an image that it boots.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

export MQ_STANDIN

# queue [KEYS...]: further keys of the unit's mq section.
queue() {
	MQ_STANDIN=$T/queue
	mkdir -p "$MQ_STANDIN" "$T/project/boards/units" "$T/project/boards/kinds" "$T/project/scenarios"
	printf 'a1\na2\n' >"$MQ_STANDIN/boards"
	ln -sf "$root/boards/markers" "$T/project/boards/"
	ln -sf "$root/images" "$T/project/"
	lend_built "$T/project"
	cp "$root/boards/kinds/"*_virt_*.yaml "$T/project/boards/kinds/"
	cp "$root/scenarios/pd-survives.yaml" "$T/project/scenarios/"
	cat >"$T/project/boards/kinds/shelf.yaml" <<-'YAML'
		kind: shelf
		about: stands for hardware; the queue boots a QEMU machine
		arch: aarch64
		entry: el2
		memory: {base: 0x40000000, size: 2G}
		load-address: 0x70000000
	YAML
	unit 'boards: [a1]' "$@"
	# The reference images hold here, and a queue passes on no byte that would let them go.
	scenario listen "expect: '^HOLD\\|loaded$'"
	scenario patient "expect: '^HOLD\\|loaded$'" "expect: 'a text that never comes'"
	image=$("$RUNTEST" build patched --board qemu_virt_aarch64 | awk '{print $NF}')
}

unit() {
	printf '%s\n' 'unit: queued' 'kind: shelf' 'mq:' "  command: ['$root/tests/standin-mq/mq.sh']" >"$T/project/boards/units/queued.yaml"
	printf '  %s\n' "$@" >>"$T/project/boards/units/queued.yaml"
}

# scenario NAME STEP...
scenario() {
	local name=$1
	shift
	{
		printf '%s\n' "scenario: $name" 'about: listens' 'deadline: 5m' 'phases:' '  - phase: all' \
			'    deadline: 5m' '    steps:'
		printf '      - %s\n' "$@"
		printf '%s\n' 'variants:' '  patched: pass'
	} >"$T/project/scenarios/$name.yaml"
}

# run_queued STATUS SCENARIO
run_queued() {
	expect_status "$1" "$RUNTEST" --project "$T/project" run "$2" --retries 0 --any-health --image "$image" --board queued --results "$T/results"
}

# begin_queued SCENARIO: in the background; its process in $pid.
# shellcheck disable=SC2034 # pid is the caller's
begin_queued() {
	"$RUNTEST" --project "$T/project" run "$1" --retries 0 --any-health --image "$image" --board queued --results "$T/results" \
		>"$T/out" 2>"$T/err" </dev/null &
	pid=$!
}

has_event() {
	grep -qs -- "^$1" "$MQ_STANDIN/events"
}

# has_no_lock BOARD: somebody may be about to give it back.
has_no_lock() {
	wait_for 60 test ! -e "$MQ_STANDIN/$1.lock"
}

# expect_over: the board is off and nobody has the lock.
expect_over() {
	has_no_lock a1
	[ "$(grep -c '^on ' "$MQ_STANDIN/events")" = "$(grep -c '^off ' "$MQ_STANDIN/events")" ] || {
		cat "$MQ_STANDIN/events"
		fail "the board was left on"
	}
}

# expect_lab TEXT: infra, and says so.
expect_lab() {
	expect_query infra "r['sessions'][0]['verdict']"
	query "r['sessions'][0]['why']" >"$T/why"
	expect_text "$T/why" "$1"
}
