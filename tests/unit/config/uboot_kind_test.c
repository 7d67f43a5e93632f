/* Board kinds with a U-Boot and with reserved memory, and what a scenario says of boards and of resets. */
#include "config/fixture.h"

Suite *uboot_kind_test(void);

#define KIND "boards/kinds/virt.yaml"
#define DEMO "scenarios/demo.yaml"
#define QEMU "qemu:\n  program: qemu-system-aarch64\n  machine: virt\n"
#define DELIVER "  deliver: uboot\n  firmware: /fw/u-boot.bin\n"
#define UBOOT "uboot:\n  medium: disk\n  load: \"load virtio 0 {address} {file}\"\n  start: \"booti {address}\"\n"
#define RESERVED(...) "reserved-memory: [" __VA_ARGS__ "]\n" QEMU

static struct fixture f;

static void begin(void)
{
	fixture_init(&f);
}

static void end(void)
{
	fixture_finish(&f);
}

static const struct project *load(void)
{
	if (fixture_load(&f) < 0)
		err_list_print(stderr, &f.errors);
	ck_assert_uint_eq(f.errors.count, 0);
	return &f.project;
}

START_TEST(a_u_boot_is_described_by_what_it_is_told)
{
	const struct board_kind *k;

	fixture_change(&f, KIND, QEMU, QEMU DELIVER UBOOT);
	k = project_kind(load(), "virt");
	ck_assert_int_eq(k->qemu->deliver, QEMU_DELIVER_UBOOT);
	ck_assert_str_eq(k->qemu->firmware, "/fw/u-boot.bin");
	ck_assert_int_eq(k->uboot->medium, UBOOT_DISK);
	ck_assert_str_eq(k->uboot->load, "load virtio 0 {address} {file}");
	ck_assert_str_eq(k->uboot->prompt, "=> ");
	ck_assert_str_eq(k->uboot->interrupt, " ");
	ck_assert_str_eq(k->uboot->started, "Starting kernel ...");
	ck_assert_int_eq(k->uboot->deadline_ms, 30000);
	ck_assert_ptr_null(k->uboot->prepare[0]);
}
END_TEST

START_TEST(reserved_memory_is_kept_in_its_order)
{
	const struct board_kind *k;

	fixture_change(&f, KIND, QEMU,
		       RESERVED("{name: pd-images, base: 0x68000000, size: 16M}, {name: guest, base: 0x60000000, size: 4K}"));
	k = project_kind(load(), "virt");
	ck_assert_uint_eq(k->reserved_count, 2);
	ck_assert_uint_eq(board_kind_reserved(k, "pd-images")->base, 0x68000000);
	ck_assert_uint_eq(board_kind_reserved(k, "guest")->size, 4096);
	ck_assert_ptr_null(board_kind_reserved(k, "other"));
}
END_TEST

static const struct {
	const char *file, *find, *put, *what;
} mistakes[] = {
	{KIND, QEMU, QEMU DELIVER, "missing key \"uboot\" in this board kind: it has \"deliver: uboot\""},
	{KIND, QEMU, QEMU UBOOT, "uboot: expected none without \"deliver: uboot\""},
	{KIND, QEMU, QEMU "  deliver: uboot\n" UBOOT,
	 "missing key \"firmware\" in this qemu section: it has \"deliver: uboot\""},
	{KIND, QEMU, QEMU "  firmware: /fw\n", "firmware: expected none without \"deliver: uboot\""},
	{KIND, QEMU, QEMU DELIVER "uboot: {medium: disk, load: \"load {file}\", start: go}\n",
	 "load: expected a command with {address} in it"},
	{KIND, QEMU, QEMU DELIVER "uboot: {medium: usb, load: \"load {address} {file}\", start: go}\n",
	 "medium: expected disk or tftp, found \"usb\""},
	{KIND, QEMU, RESERVED("{name: a, base: 0x68000800, size: 4K}"),
	 "reserved-memory: expected base and size in multiples of 4K"},
	{KIND, QEMU, RESERVED("{name: a, base: 0x68000000, size: 4097}"),
	 "reserved-memory: expected base and size in multiples of 4K"},
	{KIND, QEMU, RESERVED("{name: a, base: 0xbffff000, size: 8K}"), "reserved-memory: it does not lie in memory, 0x40000000 to 0xbfffffff"},
	{KIND, QEMU, RESERVED("{name: a, base: 0x3ffff000, size: 8K}"), "reserved-memory: it does not lie in memory, 0x40000000 to 0xbfffffff"},
	{KIND, QEMU, RESERVED("{name: a, base: 0x6f000000, size: 32M}"),
	 "reserved-memory: the image's load-address lies in it"},
	{KIND, QEMU, RESERVED("{name: a, base: 0x68000000, size: 4K}, {name: a, base: 0x69000000, size: 4K}"),
	 "reserved-memory: \"a\" is there twice"},
	{KIND, QEMU, RESERVED("{name: a, base: 0x68000000, size: 8K}, {name: b, base: 0x68001000, size: 8K}"),
	 "reserved-memory: it overlaps \"a\""},
	{KIND, QEMU, "use: sometimes\n" QEMU, "use: expected always or when-named, found \"sometimes\""},
	{DEMO, "tags: [spine]", "boards: [vert]", "boards: no board kind is called \"vert\""},
	{DEMO, "- wait: 1s", "- reset: cold", "reset: expected warm, found \"cold\""},
	{DEMO, "- wait: 1s", "- power: off", "power: expected cycle, found \"off\""},
	{DEMO, "- wait: 1s", "- reset: warm\n        poison: [stack]", NULL},
	{DEMO, "- wait: 1s", "- power: cycle\n        poison: [pd]",
	 "\"poison\" stands alone: it belongs beside \"reset\""},
};

START_TEST(a_mistake_is_told)
{
	fixture_change(&f, mistakes[_i].file, mistakes[_i].find, mistakes[_i].put);
	ck_assert_int_eq(fixture_load(&f), -1);
	ck_assert_uint_eq(f.errors.count, 1);
	if (mistakes[_i].what)
		ck_assert_str_eq(f.errors.items[0].what, mistakes[_i].what);
}
END_TEST

START_TEST(a_scenario_names_its_boards)
{
	const struct scenario *s;

	ck_assert_ptr_null(project_scenario(load(), "demo")->boards[0]);
	project_finish(&f.project);
	fixture_change(&f, DEMO, "tags: [spine]", "boards: [\"v*\"]");
	s = project_scenario(load(), "demo");
	ck_assert_str_eq(s->boards[0], "v*");
	ck_assert_ptr_null(s->boards[1]);
}
END_TEST

START_TEST(steps_start_the_board_anew)
{
	const struct step *step;

	fixture_change(&f, DEMO, "- wait: 1s", "- reset: warm\n        poison: [pd, table]\n        within: 9s\n      - power: cycle");
	step = project_scenario(load(), "demo")->phases[1].steps;
	ck_assert_int_eq(step[3].kind, STEP_RESET);
	ck_assert_int_eq(step[3].reset, RESET_WARM);
	ck_assert_uint_eq(step[3].poison, WITNESS_PD | WITNESS_TABLE);
	ck_assert_int_eq(step[3].within_ms, 9000);
	ck_assert_int_eq(step[4].kind, STEP_POWER);
	ck_assert_int_eq(step[4].power, POWER_CYCLE);
}
END_TEST

/* What comes again in each boot, or at each restart, has its name each time. */
START_TEST(moments_come_again)
{
	fixture_change(&f, DEMO, "- wait: 1s",
		       "- reset: warm\n      - witness: {after: up, regions: [pd], demand: intact}\n"
		       "      - power: cycle\n      - witness: {after: up, regions: [pd], demand: intact}");
	ck_assert_str_eq(project_scenario(load(), "demo")->phases[1].steps[6].witness.moment, "up");
}
END_TEST

/* A look before a reset is none to hold a restart behind it against. */
START_TEST(a_reset_forgets_what_was_there_before)
{
	fixture_change(&f, DEMO, "- wait: 1s",
		       "- witness: {after: a, regions: [pd-run], demand: report}\n      - reset: warm\n"
		       "      - witness: {after: b, regions: [pd-run], demand: fresh}");
	ck_assert_int_eq(fixture_load(&f), -1);
	ck_assert_uint_eq(f.errors.count, 1);
	ck_assert_str_eq(f.errors.items[0].where, "scenarios/demo.yaml:25:56");
}
END_TEST

Suite *uboot_kind_test(void)
{
	Suite *s = suite_create("uboot_kind");
	TCase *t = tcase_create("uboot_kind");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, a_u_boot_is_described_by_what_it_is_told);
	tcase_add_test(t, reserved_memory_is_kept_in_its_order);
	tcase_add_loop_test(t, a_mistake_is_told, 0, sizeof mistakes / sizeof mistakes[0]);
	tcase_add_test(t, a_scenario_names_its_boards);
	tcase_add_test(t, steps_start_the_board_anew);
	tcase_add_test(t, moments_come_again);
	tcase_add_test(t, a_reset_forgets_what_was_there_before);
	suite_add_tcase(s, t);
	return s;
}
