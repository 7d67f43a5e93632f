/* What one section of a board unit, or of its kind, says and another does not allow: each with its one error, and where. */
#include "config/fixture.h"

Suite *unit_mistake_test(void);

#define UNIT "boards/units/rock-1.yaml"
#define KIND "boards/kinds/rock.yaml"
#define VIRT "unit: rock-1\nkind: virt\n"
#define ROCK "unit: rock-1\nkind: rock\n"
#define ADDRESS "load-address: 0x80200000\n"
#define UBOOT "uboot: {start: \"go {address}\"}\n"
#define MQ "mq: {command: [mq.sh], boards: [a1]}\n"
#define PLACE "HOST:PORT, unix:PATH or stub"

/* What the kind has beside what it must have, the unit, and the error in either. */
static const struct {
	const char *kind, *unit, *where, *what;
} cases[] = {
	/* of a QEMU machine */
	{"", VIRT "power: {manual: {}}\n", UNIT ":3:8", "power: expected none, as virt is a machine of QEMU"},
	{"", VIRT "reset: {exec: {command: [a]}}\n", UNIT ":3:8", "reset: expected none, as virt is a machine of QEMU"},
	{"", VIRT "load: {ymodem: {}}\n", UNIT ":3:7", "load: a QEMU board is loaded as its kind says: expected none"},
	{"", VIRT MQ, UNIT ":3:5", "mq: virt is a QEMU machine: expected none"},
	{"", VIRT "memory: {uboot: {}}\n", UNIT ":3:9",
	 "memory: virt is a QEMU machine, whose memory can be seen at any moment: expected gdb, or nothing"},
	{"", VIRT "qemu-serial: /tmp/x\n", UNIT ":3:14",
	 "qemu-serial: expected a console section that says where it comes out"},
	{"", VIRT "console: {tty: {device: /tmp/y}}\n", UNIT ":3:10",
	 "console: a QEMU board has its own, unless qemu-serial says where its serial line is plugged in"},

	/* of hardware */
	{"", ROCK "qemu-serial: /tmp/x\nconsole: {tty: {device: /tmp/y}}\n", UNIT ":3:14",
	 "qemu-serial: rock is real hardware: expected none"},
	{"", ROCK "qemu-program: q\n", UNIT ":3:15", "qemu-program: rock is real hardware: expected none"},

	/* beside a machine queue */
	{"", ROCK MQ "console: {tty: {device: /tmp/y}}\n", UNIT ":4:10", "console: expected none beside mq, which follows it"},
	{"", ROCK MQ "memory: {gdb: 'lab:1'}\n", UNIT ":4:9", "memory: expected none beside mq, which offers no way to it"},
	{"", ROCK MQ "load: {fastboot: {}}\n", UNIT ":4:7", "load: expected none beside mq, which loads it"},
	{"", ROCK MQ "power: {manual: {}}\n", UNIT ":4:8", "power: expected none beside mq, which switches it"},
	{"", ROCK MQ "reset: {exec: {command: [a]}}\n", UNIT ":4:8", "reset: expected none beside mq, which offers none"},

	/* memory */
	{"", ROCK "memory: {}\n", UNIT ":3:9", "nothing to do in this memory witness: expected exactly one of: gdb, uboot"},
	{"", ROCK "memory: {gdb: stub}\n", UNIT ":3:15", "gdb: rock is real hardware: expected HOST:PORT or unix:PATH"},
	{"", ROCK "memory: {gdb: lab}\n", UNIT ":3:15", "gdb: expected " PLACE ", found \"lab\""},
	{"", ROCK "memory: {gdb: 'lab:3333x'}\n", UNIT ":3:15", "gdb: expected " PLACE ", found \"lab:3333x\""},
	{"", ROCK "memory: {gdb: 'unix:'}\n", UNIT ":3:15", "gdb: expected " PLACE ", found \"unix:\""},
	{"", ROCK "memory: {gdb: 'lab:1', addresses: real}\n", UNIT ":3:35",
	 "addresses: expected virtual or physical, found \"real\""},
	{"", ROCK "memory: {uboot: {}}\n", UNIT ":3:9", "memory: rock has no U-Boot that could read it"},
	{UBOOT, ROCK "memory: {uboot: {}, gdb: 'lab:1'}\n", UNIT ":3:21",
	 "\"uboot\" and \"gdb\" in one memory witness: expected exactly one of: gdb, uboot"},
	{UBOOT, ROCK "memory: {uboot: {}}\nreset: {gdb: system_reset}\n", UNIT ":4:14",
	 "gdb: expected a memory section with the GDB server that is to be told"},
	{"", ROCK "reset: {gdb: system_reset}\n", UNIT ":3:14",
	 "gdb: expected a memory section with the GDB server that is to be told"},

	/* load */
	{"", ROCK "load: {}\n", UNIT ":3:7",
	 "nothing to do in this load: expected exactly one of: tftp, ymodem, disk, fastboot, openocd"},
	{"", ROCK "load: {ymodem: {}}\n", UNIT ":3:7", "load: rock has no uboot section, which says how its prompt is spoken to"},
	{UBOOT, ROCK "load: {tftp: {}}\n", UNIT ":3:14", "missing key \"root\" in this load by TFTP"},
	{UBOOT, ROCK "load: {tftp: {root: srv}}\n", UNIT ":3:21",
	 "root: expected an absolute path without \"..\", such as /srv/tftp, found \"srv\""},
	{UBOOT, ROCK "load: {tftp: {root: /srv/..}}\n", UNIT ":3:21",
	 "root: expected an absolute path without \"..\", such as /srv/tftp, found \"/srv/..\""},
	{UBOOT, ROCK "load: {tftp: {root: /srv/../etc}}\n", UNIT ":3:21",
	 "root: expected an absolute path without \"..\", such as /srv/tftp, found \"/srv/../etc\""},
	{UBOOT, ROCK "load: {tftp: {root: /srv}, load: 'tftpboot {file}'}\n", UNIT ":3:34",
	 "load: expected a command with {address} in it"},
	{UBOOT, ROCK "load: {tftp: {root: /srv}, load: 'tftpboot {address}'}\n", UNIT ":3:34",
	 "load: expected a command with {file} in it"},
	{UBOOT, ROCK "load: {ymodem: {baud: 9600}}\n", UNIT ":3:17", "unknown key \"baud\" in this load by YMODEM"},
	{UBOOT, ROCK "load: {disk: {}}\n", UNIT ":3:7",
	 "load: expected a command `load` that reads the board's medium, here or in the kind's uboot section"},
	{"", ROCK "load: {openocd: {endpoint: lab}}\n", UNIT ":3:28", "endpoint: expected HOST:PORT or unix:PATH, found \"lab\""},
	{"", ROCK "load: {openocd: {endpoint: ':1'}}\n", UNIT ":3:28", "endpoint: expected HOST:PORT or unix:PATH, found \":1\""},
	{"uboot: {start: \"booti {address} - {dtb}\", dtb: {address: 0x90000000}}\n", ROCK "load: {ymodem: {}}\n", UNIT ":3:7",
	 "load: expected a key dtb: rock wants a device tree beside the image"},
	{UBOOT, ROCK "load: {ymodem: {}, dtb: ../kinds/rock.yaml}\n", UNIT ":3:25",
	 "dtb: rock does not say where one goes (uboot: dtb: address)"},

	/* kinds */
	{"uboot: {start: \"go {address}\", image-address: 0x80400000}\n", ROCK, KIND ":7:47",
	 "image-address: a raw image runs where it is: expected load-address, or \"format: uimage\" or elf"},
	{"discharge: soon\n", ROCK, KIND ":7:12", "discharge: expected a duration such as 500ms, 5s or 2m, at most 24h, found \"soon\""},
	{"openocd: {registers: {pc: x}}\n", ROCK, KIND ":7:27", "pc: expected an address such as 0x40000000, found \"x\""},
	{"device-tree: {}\n", ROCK, KIND ":7:14", "nothing to do in this device tree: expected exactly one of: file, qemu"},
	{"device-tree: {file: none.dtb}\n", ROCK, KIND ":7:21", NULL},
};

static struct fixture f;

static void begin(void)
{
	fixture_init(&f);
}

static void end(void)
{
	fixture_finish(&f);
}

START_TEST(one_mistake_is_one_error_at_its_place)
{
	char *kind = xasprintf(ADDRESS "%s", cases[_i].kind);

	fixture_change(&f, KIND, ADDRESS, kind);
	free(kind);
	fixture_write(&f, UNIT, cases[_i].unit);
	ck_assert_int_eq(fixture_load(&f), -1);
	if (f.errors.count != 1)
		err_list_print(stderr, &f.errors);
	ck_assert_uint_eq(f.errors.count, 1);
	ck_assert_int_eq(f.errors.items[0].kind, ERR_CONFIG);
	if (cases[_i].what)
		ck_assert_str_eq(f.errors.items[0].what, cases[_i].what);
	ck_assert_str_eq(f.errors.items[0].where, cases[_i].where);
}
END_TEST

/* Of QEMU kinds: the other fixture's, whose lines are others. */
START_TEST(a_qemu_kind_stores_no_charge_and_dumps_its_own_tree)
{
	static const struct {
		const char *put, *where, *what;
	} kinds[] = {
		{"discharge: 2s\n", ":7:12", "discharge: expected none, as a machine of QEMU stores no charge"},
		{"device-tree: {file: virt.yaml}\n", ":7:14", "device-tree: expected none, as QEMU dumps it"},
	};

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		char *put = xasprintf("load-address: 0x70000000\n%s", kinds[i].put);

		fixture_change(&f, "boards/kinds/virt.yaml", "load-address: 0x70000000\n", put);
		free(put);
		ck_assert_int_eq(fixture_load(&f), -1);
		ck_assert_uint_eq(f.errors.count, 1);
		ck_assert_str_eq(f.errors.items[0].what, kinds[i].what);
		ck_assert_str_eq(f.errors.items[0].where + strlen("boards/kinds/virt.yaml"), kinds[i].where);
		project_finish(&f.project);
		err_list_finish(&f.errors);
	}
}
END_TEST

START_TEST(hardware_may_have_a_device_tree)
{
	const struct board_kind *k;

	fixture_write(&f, "boards/kinds/rock.dtb", "x");
	fixture_change(&f, KIND, ADDRESS, ADDRESS "device-tree: {file: rock.dtb}\ndischarge: 3s\n");
	ck_assert_int_eq(fixture_load(&f), 0);
	k = project_kind(&f.project, "rock");
	ck_assert_int_eq(k->tree->source, TREE_OF_FILE);
	ck_assert_ptr_nonnull(strstr(k->tree->file, "/boards/kinds/rock.dtb"));
	ck_assert_int_eq(k->discharge_ms, 3000);
	project_finish(&f.project);

	fixture_change(&f, KIND, ADDRESS, ADDRESS "device-tree: {qemu: {program: q, machine: virt}}\n");
	ck_assert_int_eq(fixture_load(&f), 0);
	k = project_kind(&f.project, "rock");
	ck_assert_int_eq(k->tree->source, TREE_OF_MACHINE);
	ck_assert_str_eq(k->tree->machine->machine, "virt");
	ck_assert_int_eq(k->discharge_ms, 1000);
}
END_TEST

Suite *unit_mistake_test(void)
{
	Suite *s = suite_create("unit_mistake");
	TCase *t = tcase_create("unit_mistake");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_loop_test(t, one_mistake_is_one_error_at_its_place, 0, (int)(sizeof cases / sizeof cases[0]));
	tcase_add_test(t, a_qemu_kind_stores_no_charge_and_dumps_its_own_tree);
	tcase_add_test(t, hardware_may_have_a_device_tree);
	suite_add_tcase(s, t);
	return s;
}
