/* runtest culprit: who wrote to the pages that a session lost, found on the replay of its boot. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/sessions.h"
#include "image/bootimage.h"
#include "replay/culprit.h"
#include "result/lost.h"
#include "util/cancel.h"
#include "util/units.h"

enum { BUDGET_MS = 30000 };

struct request {
	struct arena arena;
	const char *results, *session;
	const char *const *elfs; /* --elf; NULL: those beside the image */
	struct lost_pages lost;  /* --address named them, or the session's evidence */
	bool asked;              /* --address did */
	long boot;               /* --boot, from 1; 0: the one that lost the pages */
	int64_t budget_ms;
};

/* ---- what came out ---- */

/* A new one, as soon as it is known. */
static void tell(void *ctx, const struct culprit *c)
{
	static const char *const what[] = {[CULPRIT_WATCHED] = "lost by", [CULPRIT_FIRST] = "first written to by",
					   [CULPRIT_BY_TIME] = "lost, not by the kernel's window, by"};

	(void)ctx;
	printf("0x%" PRIx64 " %s the store at 0x%" PRIx64 "%s%s (found in %" PRId64 " ms)\n", c->pages[0], what[c->how], c->pc,
	       *c->level ? " in " : "", c->level, c->found_ms);
	printf("  instruction %" PRIu64 " of the boot\n", c->instruction + 1);
	for (const char *const *line = c->lines; line && *line; line++)
		printf("  %s%s\n", line == c->lines ? "" : "from ", *line);
	fflush(stdout);
}

static void print_pages(const struct culprit *c)
{
	enum { SHOWN = 8 };

	printf("the store at 0x%" PRIx64 ": %zu page%s, ", c->pc, c->page_count, c->page_count == 1 ? "" : "s");
	for (size_t i = 0; i < c->page_count && i < SHOWN; i++)
		printf("%s0x%" PRIx64, i ? ", " : "", c->pages[i]);
	printf(c->page_count > SHOWN ? ", ...\n" : "\n");
}

static void print_result(struct request *q, const struct culprits *c)
{
	for (size_t i = 0; i < c->count; i++)
		print_pages(&c->items[i]);
	for (const char *const *remark = culprits_remarks(c, &q->arena); remark && *remark; remark++)
		printf("%s\n", *remark);
}

/* ---- the hunt ---- */

/* What the pages should hold, from the image and what explained it. Without it the first stores are told. */
static bool open_image(struct boot_image *img, const struct recording *rec)
{
	struct err e;

	if (recording_open_image(rec, img, &e) < 0)
		printf("%s, so the first store to each page is told\n", e.what);
	return img->path != NULL;
}

/* 0, 1 when somebody got away. */
static int hunt_pages(struct request *q, const struct past_session *s, const struct recording *rec,
		      const struct boot_image *img)
{
	struct replay_page *pages = arena_alloc(&q->arena, q->lost.count * sizeof *pages);
	struct culprit_hunt what = {.boot = q->lost.boot, .pages = pages, .page_count = q->lost.count, .budget_ms = q->budget_ms,
				    .elfs = q->elfs ? q->elfs : culprit_elfs(&q->arena, rec), .image = img, .found = tell};
	struct culprits found;
	struct err e;
	int status;

	for (size_t i = 0; i < q->lost.count; i++)
		pages[i] = replay_page_of(q->lost.pages[i], img);
	if (culprit_find(&found, rec, s->dir, &what, &e) < 0) {
		status = command_error(&e);
	} else {
		print_result(q, &found);
		status = found.found < found.wanted;
	}
	culprits_finish(&found);
	return status;
}

static int hunt(struct request *q, const struct past_session *s, const struct recording *rec)
{
	struct boot_image img;
	bool known = !q->asked && open_image(&img, rec);
	uint64_t window;
	int status;

	if (culprit_window(rec->arch, rec->entry, &window) == 0)
		printf("%zu page%s %s%s; watched: physical address + 0x%" PRIx64 ", the kernel's window\n", q->lost.count,
		       q->lost.count == 1 ? "" : "s", q->asked ? "asked for" : "lost at ", q->asked ? "" : q->lost.moment, window);
	fflush(stdout);
	status = hunt_pages(q, s, rec, known ? &img : NULL);
	if (known)
		boot_image_close(&img);
	return status;
}

static int of_session(struct request *q, const struct past_session *s)
{
	struct recording rec;
	struct err e;
	int status;

	if (!q->lost.count)
		lost_pages_find(&q->lost, &s->result->evidence, &q->arena);
	if (q->boot)
		q->lost.boot = (unsigned)q->boot - 1;
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
	q->asked = true;
	return 0;
}

static int take(struct request *q, int option)
{
	switch (option) {
	case 'a':
		return take_address(q, optarg);
	case 'n':
		return command_count(&command_culprit, "--boot", optarg, 10000, &q->boot);
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
						{"boot", required_argument, NULL, 'n'},
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
		"cleared or changed at the first look at which any was. For each the store is told by which\n"
		"it became other than the image has it, with the chain of calls that led there. Pages that\n"
		"no store by the kernel's window lost are looked for by time, to the instruction. RUN and\n"
		"SESSION are as for `runtest replay`.\n"
		"\n"
		"  --address A    the first store to the page of this physical address instead (repeatable)\n"
		"  --boot N       in the Nth boot of the session; that which lost the pages without it\n"
		"  --elf FILE     explains addresses, the kernel's first (repeatable); without it those that explained\n"
		"                 the image in the session, or lie beside it\n"
		"  --budget TIME  how long it may take (30s)\n"
		"  --results DIR  look for RUN in DIR instead of the project's results/\n"
		"\n"
		"The exit status is 0 when every page's culprit was found, 1 when some got away, 2 when nothing\n"
		"was lost or the session was not recorded, 3 when QEMU failed.\n",
	.run = culprit,
};
