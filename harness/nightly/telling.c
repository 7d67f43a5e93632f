#include "nightly/telling.h"

#include <string.h>

#include "nightly/notify.h"
#include "nightly/told.h"
#include "util/clock.h"

static bool has_trouble(const struct trouble *list, size_t count, const char *subject)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].subject, subject) == 0)
			return true;
	return false;
}

static bool is_known(const char *const *known, const char *subject)
{
	for (; known && *known; known++)
		if (strcmp(*known, subject) == 0)
			return true;
	return false;
}

size_t telling_trouble_news(const struct trouble *now, size_t count, const char *const *known)
{
	size_t news = 0;

	for (size_t i = 0; i < count; i++)
		news += !is_known(known, now[i].subject);
	for (; known && *known; known++)
		news += !has_trouble(now, count, *known);
	return news;
}

/* What this recipient knows from now on. */
static int keep(const struct telling *t, const struct told *was, const char *path, struct arena *a, struct err *e)
{
	char now[CLOCK_ISO_SIZE];
	struct told is = {.at = clock_iso(now)};

	outcomes_known(&is.outcomes, was->at ? &was->outcomes : NULL, t->now, a);
	for (size_t i = 0; i < t->bulletin.trouble_count; i++)
		is.troubles = arena_list_add(a, is.troubles, t->bulletin.troubles[i].subject);
	return told_write(&is, path, e);
}

/* What is other for this recipient. */
static void compare(const struct telling *t, const struct told *was, struct bulletin *b, struct changes *c, struct arena *a)
{
	*b = t->bulletin;
	changes_find(c, was->at ? &was->outcomes : NULL, t->now, a);
	b->changes = c;
	b->before = was->at;
	b->trouble_news = telling_trouble_news(b->troubles, b->trouble_count, was->troubles);
}

static enum telling_end tell(const struct telling *t, const struct recipient *to, struct arena *a)
{
	const char *path = arena_printf(a, "%s/told-%s.json", t->folder, to->name);
	enum telling_end end = TELLING_NOTHING;
	struct err e = {0}, odd = {0};
	struct changes changes;
	struct bulletin b;
	struct told was;
	int tries = 0, damage = told_read(&was, path, a, &odd);

	compare(t, &was, &b, &changes, a);
	if (notify_wants(to, &b))
		end = notify(to, &b, &tries, &e) == 0 ? TELLING_TOLD : e.kind == ERR_CANCELLED ? TELLING_STOPPED : TELLING_FAILED;
	if (end == TELLING_TOLD || end == TELLING_NOTHING)
		damage |= keep(t, &was, path, a, &odd);
	t->told(t->ctx, to, end, tries, end == TELLING_FAILED ? &e : damage < 0 ? &odd : NULL);
	return end;
}

void telling_run(const struct telling *t)
{
	enum telling_end end = TELLING_NOTHING;

	for (size_t i = 0; i < t->nightly->tell_count && end != TELLING_STOPPED; i++) {
		struct arena a;

		arena_init(&a);
		end = tell(t, &t->nightly->tell[i], &a);
		arena_finish(&a);
	}
}
