#include "config/fixture.h"

#include "config/description.h"
#include "config/read.h"

Suite *read_test(void);

static struct fixture f;

static void begin(void)
{
	fixture_init(&f);
	ck_assert_int_eq(fixture_load(&f), 0);
}

static void end(void)
{
	fixture_finish(&f);
}

/* Whatever the bytes are: they are read, or there is a mistake with a place in this file. */
static void read_bytes(const struct schema_file *file, const char *path, const char *bytes, size_t n)
{
	char *folder = xasprintf("%s/%s", f.root, strncmp(path, "images", 6) == 0 ? "images" : "scenarios");
	const struct yaml *root;
	struct err_list errors;
	struct reader r;
	struct arena a;

	arena_init(&a);
	err_list_init(&errors);
	reader_init(&r, &f.project, &a, path, &errors);
	r.folder = folder;
	r.stem = "demo";
	root = yaml_parse(&a, bytes, n, &r.mistakes);
	if (root)
		reader_read(&r, file->root, root, arena_alloc(&a, file->root->size));
	ck_assert(root || errors.count > 0);
	for (size_t i = 0; i < errors.count; i++) {
		ck_assert_int_eq(errors.items[i].kind, ERR_CONFIG);
		ck_assert_int_eq(strncmp(errors.items[i].where, path, strlen(path)), 0);
		ck_assert_uint_gt(strlen(errors.items[i].what), 0);
	}
	reader_finish(&r);
	err_list_finish(&errors);
	arena_finish(&a);
	free(folder);
}

static const struct {
	const char *kind, *path;
} read_files[] = {
	{"scenario", "scenarios/demo.yaml"},
	{"variants", "images/variants.yaml"},
	{"board-kind", "boards/kinds/virt.yaml"},
};

enum { READ_FILES = sizeof read_files / sizeof read_files[0] };

START_TEST(a_file_with_any_byte_changed_is_read_or_refused)
{
	static const char bytes[] = "\0\n :-'\"[{}*&!|>#%?~\x80\xff";
	const struct schema_file *file = schema_file_find(read_files[_i].kind);
	const char *text = fixture_text(read_files[_i].path);
	size_t n = strlen(text);
	char *copy = xstrdup(text);

	for (size_t at = 0; at < n; at++) {
		for (size_t i = 0; i < sizeof bytes - 1; i++) {
			copy[at] = bytes[i];
			read_bytes(file, read_files[_i].path, copy, n);
		}
		copy[at] = text[at];
	}
	free(copy);
}
END_TEST

START_TEST(a_file_cut_anywhere_is_read_or_refused)
{
	const struct schema_file *file = schema_file_find(read_files[_i].kind);
	const char *text = fixture_text(read_files[_i].path);

	for (size_t n = 0; n < strlen(text); n++) {
		char *exact = xmalloc(n); /* so that a sanitizer sees a read behind the end */

		memcpy(exact, text, n);
		read_bytes(file, read_files[_i].path, exact, n);
		free(exact);
	}
}
END_TEST

START_TEST(a_file_with_any_piece_taken_out_is_read_or_refused)
{
	const struct schema_file *file = schema_file_find(read_files[_i].kind);
	const char *text = fixture_text(read_files[_i].path);
	size_t n = strlen(text);
	char *copy = xmalloc(n);

	for (size_t length = 1; length <= 16; length *= 4) {
		for (size_t at = 0; at + length <= n; at++) {
			memcpy(copy, text, at);
			memcpy(copy + at, text + at + length, n - at - length);
			read_bytes(file, read_files[_i].path, copy, n - length);
		}
	}
	free(copy);
}
END_TEST

Suite *read_test(void)
{
	Suite *s = suite_create("read");
	TCase *t = tcase_create("read");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_loop_test(t, a_file_with_any_byte_changed_is_read_or_refused, 0, READ_FILES);
	tcase_add_loop_test(t, a_file_cut_anywhere_is_read_or_refused, 0, READ_FILES);
	tcase_add_loop_test(t, a_file_with_any_piece_taken_out_is_read_or_refused, 0, READ_FILES);
	suite_add_tcase(s, t);
	return s;
}
