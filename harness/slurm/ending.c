/* Sessions whose jobs left no result: what became of the job is what is said of them. */
#include <string.h>

#include "slurm/fate.h"
#include "slurm/followed.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/text.h"

/* Of what the job printed the last line that names an error, or the last one that is not empty; in place. NULL: nothing. */
static char *choose_line(char *text)
{
	char *chosen = NULL, *save = NULL;
	bool error = false;

	for (char *l = strtok_r(text, "\r\n", &save); l; l = strtok_r(NULL, "\r\n", &save)) {
		bool names = strstr(l, "error: ") != NULL;

		if (!names && (error || !l[strspn(l, " \t")]))
			continue;
		chosen = l;
		error |= names;
	}
	return chosen;
}

/* Fit for a terminal; or NULL. */
static const char *last_words(const struct follow *f, const struct followed *s, struct arena *a)
{
	enum { LONGEST = 300 };
	char *path = arena_printf(a, "%s/" SLURM_FOLDER "/%s.%ld.out", f->spec->record->dir, s->group->name, s->task), *chosen;
	const char *line = NULL;
	struct buf text, clean;

	buf_init(&text);
	buf_init(&clean);
	if (file_exists(path) && file_read(path, &text, NULL) == 0 && text.len && (chosen = choose_line(text.data))) {
		text_add_shortened(&clean, chosen, LONGEST);
		line = clean.len ? text_clean(clean.data, a) : NULL;
	}
	buf_finish(&clean);
	buf_finish(&text);
	return line;
}

/* Long enough for what the node wrote last to be seen here, where the folder is on a network. */
static bool has_waited(const struct follow *f, struct followed *s)
{
	enum { AFTER_END_MS = 1500, AFTER_SUCCESS_MS = 10000 };
	bool sent = f->spec->fetch || s->state.end == ENDED_COMPLETED || s->state.stage == STAGE_UNKNOWN;
	int64_t enough = sent ? AFTER_SUCCESS_MS : AFTER_END_MS;

	if (!s->silent_since_ms || f->unfetched)
		s->silent_since_ms = clock_ms();
	return clock_ms() - s->silent_since_ms >= enough;
}

static bool is_over(const struct followed *s)
{
	return s->state.stage == STAGE_ENDED || (s->state.stage == STAGE_UNKNOWN && s->silent_since_ms);
}

bool follow_is_over(const struct follow *f, struct followed *s)
{
	return is_over(s) && has_waited(f, s);
}

int follow_conclude(struct follow *f, struct followed *s, const struct part *p, struct arena *a)
{
	const struct part_run *r = p->count ? &p->runs[p->count - 1] : NULL;
	const struct part_event *end = r ? part_run_end(r) : NULL;
	struct fate_facts facts = {
		.state = s->state,
		.job = follow_job(a, s),
		.node = r ? r->node : s->state.node,
		.minutes = s->group->minutes,
		.began = r && r->started,
		.cancelled = f->cancelled,
		.said = last_words(f, s, a),
	};
	struct origin o = {r ? r->restart : 0, 0, facts.job, facts.node, true};
	json_t *result = follow_result(f, s, end ? end->result : NULL, p->count ? follow_attempts_before(p, p->count - 1) + facts.began : 0);
	enum verdict verdict;
	const char *why = fate_of(&facts, &verdict, a);

	/* Somebody else than Slurm told the node's runtest to end: its own words stand. */
	if (!end || (s->state.end != ENDED_COMPLETED && s->state.end != ENDED_FAILED))
		follow_verdict(result, verdict, why);
	return follow_merge(f, s, result, &o);
}
