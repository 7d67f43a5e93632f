#include "image/elf.h"

#include "image/sample.h"

Suite *elf_test(void);

static const char id[] = "\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd\xef\x00\xff\x10\x20";

static struct sample_elf sample;
static struct buf file;
static struct arena arena;
static struct err e;

static void set_up(void)
{
	sample = (struct sample_elf){
		.entry = 0x200000,
		.segments = {{0x200000, 0x1000, 0x1998, 0x1998, PF_R | PF_X, 4},
			     {0x201998, 0x2000, 0x0200, 0x0200, PF_R, 5},
			     {0x202000, 0x3000, 0x1100, 0x0100, PF_R | PF_W, 6}},
		.count = 3,
		.build_id = id,
	};
	arena_init(&arena);
	buf_init(&file);
	sample_elf_bytes(&sample, &file);
}

static void tear_down(void)
{
	buf_finish(&file);
	arena_finish(&arena);
}

/* On a copy of exactly that size. */
static int parse(size_t n, struct elf_file *f)
{
	uint8_t *copy = malloc(n ? n : 1);
	int rc;

	memcpy(copy, file.data, n);
	memset(&e, 0, sizeof e);
	rc = elf_parse(f, &arena, copy, n, &e);
	free(copy);
	if (rc < 0)
		ck_assert_int_eq(e.kind, ERR_IMAGE);
	return rc;
}

START_TEST(segments_and_the_build_id_are_read)
{
	struct elf_file f;

	ck_assert_int_eq(elf_parse(&f, &arena, (uint8_t *)file.data, file.len, &e), 0);
	ck_assert_uint_eq(f.entry, 0x200000);
	ck_assert_uint_eq(f.machine, EM_AARCH64);
	ck_assert_uint_eq(f.segment_count, 3);
	ck_assert_uint_eq(f.segments[1].vaddr, 0x201998);
	ck_assert_uint_eq(f.segments[1].paddr, 0x2000);
	ck_assert_uint_eq(f.segments[2].memsz, 0x1100);
	ck_assert_uint_eq(f.segments[2].filesz, 0x0100);
	ck_assert_uint_eq(f.segments[2].flags, PF_R | PF_W);
	ck_assert_uint_eq(f.build_id_size, 20);
	ck_assert_mem_eq(f.build_id, id, 20);
}
END_TEST

START_TEST(a_build_id_that_only_a_section_tells_is_found)
{
	struct elf_file f;

	sample.note_by_section = true;
	buf_clear(&file);
	sample_elf_bytes(&sample, &file);
	ck_assert_int_eq(elf_parse(&f, &arena, (uint8_t *)file.data, file.len, &e), 0);
	ck_assert_uint_eq(f.build_id_size, 20);
	ck_assert_mem_eq(f.build_id, id, 20);
}
END_TEST

START_TEST(an_elf_without_a_build_id_is_fine)
{
	struct elf_file f;

	sample.build_id = NULL;
	buf_clear(&file);
	sample_elf_bytes(&sample, &file);
	ck_assert_int_eq(elf_parse(&f, &arena, (uint8_t *)file.data, file.len, &e), 0);
	ck_assert_ptr_null(f.build_id);
}
END_TEST

START_TEST(empty_segments_count_but_are_left_out)
{
	struct elf_file f;

	sample.segments[1].memsz = sample.segments[1].filesz = 0;
	buf_clear(&file);
	sample_elf_bytes(&sample, &file);
	ck_assert_int_eq(parse(file.len, &f), 0);
	ck_assert_uint_eq(f.segment_count, 2);
	ck_assert_int_eq(f.segments[1].index, 2);
}
END_TEST

START_TEST(an_elf_cut_at_any_byte_is_refused)
{
	struct elf_file f;

	for (size_t n = 0; n < file.len; n++)
		ck_assert_msg(parse(n, &f) == -1, "accepted when cut at %zu of %zu", n, file.len);
}
END_TEST

/* Any byte of the headers and of the note, set to any of these: accepted or refused, never outside the file. */
START_TEST(damaged_headers_never_lead_outside_the_file)
{
	static const uint8_t values[] = {0, 1, 3, 0x7f, 0x80, 0xff};
	size_t end = sizeof(Elf64_Ehdr) + 4 * sizeof(Elf64_Phdr) + SAMPLE_NOTE_SIZE;

	for (size_t at = 0; at < file.len; at = at + 1 == end ? file.len - 2 * sizeof(Elf64_Shdr) : at + 1) {
		char old = file.data[at];

		for (size_t v = 0; v < sizeof values; v++) {
			struct elf_file f;

			file.data[at] = (char)values[v];
			if (elf_parse(&f, &arena, (uint8_t *)file.data, file.len, &e) < 0)
				continue;
			for (size_t i = 0; i < f.segment_count; i++)
				ck_assert_uint_le((size_t)(f.segments[i].bytes - (uint8_t *)file.data) +
							  f.segments[i].filesz,
						  file.len);
			if (f.build_id)
				ck_assert_uint_le((size_t)(f.build_id - (uint8_t *)file.data) + f.build_id_size,
						  file.len);
		}
		file.data[at] = old;
	}
}
END_TEST

START_TEST(each_check_says_what)
{
	static const size_t ph = sizeof(Elf64_Ehdr);
	static const struct {
		size_t at;
		uint64_t value;
		const char *says;
	} cases[] = {
		{0, 0, "no ELF file"},
		{0, UINT64_C(0x00010101464c457f), "ELF class 1, data encoding 1"},
		{0, UINT64_C(0x00010202464c457f), "ELF class 2, data encoding 2"},
		{offsetof(Elf64_Ehdr, e_phoff), UINT64_MAX - 8, "program headers"},
		{offsetof(Elf64_Ehdr, e_shoff), UINT64_MAX - 8, "the 2 section headers at offset 0xfffffffffffffff7"},
		{ph + offsetof(Elf64_Phdr, p_offset), UINT64_MAX,
		 "PT_LOAD 0: offset 0xffffffffffffffff + file size 0x1998"},
		{ph + offsetof(Elf64_Phdr, p_memsz), 0x1997, "file size 0x1998 is more than memory size 0x1997"},
		{ph + offsetof(Elf64_Phdr, p_vaddr), UINT64_MAX - 1, "memory size 0x1998 overflows"},
		{ph + offsetof(Elf64_Phdr, p_paddr), UINT64_MAX - 1, "overflows"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct elf_file f;
		uint8_t old[8];

		memcpy(old, file.data + cases[i].at, 8);
		put64((uint8_t *)file.data + cases[i].at, cases[i].value);
		ck_assert_int_eq(parse(file.len, &f), -1);
		ck_assert_msg(strstr(e.what, cases[i].says) != NULL, "\"%s\" does not say \"%s\"", e.what,
			      cases[i].says);
		memcpy(file.data + cases[i].at, old, 8);
	}
}
END_TEST

START_TEST(difference_counts_bytes_and_expects_a_zero_tail)
{
	struct elf_file f;
	uint8_t *memory = sample_segment_bytes(&sample, 2);

	ck_assert_int_eq(elf_parse(&f, &arena, (uint8_t *)file.data, file.len, &e), 0);
	ck_assert_uint_eq(elf_segment_difference(&f.segments[2], memory), 0);
	memory[0x00ff] ^= 1;
	memory[0x0100] = 1;
	memory[0x10ff] = 1;
	ck_assert_uint_eq(elf_segment_difference(&f.segments[2], memory), 3);
	free(memory);
}
END_TEST

Suite *elf_test(void)
{
	Suite *s = suite_create("elf");
	TCase *t = tcase_create("elf");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, segments_and_the_build_id_are_read);
	tcase_add_test(t, a_build_id_that_only_a_section_tells_is_found);
	tcase_add_test(t, an_elf_without_a_build_id_is_fine);
	tcase_add_test(t, empty_segments_count_but_are_left_out);
	tcase_add_test(t, an_elf_cut_at_any_byte_is_refused);
	tcase_add_test(t, damaged_headers_never_lead_outside_the_file);
	tcase_add_test(t, each_check_says_what);
	tcase_add_test(t, difference_counts_bytes_and_expects_a_zero_tail);
	suite_add_tcase(s, t);
	return s;
}
