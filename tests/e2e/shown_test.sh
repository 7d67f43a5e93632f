# Every command that the pages show is run: here, or by the test that tests/e2e/shown.txt names.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# shellcheck source=tests/e2e/loadlib.sh
. "$root/tests/e2e/loadlib.sh"

# shown list, of all pages; shown run, of those in PAGES.
shown() {
	local pages=("$root/README.md" "$root"/docs/*.md)
	[ "$1" = list ] || [ -z "${PAGES:-}" ] || read -ra pages <<<"$PAGES"
	"$root/tests/e2e/shown.py" "$1" "${ways:-$root/tests/e2e/shown.txt}" "${pages[@]/#docs/$root/docs}"
}

test_every_command_that_pages_show_is_run_somewhere() {
	mkdir -p "$T/tests/e2e"
	shown list >"$T/out" 2>&1 || fail "$(cat "$T/out")"
	sed '/^runtest flaky$/d; s/^runtest nightly --resume FILE => .*/runtest nightly --resume FILE => by Makefile no such thing/' \
		"$root/tests/e2e/shown.txt" >"$root/build/shown-broken.txt"
	echo 'runtest nowhere-shown' >>"$root/build/shown-broken.txt"
	mkdir -p "$T/tests/e2e" && mv "$root/build/shown-broken.txt" "$T/tests/e2e/shown.txt"
	ln -s "$root/Makefile" "$root/docs" "$root/harness" "$T/"
	! ways=$T/tests/e2e/shown.txt shown list >"$T/out" 2>&1 || fail "nothing is wrong with the broken ways"
	expect_text "$T/out" "history.md: how is this run? runtest flaky"
	expect_text "$T/out" "Makefile does not have: no such thing"
	expect_text "$T/out" "no page shows what this is for: runtest nowhere-shown"
}

# stage: a project with what the pages speak of: a board rockpro-1 on a shelf, a virtual lab, a kernel's repository, a run.
stage() {
	shelf
	rm "$T/project/images" && cp -r "$root/images" "$root/contrib" "$root/docs" "$T/project/"
	cp "$root"/scenarios/* "$T/project/scenarios/"
	ln -s "$RUNTEST" "$T/project/runtest"
	shelf_kind rockpro aarch64 'uboot: {prepare: [setenv autoload no, dhcp], start: "booti {address} - ${fdtcontroladdr}"}'
	shelf_unit rockpro-1 rockpro aarch64 "{tftp: {root: $T/tftp}}"
	image aarch64
	cp "$T/patched.qemu_virt_aarch64/"*.* "$T/patched.qemu_virt_aarch64/elfs/"* "$T/project/"
	cat >>"$T/project/images/variants.yaml" <<-'YAML'

		  - variant: my-kernel
		    about: our branch
		    like: patched
		    source: {git: "${MY_KERNEL}", revision: main, folder: images}
	YAML
	sed -i 's/^variants:$/variants:\n  my-kernel: pass/' "$T/project/scenarios/pd-survives.yaml"
	export MY_KERNEL=$T/project PATH=$T/project:$PATH
	(
		cd "$T/project"
		export GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@localhost GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@localhost
		git init -qb main && git add images && git commit -qm good && git tag v13.0.0
		git checkout -qb my-branch
		echo '/* ours */' >>images/kernel/src/untyped.c
		git commit -qam ours && git checkout -q main
		git checkout -qb broken && git apply --directory=images images/mutants/kernel-clears-device-memory.patch
		git commit -qam broken && git checkout -q main
		runtest pd-survives --board qemu_virt_aarch64 --board qemu_virt_aarch64_el1 --run-id first >"$T/first.out" 2>&1 || fail "$(cat "$T/first.out")"
		runtest pd-survives --board qemu_virt_aarch64 --board qemu_virt_aarch64_el1 --run-id second >"$T/first.out" 2>&1 || fail "$(cat "$T/first.out")"
	)
	export LATEST=second
	mkdir -p "$T/project/host"
	cp -a /etc "$T/project/host/etc-copy" 2>/dev/null || true
	"$root/tests/standin-sdk/make.sh" "$T/sdk" "$root/images/kernel/patches/0001-extra-device-region.patch" >"$T/sdk.out" 2>&1
	export STANDIN_SDK=$T/sdk
	unset MICROKIT_SDK MICROKIT_SDK_UNPATCHED
}

# show PAGE...: what these say is done. PAGES='docs/power.md ...' in the environment: these instead.
show() {
	stage
	cd "$T/project" || return
	runtest lab --id 1 >"$T/lab.out" 2>&1 &
	wait_for 180 grep -qs 'lab ready' "$T/lab.out"
	PAGES=${PAGES:-$*} shown run
}

# In two halves, which may run side by side.
long_every_command_that_pages_show_does_what_it_says_a_to_k() {
	show "$root/README.md" "$root"/docs/[!l-z]*.md
}

long_every_command_that_pages_show_does_what_it_says_l_to_z() {
	show "$root"/docs/[l-z]*.md
}
