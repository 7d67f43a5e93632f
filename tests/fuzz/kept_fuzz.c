/*
 * What the harness keeps between runs and reads again: the index of a source tree, answers of tools, manifests of what
 * was built. Each may be damaged: then it counts for nothing. The first byte chooses.
 */
#include <stdlib.h>
#include <string.h>

#include "build/index.h"
#include "build/manifest.h"
#include "build/tool.h"
#include "fuzz.h"
#include "scratch.h"
#include "util/file.h"

const unsigned fuzz_cost = 2;

#define HASH "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

static void read_index(const char *path)
{
	struct stat st = {.st_size = 12};
	char hex[SHA256_HEX];
	struct index x;

	index_open(&x, path);
	for (size_t i = 1; i < x.count; i++)
		if (strcmp(x.entries[i - 1].path, x.entries[i].path) >= 0)
			abort();
	for (size_t i = 0; i < x.count; i++)
		index_find(&x, x.entries[i].path, &st, hex);
	index_find(&x, "no/such", &st, hex);
	index_close(&x, NULL);
}

static void read_tools(const char *path)
{
	struct tool_shelf s;
	struct arena a;

	arena_init(&a);
	tool_shelf_open(&s, &a, path);
	for (size_t i = 0; i < s.count; i++)
		if (!s.tools[i].name || !s.tools[i].path || !s.tools[i].version || !s.tools[i].signature)
			abort();
	s.changed = false;
	tool_shelf_close(&s);
	arena_finish(&a);
}

static void read_manifest(void)
{
	static const struct variant v = {.name = "good", .image = "loader.img", .report = "report.txt"};
	struct build_result r = {.request = {.variant = &v}, .folder = scratch_folder()};
	struct arena a;

	memcpy(r.key, HASH, sizeof r.key);
	arena_init(&a);
	if (manifest_read(&r, &a) == 0 && (!r.image.path || strlen(r.image.sha256) != SHA256_HEX - 1))
		abort();
	arena_finish(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const char *path;

	if (!n)
		return 0;
	path = scratch_file("manifest.json", bytes + 1, n - 1);
	switch (bytes[0] % 3) {
	case 0:
		read_index(path);
		break;
	case 1:
		read_tools(path);
		break;
	default:
		read_manifest();
	}
	return 0;
}

static void add_index(void (*add)(const void *bytes, size_t n), int files)
{
	struct buf b = {0};

	buf_add(&b, "0runtest source index 1", 24);
	for (int i = 0; i < files; i++) {
		buf_printf(&b, HASH " 12 -9223372036854775808 1700000000000000000 18446744073709551615 src/%07d.c", i);
		buf_addc(&b, '\0');
	}
	add(b.data, b.len);
	buf_finish(&b);
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	static const char tools[] = "1[{\"tool\": \"cc\", \"path\": \"/usr/bin/cc\", \"version\": \"12.2\", \"signature\": \"x\"}, {\"tool\": 1}]";
	static const char manifest[] = "2{\"format\": 1, \"key\": \"" HASH "\", \"artefacts\": [{\"role\": \"image\", \"path\": \"loader.img\", "
				       "\"size\": 5, \"mtime_ns\": 7, \"sha256\": \"" HASH "\"}, {\"path\": \"report.txt\", \"size\": 1, "
				       "\"mtime_ns\": 7, \"sha256\": \"" HASH "\"}]}";
	char *out = xasprintf("%s/out", scratch_folder());

	file_mkdirs(out, NULL);
	free(out);
	scratch_file("out/loader.img", "image", 5);
	scratch_file("out/report.txt", "r", 1);
	add_index(add, 3);
	add_index(add, 20000);
	add(tools, sizeof tools - 1);
	add(manifest, sizeof manifest - 1);
}
