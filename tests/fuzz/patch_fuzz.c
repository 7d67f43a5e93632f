/* Patches, and what patch(1) says when it refuses one. */
#include <stdlib.h>
#include <string.h>

#include "build/patch.h"
#include "fuzz.h"
#include "scratch.h"
#include "util/buf.h"

const unsigned fuzz_cost = 1;

enum { PATCH, SAID, PARTS };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct part p[PARTS];
	struct patch_file patch = {.path = "one.patch"};
	struct err e = {0};
	char *text, *said;

	scratch_parts(p, PARTS, bytes, n);
	text = malloc(p[PATCH].n + 1);
	said = malloc(p[SAID].n + 1);
	memcpy(text, p[PATCH].bytes, p[PATCH].n);
	memcpy(said, p[SAID].bytes, p[SAID].n);
	text[p[PATCH].n] = said[p[SAID].n] = '\0';
	patch.text = text;
	patch.size = p[PATCH].n;
	if (patch_explain(&patch, said, &e) != -1 || e.kind != ERR_BUILD || !e.what[0] || strncmp(e.where, "one.patch", 9) != 0)
		abort();
	free(text);
	free(said);
	return 0;
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	static const char patch[] = "From x\n--- a/src/a.c\t2026-01-01\n+++ b/src/a.c\t2026-01-01\n@@ -1,3 +1,4 @@ f\n a\n-b\n+c\n+d\n e\n"
				    "@@ -9 +10,2 @@\n x\n+y\n--- /dev/null\n+++ b/new.c\n@@ -0,0 +1 @@\n+z\n--- \n+++ \n@@ -1,-2 +3,-4 @@\n";
	static const char *const said[] = {
		"patching file src/a.c\nHunk #1 succeeded at 2 (offset 1 line).\nHunk #2 FAILED at 10.\n1 out of 2 hunks FAILED\n",
		"patching file 'a b.c' (renamed from x)\nReversed (or previously applied) patch detected!  Skipping patch.\n",
		"can't find file to patch at input line 13\nPerhaps you used the wrong -p or --strip option?\n",
		"The next patch would create the file src/a.c,\nwhich already exists!  Skipping patch.\n",
		"patch: **** malformed patch at line 7: @@ -1\n",
		"patch: **** Only garbage was found in the patch input.\n",
	};
	struct buf b = {0};

	for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
		buf_clear(&b);
		buf_adds(&b, patch);
		buf_adds(&b, SCRATCH_CUT);
		buf_adds(&b, said[i]);
		add(b.data, b.len);
	}
	buf_clear(&b);
	buf_adds(&b, patch);
	buf_adds(&b, SCRATCH_CUT);
	while (b.len < 4 << 20)
		buf_adds(&b, "Hunk #1 succeeded at 2 (offset 1 line).\n");
	add(b.data, b.len);
	buf_finish(&b);
}
