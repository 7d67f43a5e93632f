#include <check.h>
#include <libfdt.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "build/dtb.h"
#include "build/stub.h"

Suite *dtb_test(void);

static struct stub s;
static struct arena arena;
static struct tool_shelf tools;
static const char *no_args[] = {NULL};
static struct qemu_board qemu;

static void setup(void)
{
	stub_make(&s, "");
	arena_init(&arena);
	tool_shelf_open(&tools, &arena, NULL);
	qemu = (struct qemu_board){.program = "qemu-system-aarch64", .machine = "virt,virtualization=on",
				   .cpu = "cortex-a53", .cpus = 1, .args = no_args};
	s.kind.qemu = &qemu;
	s.kind.memory = (struct memory_range){0x40000000, UINT64_C(2) << 30};
	s.kind.file = "boards/kinds/shelf.yaml";
	s.kind.line = 3;
}

static void teardown(void)
{
	tool_shelf_close(&tools);
	arena_finish(&arena);
	stub_remove(&s);
}

static void get(struct buf *out)
{
	struct err e = {0};
	struct dtb dtb;

	buf_init(out);
	ck_assert_msg(dtb_of_board(&s.kind, s.root, &tools, &arena, &dtb, &e) == 0, "%s", e.what);
	buf_add(out, dtb.bytes, dtb.size);
	if (dtb.path)
		ck_assert_int_eq(file_size(dtb.path), (long long)dtb.size);
}

/* How many properties of that name the tree has. */
static int count(const struct buf *dtb, const char *name)
{
	int n = 0;

	for (int node = 0; node >= 0; node = fdt_next_node(dtb->data, node, NULL))
		n += fdt_getprop(dtb->data, node, name, NULL) != NULL;
	return n;
}

/* A tree with seeds in two nodes, as QEMU makes them; `seed` differs from run to run. */
static size_t make_tree(char *room, size_t size, const char *seed)
{
	memset(room, seed[0], size); /* what lies between names and values */
	ck_assert_int_eq(fdt_create(room, (int)size), 0);
	fdt_finish_reservemap(room);
	fdt_begin_node(room, "");
	fdt_property_string(room, "model", "board");
	fdt_property_string(room, "rng-seed", seed);
	fdt_begin_node(room, "chosen");
	fdt_property_string(room, "kaslr-seed", seed);
	fdt_property_string(room, "rng-seed", seed);
	fdt_property_string(room, "stdout-path", "/uart");
	fdt_end_node(room);
	fdt_end_node(room);
	ck_assert_int_eq(fdt_finish(room), 0);
	return size;
}

START_TEST(seeds_are_taken_out_and_nothing_else)
{
	char a[4096], b[4096];
	size_t n = make_tree(a, sizeof a, "abcdefgh"), m = make_tree(b, sizeof b, "12345678");
	struct buf view;

	ck_assert_int_eq(dtb_strip_seeds(a, &n, NULL), 0);
	ck_assert_int_eq(dtb_strip_seeds(b, &m, NULL), 0);
	ck_assert_uint_eq(n, m);
	ck_assert_uint_lt(n, 512);
	ck_assert_int_eq(memcmp(a, b, n), 0);
	view = (struct buf){.data = a, .len = n};
	ck_assert_int_eq(count(&view, "rng-seed"), 0);
	ck_assert_int_eq(count(&view, "kaslr-seed"), 0);
	ck_assert_int_eq(count(&view, "model"), 1);
	ck_assert_int_eq(count(&view, "stdout-path"), 1);
}
END_TEST

START_TEST(what_is_no_device_tree_is_refused)
{
	char tree[4096];
	struct err e = {0};
	size_t whole = make_tree(tree, sizeof tree, "x");

	for (size_t n = 0; n < 64; n++) {
		size_t size = n;

		ck_assert_int_eq(dtb_strip_seeds(tree, &size, &e), -1);
		ck_assert_int_eq(e.kind, ERR_INFRA);
	}
	memset(tree, 0xff, 16);
	ck_assert_int_eq(dtb_strip_seeds(tree, &whole, &e), -1);
}
END_TEST

START_TEST(two_dumps_of_qemu_are_the_same)
{
	struct buf first, second;
	char *cache;

	get(&first);
	cache = stub_path(&s, "build/cache/dtb");
	ck_assert_int_eq(file_remove_tree(cache, NULL), 0);
	get(&second);
	ck_assert_uint_eq(first.len, second.len);
	ck_assert_int_eq(memcmp(first.data, second.data, first.len), 0);
	ck_assert_int_eq(count(&first, "rng-seed") + count(&first, "kaslr-seed"), 0);
	ck_assert_int_ge(fdt_path_offset(first.data, "/memory@40000000"), 0);
	stub_expect_clean(&s);
	buf_finish(&first);
	buf_finish(&second);
	free(cache);
}
END_TEST

/* A QEMU that counts how often it is run. */
static char *counting_qemu(void)
{
	char *path = stub_path(&s, "qemu"), *script;

	script = xasprintf("#!/bin/sh\n[ \"$1\" = --version ] && { echo QEMU $(cat %s/version); exit; }\n"
			   "echo x >>%s/count\nexec qemu-system-aarch64 \"$@\"\n", s.root, s.root);
	stub_put(&s, "qemu", script);
	stub_put(&s, "version", "1\n");
	chmod(path, 0755);
	free(script);
	qemu.program = path;
	return path;
}

START_TEST(it_is_kept_by_version_and_arguments)
{
	char *program = counting_qemu(), *log = stub_path(&s, "count");
	struct buf dtb;

	get(&dtb);
	buf_finish(&dtb);
	get(&dtb);
	buf_finish(&dtb);
	ck_assert_int_eq(file_size(log), 2); /* one line: run once */
	stub_put(&s, "version", "2\n");
	tool_shelf_close(&tools); /* another run */
	tool_shelf_open(&tools, &arena, NULL);
	get(&dtb);
	buf_finish(&dtb);
	ck_assert_int_eq(file_size(log), 4);
	s.kind.memory.size = UINT64_C(1) << 30;
	get(&dtb);
	buf_finish(&dtb);
	ck_assert_int_eq(file_size(log), 6);
	free(program);
	free(log);
}
END_TEST

START_TEST(a_damaged_one_is_made_anew)
{
	char *argv[] = {"sh", "-c", "for f in $0/build/cache/dtb/*; do echo x >$f; done", s.root, NULL};
	struct buf first, second;
	pid_t pid;

	get(&first);
	pid = fork();
	if (pid == 0)
		_exit(execvp(argv[0], argv));
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	get(&second);
	ck_assert_uint_eq(first.len, second.len);
	buf_finish(&first);
	buf_finish(&second);
}
END_TEST

START_TEST(a_machine_that_qemu_refuses_is_an_error_with_its_words)
{
	struct err e = {0};
	struct dtb dtb;

	qemu.machine = "no-such-machine";
	ck_assert_int_eq(dtb_of_board(&s.kind, s.root, &tools, &arena, &dtb, &e), -1);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_ptr_nonnull(strstr(e.what, "unsupported machine type"));
	ck_assert_str_eq(e.where, "boards/kinds/shelf.yaml:3");
	qemu.program = "no-such-qemu";
	ck_assert_int_eq(dtb_of_board(&s.kind, s.root, &tools, &arena, &dtb, &e), -1);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_ptr_nonnull(strstr(e.what, "no-such-qemu"));
	stub_expect_clean(&s);
}
END_TEST

static uint64_t cells(const struct buf *dtb, const char *path, int i)
{
	int node = fdt_path_offset(dtb->data, path), size;
	const fdt64_t *reg = fdt_getprop(dtb->data, node, "reg", &size);

	ck_assert_int_ge(node, 0);
	ck_assert_int_eq(size, 2 * (int)sizeof *reg);
	ck_assert_ptr_nonnull(fdt_getprop(dtb->data, node, "no-map", NULL));
	return fdt64_ld(reg + i);
}

START_TEST(what_the_kind_reserves_is_in_it)
{
	static const struct reserved_region regions[] = {{"pd-images", 0x68000000, 0x400000}, {"guest", 0x50000000, 4096}};
	struct buf without, with;

	get(&without);
	s.kind.reserved = regions;
	s.kind.reserved_count = 2;
	get(&with);
	ck_assert_int_lt(fdt_path_offset(without.data, "/reserved-memory"), 0);
	ck_assert_int_eq(fdt_check_full(with.data, with.len), 0);
	ck_assert_uint_eq(cells(&with, "/reserved-memory/pd-images@68000000", 0), 0x68000000);
	ck_assert_uint_eq(cells(&with, "/reserved-memory/pd-images@68000000", 1), 0x400000);
	ck_assert_uint_eq(cells(&with, "/reserved-memory/guest@50000000", 1), 4096);
	buf_finish(&without);
	buf_finish(&with);
	get(&with); /* from the cache */
	ck_assert_uint_eq(cells(&with, "/reserved-memory/guest@50000000", 0), 0x50000000);
	buf_finish(&with);
}
END_TEST

START_TEST(real_hardware_has_none)
{
	struct buf dtb;

	s.kind.qemu = NULL;
	get(&dtb);
	ck_assert_uint_eq(dtb.len, 0);
	buf_finish(&dtb);
}
END_TEST

START_TEST(a_build_gets_it_in_a_file_and_it_counts)
{
	char first[SHA256_HEX], second[SHA256_HEX];

	s.build[2] = "cp $RUNTEST_DTB $RUNTEST_OUT/loader.img; cp $RUNTEST_DTB $RUNTEST_OUT/hello.elf";
	stub_expect(&s, BUILD_BUILT, first);
	s.kind.memory.size = UINT64_C(1) << 30;
	stub_expect(&s, BUILD_BUILT, second);
	ck_assert_str_ne(first, second);
}
END_TEST

/* A list of reserved memory without its end: it goes on through nodes and names, up to zeros behind them. libfdt's own
 * check accepts that, and packed the tree is larger than it was. */
START_TEST(a_tree_whose_blocks_share_bytes_is_refused)
{
	char tree[512] = "", *exact;
	struct err e = {0};
	size_t n;

	fdt_create(tree, sizeof tree);
	fdt_finish_reservemap(tree);
	fdt_begin_node(tree, "");
	fdt_property_string(tree, "bootargs", "0123456789abcdef0123456789abcdef0123456789abcdef");
	fdt_end_node(tree);
	ck_assert_int_eq(fdt_finish(tree), 0);
	n = fdt_totalsize(tree);
	memset(tree + n, 0, 32);
	n += 32;
	tree[fdt_off_mem_rsvmap(tree) + 15] = 1;
	fdt_set_totalsize(tree, (uint32_t)n);
	ck_assert_int_eq(fdt_check_full(tree, n), 0);
	ck_assert_int_gt(fdt_num_mem_rsv(tree), 4);
	exact = malloc(n); /* a byte too far is behind an allocation */
	memcpy(exact, tree, n);
	ck_assert_int_eq(dtb_strip_seeds(exact, &n, &e), -1);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	free(exact);
}
END_TEST

/* libfdt takes its length for one that ends a byte before it begins. */
START_TEST(a_property_of_four_gib_is_refused)
{
	char tree[512] = "", *value;
	struct err e = {0};
	size_t n;

	fdt_create(tree, sizeof tree);
	fdt_finish_reservemap(tree);
	fdt_begin_node(tree, "");
	fdt_property_string(tree, "x", "");
	fdt_end_node(tree);
	ck_assert_int_eq(fdt_finish(tree), 0);
	n = fdt_totalsize(tree);
	ck_assert_int_eq(dtb_strip_seeds(tree, &n, &e), 0);
	value = memmem(tree + fdt_off_dt_struct(tree), 32, "\0\0\0\3\0\0\0\1", 8);
	ck_assert_ptr_nonnull(value);
	memset(value + 4, 0xff, 4);
	ck_assert_int_eq(dtb_strip_seeds(tree, &n, &e), -1);
	ck_assert_int_eq(e.kind, ERR_INFRA);
}
END_TEST

Suite *dtb_test(void)
{
	Suite *suite = suite_create("dtb");
	TCase *t = tcase_create("dtb");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, seeds_are_taken_out_and_nothing_else);
	tcase_add_test(t, what_is_no_device_tree_is_refused);
	tcase_add_test(t, two_dumps_of_qemu_are_the_same);
	tcase_add_test(t, it_is_kept_by_version_and_arguments);
	tcase_add_test(t, a_damaged_one_is_made_anew);
	tcase_add_test(t, a_machine_that_qemu_refuses_is_an_error_with_its_words);
	tcase_add_test(t, what_the_kind_reserves_is_in_it);
	tcase_add_test(t, real_hardware_has_none);
	tcase_add_test(t, a_build_gets_it_in_a_file_and_it_counts);
	tcase_add_test(t, a_tree_whose_blocks_share_bytes_is_refused);
	tcase_add_test(t, a_property_of_four_gib_is_refused);
	suite_add_tcase(suite, t);
	return suite;
}
