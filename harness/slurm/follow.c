#include "slurm/follow.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "slurm/followed.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/text.h"

void follow_say(const struct follow *f, const char *text)
{
	if (f->spec->say)
		f->spec->say(f->spec->ctx, text);
}

/* ---- which sessions ---- */

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct followed *)a)->planned->name, ((const struct followed *)b)->planned->name);
}

struct followed *follow_find(const struct follow *f, const char *session)
{
	struct planned name = {.name = session};
	struct followed key = {.planned = &name};

	return session && f->count ? bsearch(&key, f->items, f->count, sizeof key, by_name) : NULL;
}

/* A session of two groups was submitted again: the later one counts. */
static void find_groups(struct follow *f)
{
	for (size_t i = 0; i < f->spec->groups->count; i++) {
		const struct slurm_group *g = &f->spec->groups->items[i];

		for (long task = 0; g->sessions && g->sessions[task]; task++) {
			struct followed *s = follow_find(f, g->sessions[task]);

			if (s) {
				s->group = g;
				s->task = task;
			}
		}
	}
}

static void make_items(struct follow *f)
{
	const struct run_record *r = f->spec->record;
	size_t kept = 0;

	f->items = arena_alloc(&f->arena, (r->plan_count + 1) * sizeof *f->items);
	for (size_t i = 0; i < r->plan_count; i++)
		f->items[i].planned = &r->plan[i];
	f->count = r->plan_count;
	qsort(f->items, f->count, sizeof *f->items, by_name);
	find_groups(f);
	for (size_t i = 0; i < f->count; i++)
		if (f->items[i].group)
			f->items[kept++] = f->items[i];
	f->count = f->open = kept;
}

const char *follow_job(struct arena *a, const struct followed *s)
{
	return arena_printf(a, "%lld_%ld", (long long)s->group->job, s->task);
}

/* ---- until all is said ---- */

static void recall_cancellation(struct follow *f)
{
	char *path = xasprintf("%s/" SLURM_FOLDER "/" CANCELLED_FILE, f->spec->record->dir);
	struct buf text;

	buf_init(&text);
	if (!f->cancelled && file_exists(path) && file_read(path, &text, NULL) == 0 && text.len)
		f->cancelled = text_clean(text.data, &f->arena);
	buf_finish(&text);
	free(path);
}

/* Where very many are open, each is looked at less often. */
static int64_t tick_ms(const struct follow *f)
{
	enum { LEAST = 50, MOST = 1000 };
	size_t ms = f->open / 10;

	return ms < LEAST ? LEAST : ms > MOST ? MOST : (int64_t)ms;
}

static int64_t between_questions_ms(const struct follow *f)
{
	enum { LEAST = 1000, MOST = 15000 };
	size_t ms = f->open * 5;

	return ms < LEAST ? LEAST : ms > MOST ? MOST : (int64_t)ms;
}

/* A server that does not answer is waited for, as Slurm's is. */
static int fetch(struct follow *f)
{
	enum { BETWEEN_MS = 500 };
	struct err e = {0};
	int rc;

	if (!f->spec->fetch || clock_ms() < f->fetch_ms)
		return 0;
	rc = f->spec->fetch(f->spec->ctx, &e);
	f->fetch_ms = clock_ms() + BETWEEN_MS;
	if (rc < 0 && e.kind != ERR_INFRA) {
		*f->err = e;
		return -1;
	}
	if (rc < 0 && !f->unfetched)
		follow_say(f, arena_printf(&f->arena, "%s; waiting for it", e.what));
	f->unfetched = rc < 0;
	return 0;
}

static int turn(struct follow *f)
{
	int rc = fetch(f);

	if (rc == 0 && clock_ms() >= f->ask_ms) {
		recall_cancellation(f);
		rc = follow_ask(f);
		f->ask_ms = clock_ms() + between_questions_ms(f);
	}
	for (size_t i = 0; rc == 0 && i < f->count; i++)
		if (!f->items[i].done)
			rc = follow_settle(f, &f->items[i]);
	return rc;
}

static void show(const struct follow *f)
{
	const struct follow_spec *spec = f->spec;
	size_t waiting = 0;

	for (size_t i = 0; spec->look && i < f->count; i++) {
		const struct followed *s = &f->items[i];

		waiting += !s->done && s->state.stage == STAGE_WAITING;
		if (!s->done && s->state.stage == STAGE_RUNNING)
			spec->runs(spec->ctx, s->planned, s->state.node);
	}
	if (spec->look)
		spec->look(spec->ctx, waiting);
}

/* Whoever has cancelled the jobs waits for their ends, but is not held by a controller that is gone. */
static bool is_to_leave(const struct follow *f)
{
	return f->spec->despite_signals ? f->unanswered && cancel_insisted() : cancel_requested();
}

static int go_on(struct follow *f)
{
	struct pollfd stop = {.fd = f->spec->despite_signals ? -1 : cancel_fd(), .events = POLLIN};
	int rc;

	while ((rc = turn(f)) == 0 && f->open) {
		if (is_to_leave(f))
			return 1;
		show(f);
		poll(&stop, 1, (int)tick_ms(f));
	}
	return rc;
}

int follow_run(const struct follow_spec *spec, struct err *e)
{
	struct follow f = {.spec = spec, .err = e};
	int rc;

	arena_init(&f.arena);
	arena_init(&f.polled);
	make_items(&f);
	for (size_t i = 0; i < f.count; i++) {
		f.items[i].state = slurm_state_of("PENDING");
		f.items[i].part_size = -1;
	}
	f.ask_ms = clock_ms() + 1000;
	rc = follow_recall(&f);
	if (rc == 0)
		rc = go_on(&f);
	arena_finish(&f.polled);
	arena_finish(&f.arena);
	return rc;
}
