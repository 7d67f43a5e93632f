#include "plan/select.h"

#include <stdlib.h>
#include <string.h>

#include "plan/tags.h"

/* Those that are kept stay in their order; one that was set among them is void. */
static void keep(struct plan *p, const bool *wanted)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->count; i++)
		if (wanted[i])
			p->jobs[kept++] = p->jobs[i];
	p->count = kept;
	p->order = NULL;
}

void plan_single(struct plan *p)
{
	size_t chosen = 0;

	if (!p->count)
		return;
	while (chosen < p->count && (p->jobs[chosen].skip || p->jobs[chosen].want.control))
		chosen++;
	if (chosen == p->count) /* nothing must pass: what can be run at all */
		for (chosen = 0; chosen < p->count && p->jobs[chosen].skip;)
			chosen++;
	p->jobs[0] = p->jobs[chosen < p->count ? chosen : 0];
	p->count = 1;
	p->order = NULL;
}

/* ---- shares ---- */

enum { SHARES_MOST = 10000 };

/* A whole number from 1; the text goes on behind it at *end. 0: it is none. */
static int number(const char *text, const char **end)
{
	size_t digits = strspn(text, "0123456789");

	*end = text + digits;
	return digits > 0 && digits < 6 ? atoi(text) : 0;
}

int plan_shard_read(const char *text, struct plan_shard *s)
{
	const char *at;

	s->index = number(text, &at);
	if (!s->index || *at != '/')
		return -1;
	s->count = number(at + 1, &at);
	return *at || !s->count || s->count > SHARES_MOST || s->index > s->count ? -1 : 0;
}

struct weighed {
	int64_t ms;
	size_t place;
};

static int compare_weighed(const void *a, const void *b)
{
	const struct weighed *x = a, *y = b;

	if (x->ms != y->ms)
		return x->ms < y->ms ? 1 : -1;
	return (x->place > y->place) - (x->place < y->place);
}

static int lightest(const int64_t *load, int count)
{
	int best = 0;

	for (int i = 1; i < count; i++)
		if (load[i] < load[best])
			best = i;
	return best;
}

/* The longest first, each to who has least to do so far. One that is skipped weighs little, and not nothing: otherwise all
 * of those would be one share's. */
void plan_share(struct plan *p, struct plan_shard s)
{
	struct weighed *all = xcalloc(p->count + 1, sizeof *all);
	bool *wanted = xcalloc(p->count + 1, sizeof *wanted);
	int64_t *load = xcalloc((size_t)s.count + 1, sizeof *load);

	for (size_t i = 0; i < p->count; i++)
		all[i] = (struct weighed){p->jobs[i].expected_ms > 0 ? p->jobs[i].expected_ms : 1, i};
	qsort(all, p->count, sizeof *all, compare_weighed);
	for (size_t i = 0; i < p->count && s.count; i++) {
		int to = lightest(load, s.count);

		load[to] += all[i].ms;
		wanted[all[i].place] = to + 1 == s.index;
	}
	if (s.count)
		keep(p, wanted);
	free(all);
	free(wanted);
	free(load);
}

/* ---- by what is asked for ---- */

static bool is_meant(const struct job *j, const struct plan_request *w, const char *const *scenarios)
{
	if (!names_match(scenarios, j->scenario->name))
		return false;
	if (w->variants && !names_match(w->variants, j->variant->name))
		return false;
	if (w->boards && !names_match(w->boards, j->board) && !names_match(w->boards, j->unit->kind->name))
		return false;
	if (w->configs && !names_match(w->configs, j->config))
		return false;
	return !(w->only_qemu && !j->unit->kind->qemu) && !(w->no_controls && j->want.control);
}

int plan_filter(struct plan *p, const struct project *project, const struct plan_request *want, struct err *e)
{
	static const char *const all[] = {"*", NULL};
	const char *const *scenarios = want->scenarios ? want->scenarios : all;
	bool *wanted;

	if (plan_request_check(project, want, e) < 0)
		return -1;
	scenarios = plan_tags_narrow(project, scenarios, want->tags, &p->arena);
	wanted = xcalloc(p->count + 1, sizeof *wanted);
	for (size_t i = 0; i < p->count; i++)
		wanted[i] = is_meant(&p->jobs[i], want, scenarios);
	keep(p, wanted);
	free(wanted);
	return 0;
}
