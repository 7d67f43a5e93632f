/* The dialogue of a delivery, with a U-Boot that answers as it is told. */
#include <sys/stat.h>
#include <unistd.h>

#include "board/load/bring.h"
#include "board/load/load.h"
#include "board/simulated.h"
#include "machine/machine.h"
#include "util/file.h"

Suite *uboot_test(void);

static const char *no_commands[] = {NULL};
static const char *network[] = {"dhcp", NULL};
static const struct reserved_region reserved[] = {{"pd-images", 0x68000000, 0x100000}};
static struct uboot_board uboot;
static struct qemu_board qemu;
static struct board_kind kind;
static struct load_file files[2];
static struct load_job job;
static struct machine_spec spec;
static struct load *load;
static struct simulated s;
static struct err e;
static char root[64];

static char *put(const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", root, name);

	ck_assert_int_eq(file_write_atomic(path, text, strlen(text), false, NULL), 0);
	return path;
}

static void setup(void)
{
	snprintf(root, sizeof root, "/tmp/runtest-uboot-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
	uboot = (struct uboot_board){.medium = UBOOT_TFTP, .banner = "U-Boot 20", .autoboot = "autoboot", .interrupt = " ", .prompt = "=> ",
				     .prepare = no_commands, .load = "tftpboot {address} {file}",
				     .start = "booti {address} - ${fdtcontroladdr}", .started = "Starting kernel ...",
				     .deadline_ms = 1000};
	qemu = (struct qemu_board){.firmware = put("u-boot.bin", "x"), .deliver = QEMU_DELIVER_UBOOT};
	kind = (struct board_kind){.name = "board", .load_address = 0x70000000, .uboot = &uboot, .qemu = &qemu,
				   .reserved = reserved, .reserved_count = 1};
	files[0] = (struct load_file){put("loader.img", "123456789"), 0x70000000, false}; /* CRC-32 cbf43926 */
	files[1] = (struct load_file){put("pds.bin", "a"), 0x68000000, false};            /* CRC-32 e8b7be43 */
	job = (struct load_job){.files = files, .count = 1, .dir = root, .cache = root};
	spec = (struct machine_spec){.kind = &kind};
	e = (struct err){0};
	sim_init(&s);
	s.prompting = false;
	s.says[0] = "U-Boot 2023.01\r\nautoboot 2";
	s.says[1] = "\r\n=> ";
	s.stoppable = 1;
	load = NULL;
}

static void teardown(void)
{
	load_destroy(load);
	sim_finish(&s);
	free((void *)(uintptr_t)files[0].path);
	free((void *)(uintptr_t)files[1].path);
	free((void *)(uintptr_t)qemu.firmware);
	ck_assert_int_eq(file_remove_tree(root, NULL), 0);
}

static enum load_end deliver(void)
{
	load = load_uboot_create(&kind, NULL, &job, bring_qemu_create(&kind, &job, &spec));
	ck_assert_msg(load->ops->prepare(load, &e) == 0, "%s", e.what);
	return load->ops->deliver(load, &s.line, sim_deadline(), &e);
}

#define GOOD "crc32 for 70000000 ... 70000008 ==> cbf43926\r\n"
#define BAD "crc32 for 70000000 ... 70000008 ==> 00000bad\r\n"
#define FETCH "tftpboot 0x70000000 loader.img && crc32 0x70000000 0x9 "
#define STARTS "Starting kernel ...\r\n"

START_TEST(an_image_is_fetched_summed_up_and_started)
{
	s.answers[0] = "Bytes transferred = 9\r\n" GOOD;
	s.answers[1] = STARTS;
	ck_assert_int_eq(deliver(), LOAD_DONE);
	ck_assert_uint_eq(s.run_count, 2);
	ck_assert_str_eq(s.ran[0], FETCH);
	ck_assert_str_eq(s.ran[1], "booti 0x70000000 - ${fdtcontroladdr} ");
}
END_TEST

START_TEST(the_network_comes_first)
{
	uboot.prepare = network;
	s.answers[0] = "DHCP client bound to address 10.0.2.15\r\n";
	s.answers[1] = GOOD;
	s.answers[2] = STARTS;
	ck_assert_int_eq(deliver(), LOAD_DONE);
	ck_assert_str_eq(s.ran[0], "dhcp ");
	ck_assert_str_eq(s.ran[1], FETCH);
}
END_TEST

/* U-Boot loads nothing to where memory is reserved, but it copies. The image, which must stay, comes last. */
START_TEST(what_goes_to_reserved_memory_is_copied_there)
{
	job.count = 2;
	s.answers[0] = "crc32 for 68000000 ... 68000000 ==> e8b7be43\r\n";
	s.answers[1] = GOOD;
	s.answers[2] = STARTS;
	ck_assert_int_eq(deliver(), LOAD_DONE);
	ck_assert_str_eq(s.ran[0],
			 "tftpboot 0x70000000 pds.bin && cp.b 0x70000000 0x68000000 0x1 && crc32 0x68000000 0x1 ");
	ck_assert_str_eq(s.ran[1], FETCH);
}
END_TEST

START_TEST(a_file_that_arrives_damaged_is_fetched_once_more)
{
	s.answers[0] = BAD;
	s.answers[1] = GOOD;
	s.answers[2] = STARTS;
	ck_assert_int_eq(deliver(), LOAD_DONE);
	ck_assert_str_eq(s.ran[1], FETCH);
}
END_TEST

START_TEST(a_file_that_stays_damaged_is_never_started)
{
	s.answers[0] = s.answers[1] = BAD;
	ck_assert_int_eq(deliver(), LOAD_FAILED);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_ptr_nonnull(strstr(e.what, "loader.img arrived damaged at 0x70000000"));
	ck_assert_ptr_nonnull(strstr(e.what, "00000bad"));
	ck_assert_ptr_nonnull(strstr(e.what, "cbf43926"));
	ck_assert_uint_eq(s.run_count, 2);
}
END_TEST

START_TEST(a_file_that_cannot_be_loaded_is_told_with_u_boots_words)
{
	s.answers[0] = s.answers[1] = "TFTP error: 'File not found' (1)\r\n";
	ck_assert_int_eq(deliver(), LOAD_FAILED);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_ptr_nonnull(strstr(e.what, "File not found"));
	ck_assert_uint_eq(s.run_count, 2);
}
END_TEST

START_TEST(an_image_that_u_boot_would_not_start_is_no_fault_of_the_lab)
{
	s.answers[0] = GOOD;
	s.answers[1] = "Bad Linux ARM64 Image magic!\r\n";
	ck_assert_int_eq(deliver(), LOAD_REFUSED);
	ck_assert_ptr_nonnull(strstr(e.what, "Bad Linux ARM64 Image magic!"));
}
END_TEST

START_TEST(a_board_is_loaded_again_after_a_reset)
{
	s.answers[0] = s.answers[2] = GOOD;
	s.answers[1] = s.answers[3] = STARTS;
	ck_assert_int_eq(deliver(), LOAD_DONE);
	s.says[2] = "U-Boot 2023.01\r\nautoboot 2";
	s.says[3] = "\r\n=> ";
	s.arrived = 0;
	s.stoppable = 3;
	ck_assert_int_eq(load->ops->deliver(load, &s.line, sim_deadline(), &e), LOAD_DONE);
	ck_assert_str_eq(s.ran[2], FETCH);
	ck_assert_uint_eq(s.run_count, 4);
}
END_TEST

START_TEST(an_image_that_is_wrapped_up_is_not_for_these_commands)
{
	free(put("loader.img", "\x7f" "ELF and so on"));
	load = load_uboot_create(&kind, NULL, &job, bring_qemu_create(&kind, &job, &spec));
	ck_assert_int_eq(load->ops->prepare(load, &e), -1);
	ck_assert_int_eq(e.kind, ERR_CONFIG);
	ck_assert_ptr_nonnull(strstr(e.what, "for raw images (go or booti)"));
}
END_TEST

START_TEST(missing_firmware_is_named)
{
	ck_assert_int_eq(unlink(qemu.firmware), 0);
	load = load_uboot_create(&kind, NULL, &job, bring_qemu_create(&kind, &job, &spec));
	ck_assert_int_eq(load->ops->prepare(load, &e), -1);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_ptr_nonnull(strstr(e.what, qemu.firmware));
	ck_assert_ptr_nonnull(strstr(e.hint, "u-boot-qemu"));
}
END_TEST

START_TEST(the_folder_for_tftp_goes_with_the_session)
{
	char *link;

	s.answers[0] = GOOD;
	s.answers[1] = STARTS;
	ck_assert_int_eq(deliver(), LOAD_DONE);
	link = xasprintf("%s/loader.img", spec.tftp);
	ck_assert_int_eq(file_size(link), 9);
	load_destroy(load);
	load = NULL;
	ck_assert(!file_exists(link));
	ck_assert(file_exists(files[0].path));
	free(link);
}
END_TEST

Suite *uboot_test(void)
{
	Suite *suite = suite_create("uboot");
	TCase *t = tcase_create("uboot");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, an_image_is_fetched_summed_up_and_started);
	tcase_add_test(t, the_network_comes_first);
	tcase_add_test(t, what_goes_to_reserved_memory_is_copied_there);
	tcase_add_test(t, a_file_that_arrives_damaged_is_fetched_once_more);
	tcase_add_test(t, a_file_that_stays_damaged_is_never_started);
	tcase_add_test(t, a_file_that_cannot_be_loaded_is_told_with_u_boots_words);
	tcase_add_test(t, an_image_that_u_boot_would_not_start_is_no_fault_of_the_lab);
	tcase_add_test(t, a_board_is_loaded_again_after_a_reset);
	tcase_add_test(t, an_image_that_is_wrapped_up_is_not_for_these_commands);
	tcase_add_test(t, missing_firmware_is_named);
	tcase_add_test(t, the_folder_for_tftp_goes_with_the_session);
	suite_add_tcase(suite, t);
	return suite;
}
