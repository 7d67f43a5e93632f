/* QEMU's command line, as far as boards differ in it. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "machine/machine.h"
#include "util/file.h"

Suite *argv_test(void);

static const char *no_args[] = {NULL};
static struct qemu_board qemu;
static struct board_kind kind;
static struct machine_spec spec;
static struct machine_fds fds;
static struct machine_argv a;

static void setup(void)
{
	qemu = (struct qemu_board){.program = "qemu", .machine = "virt", .cpus = 1, .args = no_args};
	kind = (struct board_kind){.name = "board", .arch = ARCH_AARCH64, .memory = {0x40000000, 1 << 30},
				   .load_address = 0x70000000, .qemu = &qemu};
	spec = (struct machine_spec){.kind = &kind, .image = "/a,b/loader.img"};
	fds = (struct machine_fds){3, 4, -1, -1};
}

static void teardown(void)
{
	machine_argv_finish(&a);
}

/* The value of the n-th such option, or NULL. */
static const char *option(const char *name, int n)
{
	for (size_t i = 0; i + 1 < a.count; i++)
		if (strcmp(a.argv[i], name) == 0 && n-- == 0)
			return a.argv[i + 1];
	return NULL;
}

static bool has(const char *word)
{
	for (size_t i = 0; i < a.count; i++)
		if (strstr(a.argv[i], word))
			return true;
	return false;
}

START_TEST(a_plain_board_is_given_the_image_and_nothing_else)
{
	machine_argv_build(&a, &spec, &fds);
	ck_assert_str_eq(option("-device", 0), "loader,file=/a,,b/loader.img,addr=0x70000000,cpu-num=0");
	ck_assert_str_eq(option("-nic", 0), "none");
	ck_assert_str_eq(option("-action", 0), "reboot=shutdown");
	ck_assert(!has("-bios") && !has("-netdev") && !has("-drive") && !has("-dtb") && !has("qtest"));
}
END_TEST

START_TEST(an_image_that_says_where_it_goes_is_given_no_address)
{
	spec.image_placed = true;
	machine_argv_build(&a, &spec, &fds);
	ck_assert_str_eq(option("-device", 0), "loader,file=/a,,b/loader.img,cpu-num=0");
}
END_TEST

START_TEST(firmware_starts_instead_and_finds_its_disk_and_device_tree)
{
	qemu.deliver = QEMU_DELIVER_UBOOT;
	qemu.firmware = "/fw/u-boot.bin";
	spec.image = NULL;
	spec.disk = "/cache/a,b.img";
	spec.dtb = "/cache/board.dtb";
	machine_argv_build(&a, &spec, &fds);
	ck_assert_str_eq(option("-bios", 0), "/fw/u-boot.bin");
	ck_assert_str_eq(option("-drive", 0), "if=none,id=disk,format=raw,readonly=on,file=/cache/a,,b.img");
	ck_assert_str_eq(option("-dtb", 0), "/cache/board.dtb");
	ck_assert_str_eq(option("-nic", 0), "none");
	ck_assert(!has("loader,file="));
}
END_TEST

START_TEST(on_riscv_firmware_runs_under_qemus_own)
{
	kind.arch = ARCH_RISCV64;
	qemu.deliver = QEMU_DELIVER_UBOOT;
	qemu.firmware = "/fw/u-boot.bin";
	machine_argv_build(&a, &spec, &fds);
	ck_assert_str_eq(option("-kernel", 0), "/fw/u-boot.bin");
	ck_assert(!has("-bios"));
}
END_TEST

START_TEST(a_network_reaches_its_own_tftp_server_only)
{
	qemu.deliver = QEMU_DELIVER_UBOOT;
	qemu.firmware = "/fw/u-boot.bin";
	spec.tftp = "/results/tftp";
	machine_argv_build(&a, &spec, &fds);
	ck_assert_str_eq(option("-netdev", 0), "user,id=net,restrict=on,tftp=/results/tftp");
	ck_assert(!has("-nic"));
}
END_TEST

START_TEST(a_machine_to_be_filled_later_has_the_means)
{
	fds.fill = 6;
	machine_argv_build(&a, &spec, &fds);
	ck_assert(has("socket,id=fill,fd=6"));
	ck_assert_str_eq(option("-object", 1), "qtest,id=qtest,chardev=fill,log=/dev/null");
}
END_TEST

START_TEST(the_command_line_is_written_down_exactly)
{
	char path[] = "/tmp/argv-test-XXXXXX";
	char *words[] = {"qemu", "-m", "", "a b\nc", NULL};
	struct machine_argv some = {.argv = words, .count = 4};
	struct buf b;
	struct err e;

	close(mkstemp(path));
	buf_init(&b);
	ck_assert_int_eq(machine_argv_write(&some, path, &e), 0);
	ck_assert_int_eq(file_read(path, &b, &e), 0);
	ck_assert_uint_eq(b.len, 15);
	ck_assert_mem_eq(b.data, "qemu\0-m\0\0a b\nc", 15);
	buf_finish(&b);
	unlink(path);
	ck_assert_int_eq(machine_argv_write(&some, "/nowhere/at/all", &e), -1);
	ck_assert_int_eq(e.kind, ERR_IO);
}
END_TEST

Suite *argv_test(void)
{
	Suite *suite = suite_create("argv");
	TCase *t = tcase_create("argv");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_plain_board_is_given_the_image_and_nothing_else);
	tcase_add_test(t, an_image_that_says_where_it_goes_is_given_no_address);
	tcase_add_test(t, firmware_starts_instead_and_finds_its_disk_and_device_tree);
	tcase_add_test(t, on_riscv_firmware_runs_under_qemus_own);
	tcase_add_test(t, a_network_reaches_its_own_tftp_server_only);
	tcase_add_test(t, a_machine_to_be_filled_later_has_the_means);
	tcase_add_test(t, the_command_line_is_written_down_exactly);
	suite_add_tcase(suite, t);
	return suite;
}
