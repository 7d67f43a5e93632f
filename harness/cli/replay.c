/* runtest replay: a recorded session's boots, run again and held against what was recorded. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/debugger.h"
#include "cli/sessions.h"
#include "replay/replay.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/units.h"

enum { PATIENCE_MS = 120000, MOST_TIMES = 100000 };

struct request {
	const char *results, *session;
	long times;
	long boot; /* 0: all */
	bool gdb;
	const char *at; /* --at, or NULL */
	int64_t patience_ms;
};

/* One that is not the same is told; those that are, together at the end. */
static void tell_difference(const struct replay *r, const struct replay_outcome *o)
{
	if (!o->console_same)
		printf("%s: the console differs from byte %" PRIu64 " of console.log on\n", r->boot->record, o->console_at);
	if (o->memory_different)
		printf("%s: %u of %u memory regions differ, the first is %s\n", r->boot->record, o->memory_different,
		       o->memory_compared, o->first_different);
}

static void tell_same(const struct recording *rec, unsigned boot, long times)
{
	const struct recorded_boot *b = &rec->boots[boot];

	printf("%s: the same %" PRIu64 " bytes on the console", b->record, b->console_end - b->console);
	if (b->memory_count)
		printf(", the same in %zu memory regions", b->memory_count);
	printf(times > 1 ? ", %ld times\n" : "\n", times);
}

static int replay_once(const struct request *q, const struct recording *rec, const char *dir, unsigned boot, bool *same,
		       struct err *e)
{
	struct replay_options options = {.boot = boot};
	struct replay_outcome outcome;
	struct replay r;
	int rc = replay_start(&r, rec, dir, &options, e);

	if (rc == 0)
		rc = replay_wait(&r, -1, clock_ms() + q->patience_ms, e);
	if (rc == 0 && !replay_ended(&r)) {
		rc = err_set(e, ERR_INFRA, "%s: the boot did not come to its recorded end in %" PRId64 " s", r.boot->record,
			     q->patience_ms / 1000);
		err_hint(e, "--timeout gives it more");
	}
	if (rc == 0)
		rc = replay_compare(&r, &outcome, e);
	if (rc == 0) {
		*same = outcome.console_same && !outcome.memory_different;
		tell_difference(&r, &outcome);
	}
	replay_finish(&r);
	return rc;
}

/* 0, 1 when something came out differently. */
static int replay_boot(const struct request *q, const struct recording *rec, const char *dir, unsigned boot)
{
	struct err e;
	bool same = true;

	for (long i = 0; i < q->times && same; i++)
		if (replay_once(q, rec, dir, boot, &same, &e) < 0)
			return command_error(&e);
	if (same)
		tell_same(rec, boot, q->times);
	return same ? 0 : 1;
}

static int replay_all(const struct request *q, const struct recording *rec, const char *dir)
{
	int status = 0;

	for (unsigned i = 0; i < rec->boot_count && status == 0; i++)
		if (!q->boot || q->boot == (long)i + 1)
			status = replay_boot(q, rec, dir, i);
	return status;
}

/* 0, or the exit status 2. */
static int take(struct request *q, int option)
{
	switch (option) {
	case 'a':
		q->at = optarg;
		q->gdb = true;
		return 0;
	case 'b':
		return command_count(&command_replay, "--boot", optarg, 10000, &q->boot);
	case 'g':
		q->gdb = true;
		return 0;
	case 'n':
		return command_count(&command_replay, "--times", optarg, MOST_TIMES, &q->times);
	case 'r':
		q->results = optarg;
		return 0;
	case 't':
		if (units_duration_ms(optarg, &q->patience_ms) == 0 && q->patience_ms)
			return 0;
		return command_usage_error(&command_replay, "--timeout takes a time such as 30s or 2m, not '%s'", optarg);
	default:
		return 2;
	}
}

static int parse(struct request *q, int argc, char **argv)
{
	static const struct option options[] = {
		{"at", required_argument, NULL, 'a'},    {"boot", required_argument, NULL, 'b'},
		{"gdb", no_argument, NULL, 'g'},         {"times", required_argument, NULL, 'n'},
		{"results", required_argument, NULL, 'r'}, {"timeout", required_argument, NULL, 't'}, {0}};
	int option, status = 0;

	while (status == 0 && (option = command_option(&command_replay, argc, argv, ":", options)) != -1)
		status = take(q, option);
	if (status)
		return status;
	if (argc - optind != 1)
		return command_usage_error(&command_replay, "which session? RUN/SESSION, one at a time");
	q->session = argv[optind];
	return 0;
}

static int replay_session(const struct request *q, const struct past_session *s)
{
	struct recording rec;
	struct err e;
	int status;

	if (s->result->unrecorded) {
		err_set(&e, ERR_USAGE, "the session was not recorded: %s", s->result->unrecorded);
		return command_error(&e);
	}
	if (recording_read(&rec, s->dir, &e) < 0)
		status = command_error(&e);
	else if (q->boot > (long)rec.boot_count)
		status = command_usage_error(&command_replay, "the session has %zu boots, and --boot says %ld",
					     rec.boot_count, q->boot);
	else
		status = q->gdb ? debugger_run(&rec, s, q->boot, q->at)
				: replay_all(q, &rec, s->dir);
	recording_finish(&rec);
	return status;
}

static int replay(const struct cli *cli, int argc, char **argv)
{
	struct request q = {.times = 1, .patience_ms = PATIENCE_MS};
	struct past_session s;
	struct err e;
	int status = parse(&q, argc, argv);

	if (status)
		return status;
	cancel_init();
	if (past_session_open(&s, cli, q.results, q.session, &e) < 0)
		status = command_error(&e);
	else
		status = replay_session(&q, &s);
	past_session_close(&s);
	return status;
}

const struct command command_replay = {
	.name = "replay",
	.synopsis = "replay [OPTION...] RUN/SESSION",
	.about = "run a recorded session again, instruction for instruction",
	.help = "RUN is 'latest', the name of a run's folder below results/, or a path; of SESSION the\n"
		"beginning is enough. Every boot of the session is run again by QEMU from its record, and\n"
		"console and memory must come out as they were.\n"
		"\n"
		"  --boot N       only the Nth boot (a session that switches off and on has several)\n"
		"  --times N      each N times\n"
		"  --gdb          stop before the first instruction and start gdb there, with symbols; it can\n"
		"                 go back in time, too (reverse-continue, reverse-step)\n"
		"  --at PLACE     start gdb there instead:\n"
		"                   phase:NAME        a phase of the scenario begins\n"
		"                   mark:NAME         a mark of the boot comes (marks in results.json)\n"
		"                   console:REGEX     the text has come on the console\n"
		"                   culprit           in front of the store that lost the first page\n"
		"                   change:ADDRESS    in front of the first change of 8 bytes of physical memory;\n"
		"                                     change:ADDRESS,N: the first after N instructions\n"
		"                   instruction:N     N instructions have run\n"
		"                   end               the record is nearly over\n"
		"                   write:ADDRESS     the next store to a virtual address\n"
		"                   FUNCTION, *ADDRESS, FILE:LINE, as gdb names them\n"
		"  --timeout TIME give a boot up so late (2m)\n"
		"  --results DIR  look for RUN in DIR instead of the project's results/\n"
		"\n"
		"The exit status is 0 when all came out the same, 1 when something did not, 2 when the\n"
		"session has no record that can be run, 3 when QEMU failed.\n",
	.run = replay,
};
