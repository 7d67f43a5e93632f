# A kernel outside the project: sources from git, ab and bisect. The repositories are made here from the reference stack.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# Nothing is tidied up behind our back: every file of the repository is held against what it was.
in_git() {
	GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 git -C "$T/kernel" -c user.name=Test -c user.email=test@example.org \
		-c init.defaultBranch=main -c gc.auto=0 -c maintenance.auto=false "$@"
}

commit() {
	in_git add -A
	in_git commit -q -m "$1"
}

# A repository with the reference stack, its kernel patched, and a project whose variant is built from it.
make_kernel() {
	mkdir -p "$T/kernel" "$T/project/build/cache" "$root/build/cache/ccache"
	cp -a "$root"/images/. "$T/kernel/"
	rm -rf "$T"/kernel/mutants* "$T/kernel/variants.yaml"
	patch -s -d "$T/kernel" -p1 -i "$root/images/kernel/patches/0001-extra-device-region.patch"
	in_git init -q
	commit "the kernel as it was"
	cp -rL "$root"/tests/projects/harmless-mutant/{boards,scenarios} "$T/project/"
	mkdir "$T/project/images"
	ln -s "$root/build/cache/ccache" "$T/project/build/cache/ccache"
	sed -e 's|^    source: .*|    source: {git: "${KERNEL_TREE}", revision: main}|' -e 's|^    patches: .*|    patches: []|' \
		"$root/tests/projects/harmless-mutant/images/variants.yaml" >"$T/project/images/variants.yaml"
	export KERNEL_TREE=$T/kernel
}

# Every byte of the repository, .git and all, and every date.
fingerprint() {
	(cd "$T/kernel" && find . -type f -print0 | sort -z | xargs -0 sha256sum && find . -printf '%p %m %T@ %l\n' | sort) |
		sha256sum
}

in_project() {
	expect_status "$1" "$RUNTEST" --project "$T/project" "${@:2}"
}

# What boots is the revision, and not what lies in the checkout; the range of commits is the series of patches.
test_a_variant_from_a_revision_and_commits() {
	make_kernel
	patch -s -d "$T/kernel" -p1 -i "$root/images/mutants/kernel-panics.patch"
	commit "a panic"
	in_git tag panicking
	in_git revert --no-edit HEAD
	echo '#error not committed' >>"$T/kernel/kernel/src/boot.c"
	before=$(fingerprint)
	in_project 0 pd-survives --results "$T/results"
	expect_query "['pass']" "[s['verdict'] for s in r['sessions']]"
	sed -i 's|patches: \[\]|patches: [{commits: "panicking~1..panicking"}]|' "$T/project/images/variants.yaml"
	in_project 1 pd-survives --results "$T/results"
	expect_query "['kernel-panic']" "[s['cause'] for s in r['sessions']]"
	sed -i 's|revision: main|revision: panicking|' "$T/project/images/variants.yaml" # where the commit is already
	in_project 1 build
	expect_text "$T/err" "images/variants.yaml:6: error: commit "
	expect_text "$T/err" "is in the source tree already"
	sed -i 's|revision: panicking|revision: nobody|' "$T/project/images/variants.yaml"
	in_project 1 pd-survives --results "$T/results"
	expect_query "['build-failed']" "[s['cause'] for s in r['sessions']]"
	expect_query "True" "'images/variants.yaml:5: ' in r['sessions'][0]['why'] and 'has no revision \"nobody\"' in r['sessions'][0]['why']"
	[ "$before" = "$(fingerprint)" ] || fail "the repository is not as it was"
	unset KERNEL_TREE
	in_project 0 pd-survives --allow-skipped --results "$T/results"
	expect_query "['skipped']" "[s['verdict'] for s in r['sessions']]"
	expect_query "True" "'KERNEL_TREE' in r['sessions'][0]['why']"
}

long_ab_tells_whether_a_patch_changes_a_verdict() {
	make_kernel
	before=$(fingerprint)
	cp "$root/images/mutants/kernel-clears-device-memory.patch" "$T/worse.patch"
	printf -- '--- a/harmless.h\n+++ b/harmless.h\n@@ -0,0 +1 @@\n+/* nobody includes it */\n' >"$T/harmless.patch"
	in_project 1 ab --base main --patch "$T/worse.patch" pd-survives --results "$T/results"
	expect_text "$T/out" "WORSE"
	expect_text "$T/out" "pd-code-cleared"
	expect_text "$T/out" "1 worse, 0 better, 0 unchanged"
	in_project 0 ab --base main --patch "$T/harmless.patch" pd-survives --results "$T/results" --repeat 2
	expect_text "$T/out" "2 x pass"
	expect_text "$T/out" "0 worse, 0 better, 1 unchanged"
	[ "$before" = "$(fingerprint)" ] || fail "the repository is not as it was"
	patch -s -d "$T/kernel" -p1 -i "$T/worse.patch"
	commit "worse"
	in_project 0 ab --base main --head main~1 pd-survives --results "$T/results"
	expect_text "$T/out" "0 worse, 1 better, 0 unchanged"
	in_project 2 ab --base nobody --head main pd-survives --results "$T/results"
	expect_text "$T/err" 'has no revision "nobody"'
}

# Fifty commits, the 33rd of which plants the mistake; 24 to 27 do not build.
make_history() {
	make_kernel
	local i
	for i in $(seq 50); do
		echo "/* $i */" >>"$T/kernel/kernel/src/cap.c"
		[ "$i" -ne 33 ] || patch -s -d "$T/kernel" -p1 -i "$root/images/mutants/kernel-clears-device-memory.patch"
		[ "$i" -ne 24 ] || echo '#error half-way' >>"$T/kernel/kernel/src/untyped.c"
		[ "$i" -ne 28 ] || sed -i '/#error half-way/d' "$T/kernel/kernel/src/untyped.c"
		commit "change $i"
	done
	before=$(fingerprint)
}

bisections() {
	find "$T/results" -maxdepth 1 -name 'bisect-*' | wc -l
}

tested() {
	[ "$(grep -c '"mark"' "$T"/results/bisect-*/bisect.json 2>/dev/null)" -ge "$1" ]
}

long_bisect_finds_the_planted_commit_even_after_kill_9() {
	make_history
	"$RUNTEST" --project "$T/project" bisect --good main~50 --bad main --results "$T/results" pd-survives >"$T/first" 2>&1 &
	wait_for 60 tested 3
	kill -9 $!
	wait $! || true
	expect_no_machines
	in_project 0 bisect --resume latest --results "$T/results"
	expect_text "$T/out" "The first bad commit is $(in_git rev-parse main~17)"
	expect_text "$T/out" "change 33"
	expect_text "$T/out" "kernel/src/"
	expect_text "$T/out" "skipped"
	grep -q "\"culprit\": \"$(in_git rev-parse main~17)\"" "$T"/results/bisect-*/bisect.json || fail "it is not kept for those who look later"
	[ "$(bisections)" = 1 ] || fail "a second bisection"
	[ "$before" = "$(fingerprint)" ] || fail "the repository is not as it was"
	# Of what was known, nothing is booted again.
	[ "$(python3 -c 'import json,sys; t=[x["commit"] for x in json.load(open(sys.argv[1]))["tests"]]; print(len(t)==len(set(t)) and len(t) <= 12)' "$T"/results/bisect-*/bisect.json)" = True ]
	in_project 2 bisect --good main --bad main~50 --results "$T/results" pd-survives # the wrong way round
	in_project 2 bisect --good main~50 --bad main~40 --results "$T/results" pd-survives
	expect_text "$T/err" "the bad revision"
}

# The mistake came while nothing could be built: the answer is a range, and says so.
long_bisect_names_a_range_where_nothing_builds() {
	make_kernel
	echo '#error half-way' >>"$T/kernel/kernel/src/untyped.c"
	commit "breaks the build"
	patch -s -d "$T/kernel" -p1 -i "$root/images/mutants/kernel-clears-device-memory.patch"
	commit "plants the mistake"
	sed -i '/#error half-way/d' "$T/kernel/kernel/src/untyped.c"
	commit "builds again"
	in_project 1 bisect --good main~3 --bad main --results "$T/results" pd-survives
	expect_text "$T/out" "one of these 3"
	expect_text "$T/out" "plants the mistake"
}
