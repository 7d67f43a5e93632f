#include "proto/tapline.h"

#include <limits.h>
#include <string.h>
#include <strings.h>

#include "proto/caseformat.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void skip_blanks(struct tap_text *t)
{
	while (t->len && is_blank(*t->at)) {
		t->at++;
		t->len--;
	}
}

static void drop(struct tap_text *t, size_t n)
{
	t->at += n;
	t->len -= n;
}

static void trim(struct tap_text *t)
{
	skip_blanks(t);
	while (t->len && (is_blank(t->at[t->len - 1]) || t->at[t->len - 1] == '\r'))
		t->len--;
}

/* Take `word` off the front, if it stands there and ends there. */
static bool take_word(struct tap_text *t, const char *word, bool any_case)
{
	size_t n = strlen(word);

	if (t->len < n || (any_case ? strncasecmp(t->at, word, n) : strncmp(t->at, word, n)) != 0)
		return false;
	if (t->len > n && !is_blank(t->at[n]))
		return false;
	drop(t, n);
	skip_blanks(t);
	return true;
}

/* A number that ends with a blank or the text; -1: there is none, nothing is taken. */
static int take_number(struct tap_text *t)
{
	size_t n = 0;
	long value = 0;

	while (n < t->len && t->at[n] >= '0' && t->at[n] <= '9') {
		value = value < INT_MAX / 10 - 1 ? value * 10 + (t->at[n] - '0') : INT_MAX;
		n++;
	}
	if (!n || (n < t->len && !is_blank(t->at[n])))
		return -1;
	drop(t, n);
	skip_blanks(t);
	return (int)value;
}

/* ---- what stands behind "#" ---- */

static enum tap_directive take_directive(struct tap_text *t)
{
	static const char *const words[] = {[TAP_SKIP] = "skip", [TAP_TODO] = "todo", [TAP_XFAIL] = "xfail",
					    [TAP_TIMEOUT] = "timeout", [TAP_ERROR] = "error"};

	for (int i = TAP_SKIP; i <= TAP_ERROR; i++)
		if (take_word(t, words[i], true))
			return (enum tap_directive)i;
	return TAP_PLAIN;
}

/* "time=5ms", "time=1.5s": not in the specifications, but what many harnesses print. */
static int64_t time_of(struct tap_text t)
{
	static const struct {
		const char *name;
		int64_t per_us; /* parts of a microsecond in a millionth of it */
	} units[] = {{"ms", 1000}, {"us", 1000000}, {"s", 1}};
	size_t end;
	int64_t value;

	if (t.len < 5 || strncmp(t.at, "time=", 5) != 0)
		return -1;
	drop(&t, 5);
	value = cases_decimal(t.at, t.len, &end);
	drop(&t, end);
	for (size_t i = 0; value >= 0 && i < sizeof units / sizeof units[0]; i++)
		if (take_word(&t, units[i].name, false))
			return value / units[i].per_us;
	return -1;
}

/* The "#" that ends the description is the first one with a directive or a time behind it, else the first one. */
static void read_remark(struct tap_line *l)
{
	struct tap_text all = l->text;
	size_t first = all.len;

	for (size_t i = 0; i < all.len; i++) {
		struct tap_text rest = {all.at + i + 1, all.len - i - 1};

		if (all.at[i] != '#' || (i && !is_blank(all.at[i - 1])))
			continue;
		first = first < i ? first : i;
		skip_blanks(&rest);
		l->time_us = time_of(rest);
		l->directive = take_directive(&rest);
		if (l->directive != TAP_PLAIN || l->time_us >= 0) {
			l->text.len = i;
			l->reason = l->directive == TAP_PLAIN ? (struct tap_text){rest.at, 0} : rest;
			break;
		}
	}
	if (l->directive == TAP_PLAIN && l->time_us < 0 && first < all.len) {
		l->text.len = first;
		l->reason = (struct tap_text){all.at + first + 1, all.len - first - 1};
	}
	trim(&l->text);
	trim(&l->reason);
}

/* ---- kinds of lines ---- */

static bool read_version(struct tap_line *l, struct tap_text t)
{
	l->ktap = t.len && *t.at == 'K';
	if (!take_word(&t, "TAP", false) && !take_word(&t, "KTAP", false))
		return false;
	return take_word(&t, "version", false) && take_number(&t) >= 0 && !t.len;
}

static bool read_plan(struct tap_line *l, struct tap_text t)
{
	if (t.len < 4 || strncmp(t.at, "1..", 3) != 0)
		return false;
	drop(&t, 3);
	l->number = take_number(&t);
	if (l->number < 0 || (t.len && *t.at != '#'))
		return false;
	l->text = t;
	read_remark(l);
	return true;
}

static bool read_point(struct tap_line *l, struct tap_text t)
{
	int number;

	l->ok = !take_word(&t, "not", false);
	if (!take_word(&t, "ok", false))
		return false;
	number = take_number(&t);
	l->number = number < 0 ? 0 : number ? number : INT_MAX; /* tests are counted from 1 */
	if (t.len && *t.at == '-' && (t.len == 1 || is_blank(t.at[1])))
		drop(&t, 1);
	l->text = t;
	read_remark(l);
	return true;
}

static bool read_bail(struct tap_line *l, struct tap_text t)
{
	static const char words[] = "bail out!";

	if (t.len < sizeof words - 1 || strncasecmp(t.at, words, sizeof words - 1) != 0)
		return false;
	drop(&t, sizeof words - 1);
	l->text = t;
	trim(&l->text);
	return true;
}

static bool read_pragma(struct tap_line *l, struct tap_text t)
{
	(void)l;
	return take_word(&t, "pragma", false) && t.len > 1 && (*t.at == '+' || *t.at == '-');
}

static bool read_subtest(struct tap_line *l, struct tap_text t)
{
	if (!t.len || *t.at != '#')
		return false;
	drop(&t, 1);
	skip_blanks(&t);
	if (t.len < 7 || strncmp(t.at, "Subtest", 7) != 0)
		return false;
	drop(&t, 7);
	if (t.len && *t.at == ':')
		drop(&t, 1);
	else if (t.len)
		return false;
	trim(&t);
	l->text = t;
	return true;
}

static bool read_comment(struct tap_line *l, struct tap_text t)
{
	l->text = t;
	return t.len && *t.at == '#';
}

void tap_line_read(struct tap_line *l, const char *line, size_t n)
{
	static const struct {
		enum tap_kind kind;
		bool (*read)(struct tap_line *l, struct tap_text t);
	} kinds[] = {{TAP_POINT, read_point},     {TAP_PLAN, read_plan},     {TAP_SUBTEST, read_subtest},
		     {TAP_COMMENT, read_comment}, {TAP_VERSION, read_version}, {TAP_BAIL, read_bail},
		     {TAP_PRAGMA, read_pragma}};
	struct tap_text t = {line, n};

	while (t.len && (is_blank(t.at[t.len - 1]) || t.at[t.len - 1] == '\r'))
		t.len--;
	skip_blanks(&t);
	for (size_t i = 0; t.len && i < sizeof kinds / sizeof kinds[0]; i++) {
		*l = (struct tap_line){.kind = kinds[i].kind, .indent = (size_t)(t.at - line), .time_us = -1};
		if (kinds[i].read(l, t))
			return;
	}
	*l = (struct tap_line){.kind = t.len ? TAP_OTHER : TAP_BLANK, .indent = (size_t)(t.at - line), .text = t,
			       .time_us = -1};
}

enum speaker_piece tap_line_what(const char *line, size_t n)
{
	struct tap_line l;

	tap_line_read(&l, line, n);
	if (l.kind == TAP_OTHER || l.kind == TAP_BLANK)
		return PIECE_PART;
	return l.kind == TAP_COMMENT ? PIECE_EITHER : PIECE_LINE;
}
