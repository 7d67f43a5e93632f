#include "plan/tags.h"

struct words {
	const char **items;
	size_t count;
};

static const char *word_at(const void *ctx, size_t i)
{
	return ((const struct words *)ctx)->items[i];
}

static struct words all_tags(const struct project *p, struct arena *a)
{
	struct words w = {0};
	size_t room = 0;

	for (size_t i = 0; i < p->scenario_count; i++) {
		for (const char *const *t = p->scenarios[i].tags; t && *t; t++) {
			w.items = arena_grow(a, w.items, &room, w.count + 1, sizeof *w.items);
			w.items[w.count++] = *t;
		}
	}
	return w;
}

int plan_tags_check(const struct project *p, const char *const *tags, struct err *e)
{
	struct arena scratch;
	struct words words;
	int rc;

	arena_init(&scratch);
	words = all_tags(p, &scratch);
	rc = project_check_globs(tags, "tag", (struct names){word_at, &words, words.count}, e);
	arena_finish(&scratch);
	return rc;
}

static bool has_tag(const struct scenario *s, const char *const *tags)
{
	for (const char *const *t = s->tags; t && *t; t++)
		if (names_match(tags, *t))
			return true;
	return false;
}

const char *const *plan_tags_narrow(const struct project *p, const char *const *scenarios, const char *const *tags,
				    struct arena *a)
{
	const char **names = arena_alloc(a, (p->scenario_count + 1) * sizeof *names);
	size_t n = 0;

	for (size_t i = 0; i < p->scenario_count; i++)
		if (names_match(scenarios, p->scenarios[i].name) && (!tags || has_tag(&p->scenarios[i], tags)))
			names[n++] = p->scenarios[i].name;
	return names;
}
