# The gate of a nightly run: a board that is ill is left out and reported, the others are used.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# shellcheck source=tests/lab/faultslib.sh
. "$root/tests/lab/faultslib.sh"

# nightly STATUS
nightly() {
	expect_status "$1" "$RUNTEST" --project "$T/project" --lab "$lab_id" nightly "$T/shelf.yaml" --results "$T/results"
}

test_gate_leaves_out_what_is_ill() {
	fault_lab
	cp "$root"/scenarios/*.yaml "$T/project/scenarios/"
	unhurried pd-survives
	unhurried health
	cat >"$T/shelf.yaml" <<-'END'
		nightly: shelf
		gate: health
		jobs:
		  - {job: boots, scenarios: [pd-survives], variants: [patched-uboot], boards: [lab-a64, lab-rv64]}
		  - {job: other, scenarios: [pd-survives], variants: [patched-uboot], boards: [lab-rv64]}
	END
	chatter lab-rv64
	nightly 4
	expect_text "$T/err" "nightly: lab-rv64: left out: power"
	expect_text "$T/err" "job other: every board that it names was left out"
	expect_query "['lab-a64']" "[s['unit'] for s in r['sessions']]"
	expect_query "pass" "r['sessions'][0]['verdict']"
	quiet lab-rv64
	tell off lab-rv64
	nightly 0
	expect_no_text "$T/err" "left out"
	stop_lab lab
}
