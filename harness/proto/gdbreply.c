#include "proto/gdbreply.h"

#include <ctype.h>
#include <string.h>

#include "proto/gdbdigits.h"

enum gdb_reply_kind gdb_reply_kind(const char *reply, size_t n)
{
	if (!n)
		return GDB_REPLY_UNSUPPORTED;
	if (n == 2 && memcmp(reply, "OK", 2) == 0)
		return GDB_REPLY_OK;
	/* Memory has an even number of digits, so that three characters are never memory. */
	if (reply[0] == 'E' && ((n == 3 && gdb_digit(reply[1]) >= 0 && gdb_digit(reply[2]) >= 0) || (n > 1 && reply[1] == '.')))
		return GDB_REPLY_ERROR;
	return GDB_REPLY_DATA;
}

void gdb_reply_error_text(const char *reply, size_t n, char *out, size_t size)
{
	static const char word[] = "error ";
	bool text = n > 1 && reply[1] == '.';
	size_t at = text ? 2 : 1, len = 0;

	if (!size)
		return;
	for (size_t i = 0; !text && word[i] && len + 1 < size; i++)
		out[len++] = word[i];
	for (; at < n && len + 1 < size; at++)
		out[len++] = isprint((unsigned char)reply[at]) ? reply[at] : '?';
	out[len] = '\0';
}

long gdb_reply_bytes(const char *reply, size_t n, void *out, size_t size)
{
	unsigned char *to = out;

	if (n % 2 || n / 2 > size)
		return -1;
	for (size_t i = 0; i < n / 2; i++) {
		int high = gdb_digit(reply[2 * i]), low = gdb_digit(reply[2 * i + 1]);

		if (high < 0 || low < 0)
			return -1;
		to[i] = (unsigned char)(high * 16 + low);
	}
	return (long)(n / 2);
}

/* ---- stop replies ---- */

static bool is(const struct gdb_text *t, const char *word)
{
	return t->n == strlen(word) && memcmp(t->at, word, t->n) == 0;
}

static void keep_thread(struct gdb_stop *s, const struct gdb_text *value)
{
	size_t n = value->n < sizeof s->thread ? value->n : sizeof s->thread - 1;

	for (size_t i = 0; i < n; i++)
		s->thread[i] = isprint((unsigned char)value->at[i]) ? value->at[i] : '?';
	s->thread[n] = '\0';
}

static bool read_pair(struct gdb_stop *s, const struct gdb_text *key, const struct gdb_text *value)
{
	static const struct {
		const char *key;
		enum gdb_stop_reason reason;
		bool address;
	} reasons[] = {
		{"watch", GDB_REASON_WATCH, true},         {"rwatch", GDB_REASON_READ_WATCH, true},
		{"awatch", GDB_REASON_ACCESS_WATCH, true}, {"hwbreak", GDB_REASON_BREAKPOINT, false},
		{"swbreak", GDB_REASON_BREAKPOINT, false}, {"replaylog", GDB_REASON_LOG_ENDS, false},
	};

	if (is(key, "thread"))
		keep_thread(s, value);
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
		if (!is(key, reasons[i].key))
			continue;
		s->reason = reasons[i].reason;
		return !reasons[i].address || gdb_text_number(value, &s->address);
	}
	return true; /* a register, or something newer: of no interest */
}

/* "key:value;key:value;" */
static bool read_pairs(struct gdb_stop *s, struct gdb_text rest)
{
	struct gdb_text item, key;

	while (gdb_text_next(&rest, ';', &item)) {
		if (!item.n)
			continue;
		if (!memchr(item.at, ':', item.n))
			return false;
		gdb_text_next(&item, ':', &key);
		if (!read_pair(s, &key, &item))
			return false;
	}
	return true;
}

bool gdb_stop_read(struct gdb_stop *s, const char *reply, size_t n)
{
	static const char letters[] = "TSWXON";
	static const enum gdb_stop_kind kinds[] = {GDB_STOP_SIGNAL, GDB_STOP_SIGNAL, GDB_STOP_EXITED,
						   GDB_STOP_KILLED, GDB_STOP_OUTPUT, GDB_STOP_NONE};
	const char *letter = n ? memchr(letters, reply[0], sizeof letters - 1) : NULL;
	int high, low;

	memset(s, 0, sizeof *s);
	if (!letter)
		return false;
	s->kind = kinds[letter - letters];
	if (s->kind == GDB_STOP_OUTPUT)
		return n % 2 && (n < 2 || gdb_digit(reply[1]) >= 0); /* not "OK" */
	if (s->kind == GDB_STOP_NONE)
		return n == 1;
	high = n >= 3 ? gdb_digit(reply[1]) : -1;
	low = n >= 3 ? gdb_digit(reply[2]) : -1;
	if (high < 0 || low < 0)
		return false;
	s->signal = high * 16 + low;
	if (reply[0] == 'T')
		return read_pairs(s, (struct gdb_text){reply + 3, n - 3});
	return n == 3 || (reply[0] != 'S' && reply[3] == ';');
}

/* ---- qSupported ---- */

static bool read_feature(struct gdb_supported *s, const struct gdb_text *f)
{
	static const struct {
		const char *name;
		size_t at;
	} known[] = {
		{"QStartNoAckMode", offsetof(struct gdb_supported, no_ack)},
		{"vContSupported", offsetof(struct gdb_supported, vcont)},
		{"qXfer:features:read", offsetof(struct gdb_supported, features)},
		{"ReverseStep", offsetof(struct gdb_supported, reverse_step)},
		{"ReverseContinue", offsetof(struct gdb_supported, reverse_continue)},
		{"error-message", offsetof(struct gdb_supported, error_text)},
	};
	static const char size[] = "PacketSize=";
	struct gdb_text name = {f->at, f->n - 1};
	uint64_t number;

	if (f->n >= sizeof size - 1 && memcmp(f->at, size, sizeof size - 1) == 0) {
		struct gdb_text value = {f->at + sizeof size - 1, f->n - (sizeof size - 1)};

		if (!gdb_text_number(&value, &number) || number > SIZE_MAX)
			return false;
		s->packet_size = (size_t)number;
		return true;
	}
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (is(&name, known[i].name))
			*(bool *)((char *)s + known[i].at) = f->at[f->n - 1] == '+';
	return memchr(f->at, '=', f->n) || f->at[f->n - 1] == '+' || f->at[f->n - 1] == '-' || f->at[f->n - 1] == '?';
}

bool gdb_supported_read(struct gdb_supported *s, const char *reply, size_t n)
{
	struct gdb_text rest = {reply, n}, item;
	bool good = true;

	memset(s, 0, sizeof *s);
	while (gdb_text_next(&rest, ';', &item))
		if (item.n && !read_feature(s, &item))
			good = false;
	return good;
}
