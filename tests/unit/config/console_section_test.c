/* The console section of a board unit: one driver, and what that one has to know. */
#include "config/fixture.h"

Suite *console_section_test(void);


static struct fixture f;

static void begin(void)
{
	fixture_init(&f);
}

static void end(void)
{
	fixture_finish(&f);
}

/* The console of a unit that says so. */
static const struct unit_console *load(const char *section)
{
	char *text = xasprintf("console: %s", section);
	const struct board_unit *u = fixture_unit(&f, text);

	free(text);
	return u->console;
}

START_TEST(a_tty_is_found_in_one_of_three_ways)
{
	const struct unit_console *c = load("{tty: {device: /dev/ttyUSB0}}");

	ck_assert_int_eq(c->driver, CONSOLE_TTY);
	ck_assert_ptr_null(c->tcp);
	ck_assert_int_eq(c->tty->place, TTY_DEVICE);
	ck_assert_str_eq(c->tty->device, "/dev/ttyUSB0");
	ck_assert_int_eq(c->tty->baud, 115200);
	ck_assert_int_eq(c->tty->dtr, SIGNAL_LEAVE);
	ck_assert_int_eq(c->tty->reopen_ms, 10000);
	ck_assert_int_eq(c->settle_ms, 0);
	project_finish(&f.project);
	c = load("{settle: 2s, tty: {serial-number: FT1ABCDE, interface: 2, baud: 1500000, rts: low, reopen: 1m}}");
	ck_assert_int_eq(c->tty->place, TTY_SERIAL_NUMBER);
	ck_assert_str_eq(c->tty->serial_number, "FT1ABCDE");
	ck_assert_int_eq(*c->tty->interface, 2);
	ck_assert_int_eq(c->tty->baud, 1500000);
	ck_assert_int_eq(c->tty->rts, SIGNAL_LOW);
	ck_assert_int_eq(c->settle_ms, 2000);
	project_finish(&f.project);
	c = load("{tty: {udev: 'pci-0000:00:14.0-usb-0:2:1.0-port0'}}");
	ck_assert_int_eq(c->tty->place, TTY_UDEV);
}
END_TEST

START_TEST(a_console_server_speaks_one_of_three_protocols)
{
	const struct unit_console *c = load("{tcp: {host: lab.example.org, port: 7001}}");

	ck_assert_int_eq(c->driver, CONSOLE_TCP);
	ck_assert_int_eq(c->tcp->protocol, TCP_RAW);
	ck_assert_int_eq(c->tcp->port, 7001);
	project_finish(&f.project);
	c = load("{tcp: {host: '::1', port: 7001, protocol: rfc2217, baud: 9600, dtr: high}}");
	ck_assert_int_eq(c->tcp->protocol, TCP_RFC2217);
	ck_assert_int_eq(c->tcp->baud, 9600);
	ck_assert_int_eq(c->tcp->dtr, SIGNAL_HIGH);
}
END_TEST

START_TEST(a_lab_host_is_reached_through_another)
{
	const struct console_ssh *s;

	fixture_write(&f, "boards/units/known_hosts", "lab ssh-ed25519 AAAA\n");
	s = load("{ssh: {host: lab, user: tester, known-hosts: known_hosts, command: microcom -p /dev/ttyUSB0,"
		 " jump: {host: gate, port: 2222}}}")->ssh;
	ck_assert_str_eq(s->at.host, "lab");
	ck_assert_int_eq(s->at.port, 22);
	ck_assert_int_eq(s->at.keepalive_ms, 5000);
	ck_assert_ptr_nonnull(strstr(s->at.known_hosts, f.root));
	ck_assert_ptr_null(s->at.identity);
	ck_assert_str_eq(s->at.jump->host, "gate");
	ck_assert_int_eq(s->at.jump->port, 2222);
	ck_assert_int_eq(s->terminal, SSH_TERMINAL_PTY);
}
END_TEST

START_TEST(programs_and_recordings_are_consoles_too)
{
	const struct unit_console *c = load("{exec: {command: [picocom, /dev/ttyS1]}}");

	ck_assert_str_eq(c->exec->command[1], "/dev/ttyS1");
	ck_assert_ptr_null(c->exec->command[2]);
	project_finish(&f.project);
	fixture_write(&f, "boards/units/console.log", "hello\n");
	c = load("{replay: {file: console.log, speed: real-time}}");
	ck_assert_int_eq(c->replay->pace, REPLAY_REAL_TIME);
}
END_TEST

START_TEST(the_line_of_a_qemu_can_be_plugged_in_elsewhere)
{
	fixture_write(&f, FIXTURE_UNIT, "unit: rock-1\nkind: virt\nqemu-serial: /tmp/far\nconsole: {tty: {device: /tmp/near}}\n");
	ck_assert_int_eq(fixture_load(&f), 0);
}
END_TEST

static const struct {
	const char *unit, *what;
} mistakes[] = {
	{FIXTURE_ROCK "console: {}\n", "nothing to do in this console: expected exactly one of: tty, tcp, ssh, exec, replay"},
	{FIXTURE_ROCK "console: {exec: {command: [a]}, tcp: {host: a, port: 1}}\n",
	 "\"exec\" and \"tcp\" in one console: expected exactly one of: tty, tcp, ssh, exec, replay"},
	{FIXTURE_ROCK "console: {tty: {baud: 9600}}\n",
	 "nothing to do in this tty console: expected exactly one of: device, serial-number, udev"},
	{FIXTURE_ROCK "console: {tty: {device: ttyUSB0}}\n",
	 "device: expected an absolute path, such as /dev/ttyUSB0, found \"ttyUSB0\""},
	{FIXTURE_ROCK "console: {tty: {udev: ../x}}\n",
	 "udev: expected a name that stands in /dev/serial/by-path or /dev/serial/by-id, found \"../x\""},
	{FIXTURE_ROCK "console: {tty: {device: /dev/ttyUSB0, interface: 1}}\n",
	 "\"interface\" stands alone: it belongs beside \"serial-number\""},
	{FIXTURE_ROCK "console: {tty: {device: /dev/ttyUSB0, baud: 20}}\n", "baud: expected a rate from 50 to 20000000, found \"20\""},
	{FIXTURE_ROCK "console: {tty: {device: /dev/ttyUSB0, dtr: on}}\n", "dtr: expected high, low or leave, found \"on\""},
	{FIXTURE_ROCK "console: {tcp: {host: '-oProxyCommand=x', port: 1}}\n",
	 "host: expected a host's name or address, found \"-oProxyCommand=x\""},
	{FIXTURE_ROCK "console: {tcp: {host: lab, port: 65536}}\n", "port: expected a port from 1 to 65535, found \"65536\""},
	{FIXTURE_ROCK "console: {tcp: {host: lab, port: 1, protocol: telnet, baud: 9600}}\n",
	 "baud: only \"protocol: rfc2217\" can set it from here"},
	{FIXTURE_ROCK "console: {ssh: {host: lab}}\n", "missing key \"command\" in this ssh console"},
	{FIXTURE_ROCK "console: {ssh: {host: lab, command: x, password: y}}\n", NULL},
	{FIXTURE_ROCK "console: {ssh: {host: lab, command: x, identity: no-such-file}}\n", NULL},
	{FIXTURE_ROCK "console: {exec: {command: []}}\n", NULL},
	{FIXTURE_ROCK "console: {replay: {file: no-such-file}}\n", NULL},
	{FIXTURE_ROCK "qemu-serial: /tmp/x\nconsole: {tty: {device: /tmp/y}}\n", "qemu-serial: rock is real hardware: expected none"},
	{"unit: rock-1\nkind: virt\nqemu-serial: /tmp/x\n",
	 "qemu-serial: expected a console section that says where it comes out"},
	{"unit: rock-1\nkind: virt\nconsole: {tty: {device: /tmp/y}}\n",
	 "console: a QEMU board has its own, unless qemu-serial says where its serial line is plugged in"},
};

START_TEST(a_mistake_is_told)
{
	fixture_write(&f, FIXTURE_UNIT, mistakes[_i].unit);
	ck_assert_int_eq(fixture_load(&f), -1);
	ck_assert_uint_eq(f.errors.count, 1);
	if (mistakes[_i].what)
		ck_assert_str_eq(f.errors.items[0].what, mistakes[_i].what);
	ck_assert_ptr_nonnull(strstr(f.errors.items[0].where, FIXTURE_UNIT));
}
END_TEST

Suite *console_section_test(void)
{
	Suite *s = suite_create("console_section");
	TCase *t = tcase_create("console_section");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, a_tty_is_found_in_one_of_three_ways);
	tcase_add_test(t, a_console_server_speaks_one_of_three_protocols);
	tcase_add_test(t, a_lab_host_is_reached_through_another);
	tcase_add_test(t, programs_and_recordings_are_consoles_too);
	tcase_add_test(t, the_line_of_a_qemu_can_be_plugged_in_elsewhere);
	tcase_add_loop_test(t, a_mistake_is_told, 0, sizeof mistakes / sizeof mistakes[0]);
	suite_add_tcase(s, t);
	return s;
}
