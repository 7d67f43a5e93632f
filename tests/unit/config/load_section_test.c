/* How an image gets onto a board: the load section of a unit, and what its kind says of debuggers and fastboot. */
#include "config/fixture.h"

Suite *load_section_test(void);

#define KIND "boards/kinds/rock.yaml"
#define ADDRESS "load-address: 0x80200000\n"
#define UBOOT "uboot: {start: \"go {address}\"}\n"

static struct fixture f;

static void begin(void)
{
	fixture_init(&f);
	fixture_change(&f, KIND, ADDRESS, ADDRESS UBOOT);
}

static void end(void)
{
	fixture_finish(&f);
}

static const struct board_unit *load(const char *sections)
{
	return fixture_unit(&f, sections);
}

START_TEST(a_folder_of_a_tftp_server_here)
{
	const struct unit_load *l = load("load: {tftp: {root: /srv/tftp}}")->load;

	ck_assert_int_eq(l->driver, LOAD_TFTP);
	ck_assert_str_eq(l->tftp->root, "/srv/tftp");
	ck_assert_ptr_null(l->tftp->sftp);
	ck_assert_ptr_null(l->openocd);
	ck_assert_ptr_null(l->prepare);
	ck_assert_ptr_null(l->load);
	ck_assert_int_eq(l->line, 3);
}
END_TEST

START_TEST(a_folder_of_a_tftp_server_on_the_lab_host)
{
	const struct unit_load *l = load("load: {tftp: {root: /srv/tftp, sftp: {host: lab, port: 2222, user: me}}}")->load;

	ck_assert_str_eq(l->tftp->sftp->host, "lab");
	ck_assert_int_eq(l->tftp->sftp->port, 2222);
	ck_assert_str_eq(l->tftp->sftp->user, "me");
}
END_TEST

START_TEST(the_console_brings_it)
{
	const struct unit_load *l = load("load: {ymodem: {}, prepare: [], load: 'loady {address} 921600'}")->load;

	ck_assert_int_eq(l->driver, LOAD_YMODEM);
	ck_assert_ptr_nonnull(l->prepare); /* an empty list is said, and replaces the kind's */
	ck_assert_ptr_null(l->prepare[0]);
	ck_assert_str_eq(l->load, "loady {address} 921600");
}
END_TEST

START_TEST(it_is_there_already)
{
	const struct unit_load *l = load("load: {disk: {file: image.bin}, load: 'fatload mmc 0 {address} {file}'}")->load;

	ck_assert_int_eq(l->driver, LOAD_DISK);
	ck_assert_str_eq(l->disk->file, "image.bin");
}
END_TEST

START_TEST(fastboot_has_a_kinds_commands_and_a_units_serial)
{
	const struct board_unit *u;

	fixture_change(&f, KIND, ADDRESS, ADDRESS "fastboot: {program: my-fastboot, commands: ['boot {file}'], deadline: 5s}\n");
	u = load("load: {fastboot: {serial: X1}}");
	ck_assert_int_eq(u->load->driver, LOAD_FASTBOOT);
	ck_assert_str_eq(u->load->fastboot->serial, "X1");
	ck_assert_str_eq(u->kind->fastboot->program, "my-fastboot");
	ck_assert_str_eq(u->kind->fastboot->commands[0], "boot {file}");
	ck_assert_int_eq(u->kind->fastboot->deadline_ms, 5000);
}
END_TEST

START_TEST(fastboot_needs_to_be_told_nothing)
{
	const struct board_unit *u;

	fixture_change(&f, KIND, ADDRESS, ADDRESS "fastboot: {}\n");
	u = load("load: {fastboot: {}}");
	ck_assert_ptr_null(u->load->fastboot->serial);
	ck_assert_str_eq(u->kind->fastboot->program, "fastboot");
	ck_assert_ptr_null(u->kind->fastboot->commands[0]);
	ck_assert_int_eq(u->kind->fastboot->deadline_ms, 30000);
}
END_TEST

START_TEST(a_debugger_has_a_place_commands_files_and_registers)
{
	const struct openocd_board *o;
	const struct board_unit *u;

	fixture_write(&f, "boards/kinds/sbi.bin", "sbi");
	fixture_change(&f, KIND, ADDRESS,
		       ADDRESS "openocd:\n  before: [reset halt]\n  files: [{file: sbi.bin, address: 0x80000000}]\n"
			       "  registers: {pc: 0x80000000, a0: 0}\n");
	u = load("load: {openocd: {endpoint: 'lab:3333'}}");
	o = u->kind->openocd;
	ck_assert_int_eq(u->load->driver, LOAD_OPENOCD);
	ck_assert_str_eq(u->load->openocd->endpoint, "lab:3333");
	ck_assert_str_eq(o->before[0], "reset halt");
	ck_assert_uint_eq(o->file_count, 1);
	ck_assert_str_eq(o->files[0].file + strlen(o->files[0].file) - strlen("/boards/kinds/sbi.bin"), "/boards/kinds/sbi.bin");
	ck_assert_uint_eq(o->files[0].address, 0x80000000);
	ck_assert_uint_eq(o->register_count, 2);
	ck_assert_str_eq(o->registers[0].name, "pc");
	ck_assert_uint_eq(o->registers[0].value, 0x80000000);
	ck_assert_int_eq(o->deadline_ms, 120000);
}
END_TEST

START_TEST(memory_is_read_by_a_server_or_after_a_reset)
{
	const struct unit_memory *m = load("memory: {gdb: 'lab:3333', addresses: physical}")->memory;

	ck_assert_int_eq(m->driver, MEMORY_GDB);
	ck_assert_str_eq(m->gdb.endpoint, "lab:3333");
	ck_assert_int_eq(m->addresses, GDB_ADDRESSES_PHYSICAL);
	ck_assert_ptr_null(m->uboot);
	project_finish(&f.project);

	m = load("memory: {gdb: 'unix:/run/gdb'}")->memory;
	ck_assert_str_eq(m->gdb.endpoint, "unix:/run/gdb");
	ck_assert_int_eq(m->addresses, GDB_ADDRESSES_VIRTUAL);
	project_finish(&f.project);

	m = load("memory: {uboot: {}}")->memory;
	ck_assert_int_eq(m->driver, MEMORY_UBOOT);
	ck_assert_ptr_null(m->gdb.endpoint);
	ck_assert_int_eq(m->uboot->deadline_ms, 60000);
}
END_TEST

Suite *load_section_test(void)
{
	Suite *s = suite_create("load_section");
	TCase *t = tcase_create("load_section");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, a_folder_of_a_tftp_server_here);
	tcase_add_test(t, a_folder_of_a_tftp_server_on_the_lab_host);
	tcase_add_test(t, the_console_brings_it);
	tcase_add_test(t, it_is_there_already);
	tcase_add_test(t, fastboot_has_a_kinds_commands_and_a_units_serial);
	tcase_add_test(t, fastboot_needs_to_be_told_nothing);
	tcase_add_test(t, a_debugger_has_a_place_commands_files_and_registers);
	tcase_add_test(t, memory_is_read_by_a_server_or_after_a_reset);
	suite_add_tcase(s, t);
	return s;
}
