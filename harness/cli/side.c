#include "cli/side.h"

#include <string.h>

struct variant *side_as_is(struct arena *a, const struct variant *v, const char *mark)
{
	struct variant *side = arena_alloc(a, sizeof *side);

	*side = *v;
	side->name = arena_printf(a, "%s@%s", v->name, mark);
	return side;
}

static int usage(const struct variant *v, struct err *e)
{
	struct err was;

	if (!e || e->kind != ERR_BUILD)
		return -1;
	was = *e;
	err_set(e, ERR_USAGE, "variant %s: %s%s%s", v->name, was.where, was.where[0] ? ": " : "", was.what);
	err_at(e, v->file, v->source.line ? v->source.line : v->line, 0);
	return err_hint(e, "%s", was.hint);
}

const struct variant *side_at(struct arena *a, const struct variant *v, const char *revision, const char *mark,
			      struct git_revision *resolved, struct err *e)
{
	struct variant *side = side_as_is(a, v, mark);
	struct variant_source *s = &side->source;

	if (s->missing) {
		err_set(e, ERR_USAGE, "variant %s: %s", v->name, s->missing);
		err_at(e, v->file, s->line ? s->line : v->line, 0);
		return NULL;
	}
	if (!s->revision && git_enclosing(a, v->source.path, &s->path, &s->folder, e) < 0) {
		usage(v, e);
		err_hint(e, "compare revisions of a variant whose `source` is in a git checkout");
		return NULL;
	}
	if (git_resolve(resolved, a, s->path, arena_strdup(a, revision), s->folder, e) < 0) {
		usage(v, e);
		return NULL;
	}
	s->revision = arena_strdup(a, resolved->commit);
	return side;
}

void side_patch(struct arena *a, struct variant *v, const char *const *files)
{
	struct variant_patch *all;
	size_t n = 0;

	while (files && files[n])
		n++;
	all = arena_alloc(a, (v->patch_count + n + 1) * sizeof *all);
	if (v->patch_count)
		memcpy(all, v->patches, v->patch_count * sizeof *all);
	for (size_t i = 0; i < n; i++)
		all[v->patch_count + i].file = files[i];
	v->patches = all;
	v->patch_count += n;
}

struct job side_job(struct arena *a, const struct job *j, const struct variant *v, int repeat)
{
	struct job side = *j;

	side.variant = v;
	side.repeat = repeat;
	side.name = arena_printf(a, "%s.%s.%s.%s.%d", j->scenario->name, v->name, j->board, j->config, repeat);
	return side;
}
