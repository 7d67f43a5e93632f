/* What git prints: the entries of a tree (first byte even), or the lines of a log. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "git/listing.h"
#include "git/series.h"

const unsigned fuzz_cost = 1;

static void list(struct arena *a, char *text, size_t n)
{
	struct git_listing l;
	struct err e = {0};

	if (git_listing_read(&l, a, text, n, &e) < 0) {
		if (e.kind != ERR_BUILD || !e.what[0])
			abort();
		return;
	}
	for (size_t i = 0; i < l.count; i++) {
		const char *p = l.entries[i].path;

		if (!git_is_id(l.entries[i].id) || p[0] == '/' || strstr(p, "/../") || strncmp(p, "../", 3) == 0 ||
		    strstr(p, "/.git/"))
			abort();
	}
}

static void read_log(char *text)
{
	struct git_patch p = {0};
	struct err e = {0};
	char *next;

	for (char *line = strtok_r(text, "\n", &next); line; line = strtok_r(NULL, "\n", &next))
		if (git_series_commit(&p, line, "repository", &e) == 0 && (!p.commit || !p.subject))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena a;
	char *text;

	if (!n)
		return 0;
	arena_init(&a);
	text = malloc(n); /* of exactly that size */
	memcpy(text, bytes + 1, n - 1);
	text[n - 1] = '\0';
	if (bytes[0] % 2)
		read_log(text);
	else
		list(&a, text, n - 1);
	free(text);
	arena_finish(&a);
	return 0;
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	static const char tree[] = "0100644 blob 0123456789abcdef0123456789abcdef01234567\tsrc/a b.c\0"
				   "100755 blob 0123456789abcdef0123456789abcdef01234567\tmake\0"
				   "120000 blob 0123456789abcdef0123456789abcdef01234567\ta/../b\0"
				   "160000 commit 0123456789abcdef0123456789abcdef01234567\tsub/.git/x\0";
	static const char log[] = "10123456789abcdef0123456789abcdef01234567 aaaa456789abcdef0123456789abcdef01234567\tfirst\n"
				  "bbbb456789abcdef0123456789abcdef01234567 \troot, with a \ttab\n"
				  "cccc456789abcdef0123456789abcdef01234567 aaaa bbbb\tmerge\n";

	add(tree, sizeof tree - 1);
	add(log, sizeof log - 1);
}
