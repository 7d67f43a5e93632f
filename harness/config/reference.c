#include "config/reference.h"

#include <string.h>

#include "config/mistake.h"
#include "config/schema.h"
#include "config/yaml.h"
#include "util/buf.h"

static const char introduction[] =
	"# Configuration\n"
	"\n"
	"Everything that `runtest` knows about boards, boot variants and scenarios stands in YAML files below the\n"
	"project's folder, the nearest one upward that has `images/variants.yaml` and `scenarios/`. `runtest check`\n"
	"reads all of them and reports every mistake in them at once, each with its place and what was expected\n"
	"there. `runtest list` shows what they say.\n"
	"\n"
	"This page is made by `runtest check --reference` from the descriptions by which the files are read.\n"
	"`runtest check --schema board-kind` (or `board-unit`, `markers`, `variants`, `mutants`, `nightly`, `scenario`) prints the same as a\n"
	"JSON Schema, for editors that complete and check while one types.\n"
	"\n"
	"## Rules for every file\n"
	"\n"
	"- UTF-8, one YAML document, a name that ends in `.yaml`.\n"
	"- A scalar is what its key says it is: `on`, `no` or `1e3` are words where a word is expected. Quotes are\n"
	"  needed only where YAML itself needs them.\n"
	"- Every key stands once. A key that is not known is a mistake, not a comment.\n"
	"- No aliases, no tags.\n";

/* ---- what a value is, in a few words ---- */

static void add_words(struct buf *b, const struct schema *s)
{
	const char *w;

	for (int i = 0; (w = schema_word(s, i)); i++)
		buf_printf(b, "%s`%s`", i ? ", " : "", w);
}

static void add_type(struct buf *b, const struct schema *s)
{
	switch (s->shape) {
	case SCHEMA_SCALAR:
		if (schema_word(s, 0) && !s->word_at)
			add_words(b, s);
		else
			buf_adds(b, s->name);
		break;
	case SCHEMA_LIST:
	case SCHEMA_SET:
		buf_adds(b, "list of: ");
		add_type(b, s->item);
		break;
	case SCHEMA_RECORD:
		buf_printf(b, "*%s*", s->name);
		break;
	case SCHEMA_NAMED:
		buf_printf(b, "mapping from %s to: ", s->key->name);
		add_type(b, s->item);
		break;
	case SCHEMA_EITHER:
		add_type(b, s->word);
		buf_adds(b, " or ");
		add_type(b, s->record);
		break;
	}
}

/* ---- records ---- */

static void add_presence(struct buf *b, const struct schema_key *k)
{
	if (k->required && k->unless)
		buf_printf(b, "required without `%s`", k->unless);
	else if (k->required)
		buf_adds(b, "required");
	else if (k->choice)
		buf_adds(b, "one of these");
}

/* A bar would end the table's cell. */
static void add_cell_text(struct buf *b, const char *text)
{
	for (; *text; text++) {
		if (*text == '|')
			buf_addc(b, '\\');
		buf_addc(b, *text);
	}
}

static void add_key(struct buf *b, const struct schema_key *k)
{
	buf_printf(b, "| `%s` | ", k->name);
	add_type(b, k->value);
	buf_adds(b, " | ");
	add_presence(b, k);
	if (k->fallback)
		buf_printf(b, "`%s` by default", k->fallback);
	for (const char *const *other = k->beside; other && *other; other++)
		buf_printf(b, "%s`%s`", other > k->beside ? ", " : k->fallback ? ", beside " : "beside ", *other);
	buf_adds(b, " | ");
	add_cell_text(b, k->doc);
	buf_adds(b, " |\n");
}

static void add_record(struct buf *b, const struct schema *s)
{
	buf_printf(b, "\n| key of the *%s* | value | needed | meaning |\n|---|---|---|---|\n", s->name);
	for (const struct schema_key *k = s->keys; k->name; k++)
		if (!k->elsewhere)
			add_key(b, k);
	if (s->doc)
		buf_printf(b, "\n%s\n", s->doc);
}

/* ---- every schema that a file leads to, once, outermost first ---- */

struct schemas {
	const struct schema *items[128];
	size_t count;
};

static void collect(struct schemas *all, const struct schema *s)
{
	const struct schema *const parts[] = {s->item, s->key, s->word, s->record};

	for (size_t i = 0; i < all->count; i++)
		if (all->items[i] == s)
			return;
	if (all->count == sizeof all->items / sizeof all->items[0])
		return;
	all->items[all->count++] = s;
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		if (parts[i])
			collect(all, parts[i]);
	for (const struct schema_key *k = s->keys; k && k->name; k++)
		if (!k->elsewhere)
			collect(all, k->value);
}

static void add_file(struct buf *b, const struct schema_file *file)
{
	struct schemas all = {.count = 0};

	buf_printf(b, "\n## %s\n\n%s\n", file->where, file->about);
	collect(&all, file->root);
	for (size_t i = 0; i < all.count; i++)
		if (all.items[i]->shape == SCHEMA_RECORD)
			add_record(b, all.items[i]);
}

/* ---- scalars ---- */

static void add_scalar(struct buf *b, const struct schema *s)
{
	buf_printf(b, "| %s | ", s->name);
	if (s->word_at)
		add_words(b, s);
	else
		buf_adds(b, s->expected);
	buf_printf(b, "%s%s |\n", s->doc ? ". " : "", s->doc ? s->doc : "");
}

/* A sort of scalar is told by its name; a few words are told where they are used. */
static int is_told(const struct schemas *all, size_t i)
{
	if (all->items[i]->shape != SCHEMA_SCALAR || (schema_word(all->items[i], 0) && !all->items[i]->word_at))
		return 1;
	for (size_t j = 0; j < i; j++)
		if (all->items[j]->name && strcmp(all->items[j]->name, all->items[i]->name) == 0)
			return 1;
	return 0;
}

static void add_scalars(struct buf *b)
{
	struct schemas all = {.count = 0};

	buf_adds(b, "\n## Values\n\n| value | what it is |\n|---|---|\n");
	for (size_t i = 0; i < schema_file_count; i++)
		collect(&all, schema_files[i].root);
	for (size_t i = 0; i < all.count; i++)
		if (!is_told(&all, i))
			add_scalar(b, all.items[i]);
	buf_printf(b,
		   "\n"
		   "A text has at most %d bytes and a file at most %d KiB. After %d mistakes in one file the rest of\n"
		   "it is not reported.\n",
		   YAML_TEXT_MAX, YAML_FILE_MAX / 1024, MISTAKES_PER_FILE);
}

char *reference_text(void)
{
	struct buf b;

	buf_init(&b);
	buf_adds(&b, introduction);
	for (size_t i = 0; i < schema_file_count; i++)
		add_file(&b, &schema_files[i]);
	add_scalars(&b);
	return buf_steal(&b);
}
