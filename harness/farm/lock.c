#include "farm/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "farm/lockfile.h"
#include "farm/state.h"
#include "farm/wait.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/mem.h"

/* Those of this process; a child finds its parent's in it, which are not its own. */
static struct unit_lock *held;

static struct unit_lock **find_own(const char *unit)
{
	struct unit_lock **l = &held;

	while (*l && ((*l)->owner != getpid() || strcmp((*l)->unit, unit) != 0))
		l = &(*l)->next;
	return l;
}

void unit_lock_init(struct unit_lock *l)
{
	*l = (struct unit_lock){.fd = -1};
}

bool unit_lock_is_held(const struct unit_lock *l)
{
	return l->fd >= 0 && l->owner == getpid() && !l->is_lost;
}

/* ---- taking and giving back ---- */

static int is_own(const char *unit, struct err *e)
{
	err_set(e, ERR_BUSY, "board %s is held by this very process", unit);
	if (e)
		e->sys = EBUSY;
	return -1;
}

/* That it lets us in was seen under the lock; here it is remembered, so that its end is seen as well. */
static void note_lease(struct unit_lock *l, bool by_hand)
{
	struct lease_pass pass;
	struct lease other;
	struct arena a;

	arena_init(&a);
	pass = lease_own_pass(by_hand, &a);
	if (lease_ask(l->unit, &pass, &other, &l->lease, NULL) == 1)
		lease_finish(&other);
	arena_finish(&a);
}

static void keep(struct unit_lock *l, int fd, const char *unit, const struct lock_purpose *purpose)
{
	char now[CLOCK_ISO_SIZE];

	*l = (struct unit_lock){
		.fd = fd, .owner = getpid(), .unit = xstrdup(unit), .since = xstrdup(clock_iso(now)), .next = held,
	};
	held = l;
	l->path = state_path(unit, LOCKFILE_SUFFIX, NULL);
	note_lease(l, purpose->by_hand);
	/* Words that cannot be written (the disk is full) are missed, but the board must still be had: to switch it off. */
	holder_write(unit, purpose, l->since, NULL);
}

/* Those that this process does not hold itself, each once: their places in `units`. */
static size_t pick_others(const char *const *units, size_t n, const char **others, size_t *places)
{
	size_t picked = 0;

	for (size_t i = 0; i < n; i++) {
		bool known = *find_own(units[i]) != NULL;

		for (size_t k = 0; k < picked && !known; k++)
			known = strcmp(others[k], units[i]) == 0;
		if (!known) {
			others[picked] = units[i];
			places[picked++] = i;
		}
	}
	return picked;
}

int unit_lock_take_any(struct unit_lock *l, const char *const *units, size_t n, const struct lock_purpose *purpose,
		       int64_t deadline_ms, void (*waiting)(void *ctx, const struct lock_holder *h), void *ctx,
		       size_t *which, struct err *e)
{
	const char **others = xcalloc(n + 1, sizeof *others);
	size_t *places = xcalloc(n + 1, sizeof *places), at = 0;
	struct lock_wanted wanted = {.units = others, .purpose = purpose, .deadline_ms = deadline_ms, .waiting = waiting,
				     .ctx = ctx};
	int fd;

	unit_lock_init(l);
	wanted.count = pick_others(units, n, others, places);
	fd = wanted.count ? wait_for_any(&wanted, &at, e) : is_own(n ? units[0] : "(none)", e);
	if (fd >= 0)
		keep(l, fd, others[at], purpose);
	if (fd >= 0 && which)
		*which = places[at];
	free(others);
	free(places);
	return fd < 0 ? -1 : 0;
}

int unit_lock_take(struct unit_lock *l, const char *unit, const struct lock_purpose *purpose, int64_t deadline_ms,
		   void (*waiting)(void *ctx, const struct lock_holder *h), void *ctx, struct err *e)
{
	return unit_lock_take_any(l, &unit, 1, purpose, deadline_ms, waiting, ctx, NULL, e);
}

int unit_lock_tell(const struct unit_lock *l, const struct lock_purpose *purpose, struct err *e)
{
	return holder_write(l->unit, purpose, l->since, e);
}

int unit_lock_check(struct unit_lock *l, struct err *e)
{
	if (l->fd < 0 || l->owner != getpid())
		return 0;
	if (!l->is_lost && l->path && lockfile_is_there(l->fd, l->path))
		return lease_watch_check(&l->lease, e);
	l->is_lost = true;
	err_set(e, ERR_INFRA, "the lock of board %s was lost: its file was removed or replaced", l->unit);
	return err_hint(e, "whoever did that has let somebody else have the board meanwhile: nobody may tidy up that folder");
}

void unit_lock_use(struct unit_lock *l)
{
	lease_watch_use(&l->lease);
}

static void forget(const struct unit_lock *l)
{
	struct unit_lock **p = &held;

	while (*p && *p != l)
		p = &(*p)->next;
	if (*p)
		*p = l->next;
}

/* The descriptor, by whose closing who waits would be woken as well, may be a child's, too. */
static void give_back(const struct unit_lock *l)
{
	holder_erase(l->unit); /* before the next one writes its own */
	lockfile_let_go(l->fd);
}

void unit_lock_release(struct unit_lock *l)
{
	if (l->fd < 0)
		return;
	forget(l);
	if (unit_lock_is_held(l)) {
		unit_lock_use(l);
		give_back(l);
	}
	close(l->fd);
	lease_watch_end(&l->lease);
	free(l->path);
	free(l->unit);
	free(l->since);
	unit_lock_init(l);
}

int unit_lock_holder(const char *unit, struct lock_holder *h, struct err *e)
{
	pid_t pid = getpid();
	char *path = state_path(unit, LOCKFILE_SUFFIX, e);
	int fd;

	if (!path)
		return -1;
	if (!*find_own(unit)) { /* one's own must not be opened: closing it would give it away */
		fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (fd < 0 && errno != ENOENT) {
			file_error(e, "open the file", path);
			free(path);
			return -1;
		}
		pid = fd < 0 ? -1 : lockfile_owner(fd);
		if (fd >= 0)
			close(fd);
	}
	free(path);
	if (pid < 0)
		return 0;
	holder_read(h, unit, pid);
	return 1;
}
