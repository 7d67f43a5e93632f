# What a supervisor costs beside its sessions: sourced by run.sh, which has $work and count.
# shellcheck shell=bash disable=SC2154

# sessions_bench: on 32 boards that cost nothing.
sessions_bench() {
	local many=$work/many i
	mkdir -p "$many/boards/kinds" "$many/boards/units" "$many/scenarios" "$many/images" "$many/state"
	cp tests/projects/noop/boards/kinds/*.yaml "$many/boards/kinds/"
	cp tests/projects/noop/boards/console.* "$many/boards/"
	cp tests/projects/noop/scenarios/*.yaml "$many/scenarios/"
	sed "s|source: .*|source: $PWD/tests/projects/chatter/images|" tests/projects/noop/images/variants.yaml \
		>"$many/images/variants.yaml"
	for i in $(seq 32); do
		sed "s/^unit: .*/unit: noop-$i/" tests/projects/noop/boards/units/noop-1.yaml >"$many/boards/units/noop-$i.yaml"
	done
	RUNTEST_STATE=$many/state python3 tests/bench/sessions.py ./runtest "$many" "$many/results" "$(count 10000)"
}
