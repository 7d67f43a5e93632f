/*
 * The console: cleaned, searched for what is denied and expected, and read by lines; and what is found must not depend
 * on how the bytes were cut. The first byte says where they are.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "fuzz.h"
#include "match/clean.h"
#include "match/watch.h"
#include "util/mem.h"
#include "util/text.h"

const unsigned fuzz_cost = 10;

/* ---- cleaning ---- */

static void clean_all(struct text *out, const uint8_t *bytes, size_t n, size_t piece)
{
	struct cleaner c;

	text_init(out);
	clean_init(&c);
	for (size_t at = 0; at < n; at += piece)
		clean_feed(&c, out, bytes + at, n - at < piece ? n - at : piece);
	clean_end(&c, out);
	if (clean_decided(&c) > n)
		abort();
}

static void check_cleaning(const uint8_t *bytes, size_t n, size_t piece)
{
	struct text whole, cut;

	clean_all(&whole, bytes, n, n + 1);
	clean_all(&cut, bytes, n, piece);
	if (whole.bytes.len != cut.bytes.len || whole.bytes.len > n ||
	    (cut.bytes.len && memcmp(whole.bytes.data, cut.bytes.data, cut.bytes.len) != 0))
		abort();
	for (uint64_t i = 0; i < text_end(&whole); i++)
		if (text_raw(&whole, i) != text_raw(&cut, i) || bytes[text_raw(&whole, i)] != (uint8_t)whole.bytes.data[i])
			abort();
	text_finish(&whole);
	text_finish(&cut);
}

/* ---- watching ---- */

struct seen {
	int64_t id;
	uint64_t start, end, crc;
};

struct seen_list {
	struct seen *items;
	size_t count, room;
	bool sure; /* nothing may have been missed, says the watch itself */
};

static void note(struct seen_list *l, const struct watch_hit *h)
{
	if (h->end < h->start || strlen(h->text) > h->text_len)
		abort();
	l->items = xgrow(l->items, &l->room, l->count + 1, sizeof *l->items);
	l->items[l->count++] = (struct seen){h->id, h->start, h->end, crc32_z(0, (const void *)h->text, h->text_len)};
}

/* Those of several patterns come in an order that depends on when they are asked for. */
static int by_place(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return (x->end > y->end) - (x->end < y->end);
}

static void collect(struct watch *w, struct seen_list *l)
{
	struct watch_hit h;

	while (watch_next_denied(w, &h))
		note(l, &h);
	while (watch_matched(w, &h)) {
		note(l, &h);
		if (watch_expect(w, "crc=(?<crc>[0-9a-f]{2,8})\\b|login: $", NULL) < 0)
			abort();
	}
}

static void watch_all(struct seen_list *l, const uint8_t *bytes, size_t n, size_t piece)
{
	static const char *const patterns[] = {"PANIC", "fault(ing)?[^\n]*$", "(a|b){1,8}c", "\\x1b\\[31m"};
	struct watch *w = watch_create();

	for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
		if (watch_deny(w, patterns[i], (int)i, NULL) < 0)
			abort();
	if (watch_expect(w, "Booting.*\n", NULL) < 0)
		abort();
	for (size_t at = 0; at < n; at += piece) {
		watch_feed(w, bytes + at, n - at < piece ? n - at : piece);
		collect(w, l);
	}
	watch_end(w);
	collect(w, l);
	l->sure = !watch_trouble(w);
	if (l->count)
		qsort(l->items, l->count, sizeof *l->items, by_place);
	watch_destroy(w);
}

static void check_watch(const uint8_t *bytes, size_t n, size_t piece)
{
	struct seen_list whole = {0}, cut = {0};

	watch_all(&whole, bytes, n, n + 1);
	watch_all(&cut, bytes, n, piece);
	if (whole.sure && cut.sure &&
	    (whole.count != cut.count || (cut.count && memcmp(whole.items, cut.items, cut.count * sizeof *cut.items) != 0)))
		abort();
	free(whole.items);
	free(cut.items);
}

static void read_lines(const uint8_t *bytes, size_t n, size_t piece)
{
	struct watch *w = watch_create();
	struct watch_hit line;

	watch_begin_lines(w);
	for (size_t at = 0; at < n; at += piece) {
		watch_feed(w, bytes + at, n - at < piece ? n - at : piece);
		while (watch_next_line(w, &line))
			watch_keep_lines(w);
	}
	watch_end(w);
	while (watch_next_line(w, &line))
		;
	watch_destroy(w);
}

/* For a terminal: nothing of it may be obeyed. */
static void show(const uint8_t *bytes, size_t n)
{
	struct buf out = {0};

	text_add_lines(&out, bytes, n);
	if (out.len && (memchr(out.data, '\033', out.len) || memchr(out.data, '\0', out.len)))
		abort();
	buf_finish(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	/* Of a long input longer ones: a match that waits for its line's end is looked at again with each piece. */
	size_t piece = n ? (1 + (size_t)bytes[0]) * (1 + n / 4096) : 1;

	if (n) {
		bytes++;
		n--;
	}
	check_cleaning(bytes, n, piece);
	check_watch(bytes, n, piece);
	read_lines(bytes, n, piece);
	show(bytes, n);
	return 0;
}

static void add_much(void (*add)(const void *bytes, size_t n), const char *text)
{
	struct buf b = {0};

	buf_addc(&b, '\xff');
	while (b.len < 2 << 20)
		buf_adds(&b, text);
	add(b.data, b.len);
	buf_finish(&b);
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	static const char *const consoles[] = {
		"\003Booting all finished, dropped to user space\r\nPD|hello: crc=0123abcd\r\nMON|ERROR: faulting PD: x\r\nlogin: ",
		"\001\033[1;31mPA\033[0mNIC\r\r\n\033]0;title\007abababc\033]3008;x=\033\\y\r\n\033(B\033=\0\0crc=ff",
		"\005\033[31mPANIC\033[31\033[mBooting\n\033P+q\033\\fault\nfaulting\rabc",
		"\002Booting\ncrc=12\ncrc=345 crc=6\nlogin: \nlogin: ",
	};

	for (size_t i = 0; i < sizeof consoles / sizeof consoles[0]; i++)
		add(consoles[i], 1 + strlen(consoles[i] + 1));
	add("\001a\0b\0\033[0m\0c\r\0\n", 14);
	add_much(add, "\033[");
	add_much(add, "ab");
	add_much(add, "\r");
	add_much(add, "x\033[0mfault\r\n");
}
