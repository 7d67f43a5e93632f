# What the pages say of the program is so.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

test_messages_of_the_troubleshooting_page_are_the_programs() {
	expect_status 0 "$root/tests/e2e/messages.py" "$root/docs/troubleshooting.md" "$root/harness"
	sed 's/cannot have …/cannot own …/' "$root/docs/troubleshooting.md" >"$T/page.md"
	expect_status 1 "$root/tests/e2e/messages.py" "$T/page.md" "$root/harness"
	expect_text "$T/out" "says: cannot own … to ourselves"
}

# unit_is_valid FILE: systemd understands every line of it; that the programs are not installed here does not matter.
unit_is_valid() {
	systemd-analyze verify --recursive-errors=no --man=no "$1" >"$T/said" 2>&1 || true
	! grep -q 'Unknown key\|Unknown section\|Failed to parse\|Invalid\|Missing' "$T/said"
}

# Every file of the page stands in a block of its own, named in the line above it.
test_units_of_the_lab_host_page_are_valid() {
	local file
	command -v systemd-analyze >/dev/null || return 0
	"$root/tests/e2e/blocks.py" "$root/docs/lab-host.md" "$T"
	for file in "$T"/boards-{ser2net,pdudaemon,tftp,sshd}.service; do
		unit_is_valid "$file" || fail "$file: $(cat "$T/said")"
	done
	sed 's/^Restart=/Retsart=/' "$T/boards-tftp.service" >"$T/broken.service"
	! unit_is_valid "$T/broken.service" || fail "a broken unit is not found"
	python3 -m json.tool "$T/boards.conf" >/dev/null
}

test_commands_options_and_links_of_all_pages_are_there() {
	expect_status 0 "$root/tests/e2e/pages.py" "$RUNTEST" "$root/README.md" "$root"/docs/*.md "$root"/docs/decisions/*.md
	cp -r "$root/README.md" "$root/docs" "$root/scenarios" "$T"
	sed -i 's/runtest who /runtest whom /; s/--dry-run/--wet-run/; s|docs/lab\.md|docs/lap.md|' "$T/README.md"
	sed -i 's/verdicts\.md#witnesses/verdicts.md#wittnesses/' "$T/docs/witness.md"
	expect_status 1 "$root/tests/e2e/pages.py" "$RUNTEST" "$T/README.md" "$T"/docs/*.md
	expect_text "$T/out" "there is no command or scenario whom"
	expect_text "$T/out" "pd-survives has no option --wet-run"
	expect_text "$T/out" "links to docs/lap.md, which is not there"
	expect_text "$T/out" "verdicts.md has no heading #wittnesses"
}

# mistakes_shown: in the unit files that pages of $T/docs show, but for files that are on other machines.
mistakes_shown() {
	rm -rf "$T/boards/units"
	mkdir -p "$T/boards/units"
	"$root/tests/e2e/sections.py" "$T/boards/units" "$T"/docs/*.md >"$T/count"
	"$RUNTEST" --project "$T" check >"$T/out" 2>&1 || true
	grep 'error:' "$T/out" | grep -v 'No such file or directory: expected an existing file' || true
}

test_unit_files_of_all_pages_are_valid() {
	local found
	cp -r "$root/docs" "$root/boards" "$root/scenarios" "$root/images" "$T"
	found=$(mistakes_shown)
	[ -z "$found" ] || fail "$found"
	[ "$(cat "$T/count")" -ge 20 ] || fail "only $(cat "$T/count") unit files are shown"
	sed -i 's/^power: {manual: {what: /power: {manual: {whom: /' "$T/docs/power.md"
	mistakes_shown | grep -q 'whom' || fail "a wrong key is not found: $(cat "$T/out")"
}
