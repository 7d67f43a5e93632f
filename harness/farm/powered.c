#include "farm/powered.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "farm/record.h"
#include "farm/state.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/text.h"

#define SUFFIX "powered"

static const struct record_text texts[] = {
	{"by", offsetof(struct powered, by)},
	{"user", offsetof(struct powered, user)},
	{"since", offsetof(struct powered, since)},
};
static const struct record_shape shape = {texts, sizeof texts / sizeof texts[0], offsetof(struct powered, pid)};

void powered_finish(struct powered *p)
{
	arena_finish(&p->arena);
}

/* Its path for who may change it, or NULL. */
static char *own_path(const struct unit_lock *l, struct err *e)
{
	if (unit_lock_is_held(l))
		return state_path(l->unit, SUFFIX, e);
	err_set(e, ERR_INFRA, "whether a board has power is for the holder of its lock to say");
	return NULL;
}

int powered_mark(const struct unit_lock *l, const char *by, struct err *e)
{
	char now[CLOCK_ISO_SIZE], *path = own_path(l, e);
	struct powered p = {.by = by, .since = clock_iso(now), .pid = getpid()};
	int rc;

	if (!path)
		return -1;
	arena_init(&p.arena);
	p.user = holder_own_name(&p.arena);
	rc = record_write(path, &shape, &p, true, e);
	arena_finish(&p.arena);
	free(path);
	return rc;
}

int powered_clear(const struct unit_lock *l, struct err *e)
{
	char *path = own_path(l, e);
	int rc = path ? state_erase(path, true, e) : -1;

	free(path);
	return rc;
}

int powered_by(const char *unit, struct powered *p, struct err *e)
{
	char *path = state_path(unit, SUFFIX, e);
	int rc;

	if (!path)
		return -1;
	memset(p, 0, sizeof *p);
	arena_init(&p->arena);
	rc = record_read(path, &shape, p, &p->arena, NULL);
	free(path);
	if (rc == 1) {
		powered_finish(p);
		return 0;
	}
	if (!p->by)
		p->by = "somebody whose mark cannot be read";
	if (!p->user)
		p->user = "somebody";
	return 1;
}

char *powered_text(const struct powered *p)
{
	struct buf out = {0};

	buf_adds(&out, "powered by ");
	if (strcmp(p->by, POWERED_BY_HAND) == 0) {
		buf_adds(&out, "hand by ");
		text_add_line(&out, p->user);
	} else {
		text_add_line(&out, p->by);
		if (p->since) {
			buf_adds(&out, " of ");
			text_add_line(&out, p->user);
		}
	}
	if (p->since) {
		buf_adds(&out, " since ");
		text_add_line(&out, p->since);
	}
	return buf_steal(&out);
}
