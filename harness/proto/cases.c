#include "proto/cases.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/caseformat.h"
#include "util/mem.h"

static const struct cases_format *const formats[] = {&cases_tap, &cases_ktap, &cases_sel4test};
enum { FORMATS = sizeof formats / sizeof formats[0] };

const char *cases_format_name(int i)
{
	return i >= 0 && i < FORMATS ? formats[i]->name : NULL;
}

const char *cases_format_of(const struct cases *c)
{
	return c->format ? c->format->name : NULL;
}

const char *case_outcome_name(enum case_outcome o)
{
	static const char *const names[CASE_OUTCOMES] = {
		[CASE_PASS] = "pass", [CASE_FAIL] = "fail", [CASE_SKIP] = "skip", [CASE_TODO] = "todo"};

	return (unsigned)o < CASE_OUTCOMES ? names[o] : "unknown";
}

static void use(struct cases *c, const struct cases_format *f)
{
	c->format = f;
	c->state = f->create();
}

void cases_init(struct cases *c, const struct cases_options *o)
{
	memset(c, 0, sizeof *c);
	c->planned = -1;
	speaker_init(&c->speaker, o->prefix, o->others);
	for (int i = 0; o->format && i < FORMATS; i++)
		if (strcmp(formats[i]->name, o->format) == 0)
			use(c, formats[i]);
}

void cases_finish(struct cases *c)
{
	if (c->format)
		c->format->destroy(c->state);
	for (size_t i = 0; i < c->count; i++) {
		free(c->items[i].name);
		buf_finish(&c->items[i].text);
	}
	free(c->items);
	for (size_t i = 0; i < CASES_FAULTS_KEPT; i++)
		free(c->faults[i]);
	speaker_finish(&c->speaker);
	memset(c, 0, sizeof *c);
}

/* ---- for the formats ---- */

struct test_case *cases_add(struct cases *c, const char *name, size_t n, enum case_outcome outcome, int number)
{
	struct test_case *t;

	if (c->count == CASES_MAX) {
		cases_fault(c, "more than %d cases came: the rest was not read", CASES_MAX);
		c->over = true;
		return NULL;
	}
	c->items = xgrow(c->items, &c->room, c->count + 1, sizeof *c->items);
	t = &c->items[c->count++];
	*t = (struct test_case){.outcome = outcome, .number = number, .time_us = -1, .place = c->place};
	t->name = n && name[0] ? xasprintf("%.*s", (int)(n < CASES_NAME_MAX ? n : CASES_NAME_MAX), name)
			       : xasprintf("test %d", number);
	c->outcomes[outcome]++;
	return t;
}

void cases_change(struct cases *c, struct test_case *t, enum case_outcome outcome)
{
	c->outcomes[t->outcome]--;
	t->outcome = outcome;
	c->outcomes[outcome]++;
}

void cases_say(struct buf *text, const char *line, size_t n)
{
	if (text->len + n + 1 > CASES_TEXT_MAX)
		n = text->len + 1 < CASES_TEXT_MAX ? CASES_TEXT_MAX - text->len - 1 : 0;
	if (!n)
		return;
	buf_add(text, line, n);
	buf_addc(text, '\n');
}

void cases_adopt(struct cases *c, size_t first, const char *parent)
{
	for (size_t i = first; i < c->count; i++) {
		struct test_case *t = &c->items[i];
		char *name = xasprintf("%.*s/%s", CASES_NAME_MAX / 2, parent, t->name);

		if (strlen(name) > CASES_NAME_MAX)
			name[CASES_NAME_MAX] = '\0';
		free(t->name);
		t->name = name;
	}
}

void cases_fault(struct cases *c, const char *fmt, ...)
{
	unsigned i = c->fault_count++;
	va_list ap;

	if (i >= CASES_FAULTS_KEPT)
		return;
	va_start(ap, fmt);
	c->faults[i] = xvasprintf(fmt, ap);
	va_end(ap);
}

int64_t cases_decimal(const char *text, size_t n, size_t *end)
{
	int64_t value = 0, unit = 1000000;
	size_t i = 0, digits = 0;

	for (; i < n && text[i] >= '0' && text[i] <= '9' && digits < 10; i++, digits++)
		value = value * 10 + (text[i] - '0');
	value *= unit;
	if (digits && i + 1 < n && text[i] == '.')
		for (i++; i < n && text[i] >= '0' && text[i] <= '9'; i++)
			value += (text[i] - '0') * (unit /= 10);
	if (end)
		*end = i;
	return digits ? value : -1;
}

/* ---- reading ---- */

static enum speaker_piece what(const char *line, size_t n)
{
	enum speaker_piece piece = PIECE_PART;

	for (int i = 0; piece == PIECE_PART && i < FORMATS; i++)
		piece = formats[i]->what(line, n);
	return piece;
}

static bool read_line(struct cases *c, const char *line, size_t n)
{
	for (int i = 0; !c->format && i < FORMATS; i++)
		if (formats[i]->opens(line, n))
			use(c, formats[i]);
	return c->format && !c->over && c->format->line(c, line, n);
}

bool cases_line(struct cases *c, const char *line, size_t n, struct cases_place place)
{
	int lines = speaker_feed(&c->speaker, line, n, c->format ? c->format->what : what);
	bool taken = c->begun && c->speaker.waits;

	c->place = place;
	for (int i = 0; i < lines; i++) {
		const struct buf *own = &c->speaker.lines[i];

		taken |= read_line(c, own->len ? own->data : "", own->len);
	}
	return taken;
}

void cases_end(struct cases *c, const char *cut)
{
	if (c->begun && !c->complete && !c->over && cut)
		cases_fault(c, "it was cut off: %s", cut);
	if (!c->begun)
		cases_fault(c, "no test results came");
	else if (!c->over)
		c->format->end(c);
	if (c->begun && !c->outcomes[CASE_PASS] && !c->outcomes[CASE_FAIL] && !c->fault_count)
		cases_fault(c, "nothing was tested: no case passed, and none failed");
}

bool cases_passed(const struct cases *c)
{
	return c->outcomes[CASE_PASS] && !c->outcomes[CASE_FAIL] && !c->fault_count;
}

const struct test_case *cases_first_failed(const struct cases *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->items[i].outcome == CASE_FAIL)
			return &c->items[i];
	return NULL;
}
