# The tutorial, word for word.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# As it is after the first step: what is built is there already.
test_the_tutorial_leads_to_ones_own_failing_then_passing_scenario() {
	mkdir -p "$T/clone/build"
	cp -r "$root/boards" "$root/scenarios" "$root/images" "$T/clone"
	ln -s "$RUNTEST" "$T/clone/runtest"
	ln -s "$root/build/cache" "$T/clone/build/cache"
	"$root/tests/e2e/walkthrough.py" --from '2. Say what you demand' "$root/docs/tutorial.md" "$T/clone" || fail "see above"
	# Would a page be found out that promises what does not come?
	sed 's/files, no mistakes/fires, no mistakes/' "$root/docs/tutorial.md" >"$T/page.md"
	expect_status 1 "$root/tests/e2e/walkthrough.py" --from '2. Say what you demand' "$T/page.md" "$T/clone"
	expect_text "$T/err" "the page shows what did not come: ... fires, no mistakes"
}

# From the clone on, with a build of its own: minutes.
long_the_tutorial_from_the_clone_on() {
	git -C "$root" rev-parse --git-dir >/dev/null
	"$root/tests/e2e/walkthrough.py" --url "$root" "$root/docs/tutorial.md" "$T" || fail "see above"
	[ -x "$T/runtest/runtest" ] || fail "nothing was built"
}
