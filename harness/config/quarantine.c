#include "config/quarantine.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "config/description.h"
#include "config/project.h"
#include "config/read.h"
#include "config/scalar.h"
#include "util/buf.h"

/* ---- days ---- */

enum { DAY_S = 24 * 60 * 60 };

char *quarantine_today(char *day)
{
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(day, QUARANTINE_DAY, "%Y-%m-%d", &tm);
	return day;
}

/* Seconds since 1970 of that day's beginning; -1 when the calendar has no such day. */
static time_t day_seconds(const char *day)
{
	struct tm tm = {0}, same;
	const char *rest = strlen(day) == QUARANTINE_DAY - 1 ? strptime(day, "%Y-%m-%d", &tm) : NULL;
	time_t t = rest && !*rest ? timegm(&tm) : -1;
	char back[QUARANTINE_DAY];

	/* the 31st of June would become the 1st of July */
	if (t < 0 || !gmtime_r(&t, &same) || !strftime(back, sizeof back, "%Y-%m-%d", &same) || strcmp(back, day) != 0)
		return -1;
	return t;
}

bool quarantine_expired(const struct quarantine *q, const char *today)
{
	return strcmp(q->until, today) < 0;
}

int quarantine_days_left(const struct quarantine *q, const char *today)
{
	time_t left = day_seconds(q->until) - day_seconds(today);

	return left < 0 ? 0 : (int)(left / DAY_S) + 1;
}

/* ---- which sessions ---- */

/* Length of SESSION without ".REPEAT"; all of it when it has none. */
static size_t without_repeat(const char *session)
{
	const char *dot = strrchr(session, '.');

	if (!dot || !dot[1] || dot[1 + strspn(dot + 1, "0123456789")])
		return strlen(session);
	return (size_t)(dot - session);
}

static bool matches(const char *const *globs, const char *session)
{
	for (; globs && *globs; globs++)
		if (fnmatch(*globs, session, 0) == 0)
			return true;
	return false;
}

bool quarantine_covers(const struct quarantine *q, const char *session)
{
	char *name = xasprintf("%.*s", (int)without_repeat(session), session);
	bool covers = matches(q->sessions, name) || matches(q->sessions, session);

	free(name);
	return covers;
}

const struct quarantine *project_quarantine(const struct project *p, const char *session, const char *today)
{
	const struct quarantine *best = NULL;

	(void)today; /* the one that holds longest is one that holds, if any does */
	for (size_t i = 0; i < p->quarantine_count; i++) {
		const struct quarantine *q = &p->quarantine[i];

		if (quarantine_covers(q, session) && (!best || strcmp(q->until, best->until) > 0))
			best = q;
	}
	return best;
}

char *quarantine_complaint(const struct quarantine *q, const char *session)
{
	return xasprintf("%s:%d: the quarantine \"%s\" of %s ended on %s (%s): mend what it is about and remove the file, or "
			 "give it a later \"until\"", q->file, q->line, q->name, session, q->until, q->reason);
}

/* ---- every session ---- */

struct walk {
	const struct project *project;
	bool (*visit)(void *ctx, const char *session);
	void *ctx;
	struct buf name;
};

static bool visit_configs(struct walk *w, const char *scenario, const struct variant *v, const char *board)
{
	bool enough = false;

	for (const char *const *config = v->configs; config && *config && !enough; config++) {
		buf_clear(&w->name);
		buf_printf(&w->name, "%s.%s.%s.%s", scenario, v->name, board, *config);
		enough = w->visit(w->ctx, w->name.data);
	}
	return enough;
}

static bool visit_scenario(struct walk *w, const struct scenario *s)
{
	struct names boards = project_board_names(w->project);
	bool enough = false;

	for (size_t i = 0; i < s->variant_count && !enough; i++) {
		const struct variant *v = s->variants[i].variant ? project_variant(w->project, s->variants[i].variant) : NULL;

		for (size_t b = 0; v && v->name && b < boards.count && !enough; b++) {
			const char *board = boards.at(boards.ctx, b);

			enough = board && visit_configs(w, s->name, v, board);
		}
	}
	return enough;
}

bool project_sessions(const struct project *p, bool (*visit)(void *ctx, const char *session), void *ctx)
{
	struct walk w = {.project = p, .visit = visit, .ctx = ctx};
	bool enough = false;

	buf_init(&w.name);
	for (size_t i = 0; i < p->scenario_count && !enough; i++)
		enough = p->scenarios[i].name && visit_scenario(&w, &p->scenarios[i]);
	buf_finish(&w.name);
	return enough;
}

/* ---- the file ---- */

static bool is_meant(void *glob, const char *session)
{
	return fnmatch(glob, session, 0) == 0;
}

/* What a virtual lab has, and what images will be given, is not known when files are read. */
static bool is_beyond_the_files(const char *glob)
{
	return strstr(glob, "." LAB_UNIT_PREFIX) || strstr(glob, ".image-");
}

static bool is_session_glob(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)text[i]) && !strchr("._-*?[]!", text[i]))
			return false;
	return n && n == strlen(text);
}

static void parse_session(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	if (!is_session_glob(n->text, n->text_len)) {
		reader_refuse(r, s, n);
		return;
	}
	*(const char **)out = arena_strndup(r->arena, n->text, n->text_len);
	/* Where something else is wrong with the project, not every session may be known. */
	if (r->mistakes.list->count || is_beyond_the_files(n->text) ||
	    project_sessions(r->project, is_meant, (void *)n->text))
		return;
	reader_refuse_text(r, n, "\"%s\" means no session of this project", n->text);
	reader_hint(r, "sessions are called SCENARIO.VARIANT.BOARD.CONFIG, and the repeat is left out: `runtest run --dry-run` "
		       "shows them; is it mended, or was it renamed?");
}

static const struct schema session_glob = {
	.name = "session glob",
	.expected = "SCENARIO.VARIANT.BOARD.CONFIG or a pattern of it, such as pd-survives.*.rpi4b_*.debug",
	.size = sizeof(char *),
	.parse = parse_session,
	.pattern = "^[A-Za-z0-9._*?\\[\\]!-]+$",
};

static const struct schema session_globs = {
	.shape = SCHEMA_LIST,
	.expected = "a list of sessions or patterns of them",
	.size = sizeof(char **),
	.item = &session_glob,
	.least = 1,
};

static void parse_day(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	if (strlen(n->text) != n->text_len || day_seconds(n->text) < 0)
		reader_refuse(r, s, n);
	else
		*(const char **)out = arena_strdup(r->arena, n->text);
}

static const struct schema day = {
	.name = "day",
	.expected = "a day of the calendar such as 2026-01-31",
	.size = sizeof(char *),
	.parse = parse_day,
	.pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
};

static void parse_url(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	if (strncmp(n->text, "https://", 8) == 0 || strncmp(n->text, "http://", 7) == 0)
		scalar_parse_text(r, s, n, out);
	else
		reader_refuse(r, s, n);
}

static const struct schema url = {
	.name = "URL",
	.expected = "an address that begins with https:// or http://",
	.size = sizeof(char *),
	.parse = parse_url,
	.pattern = "^https?://",
};

static const struct schema_key keys[] = {
	{"quarantine", "what this entry is called: the file's name without .yaml", &scalar_own_name,
	 .at = offsetof(struct quarantine, name), .required = true},
	{"sessions", "whose failures do not fail a run", &session_globs, .at = offsetof(struct quarantine, sessions),
	 .required = true},
	{"reason", "why, for those who meet it", &scalar_line, .at = offsetof(struct quarantine, reason), .required = true},
	{"until", "the last day on which it holds (UTC); from the next day on it fails every run with such a session", &day,
	 .at = offsetof(struct quarantine, until), .required = true},
	{"issue", "where it is worked on", &url, .at = offsetof(struct quarantine, issue)},
	{0},
};

const struct schema schema_quarantine = {
	.shape = SCHEMA_RECORD,
	.name = "quarantine",
	.expected = "a mapping that begins with \"quarantine: NAME\"",
	.size = sizeof(struct quarantine),
	.keys = keys,
	.line_at = offsetof(struct quarantine, line),
	.file_at = offsetof(struct quarantine, file),
};
