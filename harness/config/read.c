#include "config/read.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/text.h"

/* Where a value goes: the object, and for lists the number of its elements (NULL: not kept). */
struct slot {
	char *value;
	size_t *count;
};

static void read_value(struct reader *r, const struct schema *s, const struct yaml *n, struct slot to);

void reader_init(struct reader *r, const struct project *p, struct arena *a, const char *file, struct err_list *errors)
{
	*r = (struct reader){.arena = a, .project = p};
	mistakes_init(&r->mistakes, errors, file);
}

void reader_finish(struct reader *r)
{
	free(r->places);
	r->places = NULL;
}

/* ---- places ---- */

static void keep_place(struct reader *r, const void *field, const struct yaml *n)
{
	r->places = xgrow(r->places, &r->place_room, r->place_count + 1, sizeof *r->places);
	r->places[r->place_count++] = (struct place){field, n};
}

/* From the back: a record and its first field share an address, and the field was written in the narrower place. */
static const struct yaml *find_place(const struct reader *r, const void *field)
{
	for (size_t i = r->place_count; i > 0; i--)
		if (r->places[i - 1].field == field)
			return r->places[i - 1].node;
	return NULL;
}

bool reader_has(const struct reader *r, const void *field)
{
	return find_place(r, field);
}

/* ---- mistakes ---- */

/* "KEY: expected WHAT, found THIS" */
static void refuse_as(struct reader *r, const struct yaml *n, const char *expected)
{
	static const char *const found[] = {
		[YAML_LIST] = "a list", [YAML_MAP] = "a mapping", [YAML_BROKEN] = "a mistake"};
	char quoted[TEXT_QUOTED];
	const char *what = found[n->kind];

	if (n->kind == YAML_SCALAR)
		what = n->empty ? "nothing" : text_quote(quoted, n->text, n->text_len);
	if (n->key)
		mistake(&r->mistakes, n->line, n->column, "%s: expected %s, found %s", n->key->text, expected, what);
	else
		mistake(&r->mistakes, n->line, n->column, "expected %s, found %s", expected, what);
}

void reader_refuse(struct reader *r, const struct schema *s, const struct yaml *n)
{
	refuse_as(r, n, s->expected);
}

void reader_refuse_text(struct reader *r, const struct yaml *n, const char *fmt, ...)
{
	char what[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	if (n->key)
		mistake(&r->mistakes, n->line, n->column, "%s: %s", n->key->text, what);
	else
		mistake(&r->mistakes, n->line, n->column, "%s", what);
}

void reader_mistake(struct reader *r, const void *field, const char *fmt, ...)
{
	const struct yaml *n = find_place(r, field);
	va_list ap;

	va_start(ap, fmt);
	mistake_v(&r->mistakes, n ? n->line : 0, n ? n->column : 0, fmt, ap);
	va_end(ap);
}

void reader_hint(struct reader *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	mistake_hint_v(&r->mistakes, fmt, ap);
	va_end(ap);
}

void reader_hint_nearest(struct reader *r, const char *word, struct names names, const char *otherwise)
{
	const char *nearest = names_nearest(names, word);

	if (nearest)
		reader_hint(r, "did you mean \"%s\"?", nearest);
	else if (otherwise)
		reader_hint(r, "%s", otherwise);
}

/* ---- scalars, lists, sets ---- */

static void read_scalar(struct reader *r, const struct schema *s, const struct yaml *n, struct slot to)
{
	if (n->kind != YAML_SCALAR || n->empty)
		reader_refuse(r, s, n);
	else
		s->parse(r, s, n, to.value);
}

static bool is_collection(struct reader *r, const struct schema *s, const struct yaml *n, enum yaml_kind kind)
{
	if (n->kind != kind)
		reader_refuse(r, s, n);
	else if (n->child_count < s->least)
		reader_refuse_text(r, n, "expected %s, found none", s->expected);
	return n->kind == kind;
}

/* One element more than there is: zeroed, it ends lists of texts. */
static char *make_array(struct reader *r, size_t count, size_t size, struct slot to)
{
	char *array = arena_alloc(r->arena, (count + 1) * size);

	memcpy(to.value, &array, sizeof array);
	if (to.count)
		*to.count = count;
	return array;
}

static void read_list(struct reader *r, const struct schema *s, const struct yaml *n, struct slot to)
{
	size_t size = s->item->size;
	char *array;

	if (!is_collection(r, s, n, YAML_LIST)) {
		make_array(r, 0, size, to);
		return;
	}
	array = make_array(r, n->child_count, size, to);
	for (const struct yaml *item = n->child; item; item = item->next, array += size)
		read_value(r, s->item, item, (struct slot){array, NULL});
}

static void read_set_word(struct reader *r, const struct schema *s, const struct yaml *n, unsigned *set)
{
	int number = -1;

	read_value(r, s->item, n, (struct slot){(char *)&number, NULL});
	if (number < 0)
		return;
	if (*set & 1u << number)
		reader_refuse_text(r, n, "\"%s\" stands there twice", n->text);
	*set |= 1u << number;
}

static void read_set(struct reader *r, const struct schema *s, const struct yaml *n, struct slot to)
{
	unsigned set = 0;

	if (!is_collection(r, s, n, YAML_LIST))
		return;
	for (const struct yaml *item = n->child; item; item = item->next)
		read_set_word(r, s, item, &set);
	memcpy(to.value, &set, sizeof set);
}

static void read_either(struct reader *r, const struct schema *s, const struct yaml *n, struct slot to)
{
	bool word = n->kind == YAML_SCALAR && strlen(n->text) == n->text_len && !n->empty;

	if (n->kind == YAML_MAP)
		read_value(r, s->record, n, to);
	else if (word && (!schema_word(s->word, 0) || schema_word_number(s->word, n->text) >= 0))
		read_value(r, s->word, n, to);
	else
		reader_refuse(r, s, n);
}

/* ---- mappings ---- */

/* The first value under `key` that stands before `end` (NULL: anywhere), or NULL. */
static const struct yaml *find_value(const struct yaml *map, const char *key, const struct yaml *end)
{
	for (const struct yaml *v = map->child; v != end; v = v->next)
		if (v->key->kind != YAML_BROKEN && strcmp(v->key->text, key) == 0)
			return v;
	return NULL;
}

static bool is_duplicate(struct reader *r, const struct yaml *map, const struct yaml *value)
{
	const struct yaml *key = value->key, *first = find_value(map, key->text, value);
	char quoted[TEXT_QUOTED];

	if (first)
		mistake(&r->mistakes, key->line, key->column, "duplicate key %s (first on line %d)",
			text_quote(quoted, key->text, key->text_len), first->key->line);
	return first;
}

static void read_named(struct reader *r, const struct schema *s, const struct yaml *n, struct slot to)
{
	char *element;

	if (!is_collection(r, s, n, YAML_MAP)) {
		make_array(r, 0, s->element_size, to);
		return;
	}
	element = make_array(r, n->child_count, s->element_size, to);
	for (const struct yaml *v = n->child; v && !mistakes_enough(&r->mistakes); v = v->next) {
		if (v->key->kind == YAML_BROKEN || is_duplicate(r, n, v))
			continue;
		read_value(r, s->key, v->key, (struct slot){element + s->key_at, NULL});
		read_value(r, s->item, v, (struct slot){element + s->value_at, NULL});
		*(int *)(element + s->element_line_at) = v->key->line;
		element += s->element_size;
	}
}

static const struct schema_key *find_key(const struct schema *s, const char *name)
{
	for (const struct schema_key *k = s->keys; k->name; k++)
		if (strcmp(k->name, name) == 0)
			return k;
	return NULL;
}

static const char *key_name_at(const void *ctx, size_t i)
{
	const struct schema_key *k = (const struct schema_key *)ctx + i;

	return k->elsewhere ? NULL : k->name;
}

/* "a, b, c": the keys of a record, or only those that are a choice; the caller frees. */
static char *key_names(const struct schema *s, bool choice)
{
	struct buf b;

	buf_init(&b);
	for (const struct schema_key *k = s->keys; k->name; k++)
		if (!k->elsewhere && (k->choice || !choice))
			buf_printf(&b, "%s%s", b.len ? ", " : "", k->name);
	return buf_steal(&b);
}

static void refuse_key(struct reader *r, const struct schema *s, const struct yaml *key)
{
	const struct schema_key *known = find_key(s, key->text);
	char quoted[TEXT_QUOTED], *names, *all;
	size_t count = 0;

	text_quote(quoted, key->text, key->text_len);
	if (known) {
		mistake(&r->mistakes, key->line, key->column, "the key %s does not belong in this %s", quoted, s->name);
		reader_hint(r, "%s", known->elsewhere);
		return;
	}
	mistake(&r->mistakes, key->line, key->column, "unknown key %s in this %s", quoted, s->name);
	while (s->keys[count].name)
		count++;
	names = key_names(s, false);
	all = xasprintf("expected one of: %s", names);
	reader_hint_nearest(r, key->text, (struct names){key_name_at, s->keys, count}, all);
	free(all);
	free(names);
}

static struct slot key_slot(const struct schema_key *k, char *record)
{
	return (struct slot){record + k->at, k->count_at ? (size_t *)(record + k->count_at) : NULL};
}

static void read_key(struct reader *r, const struct schema_key *k, const struct yaml *n, char *record)
{
	struct slot to = key_slot(k, record);
	char *box;

	if (k->boxed) {
		box = arena_alloc(r->arena, k->value->size);
		memcpy(to.value, &box, sizeof box);
		to.value = box;
	}
	read_value(r, k->value, n, to);
}

/* The key is not there: its fallback, an empty list, or a mistake. */
static void read_absent(struct reader *r, const struct schema *s, const struct schema_key *k, const struct yaml *n,
			char *record)
{
	struct yaml standin = {.kind = YAML_SCALAR, .line = n->line, .column = n->column, .text = k->fallback};

	if (k->required && !(k->unless && find_value(n, k->unless, NULL))) {
		mistake(&r->mistakes, n->line, n->column, "missing key \"%s\" in this %s", k->name, s->name);
		reader_hint(r, "%s: %s (%s)", k->name, k->value->expected, k->doc);
	}
	if (k->fallback) {
		standin.text_len = strlen(k->fallback);
		k->value->parse(r, k->value, &standin, record + k->at);
	}
	if (k->value->shape == SCHEMA_LIST || k->value->shape == SCHEMA_NAMED)
		make_array(r, 0, k->value->shape == SCHEMA_LIST ? k->value->item->size : k->value->element_size,
			   key_slot(k, record));
}

static void check_choice(struct reader *r, const struct schema *s, const struct yaml *n, char *record)
{
	const struct schema_key *chosen = NULL, *k;
	char *names = key_names(s, true);

	for (const struct yaml *v = n->child; v; v = v->next) {
		k = v->key->kind != YAML_BROKEN ? find_key(s, v->key->text) : NULL;
		if (!k || !k->choice || k == chosen)
			continue;
		if (chosen)
			mistake(&r->mistakes, v->key->line, v->key->column,
				"\"%s\" and \"%s\" in one %s: expected exactly one of: %s", chosen->name, k->name,
				s->name, names);
		else
			chosen = k;
	}
	if (chosen)
		*(int *)(record + s->choice_at) = chosen->chosen;
	else
		mistake(&r->mistakes, n->line, n->column, "nothing to do in this %s: expected exactly one of: %s",
			s->name, names);
	free(names);
}

static void check_beside(struct reader *r, const struct schema_key *k, const struct yaml *map, const struct yaml *v)
{
	struct buf names;

	buf_init(&names);
	for (const char *const *other = k->beside; *other; other++) {
		if (find_value(map, *other, NULL)) {
			buf_finish(&names);
			return;
		}
		buf_printf(&names, "%s\"%s\"", names.len ? " or " : "", *other);
	}
	mistake(&r->mistakes, v->key->line, v->key->column, "\"%s\" stands alone: it belongs beside %s", k->name,
		names.data);
	buf_finish(&names);
}

static void read_pairs(struct reader *r, const struct schema *s, const struct yaml *n, char *record)
{
	const struct schema_key *k;

	for (const struct yaml *v = n->child; v && !mistakes_enough(&r->mistakes); v = v->next) {
		if (v->key->kind == YAML_BROKEN)
			continue;
		k = find_key(s, v->key->text);
		if (!k || k->elsewhere) {
			refuse_key(r, s, v->key);
		} else if (!is_duplicate(r, n, v)) {
			read_key(r, k, v, record);
			if (k->beside)
				check_beside(r, k, n, v);
		}
	}
}

static void read_record(struct reader *r, const struct schema *s, const struct yaml *n, struct slot to)
{
	if (n->kind != YAML_MAP) {
		reader_refuse(r, s, n);
		return;
	}
	if (s->line_at)
		*(int *)(to.value + s->line_at) = n->line;
	if (s->file_at)
		*(const char **)(to.value + s->file_at) = r->mistakes.file;
	read_pairs(r, s, n, to.value);
	for (const struct schema_key *k = s->keys; k->name; k++)
		if (!k->elsewhere && !find_value(n, k->name, NULL))
			read_absent(r, s, k, n, to.value);
	if (s->choice)
		check_choice(r, s, n, to.value);
	if (s->check)
		s->check(r, to.value);
}

static void read_value(struct reader *r, const struct schema *s, const struct yaml *n, struct slot to)
{
	static void (*const read_shape[])(struct reader *, const struct schema *, const struct yaml *, struct slot) = {
		[SCHEMA_SCALAR] = read_scalar, [SCHEMA_LIST] = read_list,   [SCHEMA_SET] = read_set,
		[SCHEMA_RECORD] = read_record, [SCHEMA_NAMED] = read_named, [SCHEMA_EITHER] = read_either,
	};

	if (n->kind == YAML_BROKEN)
		return;
	keep_place(r, to.value, n);
	read_shape[s->shape](r, s, n, to);
}

void reader_read(struct reader *r, const struct schema *s, const struct yaml *root, void *out)
{
	read_value(r, s, root, (struct slot){out, NULL});
}
