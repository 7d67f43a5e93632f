#include "session/markers.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "match/pattern.h"
#include "session/state.h"
#include "util/clock.h"
#include "util/mem.h"

enum {
	REST_OF_LINE_MS = 1000, /* a line that is not ended by then is decided upon as it is */
	BEFORE = 4096,        /* so much of a line is looked at before the text ... */
	LINE_SIZE = 8192,     /* ... and altogether */
};

/* ---- which ones ---- */

static bool is_watched(const struct scenario *sc, const struct marker *m)
{
	return m->kind != MARKER_TELLS && !(m->kind == MARKER_CAUSE && sc->allowed_causes & 1u << m->cause);
}

static bool is_among(const struct marker_table *const *tables, const struct marker_table *t)
{
	for (; tables && *tables; tables++)
		if (*tables == t)
			return true;
	return false;
}

static void add_table(struct markers *all, const struct marker_table *t)
{
	all->items = xgrow(all->items, &all->room, all->count + t->count, sizeof *all->items);
	for (size_t i = 0; i < t->count; i++)
		all->items[all->count++] = &t->markers[i];
}

/* The board kind's tables, then those that the scenario adds. */
static void collect(struct markers *all, const struct scenario *sc, const struct board_kind *kind)
{
	for (const struct marker_table *const *t = kind->markers; t && *t; t++)
		add_table(all, *t);
	for (const struct marker_table *const *t = sc->markers; t && *t; t++)
		if (!is_among(kind->markers, *t))
			add_table(all, *t);
}

void markers_share(const struct scenario *sc, const struct board_kind *kind)
{
	struct markers all = {.items = NULL};

	collect(&all, sc, kind);
	for (size_t i = 0; i < all.count; i++)
		if (is_watched(sc, all.items[i]))
			pattern_keep(all.items[i]->text.regex);
	free(all.items);
}

static int64_t boot_limit(const struct session *s)
{
	int64_t own = s->spec->scenario->boot_deadline_ms;

	return own ? own : s->spec->unit->kind->boot_deadline_ms;
}

static int watch_marker(struct session *s, size_t i)
{
	const struct marker *m = s->markers.items[i];
	int id = MARKERS_FROM + (int)i;
	struct err e;
	int rc = m->kind == MARKER_MARK ? watch_note(s->watch, m->text.regex, id, &e)
					: watch_deny(s->watch, m->text.regex, id, &e);

	if (rc < 0)
		session_end_error(s, &e);
	return rc;
}

int markers_begin(struct session *s)
{
	struct markers *all = &s->markers;

	collect(all, s->spec->scenario, s->spec->unit->kind);
	all->reached = xcalloc(all->count + 1, sizeof *all->reached);
	for (size_t i = 0; i < all->count; i++) {
		all->has_end |= all->items[i]->ends == MARKER_ENDS_BOOT;
		if (is_watched(s->spec->scenario, all->items[i]) && watch_marker(s, i) < 0)
			return -1;
	}
	if (!boot_limit(s) || all->has_end)
		return 0;
	session_end(s, END_INFRA, CAUSE_NONE, "there is a boot-deadline, but no marker table of this session says what ends a boot");
	return -1;
}

void markers_finish(struct markers *m)
{
	for (size_t i = 0; i < m->failing_count; i++)
		free(m->failing[i].text);
	free(m->failing);
	free(m->items);
	free(m->reached);
	buf_finish(&m->answer);
}

/* ---- progress ---- */

static bool is_answered(const struct session *s, const struct marker *m)
{
	return m->answer && s->spec->scenario->answers == ANSWERS_MARKERS;
}

void markers_boot(struct session *s)
{
	struct markers *all = &s->markers;

	for (size_t i = 0; i < all->count; i++)
		if (all->reached[i])
			watch_wake(s->watch, MARKERS_FROM + (int)i);
	memset(all->reached, 0, all->count);
	all->booted = false;
	all->last = all->ended_by = NULL;
	all->deadline_ms = boot_limit(s) ? clock_ms() + boot_limit(s) : 0;
}

/* Has another text of the same phase come in this boot? */
static bool is_known(const struct markers *all, const struct marker *m)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->reached[i] && strcmp(all->items[i]->mark, m->mark) == 0)
			return true;
	return false;
}

static void keep_mark(struct session *s, const struct marker *m, const struct watch_hit *hit)
{
	struct session_result *r = s->result;
	struct markers *all = &s->markers;

	r->marks = arena_grow(&r->arena, r->marks, &all->mark_room, r->mark_count + 1, sizeof *r->marks);
	r->marks[r->mark_count++] = (struct session_mark){
		.mark = arena_strdup(&r->arena, m->mark),
		.by = arena_strdup(&r->arena, m->by),
		.boot = (unsigned)s->boot_number,
		.at_ms = session_ms(s),
		.offset = hit->start,
	};
	all->last = m;
	all->last_ms = session_ms(s);
	if (m->ends == MARKER_ENDS_BOOT && !all->booted) {
		all->booted = true;
		all->ended_by = m;
		all->booted_ms = session_ms(s);
	}
}

/* The first time in a boot is what counts; further ones are not even looked for. */
static void reach(struct session *s, size_t i, const struct watch_hit *hit)
{
	struct markers *all = &s->markers;
	const struct marker *m = all->items[i];

	if (is_answered(s, m))
		buf_adds(&all->answer, m->answer);
	else
		watch_rest(s->watch, hit->id);
	if (!is_known(all, m))
		keep_mark(s, m, hit);
	all->reached[i] = true;
}

static void type_answers(struct session *s)
{
	struct buf *b = &s->markers.answer;
	struct err e;
	ssize_t n = b->len && !s->ended ? console_write(s->board.console, b->data, b->len, &e) : 0;

	if (n < 0)
		session_end_error(s, &e);
	if (n <= 0)
		return;
	session_typed(s, session_now(s), b->data, (size_t)n);
	buf_drop_front(b, (size_t)n);
}

/* ---- failure and trouble ---- */

static bool overlap(uint64_t a, uint64_t a_end, uint64_t b, uint64_t b_end)
{
	return a < b_end && b < a_end;
}

/* Where several fit one place, the one that stands first in the tables counts. */
static void begin_failing(struct session *s, size_t i, const struct watch_hit *hit)
{
	struct markers *all = &s->markers;
	struct failing *f = NULL;

	for (size_t k = 0; k < all->failing_count && !f; k++)
		if (overlap(all->failing[k].start, all->failing[k].end, hit->start, hit->end))
			f = &all->failing[k];
	if (f && f->marker <= i)
		return;
	if (!f) {
		all->failing = xgrow(all->failing, &all->failing_room, all->failing_count + 1, sizeof *all->failing);
		f = &all->failing[all->failing_count++];
		*f = (struct failing){.decide_ms = clock_ms() + REST_OF_LINE_MS, .while_loading = s->lent != NULL};
	}
	free(f->text);
	f->text = xstrdup(hit->text);
	f->marker = i;
	f->start = hit->start;
	f->end = hit->end;
}

void markers_hit(struct session *s, const struct watch_hit *hit)
{
	size_t i = (size_t)(hit->id - MARKERS_FROM);

	if (s->markers.items[i]->kind == MARKER_MARK)
		reach(s, i, hit);
	else if (!s->ended)
		begin_failing(s, i, hit);
}

void markers_feed(struct session *s, const char *bytes, size_t n)
{
	const char *lf = memrchr(bytes, '\n', n);

	if (lf)
		s->markers.line_end = s->log.size - n + (size_t)(lf - bytes) + 1;
}

/* The line around the place, its end included, as it stands in the log; *origin is where it begins there. */
static size_t read_line(const struct session *s, const struct failing *f, char line[LINE_SIZE], uint64_t *origin)
{
	char *path = xasprintf("%s/%s", s->dir, s->result->console);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	uint64_t from = f->start > BEFORE ? f->start - BEFORE : 0;
	ssize_t got = fd >= 0 ? pread(fd, line, LINE_SIZE, (off_t)from) : -1;
	size_t n = got > 0 ? (size_t)got : 0, at = f->start - from, end = f->end - from;
	const char *before, *behind;

	if (fd >= 0)
		close(fd);
	free(path);
	if (n < end)
		return 0;
	before = memrchr(line, '\n', at);
	behind = memchr(line + end, '\n', n - end);
	at = before ? (size_t)(before - line) + 1 : 0;
	n = (behind ? (size_t)(behind - line) + 1 : n) - at;
	memmove(line, line + at, n);
	*origin = from + at;
	return n;
}

struct expectations {
	struct session *session;
	struct watch *watch;
	int count;
};

/* What the session itself is waiting for may be in its buffer for filled texts: this one has its own. */
static void add_expected(struct expectations *x, const char *regex)
{
	const struct session *s = x->session;
	struct err e;
	struct buf filled;

	if (!regex)
		return;
	buf_init(&filled);
	template_fill(&filled, regex, strlen(regex), (struct variables){s->variables, s->variable_count});
	if (filled.data && watch_note(x->watch, filled.data, x->count, &e) == 0)
		x->count++;
	buf_finish(&filled);
}

static void add_steps(struct expectations *x, const struct step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		add_expected(x, steps[i].expect.regex);
		add_expected(x, steps[i].unless.text.regex);
		add_expected(x, steps[i].file.prompt.regex);
		add_steps(x, steps[i].repeat.steps, steps[i].repeat.step_count);
	}
}

/* Does some step of the scenario wait for this very text, whenever that may be its turn? */
static bool is_expected(struct session *s, const struct failing *f)
{
	struct expectations x = {.session = s, .watch = watch_create()};
	const struct scenario *sc = s->spec->scenario;
	char line[LINE_SIZE];
	uint64_t origin = 0;
	size_t n = read_line(s, f, line, &origin);
	struct watch_hit hit;
	bool expected = false;

	for (size_t i = 0; i < sc->phase_count; i++)
		add_steps(&x, sc->phases[i].steps, sc->phases[i].step_count);
	watch_feed(x.watch, line, n);
	watch_end(x.watch);
	while (watch_next_denied(x.watch, &hit))
		expected |= overlap(origin + hit.start, origin + hit.end, f->start, f->end);
	watch_destroy(x.watch);
	return expected;
}

static void fail(struct session *s, const struct failing *f)
{
	const struct marker *m = s->markers.items[f->marker];
	struct deny d = {.text = m->text, .cause = m->kind == MARKER_CAUSE ? m->cause : CAUSE_NONE};
	struct watch_hit hit = {.start = f->start, .end = f->end, .text = f->text, .text_len = strlen(f->text)};

	if (m->kind == MARKER_TROUBLE)
		session_end(s, END_INFRA, CAUSE_NONE,
			    arena_printf(&s->result->arena, "%s: \"%s\" came after %" PRId64 " ms (%s:%d)", m->trouble, f->text,
					 session_ms(s), m->text.file, m->text.line));
	session_denied(s, &d, &hit);
}

static void decide(struct session *s, const struct failing *f)
{
	const struct marker *m = s->markers.items[f->marker];

	if (s->ended || (m->kind == MARKER_TROUBLE && f->while_loading) || is_expected(s, f))
		return;
	fail(s, f);
}

static void drop_failing(struct markers *all, size_t i)
{
	free(all->failing[i].text);
	all->failing_count--;
	memmove(&all->failing[i], &all->failing[i + 1], (all->failing_count - i) * sizeof *all->failing);
}

/* What is behind another that still waits comes after it. */
static void decide_those_due(struct session *s, bool all_of_them)
{
	struct markers *all = &s->markers;

	while (all->failing_count) {
		struct failing *f = &all->failing[0];

		if (!all_of_them && all->line_end < f->end && clock_ms() < f->decide_ms)
			return;
		decide(s, f);
		drop_failing(all, 0);
	}
}

void markers_over(struct session *s)
{
	decide_those_due(s, true);
}

/* ---- time ---- */

static void end_boot_timeout(struct session *s)
{
	session_end(s, END_TIMEOUT, CAUSE_NONE,
		    arena_printf(&s->result->arena, "the boot's deadline of %" PRId64 " ms passed", boot_limit(s)));
}

void markers_tick(struct session *s)
{
	const struct markers *all = &s->markers;

	type_answers(s);
	if (!s->lent)
		decide_those_due(s, false);
	if (all->deadline_ms && !all->booted && !s->ended && clock_ms() >= all->deadline_ms)
		end_boot_timeout(s);
}

int64_t markers_due(const struct session *s)
{
	enum { AGAIN_MS = 2 }; /* a line that was full is tried again */
	const struct markers *all = &s->markers;
	int64_t due = INT64_MAX;

	if (s->ended)
		return due;
	if (all->deadline_ms && !all->booted)
		due = all->deadline_ms;
	if (all->failing_count && !s->lent && all->failing[0].decide_ms < due)
		due = all->failing[0].decide_ms;
	if (all->answer.len && clock_ms() + AGAIN_MS < due)
		due = clock_ms() + AGAIN_MS;
	return due;
}

/* ---- for the end's report ---- */

/* The first phase behind the last one reached that every boot passes; NULL: none. */
static const struct marker *next_mark(const struct markers *all)
{
	size_t from = 0;

	for (size_t i = 0; i < all->count; i++)
		if (all->reached[i] && all->items[i]->comes == MARKER_COMES_ALWAYS)
			from = i + 1;
	for (size_t i = from; i < all->count; i++) {
		const struct marker *m = all->items[i];

		if (m->kind == MARKER_MARK && m->comes == MARKER_COMES_ALWAYS && !is_known(all, m))
			return m;
	}
	return NULL;
}

/* Other software than the tables know may have gone its whole way. */
static bool knows_nothing(const struct session *s)
{
	return !s->markers.last && s->seen.total;
}

const char *markers_running(const struct session *s)
{
	if (!s->markers.has_end || knows_nothing(s))
		return NULL;
	return s->markers.booted ? "test" : "boot";
}

const char *markers_progress(struct session *s)
{
	const struct markers *all = &s->markers;
	const struct marker *next = next_mark(all);
	const char *running = markers_running(s);
	struct arena *a = &s->result->arena;

	if (!running)
		return NULL;
	if (all->booted)
		return arena_printf(a, "after the boot: %s came after %" PRId64 " ms", all->ended_by->mark, all->booted_ms);
	if (s->log.size == s->stale)
		return "while booting: the console stayed silent";
	if (!all->last)
		return arena_printf(a, "while booting: nothing came that a marker table knows%s%s", next ? ", not even " : "",
				    next ? next->mark : "");
	return arena_printf(a, "while booting: %s came after %" PRId64 " ms%s%s%s", all->last->mark, all->last_ms,
			    next ? ", " : "", next ? next->mark : "", next ? " never did" : "");
}
