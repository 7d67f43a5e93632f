/* runtest culprit: who wrote to the pages that a session lost, found on the replay of its boot. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/sessions.h"
#include "replay/culprit.h"
#include "result/lost.h"
#include "util/cancel.h"
#include "util/units.h"

enum { BUDGET_MS = 10000 };

struct request {
	struct arena arena;
	const char *results, *session;
	const char *const *elfs; /* --elf; NULL: those beside the image */
	struct lost_pages lost;  /* --address named them, or the session's evidence */
	int64_t budget_ms;
};

/* ---- what came out ---- */

static void print_pages(const struct culprit *c)
{
	for (size_t i = 0; i < c->page_count && i < 4; i++)
		printf("%s0x%" PRIx64, i ? ", " : "", c->pages[i]);
	if (c->page_count > 4)
		printf(", ... (%zu pages)", c->page_count);
}

static void print_culprit(const struct culprit *c)
{
	printf("first written to by the store at 0x%" PRIx64 " (found in %" PRId64 " ms): ", c->pc, c->found_ms);
	print_pages(c);
	printf("\n");
	for (const char *const *line = c->lines; line && *line; line++)
		printf("  %s%s\n", line == c->lines ? "" : "from ", *line);
}

static void print_result(const struct request *q, const struct culprits *c)
{
	printf("%zu page%s lost%s%s; watched: physical address + 0x%" PRIx64 ", the kernel's window\n", q->lost.count,
	       q->lost.count == 1 ? "" : "s", q->lost.moment ? " at " : "", q->lost.moment ? q->lost.moment : "", c->window);
	if (c->watched < q->lost.count)
		printf("only the first %zu were watched\n", c->watched);
	for (size_t i = 0; i < c->count; i++)
		print_culprit(&c->items[i]);
	if (c->found < c->watched)
		printf(c->over ? "%zu of the watched pages: nothing touched them there until the boot's recorded end; if they "
				 "changed, it was through an unwatched mapping\n"
			       : "%zu of the watched pages: not found in the time that there was (--budget)\n",
		       c->watched - c->found);
}

/* 0, 1 when somebody got away. */
static int hunt(struct request *q, const struct past_session *s, const struct recording *rec)
{
	struct culprit_hunt what = {.boot = q->lost.boot, .pages = q->lost.pages, .page_count = q->lost.count,
				    .elfs = q->elfs ? q->elfs : culprit_elfs(&q->arena, rec->image), .budget_ms = q->budget_ms};
	struct culprits found;
	struct err e;
	int status = 0;

	if (what.boot >= rec->boot_count)
		what.boot = 0;
	if (culprit_find(&found, rec, s->dir, &what, &e) < 0) {
		status = command_error(&e);
	} else {
		print_result(q, &found);
		status = found.found < found.watched;
	}
	culprits_finish(&found);
	return status;
}

static int of_session(struct request *q, const struct past_session *s)
{
	struct recording rec;
	struct err e;
	int status;

	if (!q->lost.count)
		lost_pages_find(&q->lost, &s->result->evidence, &q->arena);
	if (!q->lost.count) {
		err_set(&e, ERR_USAGE, "the session %s lost no page that was judged", s->result->name);
		err_hint(&e, "--address ADDRESS asks for the first store to any page");
		return command_error(&e);
	}
	if (s->result->unrecorded) {
		err_set(&e, ERR_USAGE, "the session was not recorded: %s", s->result->unrecorded);
		return command_error(&e);
	}
	status = recording_read(&rec, s->dir, &e) < 0 ? command_error(&e) : hunt(q, s, &rec);
	recording_finish(&rec);
	return status;
}

/* ---- the command line ---- */

static int take_address(struct request *q, const char *text)
{
	char *end;
	uint64_t a = strtoull(text, &end, 0);

	if (end == text || *end)
		return command_usage_error(&command_culprit, "--address takes a physical address, not '%s'", text);
	lost_pages_add(&q->lost, a & ~UINT64_C(4095), &q->arena);
	return 0;
}

static int take(struct request *q, int option)
{
	switch (option) {
	case 'a':
		return take_address(q, optarg);
	case 'b':
		if (units_duration_ms(optarg, &q->budget_ms) == 0 && q->budget_ms)
			return 0;
		return command_usage_error(&command_culprit, "--budget takes a time such as 2s, not '%s'", optarg);
	case 'e':
		q->elfs = arena_list_add(&q->arena, q->elfs, optarg);
		return 0;
	case 'r':
		q->results = optarg;
		return 0;
	default:
		return 2;
	}
}

static int parse(struct request *q, int argc, char **argv)
{
	static const struct option options[] = {{"address", required_argument, NULL, 'a'},
						{"budget", required_argument, NULL, 'b'},
						{"elf", required_argument, NULL, 'e'},
						{"results", required_argument, NULL, 'r'},
						{0}};
	int option, status = 0;

	while (status == 0 && (option = command_option(&command_culprit, argc, argv, ":", options)) != -1)
		status = take(q, option);
	if (status == 0 && argc - optind != 1)
		status = command_usage_error(&command_culprit, "which session? RUN/SESSION, one at a time");
	if (status == 0)
		q->session = argv[optind];
	return status;
}

static int culprit(const struct cli *cli, int argc, char **argv)
{
	struct request q = {.budget_ms = BUDGET_MS};
	struct past_session s;
	struct err e;
	int status;

	arena_init(&q.arena);
	status = parse(&q, argc, argv);
	if (status == 0) {
		cancel_init();
		status = past_session_open(&s, cli, q.results, q.session, &e) < 0 ? command_error(&e) : of_session(&q, &s);
		past_session_close(&s);
	}
	arena_finish(&q.arena);
	return status;
}

const struct command command_culprit = {
	.name = "culprit",
	.synopsis = "culprit [OPTION...] RUN/SESSION",
	.about = "who wrote to the pages that a session lost, by function, file and line",
	.help = "The session's recorded boot is run again with the lost pages watched: those that were\n"
		"cleared or changed at the first look at which any was. For each the first store is told,\n"
		"with the chain of calls that led to it. RUN and SESSION are as for `runtest replay`.\n"
		"\n"
		"  --address A    the page of this physical address instead (repeatable)\n"
		"  --elf FILE     explains addresses, the kernel's first (repeatable); those beside the boot\n"
		"                 image without it\n"
		"  --budget TIME  how long it may take (10s)\n"
		"  --results DIR  look for RUN in DIR instead of the project's results/\n"
		"\n"
		"The exit status is 0 when every page's first store was found, 1 when some were not written\n"
		"to at the watched addresses, 2 when nothing was lost or the session was not recorded.\n",
	.run = culprit,
};
