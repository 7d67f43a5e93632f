# Manual pages: one for each command, from what its --help says.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

commands() {
	"$RUNTEST" completion --answer -- man '' | cut -f 1
}

# words FILE: the options that a text speaks of, one a line.
options_of() {
	grep -oE -- '(^|[^a-z-])--[a-z][a-z-]+' "$1" | sed 's/^[^-]*//' | sort -u
}

test_every_command_has_a_page_that_says_what_its_help_says() {
	local command count=0
	for command in $(commands); do
		count=$((count + 1))
		"$RUNTEST" man "$command" >"$T/page.1"
		"$RUNTEST" "$command" --help >"$T/help"
		mandoc -T lint -W warning "$T/page.1" >"$T/lint" || fail "$command: $(cat "$T/lint")"
		mandoc -T ascii "$T/page.1" | sed 's/.\x08//g' >"$T/shown"
		options_of "$T/help" >"$T/said"
		options_of "$T/shown" >"$T/written"
		comm -23 "$T/said" "$T/written" >"$T/lost"
		[ ! -s "$T/lost" ] || fail "$command: the page does not speak of $(cat "$T/lost")"
		expect_text "$T/shown" "SYNOPSIS"
		expect_text "$T/shown" "DESCRIPTION"
	done
	[ "$count" -ge 30 ] || fail "only $count commands"
	# Would it be seen?
	echo '  --sunken  is in no page' >>"$T/help"
	options_of "$T/help" | comm -23 - "$T/written" | grep -qx -e --sunken || fail "a lost option is not seen"
	sed -i 's/^\.SH NAME/.XX NAME/' "$T/page.1"
	! mandoc -T lint -W warning "$T/page.1" >"$T/lint" || fail "mandoc has nothing against a macro that there is not"
}

test_the_page_of_runtest_names_all_commands() {
	local command
	"$RUNTEST" man >"$T/page.1"
	mandoc -T lint -W warning "$T/page.1" >"$T/lint" || fail "$(cat "$T/lint")"
	for command in $(commands); do
		expect_text "$T/page.1" ".BR runtest-$command (1)"
	done
	expect_status 2 "$RUNTEST" man no-such-command
	expect_text "$T/err" "there is no command no-such-command"
	expect_status 2 "$RUNTEST" man run report
	SOURCE_DATE_EPOCH=86400 "$RUNTEST" man run >"$T/page.1"
	expect_text "$T/page.1" "1970-01-02"
}
