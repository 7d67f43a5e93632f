# What the pages say of the lab host's own programs is so.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# unit_is_valid FILE: systemd understands every line of it; that the programs are not installed here does not matter.
unit_is_valid() {
	systemd-analyze verify --recursive-errors=no --man=no "$1" >"$T/said" 2>&1 || true
	! grep -q 'Unknown key\|Unknown section\|Failed to parse\|Invalid\|Missing' "$T/said"
}

# Every file of the page stands in a block of its own, named in the line above it.
test_units_of_the_lab_host_page_are_valid() {
	local file
	"$root/tests/e2e/blocks.py" "$root/docs/lab-host.md" "$T"
	for file in "$T"/boards-{ser2net,pdudaemon,tftp,sshd}.service; do
		unit_is_valid "$file" || fail "$file: $(cat "$T/said")"
	done
	sed 's/^Restart=/Retsart=/' "$T/boards-tftp.service" >"$T/broken.service"
	! unit_is_valid "$T/broken.service" || fail "a broken unit is not found"
	python3 -m json.tool "$T/boards.conf" >/dev/null
}

# Of every exposed thing that a unit could do without, systemd counts points: consoles and QEMU leave some.
test_units_of_contrib_are_valid_and_hardened() {
	local file
	cp "$root"/contrib/systemd/* "$T"
	for file in "$T"/*.{service,timer}; do
		unit_is_valid "$file" || fail "$file: $(cat "$T/said")"
	done
	for file in "$T"/*.service; do
		systemd-analyze security --offline=true --threshold=40 --no-pager "$file" >"$T/said" 2>&1 || fail "$file: $(tail -1 "$T/said")"
	done
	sed 's/^ProtectHome=/ProtectHouse=/' "$T/runtest-health.service" >"$T/broken.service"
	! unit_is_valid "$T/broken.service" || fail "a broken unit is not found"
	sed '/^\(Protect\|Restrict\|NoNew\|Capability\|Device\|Private\)/d' "$T/runtest-health.service" >"$T/open.service"
	! systemd-analyze security --offline=true --threshold=40 --no-pager "$T/open.service" >"$T/said" 2>&1 || fail "an open unit is not found"
}

# What they call is there: the words behind the program's name.
test_units_of_contrib_call_what_there_is() {
	local line command option
	for line in "nightly --resume --results" "health --left-on"; do
		grep -qhE "^ExecStart=/srv/runtest/project/runtest $line" "$root"/contrib/systemd/*.service || fail "no unit calls $line"
		read -r command line <<<"$line"
		"$root/runtest" "$command" --help >"$T/help"
		for option in $line; do
			expect_text "$T/help" " $option "
		done
	done
}
