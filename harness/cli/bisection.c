#include "cli/bisection.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "cli/side.h"
#include "util/file.h"
#include "util/sha256.h"

static struct arena *arena_of(struct bisection *b)
{
	return &b->options->arena;
}

/* ---- what is booted ---- */

/* One variant, and the first board that it can run on. */
int bisection_plan(struct bisection *b, struct err *e)
{
	size_t chosen = 0;

	if (plan_make(&b->plan, b->project, &b->options->want, e) < 0)
		return -1;
	for (size_t i = 1; i < b->plan.count; i++)
		if (b->plan.jobs[i].variant != b->plan.jobs[0].variant || b->plan.jobs[i].scenario != b->plan.jobs[0].scenario) {
			err_set(e, ERR_USAGE, "a bisection follows one variant through one scenario: %s and %s are asked for",
				b->plan.jobs[0].name, b->plan.jobs[i].name);
			return err_hint(e, "name it with --variant; --board chooses the board");
		}
	while (chosen < b->plan.count && b->plan.jobs[chosen].skip)
		chosen++;
	if (chosen == b->plan.count)
		return err_set(e, ERR_USAGE, "nothing can be booted: %s", b->plan.jobs[0].skip);
	b->plan.jobs += chosen;
	b->plan.count = 1;
	return 0;
}

static int hash_file(struct sha256 *s, const char *path, struct err *e)
{
	struct buf text = {0};
	int rc = file_read(path, &text, e);

	if (rc == 0)
		sha256_add(s, text.data ? text.data : "", text.len);
	buf_finish(&text);
	return rc;
}

/* Marks of before would mean nothing once the variant, its patches or the scenario are others. */
static const char *recipe_of(struct bisection *b, struct err *e)
{
	const struct job *j = &b->plan.jobs[0];
	char *hex = arena_alloc(arena_of(b), SHA256_HEX);
	struct sha256 s;

	sha256_begin(&s);
	if (hash_file(&s, arena_printf(arena_of(b), "%s/%s", b->project->root, j->variant->file), e) < 0 ||
	    hash_file(&s, arena_printf(arena_of(b), "%s/%s", b->project->root, j->scenario->file), e) < 0)
		return NULL;
	for (size_t i = 0; i < j->variant->patch_count; i++)
		if (j->variant->patches[i].file && hash_file(&s, j->variant->patches[i].file, e) < 0)
			return NULL;
	sha256_end(&s, hex);
	return hex;
}

/* ---- beginning and going on ---- */

static const char *results_of(struct bisection *b)
{
	const char *results = b->options->results;

	return results ? results : arena_printf(arena_of(b), "%s/results", b->project->root);
}

static int lock_folder(struct bisection *b, struct err *e)
{
	b->lock = open(b->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (b->lock < 0)
		return file_error(e, "open the bisection's folder", b->dir);
	if (flock(b->lock, LOCK_EX | LOCK_NB) == 0)
		return 0;
	err_set(e, ERR_USAGE, "the bisection is still going on");
	return err_at(e, b->dir, 0, 0);
}

int bisection_begin(struct bisection *b, const char *good, const char *bad, struct err *e)
{
	const struct job *j = &b->plan.jobs[0];
	struct git_revision first, last;
	const struct variant *side = side_at(arena_of(b), j->variant, good, "good", &first, e);
	char id[32], *real;

	if (!side || !side_at(arena_of(b), j->variant, bad, "bad", &last, e))
		return -1;
	b->state = (struct bisect_state){.arena = arena_of(b), .repository = first.repository, .folder = first.folder,
		.good = arena_strdup(arena_of(b), first.commit), .bad = arena_strdup(arena_of(b), last.commit),
		.scenario = j->scenario->name, .variant = j->variant->name, .unit = j->board, .config = j->config,
		.set = b->options->want.set, .repeat = b->options->want.repeat, .timeout_ms = b->options->timeout_ms,
		.recipe = recipe_of(b, e)};
	if (!b->state.recipe)
		return -1;
	journal_new_id(id);
	b->dir = arena_printf(arena_of(b), "%s/bisect-%s", results_of(b), id);
	if (file_mkdirs(b->dir, e) < 0)
		return -1;
	real = realpath(b->dir, NULL);
	b->dir = arena_strdup(arena_of(b), real ? real : b->dir);
	free(real);
	return lock_folder(b, e) < 0 ? -1 : bisect_state_write(&b->state, b->dir, e);
}

/* The newest of all: names sort by time. */
static const char *newest(struct bisection *b, const char *results)
{
	DIR *d = opendir(results);
	const char *found = NULL;
	struct dirent *item;

	while (d && (item = readdir(d)))
		if (strncmp(item->d_name, "bisect-", 7) == 0 && (!found || strcmp(item->d_name, found) > 0))
			found = arena_strdup(arena_of(b), item->d_name);
	if (d)
		closedir(d);
	return found ? found : "latest";
}

static void want_again(struct bisection *b)
{
	struct plan_request *w = &b->options->want;
	struct arena *a = arena_of(b);

	w->scenarios = arena_list_add(a, NULL, b->state.scenario);
	w->variants = arena_list_add(a, NULL, b->state.variant);
	w->boards = arena_list_add(a, NULL, b->state.unit);
	w->configs = arena_list_add(a, NULL, b->state.config);
	w->set = b->state.set;
	w->repeat = 1;
	b->options->timeout_ms = b->state.timeout_ms;
}

int bisection_resume(struct bisection *b, const char *name, struct err *e)
{
	const char *results = results_of(b), *recipe;
	char *real;

	if (strcmp(name, "latest") == 0)
		name = newest(b, results);
	b->dir = strchr(name, '/') ? name : arena_printf(arena_of(b), "%s/%s", results, name);
	real = realpath(b->dir, NULL);
	b->dir = arena_strdup(arena_of(b), real ? real : b->dir);
	free(real);
	if (bisect_state_read(&b->state, arena_of(b), b->dir, e) < 0)
		return -1;
	want_again(b);
	if (lock_folder(b, e) < 0 || bisection_plan(b, e) < 0 || !(recipe = recipe_of(b, e)))
		return -1;
	if (strcmp(recipe, b->state.recipe) == 0)
		return 0;
	err_set(e, ERR_USAGE, "the variants file, the scenario or a patch has changed since the bisection began");
	return err_hint(e, "begin a new one: what was found before does not go with what would come now");
}

void bisection_finish(struct bisection *b)
{
	if (b->lock >= 0)
		close(b->lock);
	plan_finish(&b->plan);
}

/* ---- testing one revision ---- */

const char *bisection_outcome(struct bisection *b, struct outcome o)
{
	return arena_printf(arena_of(b), "%s%s%s", verdict_name(o.verdict), o.cause ? " " : "", cause_name(o.cause));
}

struct round {
	struct outcome *boots;
	size_t count, room;
	size_t number; /* rounds so far */
};

/* A name that no run that was cut off has taken. */
static const char *run_name(struct bisection *b, const char *commit)
{
	for (int n = 1;; n++) {
		const char *name = arena_printf(arena_of(b), "%.12s-%d", commit, n);

		if (!file_exists(arena_printf(arena_of(b), "%s/%s", b->dir, name)))
			return name;
	}
}

/* What the sessions say goes behind what is known; 1: the revision cannot be booted. */
static int take_sessions(struct bisection *b, const struct run_record *r, struct round *round, struct bisect_test *t,
			 struct err *e)
{
	for (size_t i = 0; i < r->plan_count; i++) {
		const struct session_result *s = &r->sessions[i];

		if (s->verdict == VERDICT_INFRA || s->verdict == VERDICT_NONE || s->verdict == VERDICT_CANCELLED) {
			err_set(e, ERR_INFRA, "%s: %s", s->name, s->why ? s->why : "no verdict");
			return err_hint(e, "see to the lab, then `runtest bisect --resume %s` goes on",
					strrchr(b->dir, '/') + 1);
		}
		t->outcome = (struct outcome){s->verdict, s->cause};
		if (!s->attempts) {
			t->mark = MARK_SKIPPED;
			t->note = arena_strdup(arena_of(b), s->why);
			return 1;
		}
		round->boots = arena_grow(arena_of(b), round->boots, &round->room, round->count + 1,
					  sizeof *round->boots);
		round->boots[round->count++] = t->outcome;
	}
	return 0;
}

static int boot(struct bisection *b, const struct variant *v, int times, struct round *round, struct bisect_test *t,
		struct err *e)
{
	struct plan plan = {.count = (size_t)times};
	struct trial trial = {.project = b->project, .options = b->options, .plan = &plan, .results = b->dir,
			      .command = b->command};
	struct run_record record = {0};
	int rc;

	arena_init(&plan.arena);
	plan.jobs = arena_alloc(&plan.arena, plan.count * sizeof *plan.jobs);
	for (int i = 0; i < times; i++)
		plan.jobs[i] = side_job(&plan.arena, &b->plan.jobs[0], v, i + 1);
	trial.run = t->run = run_name(b, t->commit);
	rc = trial_run(&trial, &record, e);
	if (rc == 0)
		rc = take_sessions(b, &record, round, t, e);
	run_record_finish(&record);
	plan_finish(&plan);
	return rc;
}

/* The outcome to show for the mark: of a bad one the first that differs. */
static void settle(struct bisection *b, struct bisect_test *t, const struct round *r, struct outcome reference)
{
	size_t differ = 0, last = 0;

	for (size_t i = 0; i < r->count; i++)
		if (r->boots[i].verdict != reference.verdict || r->boots[i].cause != reference.cause) {
			differ++;
			last = i;
		}
	t->boots = (int)r->count;
	t->outcome = t->mark == MARK_BAD && differ ? r->boots[last] : reference;
	if (differ && differ < r->count)
		t->note = arena_printf(arena_of(b), "flaky: %zu of %zu boots differ from the good revision (%s)", differ,
				       r->count, bisection_outcome(b, r->boots[last]));
}

static int boot_until_clear(struct bisection *b, const struct variant *v, const struct outcome *reference,
			    struct bisect_test *t, struct err *e)
{
	struct round round = {.count = 0};
	struct outcome wanted;
	int times = b->state.repeat, rc = boot(b, v, times, &round, t, e);

	if (rc)
		return rc;
	if (!round.count)
		return err_set(e, ERR_INFRA, "a revision was not booted");
	wanted = reference ? *reference : round.boots[0];
	t->mark = search_judge(round.boots, round.count, wanted, false);
	if (t->mark == MARK_NONE) {
		if (times < SEARCH_MORE_BOOTS)
			times = SEARCH_MORE_BOOTS;
		rc = boot(b, v, times, &round, t, e);
		t->mark = search_judge(round.boots, round.count, wanted, true);
	}
	if (rc == 0)
		settle(b, t, &round, wanted);
	return rc;
}

int bisection_test(struct bisection *b, const char *commit, const struct outcome *reference, struct bisect_test *t,
		   struct err *e)
{
	struct git_revision at;
	const char *mark = arena_printf(arena_of(b), "%.12s", commit);
	const struct variant *v = side_at(arena_of(b), b->plan.jobs[0].variant, commit, mark, &at, e);
	const struct bisect_test *twin;
	int rc;

	if (!v)
		return -1;
	*t = (struct bisect_test){.commit = arena_strdup(arena_of(b), commit), .tree = arena_strdup(arena_of(b), at.tree)};
	twin = bisect_state_find_tree(&b->state, t->tree);
	if (twin) {
		*t = *twin;
		t->commit = arena_strdup(arena_of(b), commit);
		t->note = arena_printf(arena_of(b), "the same files as %.12s", twin->commit);
		rc = 0;
	} else {
		rc = boot_until_clear(b, v, reference, t, e);
	}
	if (rc < 0)
		return -1;
	bisect_state_add(&b->state, t);
	return bisect_state_write(&b->state, b->dir, e);
}
