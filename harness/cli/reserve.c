/* runtest reserve and release: a board for oneself for some hours. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/byhand.h"
#include "cli/command.h"
#include "cli/reservation.h"
#include "farm/health.h"
#include "farm/limits.h"
#include "farm/queue.h"
#include "farm/state.h"
#include "farm/wallclock.h"
#include "util/cancel.h"
#include "util/mem.h"
#include "util/names.h"
#include "util/text.h"
#include "util/units.h"

struct request {
	const char *board, *why;
	int64_t for_ms, wait_ms;
	bool extend, list, json;
};

/* ---- the list ---- */

/* Those in force, from the arena; each to be finished. */
static int find_all(struct arena *a, struct reservation **all, size_t *count, struct err *e)
{
	const char *const *units = state_units(a, e);
	size_t n = 0, kept = 0;

	if (!units)
		return -1;
	while (units[n])
		n++;
	*all = arena_alloc(a, (n + 1) * sizeof **all);
	for (size_t i = 0; i < n; i++) {
		(*all)[kept].unit = units[i];
		kept += lease_read(units[i], &(*all)[kept].lease, NULL) == 1;
	}
	*count = kept;
	return 0;
}

static void print_json(const struct reservation *all, size_t n)
{
	json_t *o = json_object(), *list = json_array(), *one;

	for (size_t i = 0; i < n; i++) {
		one = reservation_json(&all[i].lease);
		json_object_set_new(one, "unit", json_string(all[i].unit));
		json_array_append_new(list, one);
	}
	json_object_set_new(o, "reservations", list);
	json_dumpf(o, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	putchar('\n');
	json_decref(o);
}

static int print_list(bool json)
{
	struct reservation *all = NULL;
	struct buf out = {0};
	struct arena a;
	struct err e;
	size_t n = 0;
	int status = 0;

	arena_init(&a);
	if (find_all(&a, &all, &n, &e) < 0)
		status = command_error(&e);
	else if (json)
		print_json(all, n);
	else if (n)
		reservations_table(all, n, &out);
	else
		buf_adds(&out, "nothing is reserved\n");
	if (out.len)
		fwrite(out.data, 1, out.len, stdout);
	for (size_t i = 0; i < n; i++)
		lease_finish(&all[i].lease);
	buf_finish(&out);
	arena_finish(&a);
	return status;
}

/* ---- which units ---- */

static int no_such_board(const struct project *p, const char *name)
{
	const char *nearest = names_nearest(project_board_names(p), name);
	struct err e;

	if (project_kind(p, name)) {
		err_set(&e, ERR_USAGE, "no unit of the kind %s is there, or none that is not set aside", name);
		err_hint(&e, "`runtest health` says why; a unit that is named is reserved all the same");
		return command_error(&e);
	}

	err_set(&e, ERR_USAGE, "no board unit and no kind is called %s", name);
	if (nearest)
		err_hint(&e, "did you mean \"%s\"?", nearest);
	else
		err_hint(&e, "`runtest list boards` shows them");
	return command_error(&e);
}

static bool is_set_aside(const char *unit)
{
	struct health_record h;
	bool aside;

	unit_health_read(unit, &h, NULL);
	aside = h.state == HEALTH_SET_ASIDE;
	health_finish(&h);
	return aside;
}

/* The unit, or those of a kind that are not set aside; from the arena, NULL-terminated. A QEMU kind has one of its name, its
 * machines. */
static size_t find_units(const struct project *p, const char *name, const char ***units, struct arena *a)
{
	const struct board_unit *one = project_unit(p, name);
	const struct board_kind *kind = project_kind(p, name);
	size_t n = 0;

	*units = arena_alloc(a, (p->unit_count + 1) * sizeof **units);
	for (size_t i = 0; i < p->unit_count; i++)
		if (one ? &p->units[i] == one : kind && p->units[i].kind == kind && !is_set_aside(p->units[i].name))
			(*units)[n++] = p->units[i].name;
	return n;
}

/* ---- reserving ---- */

static int is_own_already(const char *unit, const struct lease *l)
{
	struct err e;

	err_set(&e, ERR_USAGE, "%s is reserved by yourself already, until %s", unit, l->until);
	err_hint(&e, "`runtest reserve --extend %s --for TIME` moves its end, `runtest release %s` gives it back", unit, unit);
	return command_error(&e);
}

/* One's own lease is nothing to wait for. That of another job of the same user is, where nobody sits at a terminal. */
static int check_own(const char *unit)
{
	struct lease_pass pass;
	struct lease l;
	struct arena a;
	int status = 0;

	if (lease_read(unit, &l, NULL) != 1)
		return 0;
	arena_init(&a);
	pass = lease_own_pass(isatty(STDIN_FILENO), &a);
	if (lease_admits(&l, &pass))
		status = is_own_already(unit, &l);
	arena_finish(&a);
	lease_finish(&l);
	return status;
}

static void tell(const char *unit, const struct request *q, const struct limits *limits, const char *token)
{
	char until[CLOCK_ISO_SIZE], idle[WALLCLOCK_SPAN];

	wallclock_text(wallclock_ms() + q->for_ms, until);
	wallclock_span(limits->idle_ms, idle);
	if (q->json) {
		json_t *o = json_pack("{ssssssss}", "unit", unit, "token", token, "until", until, "idle", idle);

		json_dumpf(o, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
		putchar('\n');
		json_decref(o);
		return;
	}
	fprintf(stderr, "runtest: %s is yours until %s, or until nobody has used it for %s\n", unit, until, idle);
	fprintf(stderr, "  hint: RUNTEST_TOKEN with what follows lets a run in; it is not shown again\n");
	puts(token);
}

static int make_lease(const struct unit_lock *lock, const struct request *q, const struct limits *limits)
{
	const struct lease_terms terms = {.why = q->why, .for_ms = q->for_ms, .idle_ms = limits->idle_ms};
	char token[LEASE_TOKEN_SIZE];
	struct err e;

	if (lease_make(lock->unit, &terms, token, &e) < 0)
		return command_error(&e);
	tell(lock->unit, q, limits, token);
	return 0;
}

/* In the queue like everybody, and without a token: what is reserved already is waited for. */
static int take_and_reserve(const struct request *q, const struct limits *limits, const char **units, size_t n)
{
	static const struct lock_purpose purpose = {.what = "by hand: runtest reserve"};
	struct unit_lock lock;
	struct err e;
	int status;

	unsetenv("RUNTEST_TOKEN");
	cancel_init();
	if (unit_lock_take_any(&lock, units, n, &purpose, by_hand_patience(q->wait_ms), by_hand_tell_waiting, NULL, NULL,
			       &e) < 0)
		return command_error(&e);
	status = make_lease(&lock, q, limits);
	unit_lock_release(&lock);
	return status;
}

static int extend(const struct request *q, const struct limits *limits)
{
	struct lease_pass pass;
	struct arena a;
	struct err e;
	int status = 0;

	arena_init(&a);
	pass = lease_own_pass(true, &a);
	if (lease_extend(q->board, &pass, q->for_ms, limits->max_hold_ms, &e) < 0)
		status = command_error(&e);
	arena_finish(&a);
	return status;
}

static int reserve_in(const struct request *q, const struct limits *limits, const struct project *p)
{
	const char **units;
	struct arena a;
	size_t n;
	int status;

	arena_init(&a);
	n = find_units(p, q->board, &units, &a);
	status = n ? 0 : no_such_board(p, q->board);
	if (n == 1)
		status = check_own(units[0]);
	if (status == 0)
		status = take_and_reserve(q, limits, units, n);
	arena_finish(&a);
	return status;
}

static int check_hold(const struct request *q, const struct limits *limits)
{
	char most[WALLCLOCK_SPAN];
	struct err e;

	if (q->for_ms <= limits->max_hold_ms)
		return 0;
	err_set(&e, ERR_USAGE, "--for: at most %s here", wallclock_span(limits->max_hold_ms, most));
	err_hint(&e, "max-hold in " LIMITS_FILE " says so: docs/reservations.md");
	return command_error(&e);
}

static int reserve(const struct request *q, const struct cli *cli)
{
	struct limits limits;
	struct project p;
	struct err e;
	int status;

	if (limits_read(&limits, &e) < 0)
		return command_error(&e);
	status = check_hold(q, &limits);
	if (status || q->extend)
		return status ? status : extend(q, &limits);
	status = command_load_project(cli, &p, false);
	if (status == 0)
		status = reserve_in(q, &limits, &p);
	project_finish(&p);
	return status;
}

/* ---- the command line of reserve ---- */

static int take(struct request *q, int option)
{
	switch (option) {
	case 'e':
		q->extend = true;
		return 0;
	case 'f':
		if (units_duration_ms(optarg, &q->for_ms) == 0 && q->for_ms > 0)
			return 0;
		return command_usage_error(&command_reserve, "--for takes a time such as 30m or 2h, not '%s'", optarg);
	case 'j':
		q->json = true;
		return 0;
	case 'l':
		q->list = true;
		return 0;
	case 'w':
		return command_wait(&command_reserve, optarg, &q->wait_ms);
	case 'W':
		q->wait_ms = 0;
		return 0;
	case 'y':
		q->why = optarg;
		return 0;
	default:
		return 2;
	}
}

static int check(struct request *q, int argc, char **argv)
{
	const struct command *c = &command_reserve;

	if (q->list)
		return argc == optind ? 0 : command_usage_error(c, "--list takes no argument, such as \"%s\"", argv[optind]);
	if (argc - optind != 1)
		return command_usage_error(c, "which board unit, or kind? One at a time");
	q->board = argv[optind];
	if (!q->for_ms)
		return command_usage_error(c, "for how long? --for 2h");
	if (!q->extend && (!q->why || !*q->why))
		return command_usage_error(c, "what for? Others will want to know: --why \"bisecting the GIC driver\"");
	if (q->why && text_bad_byte(q->why, strlen(q->why)) < strlen(q->why))
		return command_usage_error(c, "--why takes plain text");
	return 0;
}

static int run_reserve(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{"extend", no_argument, NULL, 'e'},   {"for", required_argument, NULL, 'f'}, {"json", no_argument, NULL, 'j'},
		{"list", no_argument, NULL, 'l'},     {"no-wait", no_argument, NULL, 'W'},   {"wait", required_argument, NULL, 'w'},
		{"why", required_argument, NULL, 'y'}, {0}};
	struct request q = {.wait_ms = BY_HAND_FOR_EVER};
	int option, status = 0;

	while (status == 0 && (option = command_option(&command_reserve, argc, argv, ":", options)) != -1)
		status = take(&q, option);
	if (status == 0)
		status = check(&q, argc, argv);
	if (status)
		return status;
	return q.list ? print_list(q.json) : reserve(&q, cli);
}

const struct command command_reserve = {
	.name = "reserve",
	.synopsis = "reserve UNIT|KIND --for TIME --why TEXT [OPTION...]",
	.about = "keep a board for oneself for some hours",
	.help = "Waits in the unit's queue like everybody, reserves it, and prints a token. Until the reservation ends, sessions\n"
		"get the board only with that token in RUNTEST_TOKEN (several with commas between), and working by hand is for\n"
		"the same user, or with the token. Of a KIND any unit will do. The machines of a QEMU kind are reserved together:\n"
		"nobody else starts one.\n"
		"\n"
		"  --for TIME    how long: 30m, 2h\n"
		"  --why TEXT    what for: others see it\n"
		"  --wait TIME   wait at most so long for the board (exit status 4); for ever without that\n"
		"  --no-wait     do not wait at all\n"
		"  --extend      of a unit that one has reserved: it ends TIME from now\n"
		"  --list        show what is reserved, by whom and until when\n"
		"  --json        for programs: {\"unit\", \"token\", \"until\", \"idle\"}, {\"reservations\": [...]}\n"
		"\n"
		"`runtest release` gives it back. docs/reservations.md has the longest time there is, and the time after which\n"
		"a reservation that nobody uses ends.\n"
		"\n"
		"Exit status: 0; 2 usage or configuration; 3 the folder of reservations; 4 the board was not to be had in that\n"
		"time; 130 and 143 cancelled.\n",
	.run = run_reserve,
};

/* ---- giving back ---- */

static int release(const char *unit, const char *token, bool force)
{
	struct lease_pass pass;
	struct arena a;
	struct err e;
	int status = 0;

	arena_init(&a);
	pass = lease_own_pass(true, &a);
	if (token)
		pass.tokens = token;
	if (lease_release(unit, &pass, force, &e) < 0)
		status = command_error(&e);
	arena_finish(&a);
	return status;
}

static int run_release(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {{"force", no_argument, NULL, 'F'}, {"token", required_argument, NULL, 't'}, {0}};
	const char *token = NULL;
	bool force = false;
	int option;

	(void)cli; /* boards are shared by all projects of the machine */
	while ((option = command_option(&command_release, argc, argv, ":", options)) != -1) {
		if (option == '?')
			return 2;
		if (option == 't')
			token = optarg;
		force = force || option == 'F';
	}
	if (argc - optind != 1)
		return command_usage_error(&command_release, "which board unit? One at a time");
	if (force && geteuid() != 0)
		return command_usage_error(&command_release, "--force is for root");
	return release(argv[optind], token, force);
}

const struct command command_release = {
	.name = "release",
	.synopsis = "release [--token TOKEN] UNIT",
	.about = "give back a board that was reserved",
	.help = "The reservation ends at once, and who has waited longest gets the board. Whoever still uses it by that\n"
		"reservation is told so and ends. The user who made the reservation may, and who has its token.\n"
		"\n"
		"  --token TOKEN  as `runtest reserve` printed it; RUNTEST_TOKEN does as well\n"
		"  --force        whosever it is; for root\n"
		"\n"
		"Exit status: 0; 2 it is not reserved, or not yours; 3 the folder of reservations.\n",
	.run = run_release,
};
