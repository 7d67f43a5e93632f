/* Names of addresses against binutils' addr2line, on programs that the cross compilers make here. */
#include "symbols/symbols.h"

#include <check.h>
#include <inttypes.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/file.h"
#include "util/proc.h"

Suite *symbols_test(void);

static const char source[] = "static inline int twice(int a)\n"
			     "{\n"
			     "	volatile int x = a;\n"
			     "	return x + x;\n"
			     "}\n"
			     "__attribute__((noinline)) int middle(int a)\n"
			     "{\n"
			     "	return twice(a) + 1;\n"
			     "}\n"
			     "int _start(int a)\n"
			     "{\n"
			     "	return middle(a) + twice(2);\n"
			     "}\n";

static const char *const archs[] = {"aarch64", "riscv64"};

static char folder[64];
static struct arena arena;
static struct symbols *symbols;

static void make_folder(void)
{
	struct err e;
	char *path;

	snprintf(folder, sizeof folder, "/tmp/runtest-symbols-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	path = xasprintf("%s/t.c", folder);
	ck_assert_int_eq(file_write_atomic(path, source, sizeof source - 1, false, &e), 0);
	free(path);
	arena_init(&arena);
	symbols = symbols_open(&e);
	ck_assert_msg(symbols != NULL, "%s", e.what);
}

static void remove_folder(void)
{
	symbols_close(symbols);
	arena_finish(&arena);
	file_remove_tree(folder, NULL);
}

static char *run(const char *const *argv)
{
	struct proc_spec spec = {.argv = argv, .cwd = folder, .in = -1};
	struct buf out;

	buf_init(&out);
	ck_assert_int_eq(proc_run(&spec, &out, NULL), 0);
	return buf_steal(&out);
}

/* Compiles the source; returns the program's path, from the arena. */
static const char *compile(const char *arch)
{
	const char *gcc = arena_printf(&arena, "%s-linux-gnu-gcc", arch);
	const char *argv[] = {gcc, "-O2", "-g", "-ffreestanding", "-nostdlib", "-static", "-fno-pic", "-no-pie",
			      "-o", arch, "t.c", NULL};

	free(run(argv));
	return arena_printf(&arena, "%s/%s", folder, arch);
}

static void add(const char *arch)
{
	struct symbols_file f = {.path = compile(arch), .name = arch};
	struct err e;

	ck_assert_msg(symbols_add(symbols, &f, &e) == 0, "%s", e.what);
}

/* As `addr2line -i -f` has it. */
static char *told(const char *arch, uint64_t pc)
{
	const char *program = arena_printf(&arena, "%s-linux-gnu-addr2line", arch);
	const char *argv[] = {program, "-i", "-f", "-s", "-e", arch, arena_printf(&arena, "0x%" PRIx64, pc), NULL};

	return run(argv);
}

START_TEST(chains_are_those_of_addr2line)
{
	const char *arch = archs[_i];
	uint64_t from, size;
	size_t inlined = 0;

	add(arch);
	ck_assert_int_eq(symbols_find(symbols, arch, "middle", &from, &size), 0);
	ck_assert_uint_gt(size, 0);
	for (uint64_t pc = from; pc < from + size; pc += 2) {
		char *want = told(arch, pc), *rest = want;
		struct symbols_place p;

		symbols_at(symbols, NULL, pc, &arena, &p);
		ck_assert_str_eq(p.symbol, "middle");
		ck_assert_uint_eq(p.offset, pc - from);
		inlined += p.call_count > 1;
		for (size_t i = 0; i < p.call_count; i++) {
			const char *line = arena_printf(&arena, "%s\n%s:%d", p.calls[i].function, p.calls[i].file,
							p.calls[i].line);

			ck_assert_msg(strncmp(rest, line, strlen(line)) == 0, "%s instead of %s", line, rest);
			rest = strchr(rest + strlen(line), '\n') + 1;
		}
		ck_assert_str_eq(rest, "");
		free(want);
	}
	ck_assert_uint_gt(inlined, 0);
}
END_TEST

START_TEST(nothing_is_found_where_nothing_is)
{
	struct symbols_place p;
	uint64_t at;

	add(archs[_i]);
	symbols_at(symbols, NULL, 0x10, &arena, &p);
	ck_assert_ptr_null(p.elf);
	ck_assert_uint_eq(p.call_count, 0);
	ck_assert_str_eq(symbols_place_text(&p, &arena), "0x10");
	ck_assert_int_eq(symbols_find(symbols, NULL, "nowhere", &at, NULL), -1);
	ck_assert_int_eq(symbols_find(symbols, "other", "middle", &at, NULL), -1);
}
END_TEST

/* The machine stands at the first instruction of `middle`, called by _start, with 7 in the first argument. */
struct standing {
	uint64_t ra, stack[64];
	int argument;
};

enum { STACK_AT = 0x1000000 };

static int read_register(void *user, int number, uint64_t *value)
{
	struct standing *s = user;

	*value = number == 1 || number == 30 ? s->ra : number == 2 || number == 31 ? STACK_AT : 0;
	if (number == s->argument)
		*value = 7;
	return 0;
}

static int read_memory(void *user, uint64_t vaddr, void *bytes, size_t n)
{
	struct standing *s = user;

	if (vaddr < STACK_AT || vaddr - STACK_AT > sizeof s->stack || n > sizeof s->stack - (vaddr - STACK_AT))
		return -1;
	memcpy(bytes, (char *)s->stack + (vaddr - STACK_AT), n);
	return 0;
}

START_TEST(callers_and_arguments_are_found)
{
	struct standing s = {.argument = _i == 0 ? 0 : 10};
	struct symbols_machine m = {.read_register = read_register, .read_memory = read_memory, .user = &s};
	struct symbols_backtrace bt;
	const char *const *lines;
	uint64_t start, size;

	add(archs[_i]);
	ck_assert_int_eq(symbols_find(symbols, NULL, "middle", &m.pc, NULL), 0);
	ck_assert_int_eq(symbols_find(symbols, NULL, "_start", &start, &size), 0);
	s.ra = start + 12;
	symbols_backtrace(symbols, NULL, &m, &arena, &bt);
	lines = symbols_backtrace_lines(&bt, &arena);
	ck_assert_uint_ge(bt.count, 2);
	ck_assert_ptr_nonnull(bt.end);
	ck_assert_msg(strncmp(lines[0], "middle(a=7) at t.c:", 19) == 0, "%s", lines[0]);
	ck_assert_str_eq(bt.frames[1].place.symbol, "_start");
	ck_assert_int_eq(bt.frames[1].found, SYMBOLS_FOUND_FRAME_INFO);
}
END_TEST

START_TEST(damaged_files_are_errors_or_tell_less)
{
	const char *path = compile(archs[_i]), *cut = arena_printf(&arena, "%s/cut", folder);
	struct symbols_file f = {.path = cut, .name = "cut"};
	struct buf bytes;
	struct err e;

	buf_init(&bytes);
	ck_assert_int_eq(file_read(path, &bytes, &e), 0);
	for (size_t n = 0; n < bytes.len; n += 97) {
		struct symbols *s = symbols_open(&e);
		struct symbols_place p;

		ck_assert_int_eq(file_write_atomic(cut, bytes.data, n, false, &e), 0);
		if (symbols_add(s, &f, &e) == 0)
			symbols_at(s, NULL, 0x10000, &arena, &p);
		else
			ck_assert_int_eq(e.kind, ERR_IMAGE);
		symbols_close(s);
	}
	buf_finish(&bytes);
}
END_TEST

Suite *symbols_test(void)
{
	Suite *s = suite_create("symbols");
	TCase *t = tcase_create("symbols");

	tcase_add_checked_fixture(t, make_folder, remove_folder);
	tcase_add_loop_test(t, chains_are_those_of_addr2line, 0, 2);
	tcase_add_loop_test(t, nothing_is_found_where_nothing_is, 0, 2);
	tcase_add_loop_test(t, callers_and_arguments_are_found, 0, 2);
	tcase_add_loop_test(t, damaged_files_are_errors_or_tell_less, 0, 2);
	suite_add_tcase(s, t);
	return s;
}
