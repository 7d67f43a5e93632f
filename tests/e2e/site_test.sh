# The site of docs/: every page has its place, every link leads somewhere, and nothing is fetched from elsewhere.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

pages() {
	"$root/tools/site/pages.py" "$1" "$T/man" "$T/site"
}

test_every_page_has_its_place_in_the_site() {
	mkdir "$T/man"
	"$RUNTEST" man run >"$T/man/runtest-run.1"
	pages "$root" >"$T/out" 2>&1 || fail "$(cat "$T/out")"
	expect_text "$T/site/mkdocs.yml" "- runtest run: commands/runtest-run.md"
	expect_text "$T/site/pages/commands/runtest-run.md" "--board"
	mkdir "$T/root"
	cp -r "$root/docs" "$root/tools" "$root/contrib" "$root/scenarios" "$root/README.md" "$T/root"
	echo '# Homeless' >"$T/root/docs/homeless.md"
	expect_no_text "$T/site/mkdocs.yml" "homeless.md"
	pages "$T/root" >"$T/out" 2>&1 || fail "$(cat "$T/out")"
	expect_text "$T/site/mkdocs.yml" '"Homeless": homeless.md'
}

long_the_site_is_made_and_fetches_nothing() {
	make -C "$root" -s site >"$T/out" 2>&1 || fail "$(cat "$T/out")"
	cp -r "$root/build/site" "$T/site"
	[ -f "$T/site/html/commands/runtest-nightly.html" ] || fail "no page of a command"
	! grep -rhoE '<(script|link|img)[^>]* (src|href)="?https?://[^"]*' "$T/site/html" --include=*.html >"$T/out" ||
		fail "fetched from elsewhere: $(cat "$T/out")"
	# A link that leads nowhere stops it.
	echo '[x](no-such-page.md)' >>"$T/site/pages/index.md"
	! mkdocs build --config-file "$T/site/mkdocs.yml" >"$T/out" 2>&1 || fail "a dead link is not found"
	expect_text "$T/out" "no-such-page.md"
}
