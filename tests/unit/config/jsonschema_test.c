#include "config/jsonschema.h"

#include <check.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "result/verdict.h"

Suite *jsonschema_test(void);

static json_t *load(const char *name)
{
	const struct schema_file *file = schema_file_find(name);
	json_error_t error;
	json_t *o;
	char *text;

	ck_assert_ptr_nonnull(file);
	text = jsonschema_text(file);
	o = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	ck_assert_msg(o, "%s: %s", name, error.text);
	free(text);
	return o;
}

static const json_t *property(const json_t *o, const char *name)
{
	const json_t *p = json_object_get(json_object_get(o, "properties"), name);

	ck_assert_msg(p, "no property %s", name);
	return p;
}

static const char *text_of(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static const json_t *step_of(const json_t *scenario)
{
	const json_t *phase = json_object_get(property(scenario, "phases"), "items");

	return json_object_get(property(phase, "steps"), "items");
}

/* Every object that describes a mapping with known keys refuses others, and says what each key is for. */
static void check_objects(const json_t *o)
{
	const json_t *properties = json_object_get(o, "properties"), *value;
	const char *key;
	size_t i;

	if (properties)
		ck_assert(json_is_false(json_object_get(o, "additionalProperties")));
	json_object_foreach ((json_t *)properties, key, value)
		ck_assert_msg(text_of(value, "description"), "%s has no description", key);
	json_object_foreach ((json_t *)o, key, value)
		check_objects(value);
	json_array_foreach (o, i, value)
		check_objects(value);
}

START_TEST(every_kind_of_file_has_a_strict_schema)
{
	for (size_t i = 0; i < schema_file_count; i++) {
		json_t *o = load(schema_files[i].name);

		ck_assert_str_eq(text_of(o, "$schema"), "https://json-schema.org/draft/2020-12/schema");
		ck_assert_str_eq(text_of(o, "type"), "object");
		ck_assert_ptr_nonnull(text_of(o, "title"));
		check_objects(o);
		json_decref(o);
	}
}
END_TEST

START_TEST(required_keys_are_required)
{
	json_t *o = load("board-kind");
	const json_t *required = json_object_get(o, "required");

	ck_assert_uint_eq(json_array_size(required), 5);
	ck_assert_str_eq(json_string_value(json_array_get(required, 0)), "kind");
	ck_assert_str_eq(json_string_value(json_array_get(required, 4)), "memory");
	json_decref(o);
}
END_TEST

START_TEST(what_can_be_inherited_is_required_only_without)
{
	json_t *o = load("variants");
	const json_t *variant = json_object_get(property(o, "variants"), "items");
	const json_t *any = json_object_get(variant, "anyOf");

	ck_assert_uint_eq(json_array_size(json_object_get(variant, "required")), 2);
	ck_assert_str_eq(json_string_value(json_array_get(json_object_get(json_array_get(any, 0), "required"), 0)),
			 "like");
	ck_assert_uint_eq(json_array_size(json_object_get(json_array_get(any, 1), "required")), 3); /* source, boards, configs */
	json_decref(o);
}
END_TEST

START_TEST(numbers_have_limits_and_defaults)
{
	json_t *o = load("board-kind");
	const json_t *qemu = property(o, "qemu"), *cpus = property(qemu, "cpus");

	ck_assert_str_eq(text_of(cpus, "type"), "integer");
	ck_assert_int_eq(json_integer_value(json_object_get(cpus, "minimum")), 1);
	ck_assert_int_eq(json_integer_value(json_object_get(cpus, "maximum")), 512);
	ck_assert_int_eq(json_integer_value(json_object_get(cpus, "default")), 1);
	ck_assert_str_eq(text_of(property(qemu, "deliver"), "default"), "loader");
	json_decref(o);
}
END_TEST

START_TEST(the_causes_are_those_of_the_verdicts)
{
	json_t *o = load("scenario");
	const json_t *deny = json_object_get(property(o, "deny"), "items");
	const json_t *words = json_object_get(property(deny, "cause"), "enum");

	ck_assert_uint_eq(json_array_size(words), CAUSE_COUNT - 1);
	for (size_t i = 0; i < json_array_size(words); i++)
		ck_assert_str_eq(json_string_value(json_array_get(words, i)), cause_name((enum cause)(i + 1)));
	json_decref(o);
}
END_TEST

START_TEST(a_step_is_exactly_one_action)
{
	json_t *o = load("scenario");
	const json_t *step = step_of(o), *choices = json_object_get(step, "oneOf");
	const json_t *beside = json_object_get(json_object_get(step, "dependentSchemas"), "compare");

	ck_assert_uint_eq(json_array_size(choices), 13);
	ck_assert_str_eq(json_string_value(json_array_get(json_object_get(json_array_get(choices, 0), "required"), 0)),
			 "expect");
	ck_assert_uint_eq(json_array_size(json_object_get(beside, "anyOf")), 1);
	json_decref(o);
}
END_TEST

START_TEST(a_variant_passes_or_fails_with_a_cause)
{
	json_t *o = load("scenario");
	const json_t *variants = property(o, "variants");
	const json_t *either = json_object_get(json_object_get(variants, "additionalProperties"), "anyOf");

	ck_assert_int_eq(json_integer_value(json_object_get(variants, "minProperties")), 1);
	ck_assert_str_eq(json_string_value(json_array_get(json_object_get(json_array_get(either, 0), "enum"), 0)),
			 "pass");
	ck_assert_ptr_nonnull(property(json_array_get(either, 1), "fails-with"));
	json_decref(o);
}
END_TEST

START_TEST(a_misplaced_key_is_not_offered)
{
	json_t *o = load("scenario");
	const json_t *witness = property(step_of(o), "witness");

	ck_assert_ptr_nonnull(property(witness, "after"));
	ck_assert_ptr_null(json_object_get(json_object_get(witness, "properties"), "at"));
	json_decref(o);
}
END_TEST

Suite *jsonschema_test(void)
{
	Suite *s = suite_create("jsonschema");
	TCase *t = tcase_create("jsonschema");

	tcase_add_test(t, every_kind_of_file_has_a_strict_schema);
	tcase_add_test(t, required_keys_are_required);
	tcase_add_test(t, what_can_be_inherited_is_required_only_without);
	tcase_add_test(t, numbers_have_limits_and_defaults);
	tcase_add_test(t, the_causes_are_those_of_the_verdicts);
	tcase_add_test(t, a_step_is_exactly_one_action);
	tcase_add_test(t, a_variant_passes_or_fails_with_a_cause);
	tcase_add_test(t, a_misplaced_key_is_not_offered);
	suite_add_tcase(s, t);
	return s;
}
