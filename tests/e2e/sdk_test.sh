# Variants that a Microkit SDK makes, with a stand-in made from the reference stack (tests/standin-sdk): the same programs,
# compiled by the harness against the SDK's library, and an image by the SDK's tool, booted and judged.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# A project with the real PD programs, and a scenario that answers the reference stack's holds.
make_project() {
	mkdir -p "$T/project/images" "$T/project/scenarios"
	ln -s "$root/boards" "$T/project/boards"
	cp -r "$root/images/microkit" "$T/project/images/pds"
	cat >"$T/project/images/variants.yaml" <<-'END'
		variants:
		  - variant: kept
		    about: made with an SDK around the patched kernel
		    source: pds
		    boards: [qemu_virt_aarch64]
		    configs: [debug]
		    sdk:
		      system: survives.system
		      programs:
		        - {name: hello, sources: [hello.c, pages.c]}
		        - {name: worker, sources: [worker.c, pages.c]}
		  - variant: lost
		    like: kept
		    about: made with an SDK around the unpatched kernel
		    sdk:
		      path: $MICROKIT_SDK_UNPATCHED
		      system: survives.system
		      programs:
		        - {name: hello, sources: [hello.c, pages.c]}
		        - {name: worker, sources: [worker.c, pages.c]}
	END
	cat >"$T/project/scenarios/sdk.yaml" <<-'END'
		scenario: sdk
		about: what an SDK made boots, and its code survives
		deadline: 1m
		deny:
		  - {text: 'MON\|ERROR: faulting PD: ', cause: pd-fault}
		phases:
		  - phase: boot
		    deadline: 40s
		    steps:
		      - witness: {after: loaded, stop: guest, regions: [pd, table], demand: intact}
		      - witness: {after: kernel-up, stop: guest, regions: [pd, table], demand: intact}
		      - expect: 'PD\|hello: start sum=8743f328$'
		      - expect: 'PD\|worker: start sum=7ca275d6$'
		      - witness: {after: pd-started, stop: guest, regions: [pd], demand: intact}
		      - expect: 'PD\|hello: alive sum=8743f328$'
		      - expect: 'PD\|worker: alive sum=7ca275d6$'
		      - expect: 'MON\|INFO: system is up$'
		finally:
		  - witness: {at: end, regions: [pd], demand: intact}
		variants:
		  kept: pass
		  lost: {fails-with: pd-code-cleared}
	END
}

run_sdk() {
	"$RUNTEST" --project "$T/project" "$@"
}

test_an_sdk_makes_images_that_are_built_booted_and_judged() {
	local first
	make_project
	"$root/tests/standin-sdk/make.sh" "$T/sdk" "$root/images/kernel/patches/0001-extra-device-region.patch"
	"$root/tests/standin-sdk/make.sh" "$T/unpatched"
	export MICROKIT_SDK=$T/sdk MICROKIT_SDK_UNPATCHED=$T/unpatched
	expect_status 0 run_sdk sdk --results "$T/results"
	expect_query "[('kept', 'pass', None), ('lost', 'expected-fail', 'pd-code-cleared')]" \
		"sorted((s['variant'], s['verdict'], s['cause']) for s in r['sessions'])"
	# Names and permissions came with the SDK's ELFs and its report.
	expect_query "['hello', 'worker']" "sorted({p['pd'] for s in r['sessions'] for p in s['evidence']['pages'] if p['pd']})"

	# The same again is cached, wherever the SDK lies; what is in it counts.
	expect_status 0 run_sdk build kept --verify
	expect_text "$T/out" verified
	first=$(awk '{print $6}' "$T/out")
	mv "$T/sdk" "$T/moved"
	export MICROKIT_SDK=$T/moved
	expect_status 0 run_sdk build kept
	expect_text "$T/out" "cached"
	expect_text "$T/out" "$first"
	echo "# another tool" >>"$T/moved/bin/microkit"
	expect_status 0 run_sdk build kept
	expect_text "$T/out" "built"
	echo "/* other headers */" >>"$T/moved/board/qemu_virt_aarch64/debug/include/microkit.h"
	expect_status 0 run_sdk build kept
	expect_text "$T/out" "built"
	expect_no_machines
}

test_without_an_sdk_sessions_are_skipped_and_say_what_to_set() {
	make_project
	unset MICROKIT_SDK MICROKIT_SDK_UNPATCHED
	expect_status 0 run_sdk sdk --results "$T/results" --allow-skipped
	expect_query "{'skipped'}" "{s['verdict'] for s in r['sessions']}"
	expect_text "$T/results/latest/junit.xml" "set MICROKIT_SDK to the folder of one"
	expect_text "$T/results/latest/junit.xml" "set MICROKIT_SDK_UNPATCHED to the folder of one"
	expect_status 1 run_sdk sdk --results "$T/results"
	expect_status 0 run_sdk build
	expect_text "$T/err" "kept for qemu_virt_aarch64, debug is left out: no Microkit SDK: set MICROKIT_SDK"
	expect_status 2 run_sdk build kept
	expect_text "$T/err" "set MICROKIT_SDK to the folder of a Microkit SDK"
}

test_a_wrong_sdk_is_named_and_so_is_what_its_tool_refuses() {
	make_project
	mkdir -p "$T/empty" "$T/other/board/rpi4b_1gb/debug" "$T/other/bin"
	MICROKIT_SDK=$T/empty expect_status 2 run_sdk sdk --variant kept --results "$T/results"
	expect_text "$T/err" "$T/empty is no Microkit SDK"
	MICROKIT_SDK=$T/other expect_status 0 run_sdk sdk --variant kept --results "$T/results" --allow-skipped
	expect_text "$T/results/latest/junit.xml" "has no board qemu_virt_aarch64 with the configuration debug"
	"$root/tests/standin-sdk/make.sh" "$T/sdk"
	sed -i 's/path="worker.elf"/path="nobody.elf"/' "$T/project/images/pds/survives.system"
	MICROKIT_SDK=$T/sdk expect_status 1 run_sdk build kept
	expect_text "$T/err" "unable to find program image: nobody.elf"
	echo "int" >>"$T/project/images/pds/hello.c"
	MICROKIT_SDK=$T/sdk expect_status 1 run_sdk build kept
	expect_text "$T/err" "aarch64-linux-gnu-gcc exited with status 1: hello.c:"
}
