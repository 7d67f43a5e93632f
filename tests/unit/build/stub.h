/* A small project in a folder of its own, with one variant and one board, for the tests of the builder. */
#ifndef RUNTEST_TESTS_STUB_H
#define RUNTEST_TESTS_STUB_H

#include <check.h>
#include <dirent.h>
#include <unistd.h>

#include "build/builder.h"
#include "util/clock.h"
#include "util/file.h"

struct stub {
	char root[64];
	struct variant_patch patches[3];
	const char *build[6], *tools[3], *boards[2], *configs[3];
	char *source, *patch;
	struct variant_elf elfs[1];
	struct variant variant;
	struct board_kind kind;
	struct build_request request;
	struct build_options options;
};

static inline char *stub_path(const struct stub *s, const char *path)
{
	return xasprintf("%s/%s", s->root, path);
}

/* Write a file below the root, its folders too. */
static inline void stub_put(const struct stub *s, const char *path, const char *text)
{
	char *whole = stub_path(s, path), *slash = strrchr(whole, '/');
	struct err e = {0};

	*slash = '\0';
	ck_assert_msg(file_mkdirs(whole, &e) == 0, "%s", e.what);
	*slash = '/';
	ck_assert_msg(file_write_atomic(whole, text, strlen(text), false, &e) == 0, "%s", e.what);
	free(whole);
}

/* Sources of one file; `sh -c SCRIPT` is the build command. */
static inline void stub_make(struct stub *s, const char *script)
{
	memset(s, 0, sizeof *s);
	snprintf(s->root, sizeof s->root, "/tmp/builder-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(s->root));
	stub_put(s, "images/main.c", "one\ntwo\nthree\nfour\nfive\n");
	s->source = stub_path(s, "images");
	s->patch = stub_path(s, "change.patch");
	s->build[0] = "sh";
	s->build[1] = "-c";
	s->build[2] = script;
	s->boards[0] = "*";
	s->configs[0] = "debug";
	s->elfs[0] = (struct variant_elf){"pd", "hello", "hello.elf"};
	s->variant = (struct variant){.name = "stub", .about = "", .source = {.path = s->source}, .patches = s->patches,
				      .build = s->build, .tools = s->tools, .boards = s->boards, .configs = s->configs,
				      .image = "loader.img", .elfs = s->elfs, .elf_count = 1, .file = "variants.yaml",
				      .line = 7};
	s->kind = (struct board_kind){.name = "shelf", .arch = ARCH_AARCH64, .entry = "el2"};
	s->kind.load_address = 0x70000000;
	s->request = (struct build_request){&s->variant, &s->kind, "debug"};
	s->options = (struct build_options){.root = s->root, .jobs = 2, .output = -1};
}

static inline void stub_remove(struct stub *s)
{
	ck_assert_int_eq(file_remove_tree(s->root, NULL), 0);
	free(s->source);
	free(s->patch);
}

/* Build the one request, and expect that state; the key is copied out when key is given. */
static inline void stub_expect(struct stub *s, enum build_state state, char *key)
{
	struct build_results out;
	struct err e = {0};
	int rc = build_all(&s->request, 1, &s->options, &out, &e);

	ck_assert_msg(out.items[0].state == state, "%s instead of %s: %s", build_state_name(out.items[0].state),
		      build_state_name(state), e.what);
	ck_assert_int_eq(rc, state == BUILD_FAILED ? -1 : 0);
	if (key)
		memcpy(key, out.items[0].key, SHA256_HEX);
	build_results_finish(&out);
}

/* Build, expect a failure, and hand out its error. */
static inline struct err stub_expect_failure(struct stub *s)
{
	struct build_results out;
	struct err e = {0};

	ck_assert_int_eq(build_all(&s->request, 1, &s->options, &out, &e), -1);
	build_results_finish(&out);
	return e;
}

/* How many entries a folder below the root has; none when it is not there. */
static inline int stub_count(const struct stub *s, const char *folder)
{
	char *path = stub_path(s, folder);
	DIR *d = opendir(path);
	struct dirent *item;
	int n = 0;

	while (d && (item = readdir(d)))
		n += item->d_name[0] != '.';
	if (d)
		closedir(d);
	free(path);
	return n;
}

static inline void stub_expect_clean(const struct stub *s)
{
	ck_assert_int_eq(stub_count(s, "build/tmp"), 0);
}

/* As the next builds find it: a killed build's last process may take a moment to go, and holds its folder till then. */
static inline void stub_expect_swept(struct stub *s)
{
	int64_t deadline = clock_ms() + 60000;

	do {
		stub_expect(s, BUILD_CACHED, NULL);
	} while (stub_count(s, "build/tmp") && clock_ms() < deadline);
	stub_expect_clean(s);
}

#endif
