/* A small project without a mistake, in a temporary folder; tests change one thing in it and load it. */
#ifndef TESTS_UNIT_CONFIG_FIXTURE_H
#define TESTS_UNIT_CONFIG_FIXTURE_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "config/project.h"
#include "util/buf.h"
#include "util/file.h"

struct fixture {
	char root[64];
	struct project project;
	struct err_list errors;
};

static const struct {
	const char *path, *text;
} fixture_files[] = {
	{"boards/kinds/virt.yaml",
	 "kind: virt\n"
	 "about: a machine\n"
	 "arch: aarch64\n"
	 "entry: el2\n"
	 "memory: {base: 0x40000000, size: 2G}\n"
	 "load-address: 0x70000000\n"
	 "qemu:\n"
	 "  program: qemu-system-aarch64\n"
	 "  machine: virt\n"},
	{"boards/kinds/rock.yaml",
	 "kind: rock\n"
	 "about: a board\n"
	 "arch: riscv64\n"
	 "entry: s-mode\n"
	 "memory: {base: 0x80000000, size: 512M}\n"
	 "load-address: 0x80200000\n"},
	{"boards/units/rock-1.yaml", "unit: rock-1\nkind: rock\n"},
	{"images/variants.yaml",
	 "variants:\n"
	 "  - variant: good\n"
	 "    about: survives\n"
	 "    source: tree\n"
	 "    patches: [one.patch]\n"
	 "    build: [make, -j, 2]\n"
	 "    tools: [cc]\n"
	 "    boards: [virt, r*]\n"
	 "    configs: [debug, release]\n"
	 "    artefacts:\n"
	 "      image: loader.img\n"
	 "      elfs:\n"
	 "        - {role: kernel, path: kernel.elf}\n"
	 "        - {role: pd, name: hello, path: hello.elf}\n"
	 "  - variant: bad\n"
	 "    about: does not\n"
	 "    source: tree\n"
	 "    build: [make]\n"
	 "    boards: [virt]\n"
	 "    configs: [debug]\n"
	 "    artefacts: {image: loader.img}\n"},
	{"scenarios/demo.yaml",
	 "scenario: demo\n"
	 "about: a demonstration\n"
	 "tags: [spine]\n"
	 "deadline: 20s\n"
	 "deny:\n"
	 "  - {text: 'PANIC', cause: kernel-panic}\n"
	 "  - {text: 'oops'}\n"
	 "phases:\n"
	 "  - phase: boot\n"
	 "    deadline: 5s\n"
	 "    steps:\n"
	 "      - expect: 'crc=(?<crc>[0-9a-f]+)'\n"
	 "        within: 2s\n"
	 "        compare: {capture: crc, with: ro-crc32, of: hello}\n"
	 "      - witness: {after: up, stop: guest, regions: [pd, table], demand: intact}\n"
	 "      - wait: 3s\n"
	 "  - phase: talk\n"
	 "    deadline: 10s\n"
	 "    steps:\n"
	 "      - send: \"go\\0\\n\"\n"
	 "      - deny: {text: 'no', cause: pd-fault}\n"
	 "      - script: talk.exp\n"
	 "      - wait: 1s\n"
	 "finally:\n"
	 "  - witness: {at: end, regions: [pd], demand: report}\n"
	 "variants:\n"
	 "  good: pass\n"
	 "  bad: {fails-with: pd-code-cleared}\n"},
	{"scenarios/talk.exp", "send hello\n"},
	{"images/one.patch", "--- a\n"},
	{"images/tree/Makefile", "all:\n"},
};

enum { FIXTURE_FILES = sizeof fixture_files / sizeof fixture_files[0] };

/* The text of one of the files above. */
static inline const char *fixture_text(const char *path)
{
	for (size_t i = 0; i < FIXTURE_FILES; i++)
		if (strcmp(fixture_files[i].path, path) == 0)
			return fixture_files[i].text;
	ck_abort_msg("no fixture file %s", path);
}

static inline void fixture_write_bytes(struct fixture *f, const char *path, const void *bytes, size_t n)
{
	struct err e = {0};
	char *full, *folder;

	full = xasprintf("%s/%s", f->root, path);
	folder = xstrdup(full);
	*strrchr(folder, '/') = '\0';
	ck_assert_int_eq(file_mkdirs(folder, &e), 0);
	ck_assert_int_eq(file_write_atomic(full, bytes, n, false, &e), 0);
	free(folder);
	free(full);
}

static inline void fixture_write(struct fixture *f, const char *path, const char *text)
{
	fixture_write_bytes(f, path, text, strlen(text));
}

static inline void fixture_remove(struct fixture *f, const char *path)
{
	char *full = xasprintf("%s/%s", f->root, path);
	struct err e = {0};

	ck_assert_int_eq(file_remove_tree(full, &e), 0);
	free(full);
}

static inline void fixture_init(struct fixture *f)
{
	const char *tmp = getenv("TMPDIR");

	*f = (struct fixture){.root = ""};
	snprintf(f->root, sizeof f->root, "%s/runtest-config-XXXXXX", tmp && strlen(tmp) < 32 ? tmp : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(f->root));
	err_list_init(&f->errors);
	for (size_t i = 0; i < FIXTURE_FILES; i++)
		fixture_write(f, fixture_files[i].path, fixture_files[i].text);
}

static inline void fixture_finish(struct fixture *f)
{
	struct err e = {0};

	project_finish(&f->project);
	err_list_finish(&f->errors);
	ck_assert_int_eq(file_remove_tree(f->root, &e), 0);
}

static inline int fixture_load(struct fixture *f)
{
	return project_load(&f->project, f->root, &f->errors);
}

#define FIXTURE_UNIT "boards/units/rock-1.yaml"
#define FIXTURE_ROCK "unit: rock-1\nkind: rock\n"

/* A unit of the hardware kind with these sections, which must be without a mistake. */
static inline const struct board_unit *fixture_unit(struct fixture *f, const char *sections)
{
	char *text = xasprintf(FIXTURE_ROCK "%s\n", sections);
	const struct board_unit *u;

	fixture_write(f, FIXTURE_UNIT, text);
	free(text);
	if (fixture_load(f) < 0)
		err_list_print(stderr, &f->errors);
	ck_assert_uint_eq(f->errors.count, 0);
	u = project_unit(&f->project, "rock-1");
	ck_assert_ptr_nonnull(u);
	return u;
}

/* The file with `find` (which is there) replaced by `put`. */
static inline void fixture_change(struct fixture *f, const char *path, const char *find, const char *put)
{
	const char *text = fixture_text(path), *found = strstr(text, find);
	struct buf b;

	ck_assert_msg(found, "%s has no \"%s\"", path, find);
	buf_init(&b);
	buf_add(&b, text, (size_t)(found - text));
	buf_adds(&b, put);
	buf_adds(&b, found + strlen(find));
	fixture_write(f, path, b.data);
	buf_finish(&b);
}

#endif
