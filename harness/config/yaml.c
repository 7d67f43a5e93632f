#include "config/yaml.h"
#include "util/text.h"

#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>


/* The only user of libfyaml: its event stream, which never resolves, compares or converts anything. */
struct builder {
	struct fy_diag *diag;
	struct fy_parser *parser;
	struct fy_event *event; /* the one being looked at; NULL: the stream is over, or broken */
	struct arena *arena;
	struct mistakes *mistakes;
	int depth, nodes;
	bool failed; /* reported, and nothing more can be read */
};

static void advance(struct builder *b)
{
	if (b->event)
		fy_parser_event_free(b->parser, b->event);
	b->event = fy_parser_parse(b->parser);
}

static bool at(const struct builder *b, enum fy_event_type type)
{
	return b->event && b->event->type == type;
}

/* Too much of something: the rest of the file is not worth reading. */
static void give_up(struct builder *b, const struct yaml *n, const char *what, int limit)
{
	if (!b->failed)
		mistake(b->mistakes, n->line, n->column, "too many %s: expected at most %d", what, limit);
	b->failed = true;
}

static struct yaml *build(struct builder *b, const struct yaml *key);

/* libfyaml's marks stand behind the opening quote of a scalar and the star of an alias. */
static int mark_offset(struct fy_event *e)
{
	enum fy_scalar_style style = FYSS_PLAIN;

	if (e->type == FYET_SCALAR && e->scalar.value)
		style = fy_token_scalar_style(e->scalar.value);
	return e->type == FYET_ALIAS || style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED ? 0 : 1;
}

/* Where the event stands. An empty value has no place of its own: it gets its key's. */
static struct yaml *node_create(struct builder *b, enum yaml_kind kind, const struct yaml *key)
{
	const struct fy_mark *mark = fy_event_start_mark(b->event);
	struct yaml *n = arena_alloc(b->arena, sizeof *n);

	n->kind = kind;
	n->key = key;
	n->line = mark ? mark->line + 1 : key ? key->line : 1;
	n->column = mark ? mark->column + mark_offset(b->event) : key ? key->column : 1;
	if (++b->nodes > YAML_NODES_MAX)
		give_up(b, n, "values in one file", YAML_NODES_MAX);
	return n;
}

static void refuse_tag(struct builder *b, const struct yaml *n, const struct fy_token *tag)
{
	if (!tag)
		return;
	mistake(b->mistakes, n->line, n->column, "a YAML tag: expected a plain value");
	mistake_hint(b->mistakes, "leave the tag out: every key's type is known");
}

static struct yaml *build_scalar(struct builder *b, const struct yaml *key)
{
	struct yaml *n = node_create(b, YAML_SCALAR, key);
	struct fy_token *value = b->event->scalar.value;
	const char *text = value ? fy_token_get_text(value, &n->text_len) : NULL;

	refuse_tag(b, n, b->event->scalar.tag);
	n->empty = !value;
	if (n->text_len > YAML_TEXT_MAX) {
		mistake(b->mistakes, n->line, n->column, "a text of %zu bytes: expected at most %d", n->text_len,
			YAML_TEXT_MAX);
		n->kind = YAML_BROKEN;
		n->text_len = 0;
	}
	n->text = arena_strndup(b->arena, text ? text : "", text ? n->text_len : 0);
	advance(b);
	return n;
}

static struct yaml *build_alias(struct builder *b, const struct yaml *key)
{
	struct yaml *n = node_create(b, YAML_BROKEN, key);

	mistake(b->mistakes, n->line, n->column, "a YAML alias: expected the value itself");
	mistake_hint(b->mistakes, "write it out: one value, one place");
	advance(b);
	return n;
}

static struct yaml *build_key(struct builder *b)
{
	struct yaml *key = build(b, NULL);

	if (key && key->kind == YAML_SCALAR && strlen(key->text) == key->text_len && !key->empty)
		return key;
	if (key && key->kind != YAML_BROKEN)
		mistake(b->mistakes, key->line, key->column, "expected a word as the key");
	if (key)
		key->kind = YAML_BROKEN;
	return key;
}

/* The next child of `parent`, or NULL when the file broke off. */
static struct yaml *build_child(struct builder *b, const struct yaml *parent)
{
	const struct yaml *key = parent->kind == YAML_MAP ? build_key(b) : parent->key;
	struct yaml *child;

	if (b->failed || (parent->kind == YAML_MAP && !key))
		return NULL;
	child = build(b, key);
	if (child && key && key->kind == YAML_BROKEN)
		child->kind = YAML_BROKEN;
	return child;
}

static struct yaml *build_collection(struct builder *b, enum yaml_kind kind, const struct yaml *key)
{
	enum fy_event_type end = kind == YAML_MAP ? FYET_MAPPING_END : FYET_SEQUENCE_END;
	struct yaml *n = node_create(b, kind, key), *child;
	struct yaml **tail = &n->child;

	refuse_tag(b, n, kind == YAML_MAP ? b->event->mapping_start.tag : b->event->sequence_start.tag);
	if (++b->depth > YAML_DEPTH_MAX)
		give_up(b, n, "lists and mappings inside each other", YAML_DEPTH_MAX);
	advance(b);
	while (!b->failed && !at(b, end)) {
		child = build_child(b, n);
		if (!child)
			return NULL;
		*tail = child;
		tail = &child->next;
		n->child_count++;
	}
	b->depth--;
	advance(b);
	return n;
}

/* The value that begins at the current event; NULL when there is none. */
static struct yaml *build(struct builder *b, const struct yaml *key)
{
	if (!b->event || b->failed)
		return NULL;
	switch (b->event->type) {
	case FYET_SCALAR:
		return build_scalar(b, key);
	case FYET_ALIAS:
		return build_alias(b, key);
	case FYET_MAPPING_START:
		return build_collection(b, YAML_MAP, key);
	case FYET_SEQUENCE_START:
		return build_collection(b, YAML_LIST, key);
	default:
		return NULL;
	}
}

/* The stream broke off: libfyaml has noted where and why. */
static void report_syntax(struct builder *b)
{
	void *iterator = NULL;
	const struct fy_diag_error *e = fy_diag_errors_iterate(b->diag, &iterator);

	if (b->failed)
		return;
	b->failed = true;
	mistake(b->mistakes, e ? e->line : 1, e ? e->column : 1, "not YAML: %s", e ? e->msg : "cannot be parsed");
}

static const struct yaml *build_document(struct builder *b)
{
	const struct yaml *root = NULL;

	while (at(b, FYET_STREAM_START))
		advance(b);
	if (at(b, FYET_STREAM_END)) {
		mistake(b->mistakes, 1, 1, "the file is empty: expected a mapping");
		return NULL;
	}
	if (at(b, FYET_DOCUMENT_START)) {
		advance(b);
		root = build(b, NULL);
	}
	if (at(b, FYET_DOCUMENT_END))
		advance(b);
	if (at(b, FYET_DOCUMENT_START))
		give_up(b, node_create(b, YAML_BROKEN, NULL), "YAML documents in one file", 1);
	if (!at(b, FYET_STREAM_END))
		report_syntax(b);
	return b->failed ? NULL : root;
}

static bool check_bytes(const char *bytes, size_t n, struct mistakes *m)
{
	size_t bad = text_bad_byte(bytes, n);
	int line = 1, column = 1;

	if (n > YAML_FILE_MAX) {
		mistake(m, 0, 0, "a file of %zu bytes: expected at most %d", n, YAML_FILE_MAX);
		return false;
	}
	if (bad == n)
		return true;
	for (size_t i = 0; i < bad; i++) {
		column = bytes[i] == '\n' ? 1 : column + ((bytes[i] & 0xc0) != 0x80);
		line += bytes[i] == '\n';
	}
	mistake(m, line, column, "the byte 0x%02x is no text: expected UTF-8", (unsigned char)bytes[bad]);
	return false;
}

/* What libfyaml says comes out as a mistake, or not at all. */
static void discard(struct fy_diag *diag, void *user, const char *text, size_t n)
{
	(void)diag, (void)user, (void)text, (void)n;
}

static struct fy_diag *create_diag(void)
{
	struct fy_diag_cfg config;
	struct fy_diag *diag;

	fy_diag_cfg_default(&config);
	config.fp = NULL;
	config.output_fn = discard;
	diag = fy_diag_create(&config);
	fy_diag_set_collect_errors(diag, true);
	return diag;
}

const struct yaml *yaml_parse(struct arena *a, const char *bytes, size_t n, struct mistakes *m)
{
	struct builder b = {.arena = a, .mistakes = m};
	struct fy_parse_cfg config = {.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_JSON_NONE};
	const struct yaml *root = NULL;

	if (!check_bytes(bytes, n, m))
		return NULL;
	b.diag = config.diag = create_diag();
	b.parser = fy_parser_create(&config);
	if (b.parser && fy_parser_set_string(b.parser, bytes, n) == 0) {
		advance(&b);
		root = build_document(&b);
	} else {
		mistake(m, 0, 0, "libfyaml cannot be started");
	}
	if (b.event)
		fy_parser_event_free(b.parser, b.event);
	fy_parser_destroy(b.parser);
	fy_diag_destroy(b.diag);
	return root;
}
