/* runtest console: a person at a board's console; with --watch a second one, who looks on. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/byhand.h"
#include "cli/command.h"
#include "farm/limits.h"
#include "farm/powered.h"
#include "farm/wallclock.h"
#include "hand/attach.h"
#include "hand/follow.h"
#include "hand/keys.h"
#include "hand/terminal.h"
#include "util/cancel.h"
#include "util/mem.h"
#include "util/text.h"
#include "util/units.h"

enum { LINGER_MS = 1000, MOST_LINES = 100000, WATCHED_LINES = 20, WARN_MS = 5 * 60 * 1000 };

struct request {
	const char *unit, *results;
	bool watch, plain, returns;
	int escape;
	int64_t linger_ms, wait_ms, idle_ms;
	long lines;
};

/* ---- looking on ---- */

static int watch(const struct request *q, const struct cli *cli)
{
	struct lock_holder h;
	struct by_hand hand;
	struct err e;
	int status = 0, held = unit_lock_holder(q->unit, &h, NULL);

	if (held == 1) {
		holder_finish(&h);
	} else { /* nobody has it: is there such a unit at all? */
		status = by_hand_find(&hand, &command_console, cli, q->unit);
		by_hand_end(&hand);
	}
	if (status == 0 && follow_unit(q->unit, (int)q->lines, STDOUT_FILENO, STDERR_FILENO, &e) < 0)
		status = command_error(&e);
	return status;
}

/* ---- sitting at it ---- */

static int no_console(const struct board_unit *u)
{
	struct err e;

	err_set(&e, ERR_USAGE, "board %s has no console section in its file", u->name);
	err_at(&e, u->file, u->line, 0);
	if (u->kind->qemu)
		err_hint(&e, "a QEMU's serial line is there while a session runs: `runtest run -v` shows it");
	else
		err_hint(&e, "docs/consoles.md shows one for each kind of console");
	return command_error(&e);
}

/* "RESULTS/console", absolute: others follow the log from elsewhere. */
static char *log_folder(const struct request *q, const struct project *p)
{
	char here[PATH_MAX];

	if (!q->results)
		return xasprintf("%s/results/console", p->root);
	if (q->results[0] == '/' || !getcwd(here, sizeof here))
		return xasprintf("%s/console", q->results);
	return xasprintf("%s/%s/console", here, q->results);
}

static void tell_power(const struct by_hand *h)
{
	struct powered p;
	char *text;

	if (powered_by(h->unit->name, &p, NULL) != 1)
		return;
	text = powered_text(&p);
	fprintf(stderr, "[runtest: the board was left on, %s]\n", text);
	free(text);
	powered_finish(&p);
}

static void greet(const struct request *q, const struct by_hand *h, const struct handlog *log, bool interactive)
{
	struct buf path = {0};
	char key[KEYS_NAME];

	text_add_path(&path, log->path);
	fprintf(stderr, "[runtest: console of %s, kept in %s]\n", h->unit->name, path.data);
	buf_finish(&path);
	tell_power(h);
	if (interactive && q->escape >= 0)
		fprintf(stderr, "[runtest: %s and then q quits, ? tells more]\n", keys_name(q->escape, key));
}

struct seat {
	struct unit_lock *lock;
	int64_t warned_of; /* the end of the reservation that was told last */
};

/* 1 when one is to be told that the reservation ends soon, once for each end. */
static int warn_of_end(struct seat *s, struct err *e)
{
	const struct lease_watch *w = &s->lock->lease;
	int64_t left_ms = w->ends_ms - wallclock_ms();
	char span[24];

	if (!w->unit || left_ms > WARN_MS || s->warned_of == w->ends_ms)
		return 0;
	s->warned_of = w->ends_ms;
	err_set(e, ERR_NONE, "the reservation ends in %s; `runtest reserve --extend %s --for TIME` moves that",
		units_duration_text(left_ms, span), w->unit);
	return 1;
}

/* Nobody may keep a board that was reserved for others in the meantime, or whose lock is gone. */
static int may_stay(void *ctx, bool typed, struct err *e)
{
	struct seat *s = ctx;

	if (typed)
		unit_lock_use(s->lock);
	return unit_lock_check(s->lock, e) < 0 ? -1 : warn_of_end(s, e);
}

static int tell_end(const struct by_hand *h, const struct console *c, int end, const struct err *e)
{
	struct err over;

	if (end < 0)
		return command_error(e);
	if (end != ATTACH_LINE_END)
		return 0;
	err_set(&over, ERR_INFRA, "the console of %s has ended: %s", h->unit->name, c->why[0] ? c->why : "the line was hung up");
	return command_error(&over);
}

static int sit(const struct request *q, struct by_hand *h, struct console *c, struct handlog *log)
{
	bool keys = isatty(STDIN_FILENO), screen = isatty(STDOUT_FILENO);
	const struct unit_console *u = h->unit->console;
	struct seat seat = {.lock = &h->lock};
	const struct attach_options o = {
		.in = STDIN_FILENO, .out = STDOUT_FILENO, .notes = STDERR_FILENO,
		.interactive = keys, .harmless = q->plain || (screen && !keys), .returns = keys && q->returns,
		.escape = q->escape, .settle_ms = u->settle_ms ? u->settle_ms : c->ops->settle_ms, .linger_ms = q->linger_ms,
		.idle_ms = q->idle_ms, .may_stay = may_stay, .ctx = &seat,
	};
	struct err e;
	int end;

	greet(q, h, log, keys);
	if (keys && terminal_raw(STDIN_FILENO, &e) < 0)
		return command_error(&e);
	end = attach_run(c, log, &o, &e);
	if (keys && !o.harmless)
		terminal_tidy(STDOUT_FILENO);
	terminal_restore();
	return tell_end(h, c, end, &e);
}

static int open_log_and_sit(const struct request *q, struct by_hand *h, struct console *c)
{
	char *folder = log_folder(q, &h->project);
	struct handlog log;
	struct err e;
	int status;

	if (handlog_open(&log, folder, h->unit->name, &e) < 0) {
		status = command_error(&e);
	} else {
		by_hand_tell(h, log.path);
		status = sit(q, h, c, &log);
	}
	handlog_close(&log);
	free(folder);
	return status;
}

static int with_lock(const struct request *q, struct by_hand *h)
{
	struct console *c;
	struct err e;
	int status;

	if (!h->unit->console)
		return no_console(h->unit);
	status = by_hand_take(h, q->wait_ms, NULL);
	if (status)
		return status;
	c = console_create(h->unit->console);
	status = console_open(c, &e) < 0 ? command_error(&e) : open_log_and_sit(q, h, c);
	console_destroy(c);
	return status;
}

static int attend(const struct request *q, const struct cli *cli)
{
	struct by_hand h;
	int status = by_hand_find(&h, &command_console, cli, q->unit);

	if (status == 0)
		status = with_lock(q, &h);
	by_hand_end(&h);
	return status;
}

/* ---- the command line ---- */

static int take_value(struct request *q, int option)
{
	const struct command *c = &command_console;

	if (option == 'e' && keys_parse(optarg, &q->escape) < 0)
		return command_usage_error(c, "--escape takes a key such as ctrl-] or ctrl-a, or none, not '%s'", optarg);
	if (option == 'l' && units_duration_ms(optarg, &q->linger_ms) < 0)
		return command_usage_error(c, "--linger takes a time such as 5s, not '%s'", optarg);
	if (option == 'T')
		return command_wait(c, optarg, &q->wait_ms);
	if (option == 'n')
		return command_count(c, "--lines", optarg, MOST_LINES, &q->lines);
	if (option == 'r')
		q->results = optarg;
	return 0;
}

static int take(struct request *q, int option)
{
	switch (option) {
	case 'c':
		q->returns = true;
		return 0;
	case 'p':
		q->plain = true;
		return 0;
	case 'w':
		q->watch = true;
		return 0;
	case 'W':
		q->wait_ms = 0;
		return 0;
	case '?':
		return 2;
	default:
		return take_value(q, option);
	}
}

static int parse(struct request *q, int argc, char **argv)
{
	static const struct option options[] = {
		{"crlf", no_argument, NULL, 'c'},         {"escape", required_argument, NULL, 'e'},
		{"linger", required_argument, NULL, 'l'}, {"lines", required_argument, NULL, 'n'},
		{"no-wait", no_argument, NULL, 'W'},      {"plain", no_argument, NULL, 'p'},
		{"results", required_argument, NULL, 'r'}, {"wait", required_argument, NULL, 'T'},
		{"watch", no_argument, NULL, 'w'}, {0}};
	int option, status = 0;

	while (status == 0 && (option = command_option(&command_console, argc, argv, ":", options)) != -1)
		status = take(q, option);
	if (status)
		return status;
	if (argc - optind != 1)
		return command_usage_error(&command_console, "which board unit? One at a time");
	q->unit = argv[optind];
	return 0;
}

static int run(const struct cli *cli, int argc, char **argv)
{
	struct request q = {.escape = KEYS_DEFAULT, .linger_ms = LINGER_MS, .wait_ms = BY_HAND_FOR_EVER,
			    .lines = WATCHED_LINES};
	int status = parse(&q, argc, argv);
	struct limits limits;
	struct err e;

	if (status)
		return status;
	cancel_init();
	if (q.watch)
		return watch(&q, cli);
	if (limits_read(&limits, &e) < 0)
		return command_error(&e);
	q.idle_ms = limits.idle_ms;
	return attend(&q, cli);
}

const struct command command_console = {
	.name = "console",
	.synopsis = "console [OPTION...] UNIT",
	.about = "sit at a board's console, or look on while somebody else does",
	.help = "The unit's lock is taken, so that no session has the board meanwhile, and its console opened.\n"
		"Keys go to the board, and what it says is kept in results/console/. What was on the line\n"
		"already is marked. Power is left as it is: `runtest power` switches it. Where nothing is typed\n"
		"for an hour it ends, and says so before (docs/reservations.md).\n"
		"\n"
		"  ctrl-] q     quit; ctrl-] b sends a break, ctrl-] ctrl-] the key itself, ctrl-] ? tells more\n"
		"\n"
		"Without a terminal it works in a pipe: what is read is sent as it is, and what the board says\n"
		"is written as it comes.\n"
		"\n"
		"  --watch       look on while a session or somebody else has the board: takes no lock, sends\n"
		"                nothing, ends when the board is given back\n"
		"  --lines N     with --watch: so many lines of what was said before (20)\n"
		"  --wait TIME   wait at most so long for a board that somebody else has or has reserved\n"
		"  --no-wait     do not wait at all\n"
		"  --escape KEY  another key than ctrl-]: ctrl-a, or none\n"
		"  --plain       show nothing that a terminal would obey: escape sequences are spelled out, as\n"
		"                with --watch\n"
		"  --crlf        begin every line at the left, for boards that end lines in LF alone\n"
		"  --linger TIME without a terminal: once the input has ended, until the board is silent so\n"
		"                long (1s)\n"
		"  --results DIR keep the log below DIR instead of the project's results/\n"
		"\n"
		"Exit status: 0 after quitting, or when a watched board was given back; 2 usage or configuration;\n"
		"3 the console died, or the board was taken away; 4 it was not to be had in that time; 130 and\n"
		"143 cancelled.\n",
	.run = run,
};
