#include "util/harmless.h"

#include "util/text.h"

void harmless_init(struct harmless *h)
{
	*h = (struct harmless){.held = 0};
}

/* How many bytes a character has that begins so; 1 for what begins none. */
static size_t length_by_lead(unsigned char lead)
{
	if (lead >= 0xf0 && lead <= 0xf4)
		return 4;
	if (lead >= 0xe0)
		return lead <= 0xef ? 3 : 1;
	return lead >= 0xc2 ? 2 : 1;
}

/* Are the held bytes a character that has begun and not ended? It has when one more continuation could make it whole. */
static bool is_open(const struct harmless *h)
{
	if (!h->held || h->held >= length_by_lead((unsigned char)h->hold[0]))
		return false;
	for (size_t i = 1; i < h->held; i++)
		if (((unsigned char)h->hold[i] & 0xc0) != 0x80)
			return false;
	return true;
}

static void let_go(struct harmless *h, struct buf *out)
{
	if (!h->held)
		return;
	text_add_lines(out, h->hold, h->held);
	h->held = 0;
	h->midway = true;
}

/* Carriage returns, and now something other than a newline. */
static void settle_return(struct harmless *h, struct buf *out)
{
	if (h->returned && h->midway)
		buf_addc(out, '\n');
	if (h->returned)
		h->midway = false;
	h->returned = false;
}

static void add_byte(struct harmless *h, struct buf *out, char b)
{
	bool continues = ((unsigned char)b & 0xc0) == 0x80;

	if (h->held && !continues)
		let_go(h, out);
	if (b == '\n' || b == '\r') {
		h->returned = b == '\r';
		if (b == '\n') {
			buf_addc(out, '\n');
			h->midway = false;
		}
		return;
	}
	settle_return(h, out);
	h->hold[h->held++] = b;
	if (!is_open(h))
		let_go(h, out);
}

void harmless_feed(struct harmless *h, struct buf *out, const void *bytes, size_t n)
{
	const char *p = bytes;

	for (size_t i = 0; i < n; i++)
		add_byte(h, out, p[i]);
}

void harmless_end(struct harmless *h, struct buf *out)
{
	let_go(h, out);
	h->returned = false;
}
