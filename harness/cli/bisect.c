/* `runtest bisect`: which commit changed a verdict? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/bisection.h"
#include "cli/command.h"
#include "git/history.h"
#include "util/cancel.h"
#include "util/text.h"

enum { OPT_GOOD = 256, OPT_BAD, OPT_RESUME };

struct request {
	struct trial_options options;
	const char *good, *bad, *resume;
};

/* ---- the command line ---- */

static int take(struct request *q, int option)
{
	switch (option) {
	case OPT_GOOD:
		q->good = optarg;
		return 0;
	case OPT_BAD:
		q->bad = optarg;
		return 0;
	case OPT_RESUME:
		q->resume = optarg;
		return 0;
	default:
		return trial_option(&q->options, &command_bisect, option, optarg);
	}
}

static int check(const struct request *q)
{
	const struct plan_request *w = &q->options.want;

	if (q->resume && (q->good || q->bad || w->scenarios || w->variants || w->boards || w->configs || w->set ||
			  w->repeat > 1 || q->options.timeout_ms))
		return command_usage_error(&command_bisect, "--resume goes on as the bisection began: it takes only "
							    "--jobs, --results and -v");
	if (!q->resume && (!q->good || !q->bad))
		return command_usage_error(&command_bisect, "from where to where? Give --good REV and --bad REV");
	if (!q->resume && (!w->scenarios || w->scenarios[1]))
		return command_usage_error(&command_bisect, "which scenario? A bisection follows exactly one");
	return 0;
}

static int parse(struct request *q, int argc, char **argv)
{
	static const struct option options[] = {{"bad", required_argument, NULL, OPT_BAD},
						{"good", required_argument, NULL, OPT_GOOD},
						{"resume", required_argument, NULL, OPT_RESUME},
						TRIAL_OPTIONS,
						{0}};
	struct plan_request *want = &q->options.want;
	int option, status = 0;

	while (!status && (option = command_option(&command_bisect, argc, argv, ":v", options)) != -1)
		status = take(q, option);
	for (; optind < argc; optind++)
		want->scenarios = arena_list_add(&q->options.arena, want->scenarios, argv[optind]);
	return status ? status : check(q);
}

/* ---- what is said ---- */

static struct arena *arena_of(struct bisection *b)
{
	return &b->options->arena;
}

static void print_test(struct bisection *b, const struct bisect_test *t)
{
	struct buf out = {0};

	buf_printf(&out, "%-7s  %.12s  ", mark_name(t->mark), t->commit);
	text_add_line(&out, git_subject(arena_of(b), b->state.repository, t->commit));
	buf_printf(&out, "  (%s", bisection_outcome(b, t->outcome));
	if (t->note) {
		buf_adds(&out, "; ");
		text_add_shortened(&out, t->note, 200);
	}
	buf_adds(&out, ")");
	puts(out.data);
	fflush(stdout);
	buf_finish(&out);
}

static void print_evidence(struct bisection *b, const char *label, const struct bisect_test *t)
{
	struct buf out = {0};

	if (!t || !t->run)
		return;
	buf_printf(&out, "  %-8s %.12s %s: ", label, t->commit, bisection_outcome(b, t->outcome));
	text_add_path(&out, arena_printf(arena_of(b), "%s/%s", b->dir, t->run));
	puts(out.data);
	buf_finish(&out);
}

/* For those who look later: the dashboard shows it with the session. */
static int keep_culprit(struct bisection *b, const char *commit, struct err *e)
{
	const char *subject = git_subject(arena_of(b), b->state.repository, commit);
	struct buf text = {0};

	if (subject)
		text_add_line(&text, subject); /* whatever encoding it has, it is UTF-8 then */
	b->state.culprit = commit;
	b->state.subject = arena_strdup(arena_of(b), text.len ? text.data : "");
	buf_finish(&text);
	return bisect_state_write(&b->state, b->dir, e);
}

static int print_culprit(struct bisection *b, const char *commit, struct err *e)
{
	const char *text = git_describe(arena_of(b), b->state.repository, commit, e);
	struct buf out = {0};

	if (!text)
		return -1;
	text_add_lines(&out, text, strlen(text));
	printf("\nThe first bad commit is %s\n", out.data);
	buf_finish(&out);
	puts("Evidence (`runtest report` takes these folders):");
	for (size_t i = 0; i < b->state.count; i++)
		if (b->state.tests[i].mark == MARK_GOOD)
			print_evidence(b, "good", &b->state.tests[i]);
	print_evidence(b, "bad", bisect_state_find(&b->state, commit));
	return 0;
}

static int print_range(struct bisection *b, const char *const *suspects, size_t count)
{
	printf("\nThe first bad commit is one of these %zu: all but the last bad one cannot be built or booted.\n", count);
	for (size_t i = 0; i < count; i++) {
		const struct bisect_test *t = bisect_state_find(&b->state, suspects[i]);
		struct buf out = {0};

		buf_printf(&out, "  %-7s  %.12s  ", mark_name(t ? t->mark : MARK_NONE), suspects[i]);
		text_add_line(&out, git_subject(arena_of(b), b->state.repository, suspects[i]));
		puts(out.data);
		buf_finish(&out);
	}
	return 1;
}

/* ---- the search ---- */

/* What is known of a commit, testing it when nothing is. */
static const struct bisect_test *know(struct bisection *b, const char *commit, const struct outcome *reference,
				      struct err *e)
{
	struct bisect_test t;

	if (!bisect_state_find(&b->state, commit)) {
		if (bisection_test(b, commit, reference, &t, e) < 0)
			return NULL;
		print_test(b, &t);
	}
	return bisect_state_find(&b->state, commit);
}

static int refuse(struct bisection *b, const struct bisect_test *t, const char *name, struct err *e)
{
	err_set(e, ERR_USAGE, "the %s revision %.12s does not serve: %s%s%s", name, t->commit,
		bisection_outcome(b, t->outcome), t->note ? "; " : "", t->note ? t->note : "");
	return err_hint(e, "the good one has to boot to one and the same verdict, the bad one to another");
}

/* Good must be good, bad bad, and where the good one is not in the history of the bad one, so must the place where they
 * parted. In *reference what good means. */
static int verify(struct bisection *b, struct outcome *reference, struct err *e)
{
	const char *good = b->state.good, *bad = b->state.bad, *parted;
	const struct bisect_test *t = know(b, good, NULL, e);
	int before;

	if (!t)
		return -1;
	if (t->mark != MARK_GOOD || (t->note && strstr(t->note, "flaky")))
		return refuse(b, t, "good", e);
	*reference = t->outcome;
	if (!(t = know(b, bad, reference, e)))
		return -1;
	if (t->mark != MARK_BAD)
		return refuse(b, t, "bad", e);
	before = git_is_ancestor(b->state.repository, good, bad, e);
	if (before)
		return before < 0 ? -1 : 0;
	parted = git_merge_base(arena_of(b), b->state.repository, good, bad, e);
	if (!parted || !(t = know(b, parted, reference, e)))
		return -1;
	if (t->mark == MARK_GOOD)
		return 0;
	err_set(e, ERR_USAGE, "the good revision is not in the history of the bad one, and where they parted (%.12s) it is %s",
		parted, mark_name(t->mark));
	return err_hint(e, "the change may lie on the good one's side: a bisection goes from good to bad in one history");
}

static bool is_tested(void *ctx, const char *commit)
{
	return bisect_state_find(ctx, commit);
}

/* The commits known to be good, and the bad one that has the fewest suspects: of those found on the way the last. */
static void bounds(struct bisection *b, const char *const **good, const char **bad)
{
	*good = NULL;
	*bad = b->state.bad;
	for (size_t i = 0; i < b->state.count; i++) {
		const struct bisect_test *t = &b->state.tests[i];

		if (t->mark == MARK_GOOD)
			*good = arena_list_add(arena_of(b), *good, t->commit);
		else if (t->mark == MARK_BAD)
			*bad = t->commit;
	}
}

static int search(struct bisection *b, struct err *e)
{
	struct outcome reference;
	const char *const *good, *const *suspects, *bad;
	size_t count, next;

	if (verify(b, &reference, e) < 0)
		return -1;
	for (;;) {
		bounds(b, &good, &bad);
		suspects = git_suspects(arena_of(b), b->state.repository, bad, good, e);
		for (count = 0; suspects && suspects[count];)
			count++;
		if (!suspects)
			return -1;
		if (count == 1)
			return keep_culprit(b, bad, e) < 0 ? -1 : print_culprit(b, bad, e);
		next = search_next(suspects, count, is_tested, &b->state);
		if (next == count)
			return print_range(b, suspects, count);
		printf("%zu suspects left\n", count);
		if (!know(b, suspects[next], &reference, e))
			return -1;
	}
}

static int bisect(struct request *q, const struct project *project, const char *const *words)
{
	struct bisection b = {.options = &q->options, .project = project, .command = words, .lock = -1};
	struct err e = {0};
	int status = q->resume ? bisection_resume(&b, q->resume, &e) : bisection_plan(&b, &e);

	if (status == 0 && !q->resume)
		status = bisection_begin(&b, q->good, q->bad, &e);
	if (status == 0) {
		printf("%s: %s, %s on %s, from %.12s to %.12s\n", strrchr(b.dir, '/') + 1, b.state.scenario,
		       b.state.variant, b.state.unit, b.state.good, b.state.bad);
		fflush(stdout);
		for (size_t i = 0; i < b.state.count; i++)
			print_test(&b, &b.state.tests[i]);
		status = search(&b, &e);
	}
	if (status < 0)
		status = command_error(&e);
	if (cancel_requested() && b.dir)
		fprintf(stderr, "runtest: `runtest bisect --resume %s` goes on\n", strrchr(b.dir, '/') + 1);
	bisection_finish(&b);
	return status;
}

static int run(const struct cli *cli, int argc, char **argv)
{
	struct request q = {.good = NULL};
	const char *const *words = NULL;
	struct project project;
	int status;

	trial_options_init(&q.options);
	words = arena_list_add(&q.options.arena, words, "runtest");
	for (int i = 0; i < argc; i++)
		words = arena_list_add(&q.options.arena, words, argv[i]);
	status = parse(&q, argc, argv);
	if (status == 0) {
		cancel_init();
		status = command_load_project(cli, &project, false);
		if (status == 0)
			status = bisect(&q, &project, words);
		project_finish(&project);
	}
	trial_options_finish(&q.options);
	return status;
}

const struct command command_bisect = {
	.name = "bisect",
	.synopsis = "bisect --good REV --bad REV --variant NAME [OPTION...] SCENARIO",
	.about = "find the commit that changed a verdict",
	.help = "Boots revisions of the repository that the variant's `source` is in, halving the commits between --good and\n"
		"--bad each time, and names the first one whose verdict or cause is not the good one's. Both ends are\n"
		"tested first. Revisions that do not build are skipped; the repository is only read. What is known is kept\n"
		"in results/BISECT/bisect.json, each revision's sessions beside it. docs/kernel.md shows it at work.\n"
		"\n"
		"Options:\n"
		"  --good REV, --bad REV   where the verdict is as it should be, and where it is not\n"
		"  --resume BISECT         go on with one that was cut short: its name, a path, or `latest`\n"
		"  --repeat N              boots of each revision (1); where they disagree it gets more: two that differ from\n"
		"                          the good verdict make it bad, a single one does not\n"
		"  --variant NAME, --board NAME, --config NAME, --set NAME=N, --timeout TIME, --jobs N, --results DIR, -v\n"
		"                          as `runtest run` has them; of several boards the first is taken\n"
		"\n"
		"Exit status: 0 the commit was found; 1 only a range, whose commits do not build; 2 usage or configuration,\n"
		"or --good is not good or --bad not bad; 3 the lab failed; 130 and 143 cancelled.\n",
	.run = run,
};
