#include "config/cases.h"

#include <string.h>

#include "config/read.h"
#include "config/scalar.h"
#include "proto/cases.h"

static const char any[] = "any";

static const char *format_word(int i)
{
	const char *format = cases_format_name(i);

	return format ? format : i > 0 && cases_format_name(i - 1) ? any : NULL;
}

/* Stays NULL for "any". */
static void parse_format(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	const char *word = NULL;

	scalar_parse_word_text(r, s, n, &word);
	*(const char **)out = word && strcmp(word, any) != 0 ? word : NULL;
}

static const struct schema format = {
	.name = "format",
	.expected = "a format of test results",
	.doc = "docs/guest-tests.md explains each.",
	.size = sizeof(char *),
	.parse = parse_format,
	.word_at = format_word,
};

static const struct schema_key cases_keys[] = {
	{"format", "what is printed; any: whichever of them begins first", &format, .at = offsetof(struct step_cases, format),
	 .required = true},
	{"from", "the protection domain that prints it; one of the variants' artefacts names it", &scalar_line,
	 .at = offsetof(struct step_cases, from)},
	{"prefix", "what stands before every line of it; lines without it are somebody else's", &scalar_line,
	 .at = offsetof(struct step_cases, prefix)},
	{"others", "how lines of other speakers begin: a line that one of them cut in two is put together again",
	 &scalar_lines, .at = offsetof(struct step_cases, others)},
	{"until", "the line with this text is the last; without it all planned results and a silence are the end",
	 &scalar_regex, .at = offsetof(struct step_cases, until)},
	{0},
};

const struct schema schema_cases = {
	.shape = SCHEMA_RECORD,
	.name = "guest test output",
	.expected = "a mapping with format",
	.doc = "Results of the guest's own tests, read from the end of the last expected text on (docs/guest-tests.md).",
	.size = sizeof(struct step_cases),
	.keys = cases_keys,
};
