#include "farm/holder.h"

#include <inttypes.h>
#include <pwd.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "farm/record.h"
#include "farm/state.h"
#include "util/buf.h"
#include "util/text.h"

#define SUFFIX "holder"

static const struct record_text texts[] = {
	{"user", offsetof(struct lock_holder, user)},
	{"what", offsetof(struct lock_holder, what)},
	{"run", offsetof(struct lock_holder, run)},
	{"session", offsetof(struct lock_holder, session)},
	{"console_log", offsetof(struct lock_holder, console_log)},
	{"since", offsetof(struct lock_holder, since)},
};
static const struct record_shape shape = {texts, sizeof texts / sizeof texts[0], offsetof(struct lock_holder, pid)};

/* Looked up once: a directory service may take its time, and others wait for the board. */
const char *holder_own_name(struct arena *a)
{
	static char name[64];
	static uid_t whose;
	const struct passwd *user;

	if (!*name || whose != geteuid()) {
		whose = geteuid();
		user = getpwuid(whose);
		if (user)
			snprintf(name, sizeof name, "%s", user->pw_name);
		else
			snprintf(name, sizeof name, "user %ld", (long)whose);
	}
	return arena_strdup(a, name);
}

int holder_write(const char *unit, const struct lock_purpose *p, const char *since, struct err *e)
{
	struct lock_holder h = {
		.pid = getpid(), .user = p->user, .what = p->what, .run = p->run, .session = p->session,
		.console_log = p->console_log, .since = since,
	};
	char *path = state_path(unit, SUFFIX, e);
	int rc = -1;

	arena_init(&h.arena);
	if (!h.user)
		h.user = holder_own_name(&h.arena);
	if (path)
		rc = record_write(path, &shape, &h, false, e);
	arena_finish(&h.arena);
	free(path);
	return rc;
}

void holder_erase(const char *unit)
{
	char *path = state_path(unit, SUFFIX, NULL);

	if (path)
		state_erase(path, false, NULL);
	free(path);
}

void holder_read(struct lock_holder *h, const char *unit, pid_t pid)
{
	char *path = state_path(unit, SUFFIX, NULL);
	struct lock_holder words = {0};

	memset(h, 0, sizeof *h);
	arena_init(&words.arena);
	if (path && record_read(path, &shape, &words, &words.arena, NULL) == 0)
		words.known = words.what && words.since && (words.pid == pid || !pid);
	free(path);
	if (words.known) {
		*h = words;
	} else {
		arena_finish(&words.arena);
		arena_init(&h->arena);
	}
	h->pid = pid;
	h->unit = arena_strdup(&h->arena, unit);
	if (!h->user)
		h->user = "somebody";
}

void holder_finish(struct lock_holder *h)
{
	arena_finish(&h->arena);
}

char *holder_text(const struct lock_holder *h)
{
	struct buf out = {0};

	text_add_line(&out, h->user);
	buf_adds(&out, " has held it");
	if (h->since) {
		buf_adds(&out, " since ");
		text_add_line(&out, h->since);
	}
	if (h->what) {
		buf_adds(&out, " for ");
		text_add_line(&out, h->what);
	}
	if (h->run) {
		buf_adds(&out, ", run ");
		text_add_line(&out, h->run);
	}
	if (h->pid)
		buf_printf(&out, " (process %ld)", (long)h->pid);
	if (h->ahead)
		buf_printf(&out, "; %zu wait%s before", h->ahead, h->ahead == 1 ? "s" : "");
	return buf_steal(&out);
}
