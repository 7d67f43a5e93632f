#include "farm/health.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "farm/holder.h"
#include "farm/record.h"
#include "farm/state.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/text.h"

#define SUFFIX "health"
#define TURN_SUFFIX "health-turn"

enum {
	TURN_TRIES = 20000, /* for one's turn to change it, each after a millisecond: no time passes so while all stalls */
	INFRA_MOST = 1000000,
};

/* ---- its file ---- */

/* As it is written: a record has texts only. */
struct written {
	const char *state, *since, *why, *by, *user, *checked, *infra;
	pid_t pid;
};

static const struct record_text texts[] = {
	{"state", offsetof(struct written, state)},
	{"since", offsetof(struct written, since)},
	{"why", offsetof(struct written, why)},
	{"by", offsetof(struct written, by)},
	{"user", offsetof(struct written, user)},
	{"checked", offsetof(struct written, checked)},
	{"infra_in_a_row", offsetof(struct written, infra)},
};
static const struct record_shape shape = {texts, sizeof texts / sizeof texts[0], offsetof(struct written, pid)};

static const char *const names[] = {
	[HEALTH_UNKNOWN] = "unknown", [HEALTH_GOOD] = "good", [HEALTH_SET_ASIDE] = "set-aside"};

const char *unit_health_name(enum unit_health state)
{
	return names[state];
}

static bool parse_state(const char *text, enum unit_health *state)
{
	for (size_t i = 0; text && i < sizeof names / sizeof names[0]; i++)
		if (strcmp(text, names[i]) == 0) {
			*state = (enum unit_health)i;
			return true;
		}
	return false;
}

static bool parse_count(const char *text, unsigned *count)
{
	char *end;
	unsigned long n;

	if (!text || *text < '0' || *text > '9')
		return false;
	n = strtoul(text, &end, 10);
	*count = n < INFRA_MOST ? (unsigned)n : INFRA_MOST;
	return !*end;
}

void health_finish(struct health_record *h)
{
	arena_finish(&h->arena);
}

static void forget_all(struct health_record *h)
{
	struct arena a = h->arena;

	*h = (struct health_record){.arena = a, .damaged = h->damaged};
}

static void read_from(const char *path, struct health_record *h)
{
	struct written w = {0};
	int rc = record_read(path, &shape, &w, &h->arena, NULL);

	if (rc == 1)
		return;
	h->damaged = rc < 0 || !parse_state(w.state, &h->state) || !parse_count(w.infra, &h->infra_in_a_row) || !w.since;
	if (h->damaged) {
		forget_all(h);
		return;
	}
	h->since = w.since;
	h->why = h->state == HEALTH_SET_ASIDE && !w.why ? "nobody says why" : w.why;
	h->by = w.by;
	h->user = w.user;
	h->checked = w.checked;
	h->pid = w.pid;
}

static int write_to(const char *path, struct health_record *h, bool sync, struct err *e)
{
	struct written w = {
		.state = names[h->state], .since = h->since, .why = h->why, .by = h->by, .user = h->user,
		.checked = h->checked, .infra = arena_printf(&h->arena, "%u", h->infra_in_a_row), .pid = getpid(),
	};

	return record_write(path, &shape, &w, sync, e);
}

int unit_health_read(const char *unit, struct health_record *h, struct err *e)
{
	char *path = state_path(unit, SUFFIX, e);

	memset(h, 0, sizeof *h);
	arena_init(&h->arena);
	if (!path)
		return -1;
	read_from(path, h);
	free(path);
	return 0;
}

/* ---- one change after another ---- */

/* A lock of flock(2), which ends with its descriptor. Whoever was stopped in the middle of a change is not waited for for
 * ever. The descriptor, or -1. */
static int take_turn(const char *unit, struct err *e)
{
	char *path = state_path(unit, TURN_SUFFIX, e);
	int fd = path ? state_open(path, e) : -1, rc = -1;

	for (int i = 0; fd >= 0 && i < TURN_TRIES && (rc = flock(fd, LOCK_EX | LOCK_NB)) < 0 &&
			(errno == EWOULDBLOCK || errno == EINTR);
	     i++)
		poll(NULL, 0, 1);
	if (fd >= 0 && rc < 0) {
		file_error(e, "lock the file", path);
		err_hint(e, "a process that was stopped while it wrote the unit's health holds it");
		close(fd);
		fd = -1;
	}
	free(path);
	return fd;
}

struct change {
	bool (*make)(struct health_record *h, const struct change *c); /* is it worth a sync? */
	bool infra;
	unsigned most;
	enum unit_health state;
	const char *why, *by;
	char now[CLOCK_ISO_SIZE];
};

static void enter(struct health_record *h, enum unit_health state, const char *why, const struct change *c)
{
	h->state = state;
	h->since = c->now;
	h->why = why;
	h->by = c->by;
	h->user = holder_own_name(&h->arena);
}

static int change(const char *unit, struct change *c, struct health_record *h, struct err *e)
{
	char *path = state_path(unit, SUFFIX, e);
	int turn = path ? take_turn(unit, e) : -1, rc = -1;
	bool sync;

	memset(h, 0, sizeof *h);
	arena_init(&h->arena);
	clock_iso(c->now);
	if (turn >= 0) {
		read_from(path, h);
		if (!h->since)
			h->since = c->now;
		sync = c->make(h, c);
		rc = write_to(path, h, sync, e);
		close(turn);
	}
	free(path);
	return rc;
}

/* ---- what sessions tell ---- */

static bool make_note(struct health_record *h, const struct change *c)
{
	unsigned most = c->most ? c->most : HEALTH_INFRA_MOST;

	h->infra_in_a_row = !c->infra ? 0 : h->infra_in_a_row < INFRA_MOST ? h->infra_in_a_row + 1 : INFRA_MOST;
	if (h->state == HEALTH_SET_ASIDE || h->infra_in_a_row < most)
		return false;
	enter(h, HEALTH_SET_ASIDE,
	      arena_printf(&h->arena, "%u session%s in a row ended infra%s%s", h->infra_in_a_row,
			   h->infra_in_a_row == 1 ? "" : "s", c->why ? ", the last one: " : "", c->why ? c->why : ""),
	      c);
	return true;
}

int unit_health_note(const char *unit, bool infra, const char *why, const char *run, unsigned most, struct err *e)
{
	struct change c = {.make = make_note, .infra = infra, .why = why, .by = run, .most = most};
	struct health_record h;
	int rc = change(unit, &c, &h, e);

	if (rc == 0)
		rc = h.state == HEALTH_SET_ASIDE && h.since == c.now;
	health_finish(&h);
	return rc;
}

/* ---- what is found ---- */

static bool is_by_hand(const struct health_record *h)
{
	return h->state == HEALTH_SET_ASIDE && h->by && strcmp(h->by, HEALTH_BY_HAND) == 0;
}

static bool make_finding(struct health_record *h, const struct change *c)
{
	bool check = c->by && strcmp(c->by, HEALTH_BY_CHECK) == 0;

	if (check)
		h->checked = c->now;
	if (is_by_hand(h) && strcmp(c->by ? c->by : "", HEALTH_BY_HAND) != 0)
		return false;
	if (c->state != HEALTH_SET_ASIDE)
		h->infra_in_a_row = 0;
	if (c->state == HEALTH_SET_ASIDE || h->state != c->state)
		enter(h, c->state, c->state == HEALTH_SET_ASIDE ? c->why : NULL, c);
	return true;
}

int unit_health_set(const char *unit, enum unit_health state, const char *why, const char *by, struct err *e)
{
	struct change c = {.make = make_finding, .state = state, .why = why, .by = by};
	struct health_record h;
	int rc = change(unit, &c, &h, e);

	if (rc == 0)
		rc = is_by_hand(&h) && h.since != c.now;
	health_finish(&h);
	return rc;
}

/* ---- in words ---- */

char *health_text(const struct health_record *h)
{
	struct buf out = {0};

	if (h->state == HEALTH_UNKNOWN) {
		buf_adds(&out, h->damaged ? "unknown (its record cannot be read)" : "unknown");
		return buf_steal(&out);
	}
	buf_printf(&out, "%s since ", h->state == HEALTH_GOOD ? "good" : "set aside");
	text_add_line(&out, h->since);
	if (h->by) {
		buf_adds(&out, " by ");
		text_add_line(&out, h->by);
	}
	if (h->user) {
		buf_adds(&out, " of ");
		text_add_line(&out, h->user);
	}
	if (h->why) {
		buf_adds(&out, ": ");
		text_add_line(&out, h->why);
	}
	return buf_steal(&out);
}
