/*
 * What a person types, or a pipe sends: but for orders every byte reaches the board, however the input is cut. The first
 * byte is the escape key, the rest is typed; it is a key's name besides.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "hand/keys.h"

const unsigned fuzz_cost = 1;

struct outcome {
	struct buf out;
	size_t orders[4];
};

static void type(struct outcome *o, int escape, const char *typed, size_t n, size_t step)
{
	struct keys k = {.escape = escape};

	for (size_t at = 0; at < n;) {
		size_t used = 0, most = step < n - at ? step : n - at;
		enum key_order order = keys_feed(&k, typed + at, most, &used, &o->out);

		if (order > KEYS_HELP || used > most || (order == KEYS_NONE && used != most))
			abort();
		o->orders[order]++;
		at += used;
		if (!used)
			abort(); /* for ever */
	}
}

static bool same(const struct outcome *a, const struct outcome *b)
{
	for (int i = KEYS_QUIT; i <= KEYS_HELP; i++)
		if (a->orders[i] != b->orders[i])
			return false;
	return a->out.len == b->out.len && (!a->out.len || memcmp(a->out.data, b->out.data, a->out.len) == 0);
}

static void check_name(const char *text)
{
	char name[KEYS_NAME];
	int escape, again;

	if (keys_parse(text, &escape) < 0)
		return;
	if (escape != KEYS_NO_ESCAPE && (escape < 0 || escape > 255))
		abort();
	if (keys_parse(keys_name(escape, name), &again) < 0 || again != escape)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct outcome whole = {0}, cut = {0}, raw = {0};
	const char *typed = n ? (const char *)bytes + 1 : "";
	size_t count = n ? n - 1 : 0;
	int escape = n ? bytes[0] : KEYS_DEFAULT;
	char name[32];

	type(&whole, escape, typed, count, 4096);
	type(&cut, escape, typed, count, 1);
	type(&raw, KEYS_NO_ESCAPE, typed, count, 3);
	if (!same(&whole, &cut) || whole.out.len > count)
		abort();
	if (raw.out.len != count || (count && memcmp(raw.out.data, typed, count) != 0))
		abort();
	buf_finish(&whole.out);
	buf_finish(&cut.out);
	buf_finish(&raw.out);
	snprintf(name, sizeof name, "%.*s", count < sizeof name ? (int)count : (int)sizeof name - 1, typed);
	check_name(name);
	return 0;
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	static const char *const seeds[] = {
		"\x1dversion\r\x1d\x1d\x1d" "b\x1d?\x1dx\x1dq", "\x1d" "ctrl-]", "\x01" "ctrl-a", "\x01^]", "\x01none", "\x01" "a\x01" "a\x01q",
	};

	for (size_t i = 0; i < sizeof seeds / sizeof seeds[0]; i++)
		add(seeds[i], strlen(seeds[i]));
}
