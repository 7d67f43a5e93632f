#include "config/jsonschema.h"

#include <jansson.h>
#include <stdlib.h>

#include "util/buf.h"
#include "util/mem.h"

static json_t *schema_json(const struct schema *s);

static json_t *words_json(const struct schema *s)
{
	json_t *words = json_array();
	const char *w;

	for (int i = 0; (w = schema_word(s, i)); i++)
		json_array_append_new(words, json_string(w));
	return words;
}

/* Every scalar may be quoted; texts need not be, even where YAML would see a number or a boolean in them. */
static json_t *scalar_json(const struct schema *s)
{
	json_t *o = json_object();

	if (s->number && s->pattern)
		json_object_set_new(o, "type", json_pack("[s, s]", "integer", "string"));
	else if (s->number)
		json_object_set_new(o, "type", json_string("integer"));
	else if (s->pattern)
		json_object_set_new(o, "type", json_string("string"));
	else if (!schema_word(s, 0))
		json_object_set_new(o, "type", json_pack("[s, s, s]", "string", "number", "boolean"));
	if (s->number)
		json_object_set_new(o, "minimum", json_integer(s->min));
	if (s->number && s->max)
		json_object_set_new(o, "maximum", json_integer(s->max));
	if (s->pattern)
		json_object_set_new(o, "pattern", json_string(s->pattern));
	else if (!s->number && !schema_word(s, 0))
		json_object_set_new(o, "minLength", json_integer(1));
	if (schema_word(s, 0))
		json_object_set_new(o, "enum", words_json(s));
	return o;
}

static json_t *list_json(const struct schema *s)
{
	json_t *o = json_pack("{s:s, s:o}", "type", "array", "items", schema_json(s->item));

	if (s->least)
		json_object_set_new(o, "minItems", json_integer((json_int_t)s->least));
	if (s->shape == SCHEMA_SET)
		json_object_set_new(o, "uniqueItems", json_true());
	return o;
}

static json_t *named_json(const struct schema *s)
{
	json_t *o = json_pack("{s:s, s:o, s:o}", "type", "object", "propertyNames", schema_json(s->key),
			      "additionalProperties", schema_json(s->item));

	if (s->least)
		json_object_set_new(o, "minProperties", json_integer((json_int_t)s->least));
	return o;
}

static json_t *either_json(const struct schema *s)
{
	return json_pack("{s:[o, o]}", "anyOf", schema_json(s->word), schema_json(s->record));
}

/* ---- records ---- */

static json_t *requires(const char *key)
{
	return json_pack("{s:[s]}", "required", key);
}

static json_t *fallback_json(const struct schema_key *k)
{
	return k->value->number ? json_integer(atoi(k->fallback)) : json_string(k->fallback);
}

static json_t *property_json(const struct schema_key *k)
{
	json_t *o = k->again ? json_pack("{s:s}", "$ref", k->again) : schema_json(k->value);

	json_object_set_new(o, "description", json_string(k->doc));
	if (k->fallback)
		json_object_set_new(o, "default", fallback_json(k));
	return o;
}

/* Either the key to inherit from, or all that has to be there without it. */
static void add_inherited(json_t *o, const struct schema *s)
{
	json_t *needed = json_array();
	const char *from = NULL;

	for (const struct schema_key *k = s->keys; k->name; k++) {
		if (!k->required || !k->unless)
			continue;
		from = k->unless;
		json_array_append_new(needed, json_string(k->name));
	}
	if (from)
		json_object_set_new(o, "anyOf", json_pack("[o, {s:O}]", requires(from), "required", needed));
	json_decref(needed);
}

static void add_rules(json_t *o, const struct schema *s)
{
	json_t *required = json_array(), *choices = json_array(), *dependent = json_object(), *any;

	for (const struct schema_key *k = s->keys; k->name; k++) {
		if (k->required && !k->unless)
			json_array_append_new(required, json_string(k->name));
		if (k->choice)
			json_array_append_new(choices, requires(k->name));
		if (!k->beside)
			continue;
		any = json_array();
		for (const char *const *other = k->beside; *other; other++)
			json_array_append_new(any, requires(*other));
		json_object_set_new(dependent, k->name, json_pack("{s:o}", "anyOf", any));
	}
	if (json_array_size(required))
		json_object_set(o, "required", required);
	if (json_array_size(choices))
		json_object_set(o, "oneOf", choices);
	if (json_object_size(dependent))
		json_object_set(o, "dependentSchemas", dependent);
	add_inherited(o, s);
	json_decref(required);
	json_decref(choices);
	json_decref(dependent);
}

static json_t *record_json(const struct schema *s)
{
	json_t *o = json_pack("{s:s}", "type", "object"), *properties = json_object();

	for (const struct schema_key *k = s->keys; k->name; k++)
		if (!k->elsewhere)
			json_object_set_new(properties, k->name, property_json(k));
	json_object_set_new(o, "properties", properties);
	add_rules(o, s);
	json_object_set_new(o, "additionalProperties", json_false());
	return o;
}

static json_t *schema_json(const struct schema *s)
{
	static json_t *(*const shapes[])(const struct schema *) = {
		[SCHEMA_SCALAR] = scalar_json, [SCHEMA_LIST] = list_json,   [SCHEMA_SET] = list_json,
		[SCHEMA_RECORD] = record_json, [SCHEMA_NAMED] = named_json, [SCHEMA_EITHER] = either_json,
	};

	return shapes[s->shape](s);
}

char *jsonschema_text(const struct schema_file *file)
{
	json_t *body = schema_json(file->root), *o = json_object();
	struct buf b;
	char *text;

	json_object_set_new(o, "$schema", json_string("https://json-schema.org/draft/2020-12/schema"));
	json_object_set_new(o, "title", json_sprintf("runtest: %s", file->where));
	json_object_set_new(o, "description", json_string(file->about));
	json_object_update(o, body);
	text = json_dumps(o, JSON_INDENT(2) | JSON_ENSURE_ASCII);
	buf_init(&b);
	buf_printf(&b, "%s\n", text);
	free(text);
	json_decref(body);
	json_decref(o);
	return buf_steal(&b);
}
