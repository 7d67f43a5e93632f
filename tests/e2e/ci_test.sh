# The pipelines of contrib/ are well formed, and what they run is what this program takes.
# shellcheck shell=bash disable=SC2154,SC2016 # root and T come from run.sh

pipelines=(github/runtest.yml gitlab/.gitlab-ci.yml jenkins/Jenkinsfile)

# A project with a board of a kind that variants can be built for, where a pipeline's commands are tried.
lab_project() {
	mkdir -p "$T/project/boards/units"
	ln -s "$root"/boards/{kinds,markers} "$T/project/boards/"
	ln -s "$root"/{images,scenarios,build} "$T/project/"
	ln -s "$RUNTEST" "$T/project/runtest"
	printf '%s\n' 'unit: one' 'kind: lab_virt_aarch64' "reset: {exec: {command: ['true']}}" >"$T/project/boards/units/one.yaml"
}

# try COMMAND: as the pipeline would; sessions are only planned.
try() {
	local command=${1//'${{ matrix.share }}'/1}
	[[ $command != *" run "* ]] || command+=" --dry-run"
	(cd "$T/project" && CI_NODE_INDEX=2 CI_NODE_TOTAL=4 SHARE=3 BOARD=lab_virt_aarch64 expect_status 0 bash -c "./$command") || exit 1
}

# try_all FILE...: every command of these pipelines; the number of them in $tried.
try_all() {
	local command
	tried=0
	expect_status 0 "$root/tests/e2e/pipelines.py" "$@"
	cp "$T/out" "$T/commands"
	while read -r command; do
		try "$command"
		tried=$((tried + 1))
	done <"$T/commands"
}

test_pipelines_run_what_there_is() {
	lab_project
	(cd "$T/project" && expect_status 0 ./runtest run pd-survives --single) # for those that report
	try_all "${pipelines[@]/#/$root/contrib/}"
	[ "$tried" -eq 13 ] || fail "$tried commands are tried"
	try 'runtest run "*" --board "$BOARD" --single' # what it is given is what it takes
	expect_text "$T/out" ".lab_virt_aarch64.debug.1  must pass"
}

# refused FILE SED-COMMAND WHAT-IS-SAID: a copy of the pipeline, spoiled.
refused() {
	mkdir -p "$T/spoiled"
	sed "$2" "$root/contrib/$1" >"$T/spoiled/$(basename "$1")"
	! cmp -s "$root/contrib/$1" "$T/spoiled/$(basename "$1")" || fail "$2 changes nothing"
	expect_status 1 "$root/tests/e2e/pipelines.py" "$T/spoiled/$(basename "$1")"
	expect_text "$T/err" "$3"
}

test_pipelines_that_are_wrong_are_found() {
	refused github/runtest.yml 's|actions/cache@v4|somebody/cache@v4|' "uses somebody/cache@v4"
	refused github/runtest.yml 's|exec ./runtest|./runtest|' "no exec before"
	refused github/runtest.yml 's|^jobs:|jobs: {|' "Error"
	refused github/runtest.yml 's|needs: qemu|needs: qmeu|' "needs qmeu, which is no job"
	refused gitlab/.gitlab-ci.yml 's|^stages:.*|stages: [qemu]|' "is of no stage: hardware"
	refused gitlab/.gitlab-ci.yml 's|extends: .results|extends: .result|' "extends .result, which is nothing"
	refused gitlab/.gitlab-ci.yml 's|runtest run|runtest build|' "it runs nothing"
	refused jenkins/Jenkinsfile '$d' "{} do not match"
	refused jenkins/Jenkinsfile 's|junit allow|//&|' "sessions without junit"
	refused jenkins/Jenkinsfile "s|label 'debian'|label 'debian|" "a quote is open"
}

test_a_pipeline_with_a_wrong_option_is_found() {
	lab_project
	sed 's/--only-qemu/--only-qmeu/' "$root/contrib/jenkins/Jenkinsfile" >"$T/Jenkinsfile"
	(try_all "$T/Jenkinsfile") >"$T/said" 2>&1 && fail "it is not"
	expect_text "$T/said" "there is no option --only-qmeu"
}
