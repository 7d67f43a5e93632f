#include "farm/lease.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <unistd.h>

#include "farm/holder.h"
#include "farm/queue.h"
#include "farm/record.h"
#include "farm/state.h"
#include "farm/wake.h"
#include "farm/wallclock.h"
#include "util/buf.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/text.h"
#include "util/units.h"

#define SUFFIX "lease"

enum {
	TOKEN_BYTES = 16,
	USE_MS = 5000,      /* so often it is noted that somebody makes use of it */
	LOCK_TRIES = 20000, /* a change is waited for as long as a slow disk may take to sync it, and no time while all stalls */
	LOCK_PAUSE_US = 1000,
	LOOK_MS = 500,      /* who waits for its end looks so often, should nothing wake it, ... */
	BLIND_MS = 50,      /* ... or nothing can */
};

static const struct record_text texts[] = {
	{"user", offsetof(struct lease, user)},   {"why", offsetof(struct lease, why)},
	{"since", offsetof(struct lease, since)}, {"until", offsetof(struct lease, until)},
	{"idle", offsetof(struct lease, idle)},   {"token", offsetof(struct lease, token)},
};
static const struct record_shape shape = {texts, sizeof texts / sizeof texts[0], offsetof(struct lease, pid)};

void lease_finish(struct lease *l)
{
	arena_finish(&l->arena);
}

/* ---- reading ---- */

/* The file's time is when it was last made use of. */
static int64_t end_of(const struct lease *l, int64_t idle_ms)
{
	int64_t idle_end = wallclock_ms_of(l->file.st_mtim) + idle_ms;

	return idle_ms && idle_end < l->until_ms ? idle_end : l->until_ms;
}

static bool make_sense(struct lease *l)
{
	int64_t idle_ms = 0;

	if (!l->user || !l->why || !l->token || !l->since || !l->until || strlen(l->token) != SHA256_HEX - 1)
		return false;
	if (wallclock_parse(l->since, &l->since_ms) < 0 || wallclock_parse(l->until, &l->until_ms) < 0)
		return false;
	if (l->idle && (units_duration_ms(l->idle, &idle_ms) < 0 || idle_ms < 1 || idle_ms > INT64_MAX / 4))
		return false;
	l->ends_ms = end_of(l, idle_ms);
	return true;
}

/* It is replaced as a whole, so that what was read may be of another file than what was looked at: then once more. */
static int read_file(const char *path, struct lease *l)
{
	struct stat after;
	int rc;

	do {
		if (lstat(path, &l->file) < 0)
			return 1;
		arena_finish(&l->arena);
		arena_init(&l->arena);
		rc = record_read(path, &shape, l, &l->arena, NULL);
	} while (rc == 0 && lstat(path, &after) == 0 && after.st_ino != l->file.st_ino);
	return rc;
}

int lease_read(const char *unit, struct lease *l, struct err *e)
{
	char *path = state_path(unit, SUFFIX, e);
	int rc;

	if (!path)
		return -1;
	memset(l, 0, sizeof *l);
	arena_init(&l->arena);
	rc = read_file(path, l);
	free(path);
	if (rc == 0 && make_sense(l) && wallclock_ms() < l->ends_ms)
		return 1;
	lease_finish(l);
	return 0;
}

/* ---- who is let in ---- */

static void hash(const char *token, size_t n, char hex[SHA256_HEX])
{
	struct sha256 s;

	sha256_begin(&s);
	sha256_add(&s, token, n);
	sha256_end(&s, hex);
}

static bool has_token(const struct lease *l, const char *tokens)
{
	char hex[SHA256_HEX];

	while (tokens && *tokens) {
		size_t n = strcspn(tokens, ",");

		hash(tokens, n, hex);
		if (strcmp(hex, l->token) == 0)
			return true;
		tokens += n + (tokens[n] == ',');
	}
	return false;
}

bool lease_admits(const struct lease *l, const struct lease_pass *pass)
{
	return has_token(l, pass->tokens) || (pass->user && strcmp(pass->user, l->user) == 0);
}

struct lease_pass lease_own_pass(bool by_hand, struct arena *a)
{
	return (struct lease_pass){.tokens = getenv("RUNTEST_TOKEN"), .user = by_hand ? holder_own_name(a) : NULL};
}

int lease_ask(const char *unit, const struct lease_pass *pass, struct lease *l, struct lease_watch *w, struct err *e)
{
	int there = lease_read(unit, l, e);

	lease_watch_init(w);
	if (there <= 0)
		return there;
	if (!lease_admits(l, pass))
		return 1;
	lease_watch_begin(w, unit, l);
	lease_finish(l);
	return 0;
}

void lease_holder(struct lock_holder *h, const char *unit, const struct lease *l)
{
	memset(h, 0, sizeof *h);
	arena_init(&h->arena);
	h->unit = arena_strdup(&h->arena, unit);
	h->user = arena_strdup(&h->arena, l->user);
	h->since = arena_strdup(&h->arena, l->since);
	h->what = arena_printf(&h->arena, "a reservation until %s: %s", l->until, l->why);
	h->known = true;
}

char *lease_text(const struct lease *l)
{
	struct buf out = {0};

	buf_adds(&out, "reserved by ");
	text_add_line(&out, l->user);
	buf_adds(&out, " until ");
	text_add_line(&out, l->until);
	buf_adds(&out, ": ");
	text_add_line(&out, l->why);
	return buf_steal(&out);
}

/* ---- waiting for its end ---- */

static void tell_once(char told[SHA256_HEX], const char *unit, const struct lease *l,
		      void (*waiting)(void *ctx, const struct lock_holder *h), void *ctx)
{
	struct lock_holder h;

	if (!waiting || strcmp(told, l->token) == 0)
		return;
	memcpy(told, l->token, SHA256_HEX);
	lease_holder(&h, unit, l);
	waiting(ctx, &h);
	holder_finish(&h);
}

static int is_busy(const char *unit, const struct lease *l, struct err *e)
{
	char *text = lease_text(l);

	err_set(e, ERR_BUSY, "%s is not free: %s", unit, text);
	if (e)
		e->sys = EBUSY;
	err_hint(e, "RUNTEST_TOKEN with the reservation's token lets a run in");
	free(text);
	return -1;
}

/* Until its file changes, its end, or a while later. */
static int await_change(const char *unit, const struct lease *l, int64_t deadline_ms, struct err *e)
{
	char *path = state_path(unit, SUFFIX, e);
	int64_t left_ms = l->ends_ms - wallclock_ms(), until = clock_ms() + (left_ms < LOOK_MS ? left_ms : LOOK_MS);
	struct wake wake;

	wake_init(&wake);
	if (path && wake_watch(&wake, path) && file_exists(path))
		wake_wait(&wake, NULL, 0, until < deadline_ms ? until : deadline_ms);
	else
		wake_wait(&wake, NULL, 0, clock_ms() + BLIND_MS); /* it has gone, or nothing tells of that */
	wake_finish(&wake);
	free(path);
	if (cancel_requested())
		return err_set(e, ERR_CANCELLED, "stopped by a signal while waiting for %s", unit);
	return 0;
}

int lease_await(const char *unit, const struct lease_pass *pass, int64_t deadline_ms,
		void (*waiting)(void *ctx, const struct lock_holder *h), void *ctx, struct lease_watch *w, struct err *e)
{
	char told[SHA256_HEX] = "";
	struct lease l;
	int rc;

	while ((rc = lease_ask(unit, pass, &l, w, e)) == 1) {
		tell_once(told, unit, &l, waiting, ctx);
		rc = clock_ms() >= deadline_ms ? is_busy(unit, &l, e) : await_change(unit, &l, deadline_ms, e);
		lease_finish(&l);
		if (rc < 0)
			return -1;
	}
	return rc;
}

/* ---- changing it ---- */

/* Those who change a lease do it one at a time: a lock over the folder, which is had for the length of a file's writing. */
static int begin_change(struct err *e)
{
	char *folder = state_folder(e);
	int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1, rc = -1;

	for (int i = 0; fd >= 0 && i < LOCK_TRIES && (rc = flock(fd, LOCK_EX | LOCK_NB)) < 0 && errno == EWOULDBLOCK; i++)
		usleep(LOCK_PAUSE_US);
	if (folder && rc < 0)
		file_error(e, "lock for a change the folder", folder);
	if (fd >= 0 && rc < 0)
		close(fd);
	free(folder);
	return rc < 0 ? -1 : fd;
}

static int write_lease(const char *unit, const struct lease *l, struct err *e)
{
	char *path = state_path(unit, SUFFIX, e);
	int rc = path ? record_write(path, &shape, l, true, e) : -1;

	free(path);
	return rc;
}

static int draw_token(char token[LEASE_TOKEN_SIZE], struct err *e)
{
	unsigned char bytes[TOKEN_BYTES];

	if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
		return err_sys(e, ERR_IO, "no random numbers are to be had for a token");
	for (size_t i = 0; i < sizeof bytes; i++)
		snprintf(token + 2 * i, 3, "%02x", bytes[i]);
	return 0;
}

int lease_make(const char *unit, const struct lease_terms *terms, char token[LEASE_TOKEN_SIZE], struct err *e)
{
	char since[CLOCK_ISO_SIZE], until[CLOCK_ISO_SIZE], hex[SHA256_HEX], idle[WALLCLOCK_SPAN];
	struct lease l = {.user = terms->user, .why = terms->why, .token = hex, .pid = getpid()};
	int64_t now = wallclock_ms();
	int change, rc;

	if (draw_token(token, e) < 0)
		return -1;
	change = begin_change(e);
	if (change < 0)
		return -1;
	arena_init(&l.arena);
	hash(token, strlen(token), hex);
	l.idle = terms->idle_ms ? wallclock_span(terms->idle_ms, idle) : NULL;
	l.since = wallclock_text(now, since);
	l.until = wallclock_text(now + terms->for_ms, until);
	if (!l.user)
		l.user = holder_own_name(&l.arena);
	rc = write_lease(unit, &l, e);
	arena_finish(&l.arena);
	close(change);
	queue_nudge(unit);
	return rc;
}

/* The one in force, where it admits: 0; or -1. */
static int read_own(const char *unit, const struct lease_pass *pass, bool force, struct lease *l, struct err *e)
{
	int there = lease_read(unit, l, e);
	char *text;

	if (there == 1 && (force || lease_admits(l, pass)))
		return 0;
	if (there == 0)
		return err_set(e, ERR_USAGE, "%s is not reserved", unit);
	if (there < 0)
		return -1;
	text = lease_text(l);
	err_set(e, ERR_USAGE, "%s is not yours: %s", unit, text);
	err_hint(e, "who has its token may, and who made it; root with --force");
	free(text);
	lease_finish(l);
	return -1;
}

static int set_end(const char *unit, struct lease *l, int64_t until_ms, int64_t most_ms, struct err *e)
{
	char until[CLOCK_ISO_SIZE], most[WALLCLOCK_SPAN];

	if (until_ms - l->since_ms > most_ms) {
		err_set(e, ERR_USAGE, "%s has been reserved since %s: at most %s in all", unit, l->since,
			wallclock_span(most_ms, most));
		return -1;
	}
	l->until = wallclock_text(until_ms, until);
	return write_lease(unit, l, e);
}

int lease_extend(const char *unit, const struct lease_pass *pass, int64_t for_ms, int64_t most_ms, struct err *e)
{
	int change = begin_change(e), rc = -1;
	struct lease l;

	if (change < 0)
		return -1;
	if (read_own(unit, pass, false, &l, e) == 0) {
		rc = set_end(unit, &l, wallclock_ms() + for_ms, most_ms, e);
		lease_finish(&l);
	}
	close(change);
	return rc;
}

int lease_release(const char *unit, const struct lease_pass *pass, bool force, struct err *e)
{
	int change = begin_change(e), rc = -1;
	struct lease l;
	char *path;

	if (change < 0)
		return -1;
	if (read_own(unit, pass, force, &l, e) == 0) {
		path = state_path(unit, SUFFIX, e);
		rc = path ? state_erase(path, true, e) : -1;
		free(path);
		lease_finish(&l);
	}
	close(change);
	queue_nudge(unit);
	return rc;
}

/* ---- while one uses it ---- */

void lease_watch_init(struct lease_watch *w)
{
	*w = (struct lease_watch){0};
}

static void remember(struct lease_watch *w, const struct lease *l)
{
	w->changed = l->file.st_mtim;
	w->file = l->file.st_ino;
	w->ends_ms = l->ends_ms;
}

void lease_watch_begin(struct lease_watch *w, const char *unit, const struct lease *l)
{
	lease_watch_init(w);
	w->unit = xstrdup(unit);
	memcpy(w->token, l->token, SHA256_HEX);
	remember(w, l);
	lease_watch_use(w);
}

void lease_watch_end(struct lease_watch *w)
{
	lease_watch_use(w);
	free(w->unit);
	lease_watch_init(w);
}

static bool is_the_same(const struct lease_watch *w, const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && st.st_ino == w->file && st.st_mtim.tv_sec == w->changed.tv_sec &&
	       st.st_mtim.tv_nsec == w->changed.tv_nsec;
}

/* The file is another, or was made use of. */
static bool still_ours(struct lease_watch *w)
{
	struct lease l;
	bool ours;

	if (lease_read(w->unit, &l, NULL) != 1)
		return false;
	ours = strcmp(l.token, w->token) == 0;
	if (ours)
		remember(w, &l);
	lease_finish(&l);
	return ours;
}

int lease_watch_check(struct lease_watch *w, struct err *e)
{
	char *path = w->unit ? state_path(w->unit, SUFFIX, e) : NULL;
	bool in_force = !w->unit || (path && is_the_same(w, path) && wallclock_ms() < w->ends_ms) || still_ours(w);

	if (!in_force)
		err_set(e, ERR_INFRA, "the reservation of %s has %s", w->unit,
			path && file_exists(path) ? "come to its end" : "been given back");
	free(path);
	return in_force ? 0 : -1;
}

void lease_watch_use(struct lease_watch *w)
{
	int64_t now = w->unit ? wallclock_ms() : 0;
	char *path;

	if (!w->unit || now - w->used_ms < USE_MS || now >= w->ends_ms)
		return;
	w->used_ms = now;
	path = state_path(w->unit, SUFFIX, NULL);
	if (path)
		utimensat(AT_FDCWD, path, NULL, AT_SYMLINK_NOFOLLOW);
	free(path);
}
