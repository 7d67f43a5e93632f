/*
 * What guest tests print. The first byte chooses the format, a prefix, and whether it is known how others' lines begin;
 * the rest is the console.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "proto/cases.h"

const unsigned fuzz_cost = 2;

enum { FORMATS = 4, PREFIX = 4, OTHERS = 8 };

static void feed(struct cases *c, const char *text, size_t n)
{
	const char *end = text + n;

	for (const char *line = text, *next; line < end && !c->over; line = next + 1) {
		next = memchr(line, '\n', (size_t)(end - line));
		next = next ? next : end;
		cases_line(c, line, (size_t)(next - line), (struct cases_place){.offset = (uint64_t)(line - text)});
	}
}

static void check(const struct cases *c)
{
	unsigned sum = 0;

	for (int i = 0; i < CASE_OUTCOMES; i++)
		sum += c->outcomes[i];
	if (sum != c->count || c->count > CASES_MAX)
		abort();
	for (size_t i = 0; i < c->count; i++)
		if (!c->items[i].name[0] || strlen(c->items[i].name) > CASES_NAME_MAX || c->items[i].text.len > CASES_TEXT_MAX)
			abort();
	if (cases_passed(c) && (c->fault_count || c->outcomes[CASE_FAIL] || !c->outcomes[CASE_PASS]))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static const char *const others[] = {"MON|", "PD|", NULL};
	unsigned how = n ? bytes[0] : 0;
	struct cases_options o = {.format = how % FORMATS == 3 ? NULL : cases_format_name((int)(how % FORMATS)),
				  .prefix = how & PREFIX ? "T|" : NULL,
				  .others = how & OTHERS ? others : NULL};
	struct cases c;

	cases_init(&c, &o);
	if (n)
		feed(&c, (const char *)bytes + 1, n - 1);
	cases_end(&c, NULL);
	check(&c);
	cases_finish(&c);
	return 0;
}

/* `line` as often as a guest could print it in a minute, with its number in it. */
static void add_much(void (*add)(const void *bytes, size_t n), char how, const char *head, const char *line)
{
	struct buf b = {0};

	buf_addc(&b, how);
	buf_adds(&b, head);
	for (int i = 1; i < 200000; i++)
		for (const char *p = line; *p; p++) {
			if (*p == '#')
				buf_printf(&b, "%d", i);
			else
				buf_addc(&b, *p);
		}
	add(b.data, b.len);
	buf_finish(&b);
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	static const char *const outputs[] = {
		"3TAP version 14\n1..4\n# Subtest: s\n    1..2\n    ok 1 - a\n    not ok 2 - b # TODO later\n    ---\n    at: 7\n"
		"    ...\nok 1 - s\nok 2 - c # SKIP no net\nnot ok 3 \\# d # time=5ms\nBail out! x\n",
		"3KTAP version 1\n1..2\n  KTAP version 1\n  1..2\n    KTAP version 1\n    # Subtest: p\n    1..2\n"
		"    not ok 1 test_1\n    ok 2 test_2\n  not ok 1 test_3\n  ok 2 test_4 # SKIP\n# why\nok 1 a\nok 2 b # XFAIL\n",
		"3seL4 Test\n<testsuite>\n\t<testcase classname=\"sel4test\" name=\"A\">\n\t\t<failure type=\"failure\">error at line "
		"48</failure>\n\t\t<system-out>Running\n a < b\n</system-out>\n\t</testcase>\n</testsuite>\n"
		"All is well in the universe\n",
		"3<testsuite name=\"x\" tests=\"2\">\n<testcase name=\"a &lt;&#65;&amp;&gt; b\" time=\"0.25\"/><testcase name=\"c\">"
		"<skipped message=\"no net\"/></testcase>\n</testsuite>\n",
		"\007T|1..2\nT|ok 1 - a\nnoise\nT|ok 2 - b\n",
		"\017T|1..2\nT|not MON|INFO: x\nok 1 - a\nT|ok 2 PD|hello: y\n - b\n",
		"\013KTAP version 1\n1..1\n  KTAP verMON|a\nsion 1\n  1..1\n  ok 1 a\nok 1 s\n",
	};

	for (size_t i = 0; i < sizeof outputs / sizeof outputs[0]; i++)
		add(outputs[i], strlen(outputs[i]));
	add_much(add, '3', "TAP version 14\n", "ok # - same\n");
	add_much(add, '3', "TAP version 14\n1..300000\n", "ok 1 - a\n");
	add_much(add, '3', "TAP version 14\n", "# Subtest: s\n    ok # - b\n    1..1\n");
	add_much(add, '3', "KTAP version 1\n", "  KTAP version 1\n  ok # a\n");
	add_much(add, '3', "<testsuite>\n", "<testcase name=\"a#\">\n<failure>x</failure>\n</testcase>\n");
	add_much(add, '3', "<testsuite>\n<testcase name=\"a\">\n<system-out>", "<a <b <c #\n");
	add_much(add, '\013', "KTAP version 1\n", "ok MON|#\n");
}
