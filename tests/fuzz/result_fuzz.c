/* One session's result as JSON: what is read is written and read again, and comes out the same. */
#include "fuzz.h"
#include "result/guest.h"
#include "result/evidence.h"
#include "result/lost.h"
#include "result/sample.h"

const unsigned fuzz_cost = 5;

static void say(struct session_result *r)
{
	struct lost_pages lost;
	struct buf out = {0};

	guest_add_counts(&out, r);
	guest_add_failure(&out, r);
	evidence_add_brief(&out, r);
	lost_pages_find(&lost, &r->evidence, &r->arena);
	if (r->evidence.page_count)
		evidence_add_fault(&out, &r->evidence, &r->evidence.pages[0]);
	buf_finish(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct session_result r, again;
	struct err e = {0};
	char *json, *second;

	session_result_init(&r);
	if (session_result_from_json(&r, (const char *)bytes, n, &e) == 0) {
		say(&r);
		json = session_result_to_json(&r);
		session_result_init(&again);
		if (session_result_from_json(&again, json, strlen(json), &e) < 0)
			abort();
		second = session_result_to_json(&again);
		if (strcmp(json, second) != 0)
			abort();
		session_result_finish(&again);
		free(json);
		free(second);
	} else if (!e.what[0]) {
		abort();
	}
	session_result_finish(&r);
	return 0;
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	for (size_t i = 0; i < SAMPLE_COUNT; i++) {
		struct session_result r;
		char *json;

		sample_result(&r, i);
		if (i % 2)
			sample_guest_tests(&r, true);
		json = session_result_to_json(&r);
		add(json, strlen(json));
		free(json);
		session_result_finish(&r);
	}
}
