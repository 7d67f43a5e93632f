# runtest is used from where it was installed, in any folder; `init` makes a project there.
# shellcheck shell=bash disable=SC2016,SC2154,SC2164 # root and T come from run.sh, which sets -e

# away COMMAND...: as somebody who has nothing of the checkout, neither its folder nor its variables.
away() {
	env -u RUNTEST_SHARE -u RUNTEST_LIBEXEC "$@"
}

# install_into PREFIX
install_into() {
	make -C "$root" --no-print-directory -s install DESTDIR="$T/root" PREFIX="$1" >"$T/install.log" 2>&1 || fail "$(cat "$T/install.log")"
	installed=$T/root$1/bin/runtest
}

test_an_installed_program_works_from_any_folder() {
	install_into /opt/here
	[ -s "$T/root/opt/here/share/man/man1/runtest-init.1" ] || fail "no manual page"
	bash -n "$T/root/opt/here/share/bash-completion/completions/runtest"
	mkdir -p "$T/empty" && cd "$T/empty"
	expect_status 2 away "$installed" check
	expect_text "$T/err" 'no project here nor in any folder above'
	expect_text "$T/err" 'runtest init'
	expect_status 2 away "$installed" --project
	expect_text "$T/err" '--project needs the folder of a project'

	expect_status 0 away "$installed" init lab
	expect_text "$T/out" 'scenarios/survives.yaml'
	lend_built lab
	mkdir -p lab/some/where && cd lab/some/where
	expect_status 0 away "$installed" check
	expect_text "$T/out" 'no mistakes'
	expect_status 0 away "$installed" survives
	expect_text "$T/out" '1 pass · 1 expected-fail · 0 fail'
	[ -f ../../results/latest/junit.xml ] || fail "results are not in the project's folder"
	expect_status 0 away "$installed" flaky # a module of its own
	expect_status 0 away "$installed" report latest
	# A mistake is named as one would type its file from here.
	printf 'scenario: survivs\n' >../../scenarios/wrong.yaml
	expect_status 2 away "$installed" check
	grep -q "^$T/empty/lab/scenarios/wrong.yaml:1:" "$T/err" || fail "$(cat "$T/err")"
	(cd ../.. && expect_status 2 away "$installed" check && grep -q '^scenarios/wrong.yaml:1:' "$T/err") || fail "$(cat "$T/err")"
	rm ../../scenarios/wrong.yaml
	# From beside it, and with the control turned round: the scenario can fail.
	cd "$T/empty"
	sed -i 's/unpatched: {.*/unpatched: pass/' lab/scenarios/survives.yaml
	expect_status 1 away "$installed" --project lab survives --variant unpatched
	expect_text "$T/out" 'pd-code-cleared'

	# A machine without the compiler: the remedy stands where the failure does.
	sed -i 's/"\${arch}-linux-gnu-ld"/no-such-linker/' lab/images/variants.yaml
	expect_status 1 away "$installed" --project lab survives
	expect_text "$T/out" 'the tool no-such-linker is not installed, or not in PATH; `runtest doctor` names the package'

	# Files that come with it are its own, and it says so when they are gone.
	away "$installed" doctor >"$T/out" || true
	expect_text "$T/out" qemu-system-aarch64
	expect_no_text "$T/out" libfyaml.h
	expect_text "$T/out" "docs/ in messages: $T/root/opt/here/share/doc/runtest/docs"
	rm -r "$T/root/opt/here/share/runtest"
	expect_status 3 away "$installed" init other
	expect_text "$T/err" 'cannot find the files that come with runtest'
	expect_status 0 env RUNTEST_SHARE="$root" "$installed" init other
	make -C "$root" --no-print-directory -s uninstall DESTDIR="$T/root" PREFIX=/opt/here
	[ -z "$(find "$T/root" -type f)" ] || fail "left behind: $(find "$T/root" -type f)"
}

test_init_takes_nothing_away() {
	cd "$T"
	mkdir lab && echo mine >lab/README.md && ln -s nowhere lab/.gitignore
	expect_status 0 "$RUNTEST" init lab --ci jenkins --board rpi4b_4gb
	[ "$(cat lab/README.md)" = mine ] || fail "README.md is another one"
	[ -L lab/.gitignore ] || fail ".gitignore is no link any more"
	expect_text "$T/out" 'stays as it is'
	[ -f lab/Jenkinsfile ] || fail "no Jenkinsfile"
	[ ! -e lab/.github ] || fail "a pipeline that nobody wanted"
	expect_status 0 "$RUNTEST" --project lab list boards
	expect_text "$T/out" rpi4b_4gb

	expect_status 2 "$RUNTEST" init lab
	expect_text "$T/err" 'a project already'
	rm lab/scenarios/survives.yaml
	expect_status 0 "$RUNTEST" init lab --board qemu_virt_riscv64 --ci gitlab
	[ -f lab/.gitlab-ci.yml ] && [ -f lab/boards/kinds/qemu_virt_riscv64.yaml ] || fail "not added"
	[ ! -e lab/scenarios/survives.yaml ] || fail "a scenario came back that somebody had removed"
	expect_status 2 "$RUNTEST" init lab --board qemu_virt_riscv6
	expect_text "$T/err" 'did you mean qemu_virt_riscv64?'
	expect_status 2 "$RUNTEST" init other --board no-such-thing
	[ ! -e other/README.md ] || fail "half a project"
	expect_status 2 "$RUNTEST" init other --ci travis
	expect_status 2 "$RUNTEST" --project lab init
	expect_status 2 "$RUNTEST" init one two
	expect_status 3 "$RUNTEST" init /proc/lab
}

test_pipelines_of_a_new_project_run_what_there_is() {
	local name
	for name in github gitlab jenkins; do
		expect_status 0 "$RUNTEST" init "$T/$name" --ci "$name"
		expect_status 0 "$root/tests/e2e/pipelines.py" "$(find "$T/$name" -name 'runtest.yml' -o -name .gitlab-ci.yml -o -name Jenkinsfile)"
		cp "$T/out" "$T/commands"
		[ "$(wc -l <"$T/commands")" -eq 2 ] || fail "$(cat "$T/commands")"
		while read -r command; do
			[[ $command != *" run "* ]] || command+=" --dry-run"
			(cd "$T/$name" && PATH=$root:$PATH expect_status 0 bash -c "$command") || exit 1
		done <"$T/commands"
	done
}

# Every command that the new project's README shows, in its order.
test_a_new_project_does_what_its_readme_says() {
	local command tried=0
	expect_status 0 "$RUNTEST" init "$T/lab"
	lend_built "$T/lab"
	cd "$T/lab"
	sed -n 's/^    \(runtest [^#]*[^# ]\).*/\1/p' README.md | grep -v -- '--image' >"$T/commands"
	while read -r command; do
		PATH=$root:$PATH expect_status 0 bash -c "$command"
		tried=$((tried + 1))
	done <"$T/commands"
	[ "$tried" -eq 4 ] || fail "$tried commands are shown"
}

# ---- the Debian package: made, judged, installed, used, removed ----

# dpkg_there COMMAND...: dpkg with a file system of its own below $T/sys, where nothing is but our package.
dpkg_there() {
	fakeroot dpkg --root="$T/sys" --force-depends --force-not-root --force-bad-path --log=/dev/null "$@"
}

long_debian_package() {
	local deb
	make -C "$root" --no-print-directory -s deb >"$T/out" || fail "$(cat "$T/out")"
	deb=$root/$(tail -n 1 "$T/out")
	lintian --allow-root --fail-on error,warning "$deb" >"$T/lintian" 2>&1 || fail "$(cat "$T/lintian")"

	# This machine could install it, by apt's own word: dependencies have names and versions that there are.
	apt-get -s -o Debug::NoLocking=1 install --no-install-recommends "$deb" >"$T/out" 2>&1 || fail "$(cat "$T/out")"
	expect_text "$T/out" 'Inst runtest '

	mkdir -p "$T"/sys/var/lib/dpkg/{info,updates} && touch "$T/sys/var/lib/dpkg/status"
	dpkg_there -i "$deb" >"$T/out" 2>&1 || fail "$(cat "$T/out")"
	mkdir "$T/empty" && cd "$T/empty"
	PATH=$T/sys/usr/bin:$PATH
	[ "$(command -v runtest)" = "$T/sys/usr/bin/runtest" ] || fail "another runtest is found"
	expect_status 0 away runtest init .
	expect_status 0 away runtest survives # built from the package's sources: nothing is lent
	expect_text "$T/out" '1 pass · 1 expected-fail · 0 fail'
	expect_status 0 away runtest flaky
	expect_status 0 away runtest culprit latest/survives.unpatched.qemu_virt_aarch64.debug.1
	expect_text "$T/out" clear_memory
	dpkg_there -r runtest >"$T/out" 2>&1 || fail "$(cat "$T/out")"
	[ -z "$(find "$T/sys/usr" -type f)" ] || fail "left behind: $(find "$T/sys/usr" -type f)"
}
