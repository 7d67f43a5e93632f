#include "nightly/letter.h"

#include <stdbool.h>
#include <string.h>

#include "util/text.h"
#include "util/utf8.h"

/* RFC 2047, section 2: an encoded word has at most 75 characters; RFC 2045, section 6.7: a line has at most 76. */
enum { LINE = 76, HEADER_PLAIN = 60, WORD_BYTES = 45 };

static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void add_base64(struct buf *out, const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i += 3) {
		unsigned b = (unsigned)p[i] << 16 | (i + 1 < n ? (unsigned)p[i + 1] << 8 : 0) | (i + 2 < n ? p[i + 2] : 0u);

		buf_addc(out, base64[b >> 18 & 63]);
		buf_addc(out, base64[b >> 12 & 63]);
		buf_addc(out, i + 1 < n ? base64[b >> 6 & 63] : '=');
		buf_addc(out, i + 2 < n ? base64[b & 63] : '=');
	}
}

/* ---- headers ---- */

static bool is_plain(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text[i] < ' ' || text[i] > '~')
			return false;
	return n <= HEADER_PLAIN && !strstr(text, "=?"); /* which could be taken for an encoded word */
}

/* The longest beginning of whole characters that goes into one encoded word. */
static size_t piece(const char *text, size_t n)
{
	size_t at = 0, length;
	uint32_t c;

	while (at < n && (length = utf8_decode(text + at, n - at, &c)) && at + length <= WORD_BYTES)
		at += length;
	return at;
}

/* Encoded words, one below the other. */
static void add_words(struct buf *out, const char *text, size_t n)
{
	const char *fold = "";

	for (size_t at = 0, length; (length = piece(text + at, n - at)); at += length, fold = "\n ") {
		buf_printf(out, "%s=?UTF-8?B?", fold);
		add_base64(out, (const unsigned char *)text + at, length);
		buf_adds(out, "?=");
	}
}

void letter_add_header(struct buf *out, const char *name, const char *text)
{
	struct buf clean;

	buf_init(&clean);
	text_add_line(&clean, text); /* valid UTF-8, without control characters */
	buf_printf(out, "%s: ", name);
	if (clean.data && is_plain(clean.data, clean.len))
		buf_add(out, clean.data, clean.len);
	else if (clean.data)
		add_words(out, clean.data, clean.len);
	buf_addc(out, '\n');
	buf_finish(&clean);
}

/* ---- the body ---- */

/* Blanks at the end of a line would be lost. */
static bool stands_for_itself(const char *text, size_t at, size_t n)
{
	unsigned char c = (unsigned char)text[at];

	if (c == ' ' || c == '\t')
		return at + 1 < n && text[at + 1] != '\n';
	return c > ' ' && c <= '~' && c != '=';
}

void letter_add_quoted(struct buf *out, const char *text, size_t n)
{
	size_t column = 0;

	for (size_t i = 0; i < n; i++) {
		bool itself = stands_for_itself(text, i, n);
		size_t width = itself ? 1 : 3;

		if (text[i] == '\n') {
			buf_addc(out, '\n');
			column = 0;
			continue;
		}
		if (column + width > LINE - 1) {
			buf_adds(out, "=\n");
			column = 0;
		}
		/* -oi is asked for, and not every sendmail has it; nor does an mbox bear "From " */
		if (itself && !column && (text[i] == '.' || text[i] == 'F'))
			itself = false;
		if (itself)
			buf_addc(out, text[i]);
		else
			buf_printf(out, "=%02X", (unsigned char)text[i]);
		column += itself ? 1 : 3;
	}
}

static void add_addresses(struct buf *out, const char *const *to)
{
	const char *comma = "To: ";

	for (; *to; to++, comma = ",\n ")
		buf_printf(out, "%s%s", comma, *to);
	buf_addc(out, '\n');
}

void letter_write(struct buf *out, const struct letter *l)
{
	struct buf text;

	if (l->from)
		buf_printf(out, "From: %s\n", l->from);
	add_addresses(out, l->to);
	letter_add_header(out, "Subject", l->subject);
	buf_printf(out, "Message-ID: <%s@%s>\n", l->id, l->host);
	buf_adds(out, "Auto-Submitted: auto-generated\n" /* RFC 3834: nobody answers on vacation */
		      "MIME-Version: 1.0\n"
		      "Content-Type: text/plain; charset=UTF-8\n"
		      "Content-Transfer-Encoding: quoted-printable\n"
		      "\n");
	buf_init(&text);
	text_add_utf8(&text, l->text, strlen(l->text));
	letter_add_quoted(out, text.data ? text.data : "", text.len);
	buf_finish(&text);
}
