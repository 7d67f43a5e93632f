/* Short texts that people write: durations, sizes, templates, globs; and any text made fit for where it goes. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "match/unless.h"
#include "match/watch.h"
#include "util/names.h"
#include "util/template.h"
#include "util/text.h"
#include "util/units.h"
#include "util/utf8.h"

const unsigned fuzz_cost = 5;

static void read_units(const char *text)
{
	char out[24];
	uint64_t bytes;
	int64_t ms;

	if (units_duration_ms(text, &ms) == 0) {
		if (ms < 0)
			abort();
		units_duration_text(ms, out);
	}
	units_size(text, &bytes);
}

static void fill_template(const char *text, size_t n)
{
	static const struct variable variables[] = {{"i", -9223372036854775807 - 1}, {"times", 7}};
	struct variables known = {variables, 2};
	struct buf out = {0};
	size_t length;
	const char *unknown = template_unknown(text, n, known, &length);

	if (unknown && (unknown < text || unknown + length > text + n))
		abort();
	template_has_variable(text, n);
	template_fill(&out, text, n, known);
	buf_finish(&out);
}

static const char *name_at(const void *ctx, size_t i)
{
	static const char *const names[] = {"pd-survives", "", NULL, "warm-reset", "pd-\xff*"};

	(void)ctx;
	return names[i];
}

static void match_names(const char *text)
{
	struct names names = {name_at, NULL, 5};
	const char *const globs[] = {text, NULL};

	names_nearest(names, text);
	names_have(names, text);
	names_match(globs, "pd-survives");
}

static void make_fit(const char *text, size_t n)
{
	struct buf out = {0};
	struct arena a;
	char quoted[TEXT_QUOTED];

	arena_init(&a);
	text_add_utf8(&out, text, n);
	if (!utf8_valid(out.len ? out.data : "", out.len))
		abort();
	buf_clear(&out);
	text_add_xml(&out, text);
	if (!utf8_valid(out.len ? out.data : "", out.len) || text_bad_byte(out.len ? out.data : "", out.len) != out.len)
		abort();
	buf_clear(&out);
	text_add_line(&out, text);
	if (out.len && (memchr(out.data, '\n', out.len) || memchr(out.data, 0x1b, out.len)))
		abort();
	buf_clear(&out);
	text_add_shortened(&out, text, 20);
	if (utf8_width(out.len ? out.data : "", out.len) > 20)
		abort();
	utf8_within(text, n, 7);
	text_last_lines(text, n, 3);
	if (strlen(text_quote(quoted, text, n)) >= TEXT_QUOTED)
		abort();
	text_double_commas(&a, text);
	buf_finish(&out);
	arena_finish(&a);
}

static void compile(const char *text)
{
	char *both = unless_pattern("ok (?<n>\\d+)", text);
	struct err e = {0};

	if (watch_check_regex(text, NULL, &e) < 0 && (e.kind != ERR_CONFIG || !e.what[0]))
		abort();
	watch_check_regex(both, "n", &e);
	free(both);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	char *text = malloc(n + 1);

	if (n)
		memcpy(text, bytes, n);
	text[n] = '\0';
	read_units(text);
	fill_template(text, n);
	match_names(text);
	make_fit(text, n);
	if (n < 256)
		compile(text);
	free(text);
	return 0;
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	static const char *const texts[] = {"500ms", "9223372036854775807h", "1.5s", "64M", "0xffffffffffffffff", "18014398509481984K",
					    "a ${i} $${times} ${no-such} ${i", "pd-survivs", "*-re[a-z]?t", "[!", "\\",
					    "\xc3\xa9\xe2\x80\xae\xf0\x9f\x98\x80\xed\xa0\x80\xff\033[0m\r\n\t\x7f,",
					    "crc=(?<crc>[0-9a-f]+)\\b|(?i)x{1,3}(?=y)\\K$"};
	char much[4096];

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		add(texts[i], strlen(texts[i]));
	memset(much, '*', sizeof much);
	add(much, sizeof much);
	for (size_t i = 0; i < sizeof much; i++)
		much[i] = "*a"[i % 2];
	add(much, 60);
}
