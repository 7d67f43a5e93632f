#include "bisect/state.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "util/file.h"

enum { FORMAT = 1 };

/* ---- writing ---- */

static json_t *list_json(const char *const *list)
{
	json_t *o = json_array();

	for (; list && *list; list++)
		json_array_append_new(o, json_string(*list));
	return o;
}

static json_t *test_json(const struct bisect_test *t)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s?, s:s?, s:i}", "commit", t->commit, "tree", t->tree, "mark",
			 mark_name(t->mark), "verdict", verdict_name(t->outcome.verdict), "cause",
			 cause_name(t->outcome.cause), "run", t->run, "note", t->note, "boots", t->boots);
}

int bisect_state_write(const struct bisect_state *s, const char *dir, struct err *e)
{
	json_t *tests = json_array(), *root;
	char *path = xasprintf("%s/" BISECT_FILE, dir), *text;
	int rc;

	for (size_t i = 0; i < s->count; i++)
		json_array_append_new(tests, test_json(&s->tests[i]));
	root = json_pack("{s:i, s:s, s:s?, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:i, s:I, s:s, s:s?, s:s?, s:o}", "format", FORMAT,
			 "repository", s->repository, "folder", s->folder, "good", s->good, "bad", s->bad, "scenario",
			 s->scenario, "variant", s->variant, "unit", s->unit, "config", s->config, "set",
			 list_json(s->set), "repeat", s->repeat, "timeout_ms", (json_int_t)s->timeout_ms, "recipe",
			 s->recipe, "culprit", s->culprit, "subject", s->subject, "tests", tests);
	text = root ? json_dumps(root, JSON_INDENT(1)) : NULL;
	rc = text ? file_write_atomic(path, text, strlen(text), true, e)
		  : err_set(e, ERR_CONFIG, "a path of the bisection is not valid UTF-8");
	free(text);
	free(path);
	json_decref(root);
	return rc;
}

/* ---- reading ---- */

static const char *take(struct arena *a, const json_t *o, const char *key, bool *bad)
{
	const char *text = json_string_value(json_object_get(o, key));

	if (!text && bad)
		*bad = true;
	return arena_strdup(a, text);
}

static enum mark mark_of(const char *name, bool *bad)
{
	for (int m = MARK_GOOD; name && m <= MARK_SKIPPED; m++)
		if (strcmp(mark_name(m), name) == 0)
			return m;
	*bad = true;
	return MARK_NONE;
}

static void read_test(struct bisect_state *s, const json_t *o, bool *bad)
{
	struct bisect_test t = {.commit = take(s->arena, o, "commit", bad), .tree = take(s->arena, o, "tree", bad),
				.run = take(s->arena, o, "run", NULL), .note = take(s->arena, o, "note", NULL)};
	const char *verdict = take(s->arena, o, "verdict", bad), *cause = take(s->arena, o, "cause", bad);

	t.mark = mark_of(json_string_value(json_object_get(o, "mark")), bad);
	t.boots = (int)json_integer_value(json_object_get(o, "boots"));
	if (verdict && strcmp(verdict, verdict_name(VERDICT_NONE)) != 0 && verdict_from_name(verdict, &t.outcome.verdict) < 0)
		*bad = true;
	if (cause && *cause && cause_from_name(cause, &t.outcome.cause) < 0)
		*bad = true;
	if (!*bad)
		bisect_state_add(s, &t);
}

static bool read_state(struct bisect_state *s, const json_t *root)
{
	struct arena *a = s->arena;
	bool bad = json_integer_value(json_object_get(root, "format")) != FORMAT;
	const json_t *set = json_object_get(root, "set"), *tests = json_object_get(root, "tests");

	s->repository = take(a, root, "repository", &bad);
	s->folder = take(a, root, "folder", NULL);
	s->good = take(a, root, "good", &bad);
	s->bad = take(a, root, "bad", &bad);
	s->scenario = take(a, root, "scenario", &bad);
	s->variant = take(a, root, "variant", &bad);
	s->unit = take(a, root, "unit", &bad);
	s->config = take(a, root, "config", &bad);
	s->recipe = take(a, root, "recipe", &bad);
	s->culprit = take(a, root, "culprit", NULL);
	s->subject = take(a, root, "subject", NULL);
	s->repeat = (int)json_integer_value(json_object_get(root, "repeat"));
	s->timeout_ms = json_integer_value(json_object_get(root, "timeout_ms"));
	for (size_t i = 0; i < json_array_size(set); i++)
		if (json_is_string(json_array_get(set, i)))
			s->set = arena_list_add(a, s->set, arena_strdup(a, json_string_value(json_array_get(set, i))));
	for (size_t i = 0; i < json_array_size(tests); i++)
		read_test(s, json_array_get(tests, i), &bad);
	return !bad && s->repeat >= 1 && s->repeat <= 10000 && s->timeout_ms >= 0;
}

int bisect_state_read(struct bisect_state *s, struct arena *a, const char *dir, struct err *e)
{
	char *path = xasprintf("%s/" BISECT_FILE, dir);
	struct buf text = {0};
	json_t *root = NULL;
	int rc = 0;

	*s = (struct bisect_state){.arena = a};
	if (file_read(path, &text, NULL) < 0) {
		rc = err_set(e, ERR_USAGE, "there is no bisection");
		err_at(e, dir, 0, 0);
		err_hint(e, "--resume takes the name that the bisection printed when it began, or a path");
	} else {
		root = json_loadb(text.len ? text.data : "", text.len, 0, NULL);
		if (!read_state(s, root)) {
			rc = err_set(e, ERR_IO, "the bisection's file is damaged");
			err_at(e, path, 0, 0);
		}
	}
	json_decref(root);
	buf_finish(&text);
	free(path);
	return rc;
}

/* ---- what is known ---- */

const struct bisect_test *bisect_state_find(const struct bisect_state *s, const char *commit)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->tests[i].commit, commit) == 0)
			return &s->tests[i];
	return NULL;
}

const struct bisect_test *bisect_state_find_tree(const struct bisect_state *s, const char *tree)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->tests[i].tree, tree) == 0)
			return &s->tests[i];
	return NULL;
}

void bisect_state_add(struct bisect_state *s, const struct bisect_test *t)
{
	s->tests = arena_grow(s->arena, s->tests, &s->room, s->count + 1, sizeof *s->tests);
	s->tests[s->count++] = *t;
}
