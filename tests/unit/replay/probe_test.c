/* A boot that is run again under the debugger, against a peer that follows a script in QEMU's place. */
#include "replay/probe.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gdb/peer.h"
#include "util/clock.h"

Suite *probe_test(void);

enum { PATIENCE = 60000, WANTED = 4096 };

static struct peer peer;
static struct probe p;
static struct err e;
static struct buf standing; /* the monitor's words on where it stands, as they go */

static void say(struct buf *wire, const char *text)
{
	struct buf packet = {0};

	buf_addc(&packet, 'O');
	for (const char *c = text; *c; c++)
		buf_printf(&packet, "%02x", (unsigned char)*c);
	gdb_packet_frame(wire, packet.data, packet.len);
	gdb_packet_frame(wire, "OK", 2);
	buf_finish(&packet);
}

#define SAYS(command_, reply_) {.command = command_, .reply = reply_}

/*
 * Halted; QEMU's process is one that wants no processor. Let go for the first time it comes nowhere, interrupted it says that
 * it was, and stands at `count`; let go once more it meets a point.
 */
static void start(const char *count)
{
	static struct peer_rule rules[9];
	char text[80];
	pid_t sleeper = fork();

	if (sleeper == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	snprintf(text, sizeof text, "Replaying execution 'record': instruction count = %s\n", count);
	say(&standing, text);
	rules[0] = (struct peer_rule)SAYS("qSupported", "PacketSize=1000;QStartNoAckMode+");
	rules[1] = (struct peer_rule)SAYS("QStart", "OK");
	rules[2] = (struct peer_rule)SAYS("?", "T05thread:01;");
	rules[3] = (struct peer_rule){.command = "qRcmd,696e666f", .wire = standing.data}; /* "info" */
	rules[4] = (struct peer_rule)SAYS("qRcmd,", "OK");
	rules[5] = (struct peer_rule){.command = "c", .fault = PEER_SILENT, .times = 1};
	rules[6] = (struct peer_rule)SAYS("\003", "T02thread:01;");
	rules[7] = (struct peer_rule)SAYS("c", "T05thread:01;");
	peer_start(&peer, rules);
	p = (struct probe){.deadline_ms = clock_ms() + PATIENCE};
	machine_init(&p.replay.machine);
	p.replay.machine.pid = sleeper;
	ck_assert_msg(gdb_open(&p.gdb, peer.fd, GDB_ATTACH_HALTS, p.deadline_ms, &e) == 0, "%s", e.what);
}

static void finish(void)
{
	pid_t sleeper = p.replay.machine.pid;

	gdb_finish(&p.gdb);
	peer_end(&peer);
	kill(sleeper, SIGKILL);
	waitpid(sleeper, NULL, 0);
	buf_finish(&standing);
}

static int stop_and_go(void)
{
	if (probe_stop_at(&p, WANTED, &e) < 0)
		return -1;
	return probe_run(&p, GDB_GO_CONTINUE, &e);
}

/* It came to the wanted instruction just before it was interrupted: QEMU has forgotten about the stop by then, and would run on
 * to the end of the boot. What was lost later would seem to have been lost before. */
START_TEST(a_stop_that_comes_with_an_interruption_is_the_stop)
{
	start("4096");
	ck_assert_int_eq(stop_and_go(), PROBE_HALTED);
	ck_assert_int_eq(p.gdb.stop.signal, GDB_SIGNAL_INTERRUPT);
	ck_assert(!p.stops);
	finish();
	ck_assert_uint_eq(peer.interrupts, 1);
}
END_TEST

/* The control: elsewhere it was only interrupted, and goes on. */
START_TEST(who_was_only_interrupted_goes_on)
{
	start("4095");
	ck_assert_int_eq(stop_and_go(), PROBE_HALTED);
	ck_assert_int_eq(p.gdb.stop.signal, 5);
	ck_assert(p.stops);
	finish();
	ck_assert_uint_eq(peer.interrupts, 1);
}
END_TEST

/* And where no stop is wanted there any more. */
START_TEST(a_stop_that_was_taken_back_is_none)
{
	start("4096");
	ck_assert_int_eq(probe_stop_at(&p, WANTED, &e), 0);
	ck_assert_int_eq(probe_stop_nowhere(&p, &e), 0);
	ck_assert_int_eq(probe_run(&p, GDB_GO_CONTINUE, &e), PROBE_HALTED);
	ck_assert_int_eq(p.gdb.stop.signal, 5);
	finish();
}
END_TEST

Suite *probe_test(void)
{
	Suite *s = suite_create("probe");
	TCase *t = tcase_create("interruption");

	tcase_add_test(t, a_stop_that_comes_with_an_interruption_is_the_stop);
	tcase_add_test(t, who_was_only_interrupted_goes_on);
	tcase_add_test(t, a_stop_that_was_taken_back_is_none);
	suite_add_tcase(s, t);
	return s;
}
