#include "config/marker.h"

#include <string.h>

#include "config/description.h"
#include "config/project.h"
#include "config/read.h"
#include "config/scalar.h"
#include "match/watch.h"

/* ---- one text ---- */

static const char *const ends_words[] = {"boot", NULL};

static const struct schema ends = {
	.name = "word",
	.expected = "boot",
	.size = sizeof(enum marker_ends),
	.parse = scalar_parse_word,
	.words = ends_words,
	.first = MARKER_ENDS_BOOT,
};

static const char *const comes_words[] = {
	[MARKER_COMES_ALWAYS] = "always", [MARKER_COMES_SOMETIMES] = "sometimes", NULL};

static const struct schema comes = {
	.name = "word",
	.expected = "always or sometimes",
	.size = sizeof(enum marker_comes),
	.parse = scalar_parse_word,
	.words = comes_words,
};

static const char *const tells_words[] = {"untyped", NULL};

static const struct schema tells = {
	.name = "word",
	.expected = "untyped",
	.size = sizeof(int),
	.parse = scalar_parse_word,
	.words = tells_words,
};

static const char *const beside_mark[] = {"mark", NULL};

static const struct schema_key marker_keys[] = {
	{"text", "what is printed", &scalar_regex, .at = offsetof(struct marker, text), .required = true},
	{"by", "who prints it: loader, kernel, monitor, u-boot, ...", &scalar_name, .at = offsetof(struct marker, by),
	 .required = true},
	{"mark", "the phase of the boot that is reached when it comes; several texts may stand for one phase",
	 &scalar_name, .at = offsetof(struct marker, mark), .choice = true, .chosen = MARKER_MARK},
	{"cause", "the software has failed: the cause that the console then suspects (memory has its say too)",
	 &schema_cause, .at = offsetof(struct marker, cause), .choice = true, .chosen = MARKER_CAUSE},
	{"trouble", "the lab is at fault: what is wrong with it, in one sentence", &scalar_line,
	 .at = offsetof(struct marker, trouble), .choice = true, .chosen = MARKER_TROUBLE},
	{"tells", "untyped: where one lies, by the groups start and end, or start and bits; looked up in the console's "
		  "log when memory was lost", &tells, .at = offsetof(struct marker, tells), .choice = true,
	 .chosen = MARKER_TELLS},
	{"ends", "boot: the boot is over when it comes, and the test begins", &ends, .at = offsetof(struct marker, ends),
	 .beside = beside_mark},
	{"comes", "sometimes: not every boot passes this phase, so that it is never named as what was to come next; "
		  "always by default", &comes, .at = offsetof(struct marker, comes), .beside = beside_mark},
	{"answer", "what is typed when it comes, in sessions of scenarios with `answers: markers`", &scalar_command,
	 .at = offsetof(struct marker, answer), .beside = beside_mark},
	{0},
};

static bool has_group(const struct marker *m, const char *name)
{
	struct err e;

	return watch_check_regex(m->text.regex, name, &e) == 0;
}

static void check_marker(struct reader *r, void *record)
{
	const struct marker *m = record;

	if (m->kind != MARKER_TELLS || !m->text.regex || !reader_has(r, &m->tells))
		return;
	if (has_group(m, MARKER_START) && (has_group(m, MARKER_END) || has_group(m, MARKER_BITS)))
		return;
	reader_mistake(r, &m->text, "text: expected the groups \"%s\" and \"%s\", or \"%s\" and \"%s\"", MARKER_START,
		       MARKER_END, MARKER_START, MARKER_BITS);
	reader_hint(r, "(?<" MARKER_START ">0x[0-9a-f]+) around the physical address makes the first");
}

static const struct schema marker = {
	.shape = SCHEMA_RECORD,
	.name = "marker",
	.expected = "a mapping with text, by, and one of mark, cause, trouble and tells",
	.doc = "Causes and troubles are looked for in the bytes as they came, too, as denied texts are. A text that an "
	       "`expect` of the scenario finds is no failure.",
	.size = sizeof(struct marker),
	.keys = marker_keys,
	.line_at = offsetof(struct marker, line),
	.choice = true,
	.choice_at = offsetof(struct marker, kind),
	.check = check_marker,
};

static const struct schema markers = {
	.shape = SCHEMA_LIST, .expected = "a list of markers", .size = sizeof(struct marker *), .item = &marker, .least = 1};

/* ---- a table ---- */

static const char *const use_words[] = {
	[MARKER_USE_ALWAYS] = "always", [MARKER_USE_WHEN_NAMED] = "when-named", NULL};

static const struct schema use = {
	.name = "word",
	.expected = "always or when-named",
	.size = sizeof(enum marker_use),
	.parse = scalar_parse_word,
	.words = use_words,
};

static const struct schema_key table_keys[] = {
	{"markers", "name of the table; the file is named after it", &scalar_own_name,
	 .at = offsetof(struct marker_table, name), .required = true},
	{"about", "whose texts they are, in one line", &scalar_line, .at = offsetof(struct marker_table, about),
	 .required = true},
	{"use", "when-named: only where the `markers` of a board kind or a scenario name it", &use,
	 .at = offsetof(struct marker_table, use), .fallback = "always"},
	{"texts", "the texts; phases in the order in which a boot passes them. Where two fit the same place of the "
		  "console, the first one counts", &markers, .at = offsetof(struct marker_table, markers),
	 .count_at = offsetof(struct marker_table, count), .required = true},
	{0},
};

const struct schema schema_marker_table = {
	.shape = SCHEMA_RECORD,
	.name = "marker table",
	.expected = "a mapping that begins with \"markers: NAME\"",
	.size = sizeof(struct marker_table),
	.keys = table_keys,
	.line_at = offsetof(struct marker_table, line),
	.file_at = offsetof(struct marker_table, file),
};

/* ---- naming tables ---- */

static void parse_reference(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	const struct marker_table *table = project_marker_table(r->project, n->text);

	if (table) {
		*(const struct marker_table **)out = table;
		return;
	}
	reader_refuse(r, s, n);
	reader_hint_nearest(r, n->text, project_marker_names(r->project), "they are described in boards/markers/");
}

static const struct schema reference = {
	.name = "marker table's name",
	.expected = "the name of a marker table",
	.size = sizeof(struct marker_table *),
	.parse = parse_reference,
	.pattern = "^[a-z][a-z0-9_-]{0,63}$",
};

const struct schema schema_marker_references = {
	.shape = SCHEMA_LIST,
	.expected = "a list of marker tables",
	.size = sizeof(struct marker_table **),
	.item = &reference,
};
