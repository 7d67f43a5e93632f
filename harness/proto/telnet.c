#include "proto/telnet.h"

#include <string.h>

/* RFC 854. */
enum { SE = 240, SB = 250, WILL = 251, WONT = 252, DO = 253, DONT = 254, IAC = 255, CR = 13 };

enum { IN_DATA, IN_COMMAND, IN_OPTION, IN_SUB, IN_SUB_COMMAND };

static const uint8_t known[TELNET_OPTIONS] = {TELNET_BINARY, TELNET_ECHO, TELNET_SUPPRESS_GO_AHEAD, TELNET_COM_PORT};

static int number_of(uint8_t option)
{
	for (int i = 0; i < TELNET_OPTIONS; i++)
		if (known[i] == option)
			return i;
	return -1;
}

/* May they do it without being asked? Echoing is what a board does, or nobody. */
static bool welcome_of_them(uint8_t option)
{
	return option == TELNET_BINARY || option == TELNET_ECHO || option == TELNET_SUPPRESS_GO_AHEAD;
}

static bool welcome_of_us(uint8_t option)
{
	return option == TELNET_BINARY || option == TELNET_SUPPRESS_GO_AHEAD;
}

void telnet_init(struct telnet *t)
{
	memset(t, 0, sizeof *t);
}

void telnet_finish(struct telnet *t)
{
	buf_finish(&t->sub);
	buf_finish(&t->out);
}

static void say(struct telnet *t, uint8_t command, uint8_t option)
{
	const uint8_t bytes[] = {IAC, command, option};

	buf_add(&t->out, bytes, sizeof bytes);
}

static void ask(struct telnet *t, enum telnet_answer *side, uint8_t command, uint8_t option)
{
	if (*side != TELNET_UNASKED && *side != TELNET_REFUSED)
		return;
	*side = TELNET_ASKED;
	say(t, command, option);
}

void telnet_offer(struct telnet *t, enum telnet_option o)
{
	ask(t, &t->we[number_of((uint8_t)o)], WILL, (uint8_t)o);
}

void telnet_request(struct telnet *t, enum telnet_option o)
{
	ask(t, &t->they[number_of((uint8_t)o)], DO, (uint8_t)o);
}

enum telnet_answer telnet_ours(const struct telnet *t, enum telnet_option o)
{
	return t->we[number_of((uint8_t)o)];
}

enum telnet_answer telnet_theirs(const struct telnet *t, enum telnet_option o)
{
	return t->they[number_of((uint8_t)o)];
}

/* One side's option is to be: an answer to what was asked is not answered in turn, or there would be no end. */
static void agree(struct telnet *t, enum telnet_answer *side, bool welcome, uint8_t yes, uint8_t no, uint8_t option)
{
	if (side && *side == TELNET_AGREED)
		return;
	if (side && (*side == TELNET_ASKED || welcome)) {
		if (*side != TELNET_ASKED)
			say(t, yes, option);
		*side = TELNET_AGREED;
	} else {
		say(t, no, option);
	}
}

static void disagree(struct telnet *t, enum telnet_answer *side, uint8_t no, uint8_t option)
{
	if (side && *side == TELNET_AGREED)
		say(t, no, option);
	if (side)
		*side = TELNET_REFUSED;
}

static void take_option(struct telnet *t, uint8_t option)
{
	int i = number_of(option);
	enum telnet_answer *we = i < 0 ? NULL : &t->we[i], *they = i < 0 ? NULL : &t->they[i];

	switch (t->command) {
	case WILL:
		agree(t, they, welcome_of_them(option), DO, DONT, option);
		break;
	case WONT:
		disagree(t, they, DONT, option);
		break;
	case DO:
		agree(t, we, welcome_of_us(option), WILL, WONT, option);
		break;
	case DONT:
		disagree(t, we, WONT, option);
		break;
	}
}

static void take_data(struct telnet *t, uint8_t byte, struct buf *data)
{
	bool binary = telnet_theirs(t, TELNET_BINARY) == TELNET_AGREED;

	/* A carriage return of its own has a NUL behind it. */
	if (!binary && t->after_cr && byte == 0) {
		t->after_cr = false;
		return;
	}
	t->after_cr = byte == CR;
	buf_addc(data, (char)byte);
}

static void add_sub(struct telnet *t, uint8_t byte)
{
	if (t->sub.len >= TELNET_SUB_MAX)
		t->sub_skipped = true;
	else
		buf_addc(&t->sub, (char)byte);
}

static void end_sub(struct telnet *t)
{
	const uint8_t *bytes = (const uint8_t *)t->sub.data;

	if (t->told && !t->sub_skipped && t->sub.len)
		t->told(t->ctx, bytes[0], bytes + 1, t->sub.len - 1);
	buf_clear(&t->sub);
	t->sub_skipped = false;
}

static int take_command(struct telnet *t, uint8_t byte, struct buf *data)
{
	if (byte == IAC)
		take_data(t, byte, data);
	if (byte == SB)
		return IN_SUB;
	if (byte < WILL || byte > DONT)
		return IN_DATA; /* a command without an option: nothing that a console needs */
	t->command = byte;
	return IN_OPTION;
}

static int take_sub_command(struct telnet *t, uint8_t byte)
{
	if (byte == IAC) {
		add_sub(t, byte);
		return IN_SUB;
	}
	/* SE, or a server that forgot it: whatever stands there is no part of it. */
	end_sub(t);
	return IN_DATA;
}

static void take(struct telnet *t, uint8_t byte, struct buf *data)
{
	switch (t->state) {
	case IN_DATA:
		if (byte == IAC)
			t->state = IN_COMMAND;
		else
			take_data(t, byte, data);
		break;
	case IN_COMMAND:
		t->state = take_command(t, byte, data);
		break;
	case IN_OPTION:
		take_option(t, byte);
		t->state = IN_DATA;
		break;
	case IN_SUB:
		if (byte == IAC)
			t->state = IN_SUB_COMMAND;
		else
			add_sub(t, byte);
		break;
	case IN_SUB_COMMAND:
		t->state = take_sub_command(t, byte);
		break;
	}
}

void telnet_feed(struct telnet *t, const void *bytes, size_t n, struct buf *data)
{
	const uint8_t *p = bytes, *end = p + n, *plain;

	while (p < end) {
		/* Most of it is data without anything special in it. */
		plain = p;
		while (t->state == IN_DATA && !t->after_cr && p < end && *p != IAC && *p != CR)
			p++;
		buf_add(data, plain, (size_t)(p - plain));
		if (p < end)
			take(t, *p++, data);
	}
}

size_t telnet_encode(const struct telnet *t, uint8_t byte, uint8_t out[2])
{
	out[0] = byte;
	if (byte == IAC) {
		out[1] = IAC;
		return 2;
	}
	if (byte == CR && telnet_ours(t, TELNET_BINARY) != TELNET_AGREED) {
		out[1] = 0;
		return 2;
	}
	return 1;
}

void telnet_tell(struct telnet *t, uint8_t option, const uint8_t *bytes, size_t n)
{
	const uint8_t begin[] = {IAC, SB, option}, end[] = {IAC, SE};

	buf_add(&t->out, begin, sizeof begin);
	for (size_t i = 0; i < n; i++) {
		if (bytes[i] == IAC)
			buf_addc(&t->out, (char)IAC);
		buf_addc(&t->out, (char)bytes[i]);
	}
	buf_add(&t->out, end, sizeof end);
}
