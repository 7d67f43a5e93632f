# The virtual lab itself: that it starts, that its servers are the real ones and answer, that its boards start, and that
# nothing of it is left, however it ends.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# shellcheck source=tests/lab/lablib.sh
. "$root/tests/lab/lablib.sh"

test_lab_says_ready_and_leaves_nothing_behind_when_it_is_asked_to_go() {
	local signal
	for signal in TERM INT HUP; do
		start_lab "$signal"
		expect_text "$T/$signal.out" "lab ready: $(id "$signal")"
		[ "$(lab list)" = "$(id "$signal")  pid ${pid[$signal]}  ready" ] || fail "it is not the only lab: $(lab list)"
		lab tell "$(id "$signal")" on lab-rv64 >"$T/out"
		expect_text "$T/out" on
		[ "$(of_lab "$signal" qemu-system-riscv64 | wc -l)" = 1 ] || fail "no QEMU"
		kill "-$signal" "${pid[$signal]}"
		lab_ends "$signal"
		expect_nothing_of "$signal"
		[ ! -e "$T/project/build/lab" ] || fail "left behind: $(find "$T/project/build/lab")"
	done
}

test_lab_that_is_killed_takes_everything_along_and_the_next_one_cleans_up() {
	start_lab killed
	lab tell 1 on lab-a64 >"$T/out"
	lab tell 1 on lab-rv64 >"$T/out"
	ssh_session
	of_lab killed sshd | grep -q . || fail "no sshd"
	kill -9 "${pid[killed]}"
	expect_nothing_of killed
	wait "${pid[killed]}" && fail "it was not killed"
	unset "pid[killed]"
	wait "$ssh" && fail "the session outlived its lab"
	[ -d "$T/project/build/lab/1/units" ] || fail "nothing is left of it"
	[ -z "$(lab list)" ] || fail "a dead lab lives: $(lab list)"
	expect_status 2 "$RUNTEST" --project "$T/project" run pd-survives --board 'lab-*' --dry-run
	expect_text "$T/err" "no lab is running"
	start_lab next --id other
	[ ! -e "$T/project/build/lab/1" ] || fail "leftovers are still there"
	stop_lab next
}

test_lab_goes_away_with_its_parent() {
	local made
	make_project
	# The parent is a shell that is killed.
	bash -c '"$1" --project "$2" lab >"$3/orphan.out" 2>"$3/orphan.err" & echo $! >"$3/orphan.pid"; exec sleep 600' \
		parent "$RUNTEST" "$T/project" "$T" &
	made=$!
	wait_for 120 grep -qs 'lab ready' "$T/orphan.out"
	wait_for 60 test -s "$T/orphan.pid"
	pid[orphan]=$(cat "$T/orphan.pid")
	folders[orphan]=$T/project/build/lab/1
	of_lab orphan ser2net | grep -q . || fail "no ser2net"
	kill -9 "$made"
	wait_for 60 has_ended "${pid[orphan]}"
	unset "pid[orphan]"
	expect_nothing_of orphan
	[ ! -e "$T/project/build/lab" ] || fail "left behind: $(find "$T/project/build/lab")"
}

test_labs_run_side_by_side_and_one_of_them_is_chosen() {
	start_lab one
	start_lab two --id two
	[ "$(id one) $(id two)" = "1 two" ] || fail "they are called $(id one) and $(id two)"
	expect_status 2 "$RUNTEST" --project "$T/project" run pd-survives --board 'lab-*' --dry-run
	expect_text "$T/err" "several are running: 1, two"
	expect_text "$T/err" "--lab ID"
	expect_status 0 "$RUNTEST" --project "$T/project" run pd-survives --board 'lab-*' --lab two --dry-run
	expect_text "$T/out" "patched-uboot.lab-a64."
	expect_status 0 "$RUNTEST" --project "$T/project" --lab 1 list boards
	expect_text "$T/out" "lab-rv64-elf"
	expect_status 2 "$RUNTEST" --project "$T/project" --lab three list boards
	expect_text "$T/err" "no lab called three is running"
	expect_text "$T/err" "these are: 1, two"
	expect_status 2 "$RUNTEST" --project "$T/project" lab --id two
	expect_text "$T/err" "a lab called two runs already"
	# The boards of one know nothing of the other's.
	lab tell two on lab-rv64 >"$T/out"
	[ "$(lab tell 1 state lab-rv64) $(lab tell two state lab-rv64)" = "off on" ] || fail "they share a switch"
	stop_lab one
	expect_status 0 "$RUNTEST" --project "$T/project" run pd-survives --board 'lab-*' --dry-run
	stop_lab two
}

test_boards_of_a_lab_without_a_lab_are_a_clear_error() {
	make_project
	expect_status 2 "$RUNTEST" --project "$T/project" run pd-survives --board 'lab-*'
	expect_text "$T/err" "no board is called lab-*: no lab is running"
	expect_text "$T/err" 'make lab'
	expect_status 3 "$RUNTEST" --project "$T/project" lab tell 1 on lab-a64
	expect_text "$T/err" "cannot reach the lab"
}

# Each as itself: by its own greeting.
test_servers_of_a_lab_are_the_real_ones() {
	start_lab servers
	banner "$(port sshd)" 16 | grep -q '^SSH-2.0-OpenSSH' || fail "no sshd"
	on_host 'echo it is $((40 + 2))' | grep -q 'it is 42' || fail "no shell on the lab host"
	sftp_puts "$root/README.md" "$folder/tftp/lab-a64/there" || fail "no sftp"
	cmp "$root/README.md" "$folder/tftp/lab-a64/there"
	# ser2net offers RFC 2217: IAC DO COM-PORT-OPTION or WILL.
	banner "$(console_port lab-a64)" 21 | od -An -tx1 | tr -d ' \n' | grep -q 'ff\(fb\|fd\)2c' || fail "no RFC 2217"
	[ "$(pdudaemon_says 'on?alias=no-such')" = 500 ] || fail "pdudaemon knows no-such"
	[ "$(pdudaemon_says 'on?alias=rv64')" = 200 ] || fail "pdudaemon does not know rv64"
	[ "$(lab tell 1 state lab-rv64)" = on ] || fail "pdudaemon switches nothing"
	[ "$(pdudaemon_says "off?hostname=lab-rv64&port=$(number lab-rv64)")" = 200 ] || fail "pdudaemon does not know the PDU"
	[ "$(lab tell 1 state lab-rv64)" = off ] || fail "pdudaemon switches nothing off"
	stop_lab servers
}

# Every board, by the console that it has: U-Boot, the prompt, a file by TFTP where there is a network, the GDB server.
test_boards_of_a_lab_start_u_boot_when_pdudaemon_switches_them_on() {
	local board
	start_lab boards
	for board in lab-a64 lab-a64-ymodem lab-rv64 lab-rv64-elf lab-rv64-go; do
		console "$board"
		pdudaemon_says "on?alias=${board#lab-}" >/dev/null
		says "U-Boot 20"
		says "stop autoboot"
		printf ' ' >&8
		says "=> "
		if [ -d "$folder/tftp/$board" ] && [ "$board" != lab-a64-ymodem ]; then
			head -c 100000 "$RUNTEST" >"$folder/tftp/$board/some.file"
			printf 'setenv autoload no\r' >&8
			says "=> "
			printf 'dhcp\r' >&8
			says "DHCP client bound"
			says "=> "
			printf 'tftpboot 0x90000000 some.file && crc32 0x90000000 ${filesize}\r' >&8
			says "==> $(crc "$folder/tftp/$board/some.file")"
		fi
		# Its debugger leaves it halted; the reset makes it run again.
		[ "$board" = lab-a64-ymodem ] || gdb_answers "$board" || fail "no GDB server"
		lab tell 1 reset "$board" >"$T/out"
		says "U-Boot 20"
		pdudaemon_says "off?alias=${board#lab-}" >/dev/null
		gdb_answers "$board" && fail "a board without power answers its debugger"
		hang_up
	done
	stop_lab boards
}
