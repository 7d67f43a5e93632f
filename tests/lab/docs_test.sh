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
