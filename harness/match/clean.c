#include "match/clean.h"

#include <stdbool.h>
#include <string.h>

enum state { GROUND, RETURNS, ESCAPE, CHARSET, CONTROL, STRING, STRING_ESCAPE, STATES };

enum take {
	TAKE_PLAIN, /* the held bytes are plain text; the new one is looked at afresh */
	TAKE_MORE,  /* held as well */
	TAKE_WHOLE, /* the new byte completes it: all of it is left out */
	TAKE_HELD,  /* the held bytes are left out; the new one is looked at afresh */
};

/* In order of the enum: bytes that end plain text. */
static const bool special[256] = {['\0'] = true, ['\r'] = true, [0x1b] = true};

void clean_init(struct cleaner *c)
{
	memset(c, 0, sizeof *c);
}

uint64_t clean_decided(const struct cleaner *c)
{
	return c->raw - c->held;
}

static bool between(unsigned char b, unsigned char low, unsigned char high)
{
	return b >= low && b <= high;
}

static enum take after_return(struct cleaner *c, unsigned char b)
{
	(void)c;
	if (b == '\r')
		return TAKE_MORE;
	return b == '\n' ? TAKE_HELD : TAKE_PLAIN;
}

/* ECMA-48: "[" opens a control sequence, "P" "X" "]" "^" "_" a string; "(" to "/" name a character set. */
static enum take after_escape(struct cleaner *c, unsigned char b)
{
	if (b == '[')
		c->state = CONTROL;
	else if (b && strchr("PX]^_", b))
		c->state = STRING;
	else if (between(b, 0x20, 0x2f))
		c->state = CHARSET;
	else /* the few that consoles do send; any other letter may be the beginning of a word */
		return b && strchr("78=>cDEHMZ\\", b) ? TAKE_WHOLE : TAKE_PLAIN;
	return TAKE_MORE;
}

static enum take in_charset(struct cleaner *c, unsigned char b)
{
	(void)c;
	return between(b, 0x30, 0x7e) ? TAKE_WHOLE : TAKE_PLAIN;
}

static enum take in_control(struct cleaner *c, unsigned char b)
{
	(void)c;
	if (between(b, 0x20, 0x3f))
		return TAKE_MORE;
	return between(b, 0x40, 0x7e) ? TAKE_WHOLE : TAKE_PLAIN;
}

static enum take in_string(struct cleaner *c, unsigned char b)
{
	if (b == 0x1b)
		c->state = STRING_ESCAPE;
	if (b == '\a')
		return TAKE_WHOLE;
	return b == 0x1b || b >= 0x20 ? TAKE_MORE : TAKE_PLAIN;
}

static enum take after_string_escape(struct cleaner *c, unsigned char b)
{
	(void)c;
	return b == '\\' ? TAKE_WHOLE : TAKE_PLAIN;
}

static enum take (*const takes[STATES])(struct cleaner *, unsigned char) = {
	[RETURNS] = after_return, [ESCAPE] = after_escape, [CHARSET] = in_charset,
	[CONTROL] = in_control, [STRING] = in_string, [STRING_ESCAPE] = after_string_escape,
};

static void let_go(struct cleaner *c)
{
	c->held = 0;
	c->state = GROUND;
}

/* The held bytes are plain text. They stand without a break right before c->raw. */
static void pass_held(struct cleaner *c, struct text *out)
{
	bool again = c->state == STRING_ESCAPE; /* the ESC that ended no string may begin something else */

	text_add(out, clean_decided(c), c->hold, c->held - again);
	let_go(c);
	if (again) {
		c->state = ESCAPE;
		c->hold[c->held++] = 0x1b;
	}
}

/* Plain text up to the next special byte; returns how many bytes of it were dealt with. */
static size_t pass_plain(struct cleaner *c, struct text *out, const unsigned char *p, size_t n)
{
	size_t run = 0;

	while (run < n && !special[p[run]])
		run++;
	if (run)
		text_add(out, c->raw, p, run);
	c->raw += run;
	if (run == n)
		return n;
	c->raw++;
	if (p[run]) { /* a NUL is gone by now */
		c->state = p[run] == '\r' ? RETURNS : ESCAPE;
		c->hold[c->held++] = (char)p[run];
	}
	return run + 1;
}

/* One byte while some are held; returns whether it is dealt with. */
static bool hold_on(struct cleaner *c, struct text *out, unsigned char b)
{
	enum take take = c->held < CLEAN_HOLD ? takes[c->state](c, b) : TAKE_PLAIN;

	switch (take) {
	case TAKE_MORE:
		c->hold[c->held++] = (char)b;
		c->raw++;
		return true;
	case TAKE_WHOLE:
		let_go(c);
		c->raw++;
		return true;
	case TAKE_HELD:
		let_go(c);
		return false;
	case TAKE_PLAIN:
		break;
	}
	pass_held(c, out);
	return false;
}

void clean_feed(struct cleaner *c, struct text *out, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n;) {
		if (c->state == GROUND)
			i += pass_plain(c, out, p + i, n - i);
		else if (hold_on(c, out, p[i]))
			i++;
	}
}

void clean_end(struct cleaner *c, struct text *out)
{
	while (c->held)
		pass_held(c, out);
}
