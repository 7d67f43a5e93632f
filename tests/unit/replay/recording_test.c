/* What is kept of a session's boots, written and read again; files and records that are not what they were. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "replay/recording.h"
#include "util/file.h"

Suite *recording_test(void);

static char dir[] = "/tmp/recording-test-XXXXXX";

static const char *in_dir(const char *name)
{
	static char path[256];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return path;
}

static void put(const char *name, const char *bytes, size_t n)
{
	ck_assert_int_eq(file_write_atomic(in_dir(name), bytes, n, false, NULL), 0);
}

static void set_up(void)
{
	memcpy(dir, "/tmp/recording-test-XXXXXX", sizeof dir);
	ck_assert_ptr_nonnull(mkdtemp(dir));
	put("qemu.args", "qemu\0-m\0""2G\0", 11);
	put("loader.img", "image", 5);
}

static void tear_down(void)
{
	file_remove_tree(dir, NULL);
}

static void fill(struct recording *r)
{
	static const struct image_elf elf = {REGION_PD, "hello", "/elfs/hello.elf"};
	static const struct image_payload payload = {"images", "/images.bin", 0x68000000, 0x100000};
	struct recorded_boot *b;

	recording_init(r);
	recording_explain(r, &(struct image_files){
				     .report = "/report.txt", .elfs = &elf, .elf_count = 1, .payloads = &payload, .payload_count = 1});
	r->arch = "aarch64";
	r->entry = "el2";
	r->ram_base = 0x40000000;
	r->ram_size = UINT64_C(2) << 30;
	r->image = arena_strdup(&r->arena, in_dir("loader.img"));
	r->image_sha256 = "6105d6cc76af400325e94d588ce511be5bfdbb73b437dc51eca43917d7a43e3d"; /* of "image" */
	recording_add_file(r, r->image);
	recording_add_file(r, "/no/such/file");
	recording_add_fill(r, 0x60000000, 4096, 0xa5);
	b = recording_add_boot(r, "boot.rr", 0);
	b->console_end = 100;
	recording_add_memory(r, b, "hello-0", 0x60000000, (const uint8_t *)"abc", 3);
	recording_add_boot(r, "boot.2.rr", 100);
}

START_TEST(it_comes_back_as_it_was)
{
	struct recording r, back;
	struct err e;

	fill(&r);
	ck_assert_int_eq(recording_write(&r, dir, &e), 0);
	ck_assert_int_eq(recording_read(&back, dir, &e), 0);
	ck_assert_str_eq(back.argv[0], "qemu");
	ck_assert_str_eq(back.argv[2], "2G");
	ck_assert_ptr_null(back.argv[3]);
	ck_assert_str_eq(back.with.report, "/report.txt");
	ck_assert_uint_eq(back.with.elf_count, 1);
	ck_assert_int_eq(back.with.elfs[0].owner, REGION_PD);
	ck_assert_str_eq(back.with.elfs[0].name, "hello");
	ck_assert_str_eq(back.with.elfs[0].path, "/elfs/hello.elf");
	ck_assert_uint_eq(back.with.payload_count, 1);
	ck_assert_str_eq(back.with.payloads[0].name, "images");
	ck_assert_uint_eq(back.with.payloads[0].paddr, 0x68000000);
	ck_assert_uint_eq(back.with.payloads[0].room, 0x100000);
	ck_assert_uint_eq(back.ram_base, 0x40000000);
	ck_assert_str_eq(back.entry, "el2");
	ck_assert_uint_eq(back.file_count, 1);
	ck_assert_uint_eq(back.fills[0].byte, 0xa5);
	ck_assert_uint_eq(back.boot_count, 2);
	ck_assert_uint_eq(back.boots[0].console_end, 100);
	ck_assert_str_eq(back.boots[0].memory[0].region, "hello-0");
	ck_assert_str_eq(back.boots[0].memory[0].sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	ck_assert_uint_eq(back.boots[1].memory_count, 0);
	ck_assert_int_eq(recording_check_files(&back, &e), 0);
	recording_finish(&back);
	recording_finish(&r);
}
END_TEST

START_TEST(a_file_that_changed_is_named)
{
	struct recording r;
	struct err e;

	fill(&r);
	put("loader.img", "image", 5); /* built again, with another date */
	ck_assert_int_eq(recording_check_files(&r, &e), 0);
	put("loader.img", "imagE", 5);
	ck_assert_int_eq(recording_check_files(&r, &e), -1);
	ck_assert_int_eq(e.kind, ERR_USAGE);
	ck_assert_ptr_nonnull(strstr(e.where, "loader.img"));
	unlink(in_dir("loader.img"));
	ck_assert_int_eq(recording_check_files(&r, &e), -1);
	ck_assert_ptr_nonnull(strstr(e.what, "not there any more"));
	recording_finish(&r);
}
END_TEST

/* Whatever stands in the file, the answer is an error. */
START_TEST(what_is_no_recording_is_refused)
{
	static const char *const bad[] = {
		"", "{", "[]", "{}", "{\"schema\": 2}",
		"{\"schema\":1,\"arch\":\"a\",\"entry\":null,\"image\":null,\"image_sha256\":null,\"ram\":{\"base\":\"0x0\",\"size\":1},"
		"\"files\":[],\"fills\":[],\"boots\":[]}",
		"{\"schema\":1,\"arch\":\"a\",\"entry\":null,\"image\":null,\"image_sha256\":null,\"ram\":{\"base\":\"0x0\",\"size\":1},"
		"\"boots\":[{\"record\":\"../boot.rr\",\"console\":0,\"console_end\":1}]}",
		"{\"schema\":1,\"arch\":\"a\",\"entry\":null,\"image\":null,\"image_sha256\":null,\"ram\":{\"base\":\"0x0\",\"size\":1},"
		"\"boots\":[{\"record\":\"boot.rr\",\"console\":2,\"console_end\":1}]}",
	};
	struct recording r;
	struct err e;

	put(RECORDING_FILE, bad[_i], strlen(bad[_i]));
	ck_assert_int_eq(recording_read(&r, dir, &e), -1);
	ck_assert_int_eq(e.kind, ERR_IO);
	recording_finish(&r);
	unlink(in_dir(RECORDING_FILE));
	ck_assert_int_eq(recording_read(&r, dir, &e), -1);
	ck_assert_int_eq(e.kind, ERR_USAGE);
	recording_finish(&r);
}
END_TEST

START_TEST(a_record_without_its_header_was_cut_short)
{
	struct err e;

	put("boot.rr", "\x0c\x20\xe0\x00\0\0\0\0\0\0\0\0", 12);
	ck_assert_int_eq(record_check(in_dir("boot.rr"), &e), 0);
	put("boot.rr", "\0\0\0\0\0\0\0\0\0\0\0\0", 12);
	ck_assert_int_eq(record_check(in_dir("boot.rr"), &e), -1);
	ck_assert_int_eq(e.kind, ERR_USAGE);
	put("boot.rr", "\x0c", 1);
	ck_assert_int_eq(record_check(in_dir("boot.rr"), &e), -1);
	ck_assert_int_eq(record_check(in_dir("none.rr"), &e), -1);
	ck_assert_int_eq(e.kind, ERR_IO);
}
END_TEST

Suite *recording_test(void)
{
	Suite *suite = suite_create("recording");
	TCase *t = tcase_create("recording");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, it_comes_back_as_it_was);
	tcase_add_test(t, a_file_that_changed_is_named);
	tcase_add_loop_test(t, what_is_no_recording_is_refused, 0, 8);
	tcase_add_test(t, a_record_without_its_header_was_cut_short);
	suite_add_tcase(suite, t);
	return suite;
}
