# Memory through a GDB server: the same verdicts as through the mapping, with the same evidence.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

test_memory_read_through_a_gdb_server_gives_the_same_verdicts() {
	local project=$root/tests/projects/through-gdb variant board
	expect_status 0 "$RUNTEST" --project "$project" pd-survives --board gdb_aarch64 --board gdb_riscv64 --results "$T/results" --variant patched
	expect_query "['pass', 'pass']" "[s['verdict'] for s in r['sessions']]"
	expect_query True "all(p['counts']['intact'] > 0 for s in r['sessions'] for p in s['evidence']['pages'] if p['judged'])"
	expect_status 0 "$RUNTEST" --project "$project" pd-survives --board gdb_aarch64 --board gdb_riscv64 --results "$T/results" --variant 'unpatched*'
	for board in gdb_aarch64 gdb_riscv64; do
		for variant in "unpatched pd-code-cleared" "unpatched-bootclear pd-code-cleared" \
			"unpatched-table invocation-table-cleared" "unpatched-strict untyped-mismatch"; do
			expect_query "expected-fail ${variant#* }" "[f\"{s['verdict']} {s['cause']}\" for s in r['sessions'] if s['variant'] == '${variant% *}' and s['unit'] == '$board'][0]"
		done
	done
	expect_query "['console', 'memory']" "r['sessions'][0]['evidence']['witnesses']"
}

# make_project ENDPOINT [ARGS]: a project of one board with its memory behind the server there.
make_project() {
	mkdir -p "$T/project/boards/units"
	cp -r "$root/boards/kinds" "$T/project/boards/kinds"
	ln -s "$root/images" "$root/scenarios" "$T/project/"
	lend_built "$T/project"
	sed "s|^qemu:|qemu:\n  args: [${2-}]|" "$root/boards/kinds/qemu_virt_aarch64.yaml" >"$T/project/boards/kinds/qemu_virt_aarch64.yaml"
	printf '%s\n' "unit: remote" "kind: qemu_virt_aarch64" "memory: {gdb: \"$1\"}" >"$T/project/boards/units/remote.yaml"
}

test_a_gdb_server_that_listens_is_connected_to() {
	make_project "unix:$T/socket" "-gdb, 'unix:$T/socket,server=on,wait=off'"
	expect_status 0 "$RUNTEST" --project "$T/project" pd-survives --board remote --results "$T/results" --variant patched
	expect_query pass "r['sessions'][0]['verdict']"
	expect_status 0 "$RUNTEST" --project "$T/project" pd-survives --board remote --results "$T/results" --variant unpatched
	expect_query "expected-fail pd-code-cleared" "f\"{r['sessions'][0]['verdict']} {r['sessions'][0]['cause']}\""
}

test_a_gdb_server_that_is_not_there_is_trouble_of_the_lab() {
	make_project "unix:$T/no-such-socket"
	expect_status 3 "$RUNTEST" --project "$T/project" pd-survives --board remote --results "$T/results" --variant patched
	expect_query infra "r['sessions'][0]['verdict']"
	expect_text "$T/out" "cannot connect to the GDB server"
}

test_a_gdb_server_that_is_none_is_trouble_of_the_lab() {
	make_project "unix:$T/socket"
	python3 - "$T/socket" <<-'PY' &
		import os, socket, sys
		server = socket.socket(socket.AF_UNIX)
		server.bind(sys.argv[1] + ".new")
		server.listen()
		os.rename(sys.argv[1] + ".new", sys.argv[1])  # where it is there it listens
		while True:
		    peer, _ = server.accept()
		    try:
		        peer.sendall(b"login: " * 10000)
		    except OSError:
		        pass
	PY
	wait_for 10 test -S "$T/socket"
	expect_status 3 "$RUNTEST" --project "$T/project" pd-survives --board remote --results "$T/results" --variant patched
	expect_query infra "r['sessions'][0]['verdict']"
	expect_text "$T/out" "not the GDB remote protocol"
}
