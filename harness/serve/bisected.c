#include "serve/bisected.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "bisect/state.h"
#include "serve/target.h"

#define PREFIX "bisect-"

static int is_bisection(const struct dirent *d)
{
	return strncmp(d->d_name, PREFIX, strlen(PREFIX)) == 0 && target_is_name(d->d_name);
}

/* Names have the second in which it began, UTC: journal_new_id(). */
static bool read_time(const char *name, int64_t *ms)
{
	struct tm tm = {0};
	const char *end = strptime(name + strlen(PREFIX), "%Y%m%d-%H%M%S-", &tm);

	*ms = end ? (int64_t)timegm(&tm) * 1000 : 0;
	return end;
}

/* No links: they may lead elsewhere. */
static bool is_there(const char *dir)
{
	char *path = xasprintf("%s/" BISECT_FILE, dir);
	struct stat folder, file;
	bool is = lstat(dir, &folder) == 0 && S_ISDIR(folder.st_mode) && lstat(path, &file) == 0 && S_ISREG(file.st_mode);

	free(path);
	return is;
}

/* How far it has come: revisions are tested from outside inwards. */
static void find_bounds(struct bisected *b, const struct bisect_state *s)
{
	b->good = s->good;
	b->bad = s->bad;
	for (size_t i = 0; i < s->count; i++) {
		if (s->tests[i].mark == MARK_GOOD)
			b->good = s->tests[i].commit;
		else if (s->tests[i].mark == MARK_BAD)
			b->bad = s->tests[i].commit;
	}
}

static bool read_one(struct bisected *b, const char *dir, const char *name, struct arena *a)
{
	struct bisect_state s;
	int64_t began_ms;
	struct err e;

	if (!read_time(name, &began_ms) || !is_there(dir) || bisect_state_read(&s, a, dir, &e) < 0)
		return false;
	*b = (struct bisected){.name = arena_strdup(a, name), .began_ms = began_ms, .culprit = s.culprit, .subject = s.subject ? s.subject : "",
			       .session = arena_printf(a, "%s.%s.%s.%s", s.scenario, s.variant, s.unit, s.config)};
	find_bounds(b, &s);
	return true;
}

const struct bisected *bisected_all(const char *results, size_t *count, struct arena *a)
{
	struct dirent **names = NULL;
	int n = scandir(results, &names, is_bisection, alphasort);
	struct bisected *all = arena_alloc(a, ((size_t)(n > 0 ? n : 0) + 1) * sizeof *all);

	*count = 0;
	for (int i = 0; i < n; i++) {
		char *dir = xasprintf("%s/%s", results, names[i]->d_name);

		*count += read_one(&all[*count], dir, names[i]->d_name, a);
		free(dir);
		free(names[i]);
	}
	free(names);
	return all;
}

const struct bisected *bisected_find(const struct bisected *all, size_t count, const char *session, int64_t since_ms)
{
	const struct bisected *found = NULL;

	for (size_t i = 0; i < count; i++)
		if (all[i].began_ms >= since_ms && strcmp(all[i].session, session) == 0 && (!found || all[i].culprit || !found->culprit))
			found = &all[i];
	return found;
}
