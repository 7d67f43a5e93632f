# What tests of power switches share: a project in $T/project with boards that are hardware, and a switch of the tests' own.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

power_project() {
	mkdir -p "$T/project/boards/units" "$T/project/boards/kinds" "$T/project/scenarios"
	ln -s "$root"/boards/kinds/* "$T/project/boards/kinds/"
	ln -s "$root/boards/markers" "$T/project/boards/"
	ln -s "$root/images" "$T/project/"
	lend_built "$T/project"
	cat >"$T/project/boards/kinds/shelf.yaml" <<-'YAML'
		kind: shelf
		about: a board on the shelf
		arch: aarch64
		entry: el2
		memory: {base: 0x40000000, size: 2G}
		load-address: 0x70000000
		discharge: 300ms
	YAML
}

# power_unit NAME: a board whose file goes on with standard input.
power_unit() {
	{
		printf 'unit: %s\nkind: shelf\n' "$1"
		cat
	} >"$T/project/boards/units/$1.yaml"
}

# power STATUS UNIT ACTION
power() {
	expect_status "$1" "$RUNTEST" --project "$T/project" power "$2" "$3"
}

# start_switch [OPTION...]: the switch in $T/switch, a new one each time; its port in $port.
start_switch() {
	rm -rf "$T/switch"
	mkdir -p "$T/switch"
	python3 "$root/tests/e2e/powerswitch.py" "$T/switch" "$@" 2>"$T/switch.log" &
	wait_for 60 test -e "$T/switch/port"
	# shellcheck disable=SC2034 # for the tests
	port=$(cat "$T/switch/port")
}

# deadline UNIT TIME: its switch has so long for each call.
deadline() {
	sed -i "s/deadline: [0-9a-z]*/deadline: $2/" "$T/project/boards/units/$1.yaml"
}

# mode WORD: the switch's fault from now on.
mode() {
	echo "$1" >"$T/switch/mode"
}

# http_unit NAME URL [LINE...]: a board behind it, with further lines of its http section.
http_unit() {
	local name=$1 url=$2
	shift 2
	power_unit "$name" <<-YAML
		power:
		  deadline: 20s
		  http:
		    url: $url
		    on: {path: /relay/0?turn=on}
		    off: {path: /relay/0?turn=off}
		    state: {path: /relay/0, value: \$.output, on: ["true"], off: ["false"]}
		$(printf '    %s\n' "$@")
	YAML
}
