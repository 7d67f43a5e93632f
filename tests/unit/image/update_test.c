#include "image/update.h"

#include <elf.h>
#include <zlib.h>

#include "image/sample.h"

Suite *update_test(void);

enum { CODE = UPDATE_HEADER_SIZE + 2 * UPDATE_SEGMENT_SIZE, CODE_SIZE = 0x1010, DATA_SIZE = 0x20,
       SIZE = CODE + CODE_SIZE + DATA_SIZE };

static uint8_t file[SIZE];
static struct arena arena;
static struct image_update update;
static struct err e;
static char *dir;

static void put32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static void put_segment(size_t i, uint64_t vaddr, uint64_t size, uint64_t flags, uint64_t offset)
{
	uint8_t *p = file + UPDATE_HEADER_SIZE + i * UPDATE_SEGMENT_SIZE;

	put64(p, vaddr);
	put64(p + 8, size);
	put64(p + 16, flags);
	put64(p + 24, offset);
}

static void seal(void)
{
	put32(file + 24, (uint32_t)crc32_z(0, file + UPDATE_HEADER_SIZE, SIZE - UPDATE_HEADER_SIZE));
}

static void set_up(void)
{
	memset(file, 0, sizeof file);
	memcpy(file, "pdupdate", 8);
	put32(file + 8, 1);
	put32(file + 12, 2);
	put64(file + 16, SIZE);
	put32(file + 28, 2);
	put64(file + 32, 0x200040);
	put_segment(0, 0x202000, DATA_SIZE, PF_R | PF_W, CODE + CODE_SIZE);
	put_segment(1, 0x200000, CODE_SIZE, PF_R | PF_X, CODE);
	fill(file + CODE, CODE_SIZE + DATA_SIZE, 1);
	sample_note(file + CODE + 0x40, "\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67");
	seal();
	arena_init(&arena);
	dir = sample_mkdir();
}

static void tear_down(void)
{
	image_update_close(&update);
	arena_finish(&arena);
	sample_rmdir(dir);
}

static int open_bytes(const void *bytes, size_t n)
{
	char *path = sample_file(dir, "hello.upd", bytes, n);
	int rc;

	image_update_close(&update);
	rc = image_update_open(&update, "hello-v2", "hello", path, &arena, &e);
	free(path);
	return rc;
}

static void refused(const char *says)
{
	ck_assert_int_eq(open_bytes(file, SIZE), -1);
	ck_assert_int_eq(e.kind, ERR_IMAGE);
	ck_assert_msg(strstr(e.what, says) != NULL, "\"%s\" does not say \"%s\"", e.what, says);
}

START_TEST(an_update_tells_what_will_run_and_what_it_prints)
{
	ck_assert_msg(open_bytes(file, SIZE) == 0, "%s", e.what);
	ck_assert_uint_eq(update.version, 2);
	ck_assert_uint_eq(update.entry, 0x200040);
	ck_assert_uint_eq(update.segment_count, 2);
	ck_assert_uint_eq(update.segments[0].place, 0);
	ck_assert_uint_eq(update.segments[1].place, 0x1000);
	ck_assert_int_eq(update.segments[1].access, ACCESS_EXECUTE);
	ck_assert_mem_eq(update.segments[1].bytes, file + CODE, CODE_SIZE);
	ck_assert_uint_eq(update.facts.ro_crc32, crc32_z(0, file + CODE, CODE_SIZE));
	ck_assert_str_eq(update.facts.build_id, "0123456789abcdef0123456789abcdef01234567");
}
END_TEST

START_TEST(a_damaged_update_is_refused)
{
	file[0] = 'P';
	refused("does not begin with the header");
	file[0] = 'p';
	file[CODE] ^= 1;
	refused("checksum");
	file[CODE] ^= 1;
	put64(file + 16, SIZE + 1);
	refused("the header says");
	put64(file + 16, SIZE);
	put32(file + 8, 2);
	refused("format 2");
	put32(file + 8, 1);
	put32(file + 28, 0);
	refused("0 segments");
	put32(file + 28, 65);
	refused("65 segments");
	put32(file + 28, 0xffffffff);
	refused("4294967295 segments");
	put32(file + 28, 2);
	put_segment(0, 0x202000, DATA_SIZE + 1, PF_R | PF_W, CODE + CODE_SIZE);
	seal();
	refused("do not lie in the file");
	put_segment(0, 0x202000, UINT64_MAX, PF_R | PF_W, CODE + CODE_SIZE);
	seal();
	refused("do not lie in the file");
	put_segment(0, 0x202000, 1, PF_R | PF_W, UINT64_MAX);
	seal();
	refused("do not lie in the file");
	put_segment(0, 0x202004, 1, PF_R | PF_W, CODE);
	seal();
	refused("not that of a page");
}
END_TEST

START_TEST(cut_anywhere_it_is_refused)
{
	for (size_t n = 1; n < SIZE; n += n < 200 ? 1 : 97)
		ck_assert_int_eq(open_bytes(file, n), -1);
}
END_TEST

/* Each is refused for its own reason, and only for that. */
START_TEST(an_alteration_has_exactly_one_thing_wrong)
{
	static const char *const says[ALTER_COUNT] = {
		[ALTER_TRUNCATED] = "the header says", [ALTER_CHECKSUM] = "checksum"};
	struct buf all[ALTER_COUNT];

	ck_assert_int_eq(open_bytes(file, SIZE), 0);
	for (int how = 0; how < ALTER_COUNT; how++) {
		buf_init(&all[how]);
		image_update_alter(&update, how, how == ALTER_TOO_LARGE ? 100000 : 0, &all[how]);
	}
	ck_assert_mem_eq(all[ALTER_NOTHING].data, file, SIZE);
	ck_assert_uint_eq(all[ALTER_TRUNCATED].len, SIZE / 2);
	ck_assert_uint_eq(all[ALTER_TOO_LARGE].len, SIZE + 100000);
	for (int how = 0; how < ALTER_COUNT; how++) {
		ck_assert_int_eq(open_bytes(all[how].data, all[how].len), says[how] ? -1 : 0);
		if (says[how])
			ck_assert_msg(strstr(e.what, says[how]) != NULL, "%s: %s", alteration_name(how), e.what);
		if (how == ALTER_ENTRY)
			ck_assert_uint_ne(update.entry, 0x200040);
		buf_finish(&all[how]);
	}
}
END_TEST

Suite *update_test(void)
{
	Suite *s = suite_create("update");
	TCase *t = tcase_create("update");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, an_update_tells_what_will_run_and_what_it_prints);
	tcase_add_test(t, a_damaged_update_is_refused);
	tcase_add_test(t, cut_anywhere_it_is_refused);
	tcase_add_test(t, an_alteration_has_exactly_one_thing_wrong);
	suite_add_tcase(s, t);
	return s;
}
