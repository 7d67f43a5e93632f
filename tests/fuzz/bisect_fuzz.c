/* A bisection's bisect.json. */
#include <stdlib.h>
#include <string.h>

#include "bisect/state.h"
#include "fuzz.h"
#include "scratch.h"
#include "util/file.h"

const unsigned fuzz_cost = 5;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct bisect_state s, again;
	struct err e = {0};
	struct arena a;

	arena_init(&a);
	scratch_file("bisect.json", bytes, n);
	if (bisect_state_read(&s, &a, scratch_folder(), &e) == 0) {
		for (size_t i = 0; i < s.count; i++)
			if (!bisect_state_find(&s, s.tests[i].commit) || !bisect_state_find_tree(&s, s.tests[i].tree))
				abort();
		if (bisect_state_write(&s, scratch_folder(), &e) < 0 || bisect_state_read(&again, &a, scratch_folder(), &e) < 0 ||
		    again.count != s.count)
			abort();
	} else if (!e.what[0] || !e.where[0]) {
		abort();
	}
	arena_finish(&a);
	return 0;
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	static const char *const set[] = {"times=3", NULL};
	struct bisect_test tests[] = {
		{"c1", "t1", MARK_GOOD, {VERDICT_PASS, CAUSE_NONE}, "1", NULL, 1},
		{"c2", "t2", MARK_BAD, {VERDICT_FAIL, CAUSE_PD_CODE_CLEARED}, "2", "boots disagreed", 3},
		{"c3", "t3", MARK_NONE, {VERDICT_NONE, CAUSE_NONE}, NULL, "does not build", 0},
	};
	struct bisect_state s = {.repository = "/r", .folder = "f", .good = "c1", .bad = "c2", .scenario = "pd-survives",
				 .variant = "patched", .unit = "qemu", .config = "debug", .set = set, .repeat = 3,
				 .timeout_ms = 1000, .recipe = "abc", .tests = tests, .count = 3, .room = 3};
	struct buf path = {0}, json = {0};

	buf_printf(&path, "%s/bisect.json", scratch_folder());
	if (bisect_state_write(&s, scratch_folder(), NULL) < 0 || file_read(path.data, &json, NULL) < 0)
		abort();
	add(json.data, json.len);
	buf_finish(&path);
	buf_finish(&json);
}
