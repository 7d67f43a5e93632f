/*
 * The XML that seL4's own test suite prints when it is configured to (CONFIG_PRINT_XML), and JUnit's like it:
 *
 *	<testsuite>
 *		<testcase classname="sel4test" name="BIND0001">
 *			<failure type="failure">error == 0 at line 48 of file binding.c</failure>
 *			<system-out>what the test printed</system-out>
 *		</testcase>
 *	</testsuite>
 *	All is well in the universe
 *
 * Sources: seL4/sel4test, apps/sel4test-driver/src/main.c; seL4/seL4_libs, libsel4test/src/test.c. From JUnit come
 * `tests` of a testsuite, `time` (seconds) of a testcase, <skipped/> and tags without content.
 *
 * The texts are printed as they are, so that this is no XML: tags are looked for line by line. What stands for a plan
 * is the line behind the suite, or `tests`; without either, nobody knows whether all cases came. A case's name is
 * there once only, as the suite itself demands of its tests.
 */
#include <stdlib.h>
#include <string.h>

#include "proto/caseformat.h"
#include "proto/xmltag.h"
#include "util/mem.h"

enum closing { NOT_SAID, ALL_WELL, FAILURES, NOT_RUN };

struct suite {
	bool ended;
	enum closing closing; /* what the line behind the suite says */
	bool open;            /* a case is, and this is it: */
	char name[CASES_NAME_MAX];
	enum case_outcome outcome;
	int64_t time_us;
	struct buf text;
	const char *inside; /* the element whose text is read, NULL: none */
};

static const char *const closings[] = {
	[ALL_WELL] = "All is well in the universe",
	[FAILURES] = "*** FAILURES DETECTED ***",
	[NOT_RUN] = "*** ALL tests not run ***",
};

static const char *past_blanks(const char *line, size_t *n)
{
	while (*n && (*line == ' ' || *line == '\t')) {
		line++;
		--*n;
	}
	while (*n && strchr(" \t\r", line[*n - 1]))
		--*n;
	return line;
}

/* ---- cases ---- */

static void open_case(struct suite *s, const char *name)
{
	s->open = true;
	snprintf(s->name, sizeof s->name, "%s", name);
	s->outcome = CASE_PASS;
	s->time_us = -1;
	buf_clear(&s->text);
	s->inside = NULL;
}

static bool has_case(const struct cases *c, const char *name)
{
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->items[i].name, name) == 0)
			return true;
	return false;
}

static void close_case(struct cases *c, struct suite *s)
{
	struct test_case *t;

	s->open = false;
	s->inside = NULL;
	if (has_case(c, s->name))
		cases_fault(c, "case %s came twice", s->name);
	t = cases_add(c, s->name, strlen(s->name), s->outcome, 0);
	if (!t)
		return;
	t->time_us = s->time_us;
	t->text = s->text;
	buf_init(&s->text);
	c->came++;
}

static void unfinished_case(struct cases *c, struct suite *s)
{
	cases_fault(c, "case %s never ended", s->name);
	s->outcome = CASE_FAIL;
	close_case(c, s);
}

/* ---- tags ---- */

static void on_suite(struct cases *c, struct suite *s, const struct xml_tag *t)
{
	char tests[16];

	if (t->closing) {
		if (s->open)
			unfinished_case(c, s);
		s->ended = true;
		return;
	}
	if (c->begun) {
		cases_fault(c, "it began a second time, after %zu case%s", c->count, c->count == 1 ? "" : "s");
		c->over = true;
		return;
	}
	c->begun = true;
	if (xml_tag_attribute(t, "tests", tests, sizeof tests))
		c->planned = (int)(cases_decimal(tests, strlen(tests), NULL) / 1000000);
}

static void begin_case(struct cases *c, struct suite *s, const struct xml_tag *t)
{
	char class[CASES_NAME_MAX / 2] = "", name[CASES_NAME_MAX / 2], time[32], full[CASES_NAME_MAX];

	if (s->open)
		unfinished_case(c, s);
	if (!c->begun)
		cases_fault(c, "the cases began without a <testsuite>");
	c->begun = true;
	if (s->ended)
		cases_fault(c, "a case came behind the end of the suite");
	xml_tag_attribute(t, "classname", class, sizeof class);
	if (!xml_tag_attribute(t, "name", name, sizeof name)) {
		cases_fault(c, "a case has no name: %.*s", (int)(t->len < 80 ? t->len : 80), t->name - 1);
		snprintf(name, sizeof name, "case %zu", c->count + 1);
	}
	snprintf(full, sizeof full, "%s%s%s", class, class[0] ? "/" : "", name);
	open_case(s, full);
	if (xml_tag_attribute(t, "time", time, sizeof time))
		s->time_us = cases_decimal(time, strlen(time), NULL);
	if (t->empty)
		close_case(c, s);
}

static void on_case(struct cases *c, struct suite *s, const struct xml_tag *t)
{
	if (!t->closing)
		begin_case(c, s, t);
	else if (s->open)
		close_case(c, s);
	else if (c->begun)
		cases_fault(c, "a case ended that never began");
}

/* Inside of a case: what it says of its result. */
static void on_result(struct cases *c, struct suite *s, const struct xml_tag *t, const char *element)
{
	enum case_outcome says = strcmp(element, "skipped") == 0 ? CASE_SKIP : CASE_FAIL;
	char message[CASES_NAME_MAX];

	if (!c->begun)
		return;
	if (!s->open)
		cases_fault(c, "a <%s%s> came outside of any case", t->closing ? "/" : "", element);
	else if (t->closing)
		cases_fault(c, "a </%s> came in case %s whose beginning is lost", element, s->name);
	if (s->outcome != CASE_FAIL)
		s->outcome = t->closing ? CASE_FAIL : says;
	if (!t->closing && xml_tag_attribute(t, "message", message, sizeof message))
		cases_say(&s->text, message, strlen(message));
	s->inside = t->closing || t->empty ? NULL : element;
}

static void on_output(struct cases *c, struct suite *s, const struct xml_tag *t, const char *element)
{
	(void)c;
	if (s->open && !t->closing && !t->empty)
		s->inside = element;
}

/* False: no tag of ours. */
static bool on_tag(struct cases *c, struct suite *s, const struct xml_tag *t)
{
	static const char *const results[] = {"failure", "error", "skipped"};
	static const char *const outputs[] = {"system-out", "system-err"};

	if (xml_tag_is(t, "testsuite"))
		return on_suite(c, s, t), true;
	if (xml_tag_is(t, "testcase"))
		return on_case(c, s, t), true;
	for (size_t i = 0; i < sizeof results / sizeof results[0]; i++)
		if (xml_tag_is(t, results[i]))
			return on_result(c, s, t, results[i]), true;
	for (size_t i = 0; i < sizeof outputs / sizeof outputs[0]; i++)
		if (xml_tag_is(t, outputs[i]))
			return on_output(c, s, t, outputs[i]), true;
	return false;
}

/* ---- lines ---- */

static bool known(const struct xml_tag *t)
{
	static const char *const names[] = {"testsuite", "testcase", "failure", "error", "skipped", "system-out",
					    "system-err"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (xml_tag_is(t, names[i]))
			return true;
	return false;
}

static enum closing closing_of(const char *line, size_t n)
{
	line = past_blanks(line, &n);
	for (int i = ALL_WELL; i <= NOT_RUN; i++)
		if (n == strlen(closings[i]) && memcmp(line, closings[i], n) == 0)
			return (enum closing)i;
	return NOT_SAID;
}

static void say(struct suite *s, const char *text, size_t n)
{
	char plain[CASES_TEXT_MAX];

	text = past_blanks(text, &n);
	cases_say(&s->text, plain, xml_text(plain, sizeof plain, text, n));
}

/* Text of an element, up to its end or the line's. Returns how much was read. */
static size_t read_text(struct suite *s, const char *line, size_t n)
{
	char end[24];
	const char *at;
	int len = snprintf(end, sizeof end, "</%s>", s->inside);

	at = memmem(line, n, end, (size_t)len);
	say(s, line, at ? (size_t)(at - line) : n);
	if (!at)
		return n;
	s->inside = NULL;
	return (size_t)(at - line) + (size_t)len;
}

/* A tag that begins a line ends a text whose end was lost: it is not the guest's to print such tags in a test. */
static void leave_text(struct cases *c, struct suite *s, const struct xml_tag *t)
{
	bool own_end = t->closing && xml_tag_is(t, s->inside);

	if (own_end || t->cut || !known(t))
		return;
	cases_fault(c, "the <%s> of case %s never ended", s->inside, s->name);
	s->inside = NULL;
}

/* "\t\t<fai", and then somebody else: what was said of the case is lost. */
static void check_cut(struct cases *c, struct suite *s, const char *line, size_t n)
{
	static const char *const grave[] = {"<failure", "<error"};

	for (size_t i = 0; i < sizeof grave / sizeof grave[0]; i++) {
		if (n < 2 || line[0] != '<' || line[1] != grave[i][1])
			continue;
		cases_fault(c, "a tag in case %s is cut in two: \"%.*s\"", s->name, (int)(n < 60 ? n : 60), line);
		s->outcome = CASE_FAIL;
	}
}

static bool read_line(struct cases *c, const char *line, size_t n)
{
	struct suite *s = c->state;
	struct xml_tag tag;
	size_t rest = n;
	const char *first = past_blanks(line, &rest);
	bool taken = c->begun && s->inside;

	if (s->inside && xml_tag_read(&tag, first, rest))
		leave_text(c, s, &tag);
	else if (s->open && !s->inside && !(xml_tag_read(&tag, first, rest) && known(&tag)))
		check_cut(c, s, first, rest);
	for (size_t i = 0; i < n && !c->over;) {
		if (s->inside) {
			i += read_text(s, line + i, n - i);
		} else if (xml_tag_read(&tag, line + i, n - i) && on_tag(c, s, &tag)) {
			taken = true;
			if (tag.cut)
				cases_fault(c, "a tag is cut off: \"%.*s\"", (int)(n - i < 60 ? n - i : 60), line + i);
			i += tag.len;
		} else {
			i++;
		}
	}
	if (c->begun && !s->inside && closing_of(line, n) != NOT_SAID) {
		s->closing = closing_of(line, n);
		taken = true;
	}
	c->complete = s->ended && (c->planned >= 0 || s->closing != NOT_SAID);
	return taken;
}

static bool opens(const char *line, size_t n)
{
	struct xml_tag tag;

	line = past_blanks(line, &n);
	return xml_tag_read(&tag, line, n) && xml_tag_is(&tag, "testsuite") && !tag.closing;
}

/* A line of tags, from the first to the last, is one. */
static enum speaker_piece what(const char *line, size_t n)
{
	struct xml_tag tag;
	bool tags;

	if (closing_of(line, n) != NOT_SAID)
		return PIECE_LINE;
	line = past_blanks(line, &n);
	tags = xml_tag_read(&tag, line, n) && known(&tag) && !tag.cut && line[n - 1] == '>';
	return tags ? PIECE_LINE : PIECE_PART;
}

static void *create(void)
{
	return xcalloc(1, sizeof(struct suite));
}

static void destroy(void *state)
{
	buf_finish(&((struct suite *)state)->text);
	free(state);
}

static void end(struct cases *c)
{
	struct suite *s = c->state;

	if (s->open)
		unfinished_case(c, s);
	if (!s->ended)
		cases_fault(c, "the suite never ended: %zu case%s came", c->count, c->count == 1 ? "" : "s");
	else if (c->planned < 0 && s->closing == NOT_SAID)
		cases_fault(c, "nothing says whether all cases came: there is neither \"%s\" nor tests=\"N\"",
			    closings[ALL_WELL]);
	if (c->planned >= 0 && c->planned != c->came)
		cases_fault(c, "the suite announced %d case%s, and %d came", c->planned, c->planned == 1 ? "" : "s", c->came);
	if (s->closing == NOT_RUN)
		cases_fault(c, "the guest says that not all of its tests were run");
	if (s->closing == FAILURES && !c->outcomes[CASE_FAIL])
		cases_fault(c, "the guest says that a test failed, and none of those that came did");
}

const struct cases_format cases_sel4test = {
	.name = "sel4test",
	.opens = opens,
	.what = what,
	.create = create,
	.destroy = destroy,
	.line = read_line,
	.end = end,
};
