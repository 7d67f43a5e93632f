#include "image/elfnames.h"

#include <check.h>
#include <stdlib.h>

#include "image/symtab.h"

Suite *elfnames_test(void);

static const struct symtab_symbol symbols[] = {
	{"table", 0x3000, 0x1000, STT_OBJECT}, {"main", 0x1010, 0x20, STT_FUNC},   {"_start", 0x1000, 0x10, STT_FUNC},
	{"also_main", 0x1010, 4, STT_FUNC},    {"_text", 0x1000, 0, STT_NOTYPE},   {"$x", 0x1014, 0, STT_NOTYPE},
	{"empty", 0x2000, 0, STT_FUNC},        {"end", UINT64_MAX, 1, STT_OBJECT}, {"beyond", UINT64_MAX - 3, 64, STT_OBJECT},
};
enum { SYMBOLS = sizeof symbols / sizeof symbols[0] };

static struct elf_names found;
static struct arena arena;
static struct buf file;

static void set_up(void)
{
	arena_init(&arena);
	buf_init(&file);
	symtab_bytes(&file, symbols, SYMBOLS);
}

static void tear_down(void)
{
	arena_finish(&arena);
	buf_finish(&file);
}

static void find(uint64_t start, uint64_t end)
{
	elf_names_in(&found, &arena, (const uint8_t *)file.data, file.len, start, end);
}

START_TEST(names_come_by_address_and_once_for_each_place)
{
	find(0x1000, 0x2000);
	ck_assert_uint_eq(found.total, 2);
	ck_assert_uint_eq(found.count, 2);
	ck_assert_str_eq(found.names[0], "_start");
	ck_assert_str_eq(found.names[1], "main");
	ck_assert_uint_eq(found.addresses[1], 0x1010);
}
END_TEST

START_TEST(what_reaches_into_the_stretch_is_in_it)
{
	find(0x3fff, 0x4000);
	ck_assert_uint_eq(found.count, 1);
	ck_assert_str_eq(found.names[0], "table");
	find(0x4000, 0x5000);
	ck_assert_uint_eq(found.count, 0);
	find(0x2000, 0x2001); /* without a size */
	ck_assert_str_eq(found.names[0], "empty");
	find(0x102f, 0x1030);
	ck_assert_str_eq(found.names[0], "main");
	find(0x1030, 0x1031);
	ck_assert_uint_eq(found.count, 0);
}
END_TEST

START_TEST(of_many_the_lowest_are_told)
{
	struct symtab_symbol many[40];
	char names[40][16];

	for (int i = 0; i < 40; i++) {
		snprintf(names[i], sizeof names[i], "f%d", i);
		many[i] = (struct symtab_symbol){names[i], 0x1000 + (uint64_t)((i * 7) % 40) * 16, 16, STT_FUNC};
	}
	buf_clear(&file);
	symtab_bytes(&file, many, 40);
	find(0, UINT64_MAX);
	ck_assert_uint_eq(found.total, 40);
	ck_assert_uint_eq(found.count, ELF_NAMES_MOST);
	for (uint64_t i = 0; i < ELF_NAMES_MOST; i++)
		ck_assert_uint_eq(found.addresses[i], 0x1000 + i * 16);
}
END_TEST

START_TEST(long_names_are_cut)
{
	char name[5000];

	memset(name, 'a', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	buf_clear(&file);
	symtab_bytes(&file, &(struct symtab_symbol){name, 0x1000, 1, STT_FUNC}, 1);
	find(0x1000, 0x1001);
	ck_assert_uint_eq(strlen(found.names[0]), ELF_NAME_BYTES);
}
END_TEST

/* Cut anywhere there are fewer names, or none. */
START_TEST(what_is_cut_is_read_as_far_as_it_goes)
{
	for (size_t n = 0; n < file.len; n++) {
		uint8_t *copy = malloc(n ? n : 1);

		memcpy(copy, file.data, n);
		elf_names_in(&found, &arena, copy, n, 0, UINT64_MAX);
		ck_assert_uint_eq(found.count, 0); /* section headers stand at the end */
		free(copy);
	}
	elf_names_in(&found, &arena, (const uint8_t *)"#!/bin/sh\n", 10, 0, UINT64_MAX);
	ck_assert_uint_eq(found.count, 0);
}
END_TEST

Suite *elfnames_test(void)
{
	Suite *s = suite_create("elfnames");
	TCase *t = tcase_create("elfnames");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, names_come_by_address_and_once_for_each_place);
	tcase_add_test(t, what_reaches_into_the_stretch_is_in_it);
	tcase_add_test(t, of_many_the_lowest_are_told);
	tcase_add_test(t, long_names_are_cut);
	tcase_add_test(t, what_is_cut_is_read_as_far_as_it_goes);
	suite_add_tcase(s, t);
	return s;
}
