#include "farm/queue.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "farm/lockfile.h"
#include "farm/state.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/text.h"

#define SUFFIX "queue"

enum { MOST_PLACES = 4096 };

/* One place of the file, as it stands there; of this machine only. */
struct place {
	int64_t number; /* 0: nobody's */
	int32_t pid, barred;
	char user[64], what[96], run[96], session[160], since[CLOCK_ISO_SIZE];
};

/* Those of this process. */
static struct ticket *drawn;

static const struct ticket *find_own(const char *unit)
{
	const struct ticket *t = drawn;

	while (t && (t->owner != getpid() || strcmp(t->unit, unit) != 0))
		t = t->next;
	return t;
}

void ticket_init(struct ticket *t)
{
	*t = (struct ticket){.fd = -1, .place = -1, .before = -1};
}

/* ---- places ---- */

static off_t at(long place)
{
	return (off_t)place * (off_t)sizeof(struct place);
}

static struct flock lock_of(long place, short type)
{
	return (struct flock){.l_type = type, .l_whence = SEEK_SET, .l_start = at(place), .l_len = 1};
}

/* Whose it is: its process, 0 when that cannot be seen from here, -1: nobody's (or our own). */
static pid_t waits_at(int fd, long place)
{
	struct flock f = lock_of(place, F_WRLCK);

	if (fcntl(fd, F_GETLK, &f) < 0 || f.l_type == F_UNLCK)
		return -1;
	return f.l_pid > 0 ? f.l_pid : 0;
}

/* Up to `most` of them from the first on: how many there are. */
static long read_some(int fd, long first, struct place *p, long most)
{
	ssize_t bytes = pread(fd, p, (size_t)most * sizeof *p, at(first));
	long n = bytes > 0 ? (long)((size_t)bytes / sizeof *p) : 0;

	for (long i = 0; i < n; i++) {
		p[i].user[sizeof p->user - 1] = p[i].what[sizeof p->what - 1] = p[i].run[sizeof p->run - 1] = '\0';
		p[i].session[sizeof p->session - 1] = p[i].since[sizeof p->since - 1] = '\0';
	}
	return n;
}

/* All places of the file, some of which are nobody's; malloc'd. */
static struct place *read_places(int fd, long *count)
{
	struct place *all;
	struct stat st;
	long n;

	*count = 0;
	if (fstat(fd, &st) < 0)
		return NULL;
	n = (long)(st.st_size / (off_t)sizeof *all);
	n = n > MOST_PLACES ? MOST_PLACES : n;
	all = xmalloc((size_t)(n + 1) * sizeof *all);
	*count = read_some(fd, 0, all, n);
	return all;
}

/* Of two who came in the same microsecond the one with the lower place is first. */
static bool is_before(int64_t number, long place, int64_t other, long other_place)
{
	return number < other || (number == other && place < other_place);
}

/* ---- joining and leaving ---- */

static int lock_some_place(struct ticket *t, struct err *e)
{
	for (t->place = 0; t->place < MOST_PLACES; t->place++) {
		struct flock f = lock_of(t->place, F_WRLCK);

		if (fcntl(t->fd, F_SETLK, &f) == 0)
			return 0;
		if (errno != EACCES && errno != EAGAIN)
			return file_error(e, "lock a place in", t->path);
	}
	return err_set(e, ERR_INFRA, "%d wait for board %s: there is no place for one more", MOST_PLACES, t->unit);
}

static void copy(char *to, size_t room, const char *from)
{
	memset(to, 0, room);
	if (from)
		memcpy(to, from, strnlen(from, room - 1));
}

static int write_place(const struct ticket *t, const struct lock_purpose *purpose, struct err *e)
{
	struct place p = {.number = t->number, .pid = getpid(), .barred = t->barred};
	char now[CLOCK_ISO_SIZE];
	struct arena a;

	arena_init(&a);
	copy(p.user, sizeof p.user, purpose->user ? purpose->user : holder_own_name(&a));
	arena_finish(&a);
	copy(p.what, sizeof p.what, purpose->what);
	copy(p.run, sizeof p.run, purpose->run);
	copy(p.session, sizeof p.session, purpose->session);
	copy(p.since, sizeof p.since, clock_iso(now));
	if (pwrite(t->fd, &p, sizeof p, at(t->place)) == (ssize_t)sizeof p)
		return 0;
	return file_error(e, "write a place in", t->path);
}

static int open_and_join(struct ticket *t, const struct lock_purpose *p, struct err *e)
{
	t->path = state_path(t->unit, SUFFIX, e);
	if (!t->path)
		return -1;
	t->fd = state_open(t->path, e);
	if (t->fd < 0 || lock_some_place(t, e) < 0)
		return -1;
	return write_place(t, p, e);
}

int ticket_draw(struct ticket *t, const char *unit, const struct lock_purpose *p, int64_t number, struct err *e)
{
	ticket_init(t);
	if (find_own(unit))
		return err_set(e, ERR_INFRA, "this very process waits for board %s already", unit);
	t->owner = getpid();
	t->number = number;
	t->unit = xstrdup(unit);
	t->next = drawn;
	drawn = t;
	if (open_and_join(t, p, e) == 0)
		return 0;
	ticket_give_up(t);
	return -1;
}

int64_t ticket_number(void)
{
	return clock_us();
}

static void forget(const struct ticket *t)
{
	struct ticket **p = &drawn;

	while (*p && *p != t)
		p = &(*p)->next;
	if (*p)
		*p = t->next;
}

void ticket_give_up(struct ticket *t)
{
	static const int64_t nobody;

	forget(t);
	/* Written before the lock goes with the descriptor: whoever looks finds it either locked or nobody's. A write that
	 * fails is made good by that. */
	if (t->fd >= 0 && t->owner == getpid() && t->place >= 0 && t->place < MOST_PLACES &&
	    pwrite(t->fd, &nobody, sizeof nobody, at(t->place)) < 0)
		errno = 0;
	if (t->fd >= 0)
		close(t->fd);
	free(t->unit);
	free(t->path);
	ticket_init(t);
}

bool ticket_is_good(const struct ticket *t)
{
	return t->fd >= 0 && lockfile_is_there(t->fd, t->path);
}

void ticket_bar(struct ticket *t, bool barred)
{
	int32_t word = barred;

	if (barred == t->barred)
		return;
	t->barred = barred;
	if (pwrite(t->fd, &word, sizeof word, at(t->place) + (off_t)offsetof(struct place, barred)) < 0)
		errno = 0; /* a full disk: those behind us come to their turn after a while all the same */
}

/* ---- whose turn it is ---- */

static bool counts(const struct ticket *t, bool reserved, const struct place *p, long place)
{
	return p->number > 0 && !(reserved && p->barred) && is_before(p->number, place, t->number, t->place);
}

/* The last look's: it is there still, and nothing is to be read but its place. */
static bool is_behind(const struct ticket *t, bool reserved)
{
	struct place p;

	return t->before >= 0 && waits_at(t->fd, t->before) >= 0 && read_some(t->fd, t->before, &p, 1) == 1 &&
	       p.number == t->before_number && counts(t, reserved, &p, t->before);
}

bool ticket_is_behind_the_same(const struct ticket *t)
{
	return is_behind(t, true);
}

bool ticket_is_turn(struct ticket *t, bool reserved)
{
	struct place *all;
	long n;

	if (is_behind(t, reserved))
		return false;
	t->before = -1;
	all = read_places(t->fd, &n);
	for (long i = 0; i < n; i++) /* the last of them, whose going is of interest */
		if (counts(t, reserved, &all[i], i) &&
		    (t->before < 0 || is_before(t->before_number, t->before, all[i].number, i)) && waits_at(t->fd, i) >= 0) {
			t->before = i;
			t->before_number = all[i].number;
		}
	free(all);
	return t->before < 0;
}

size_t ticket_ahead(const struct ticket *t)
{
	long n;
	struct place *all = read_places(t->fd, &n);
	size_t ahead = 0;

	for (long i = 0; i < n; i++)
		ahead += all[i].number > 0 && is_before(all[i].number, i, t->number, t->place) && waits_at(t->fd, i) >= 0;
	free(all);
	return ahead;
}

/* ---- from outside ---- */

/* 0 with its descriptor; 1: there is none, so that nobody waits; -1. */
static int open_queue(const char *unit, int *fd, struct err *e)
{
	char *path = state_path(unit, SUFFIX, e);
	int rc = path ? 0 : -1;

	if (path) {
		*fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (*fd < 0)
			rc = errno == ENOENT ? 1 : file_error(e, "open the file", path);
	}
	free(path);
	return rc;
}

bool queue_is_empty(const char *unit, bool reserved)
{
	struct place *all;
	bool empty = true;
	int fd;
	long n;

	if (find_own(unit))
		return false;
	if (open_queue(unit, &fd, NULL) != 0)
		return true;
	all = read_places(fd, &n);
	for (long i = 0; i < n && empty; i++)
		empty = all[i].number <= 0 || (reserved && all[i].barred) || waits_at(fd, i) < 0;
	free(all);
	close(fd);
	return empty;
}

void queue_nudge(const char *unit)
{
	char *path = state_path(unit, SUFFIX, NULL);

	if (path && !find_own(unit))
		utimensat(AT_FDCWD, path, NULL, AT_SYMLINK_NOFOLLOW); /* no file: nobody to be told */
	free(path);
}

static int by_number(const void *a, const void *b)
{
	const struct place *p = a, *q = b;

	return p->number < q->number ? -1 : p->number > q->number;
}

/* Anybody in the group may have written it, and a long one was cut anywhere. */
static const char *clean(struct arena *a, const char *text, const char *without)
{
	return *text ? text_clean(text, a) : without;
}

static struct queue_entry entry_of(const struct place *p, struct arena *a)
{
	return (struct queue_entry){
		.pid = p->pid, .barred = p->barred != 0, .user = clean(a, p->user, "somebody"),
		.what = clean(a, p->what, "-"), .since = clean(a, p->since, "-"), .run = clean(a, p->run, NULL),
		.session = clean(a, p->session, NULL),
	};
}

/* Those who live, put together at the beginning; each with the process that the kernel says. */
static size_t keep_living(int fd, struct place *all, long n)
{
	size_t kept = 0;

	for (long i = 0; i < n; i++) {
		pid_t pid = all[i].number > 0 ? waits_at(fd, i) : -1;

		if (pid < 0)
			continue;
		all[kept] = all[i];
		all[kept++].pid = pid;
	}
	return kept;
}

int queue_list(const char *unit, struct arena *a, struct queue_entry **list, size_t *count, struct err *e)
{
	struct place *all;
	int fd, rc = find_own(unit) ? 1 : open_queue(unit, &fd, e);
	long n;

	*count = 0;
	*list = NULL;
	if (rc)
		return rc < 0 ? -1 : 0;
	all = read_places(fd, &n);
	*count = keep_living(fd, all, n);
	close(fd);
	if (*count)
		qsort(all, *count, sizeof *all, by_number);
	*list = arena_alloc(a, (*count + 1) * sizeof **list);
	for (size_t i = 0; i < *count; i++)
		(*list)[i] = entry_of(&all[i], a);
	free(all);
	return 0;
}
