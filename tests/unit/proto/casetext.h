/* Test results as text: what a codec made of some lines, one line a case ("pass NAME") or a fault ("! FAULT"). */
#ifndef RUNTEST_TESTS_PROTO_CASETEXT_H
#define RUNTEST_TESTS_PROTO_CASETEXT_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "proto/cases.h"
#include "util/mem.h"

static inline void casetext_feed(struct cases *c, const char *text)
{
	uint64_t offset = 0;

	while (*text) {
		size_t n = strcspn(text, "\n");

		cases_line(c, text, n, (struct cases_place){.at_ms = 1, .offset = offset});
		offset += n + (text[n] == '\n');
		text += n + (text[n] == '\n');
	}
}

static inline void casetext_write(struct buf *out, const struct cases *c)
{
	for (size_t i = 0; i < c->count; i++)
		buf_printf(out, "%s %s\n", case_outcome_name(c->items[i].outcome), c->items[i].name);
	for (unsigned i = 0; i < c->fault_count && i < CASES_FAULTS_KEPT; i++)
		buf_printf(out, "! %s\n", c->faults[i]);
}

struct casetext_row {
	const char *input, *want;
};

/* Hold what is made of the row's input against what is wanted; a pass takes at least one case and no fault. */
static inline void casetext_check(const struct cases_options *o, const struct casetext_row *row)
{
	bool clean = strstr(row->want, "pass ") && !strstr(row->want, "fail ") && !strchr(row->want, '!');
	struct cases c;
	struct buf got;

	buf_init(&got);
	cases_init(&c, o);
	casetext_feed(&c, row->input);
	cases_end(&c, NULL);
	casetext_write(&got, &c);
	ck_assert_msg(strcmp(got.data ? got.data : "", row->want) == 0, "of:\n%s\ncame:\n%s\nwanted:\n%s", row->input,
		      got.data ? got.data : "", row->want);
	ck_assert_int_eq(cases_passed(&c), clean);
	cases_finish(&c);
	buf_finish(&got);
}

#endif
