#include "proto/ymodem.h"

#include <stdio.h>
#include <string.h>

enum { SOH = 0x01, STX = 0x02, EOT = 0x04, ACK = 0x06, NAK = 0x15, CAN = 0x18, ASK = 'C', PAD = 0x1a };
enum { CANCELS = 2 }; /* one alone may be a flipped byte */

uint16_t ymodem_crc(const void *bytes, size_t n)
{
	const uint8_t *p = bytes;
	uint16_t crc = 0;

	while (n--) {
		crc ^= (uint16_t)(*p++ << 8);
		for (int i = 0; i < 8; i++)
			crc = (uint16_t)(crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1);
	}
	return crc;
}

void ymodem_packet(struct buf *out, uint8_t number, const void *bytes, size_t n, size_t size, uint8_t pad)
{
	size_t at = out->len + 3;
	uint16_t crc;

	buf_addc(out, size == YMODEM_BLOCK ? STX : SOH);
	buf_addc(out, (char)number);
	buf_addc(out, (char)(uint8_t)~number);
	buf_add(out, bytes, n);
	while (n++ < size)
		buf_addc(out, (char)pad);
	crc = ymodem_crc(out->data + at, size);
	buf_addc(out, (char)(crc >> 8));
	buf_addc(out, (char)crc);
}

void ymodem_init(struct ymodem *y, const char *name, const void *bytes, size_t size)
{
	*y = (struct ymodem){.state = YMODEM_WAITS, .name = name, .bytes = bytes, .size = size};
	buf_init(&y->out);
}

void ymodem_finish(struct ymodem *y)
{
	buf_finish(&y->out);
}

/* ---- sending ---- */

static void send_header(struct ymodem *y)
{
	char text[YMODEM_SMALL];
	/* The name, its NUL, and the size in decimal. */
	int name = snprintf(text, sizeof text - 24, "%s", y->name);
	size_t n = name < (int)sizeof text - 24 ? (size_t)name + 1 : sizeof text - 24;

	n += (size_t)snprintf(text + n, sizeof text - n, "%zu", y->size);
	ymodem_packet(&y->out, 0, text, n + 1, YMODEM_SMALL, 0);
}

static void send_block(struct ymodem *y)
{
	size_t left = y->size - y->sent;

	ymodem_packet(&y->out, (uint8_t)(y->sent / YMODEM_BLOCK + 1), y->bytes + y->sent, left < YMODEM_BLOCK ? left : YMODEM_BLOCK,
		      YMODEM_BLOCK, PAD);
}

/* What belongs to the state, once more or for the first time. */
static void send_again(struct ymodem *y)
{
	switch (y->state) {
	case YMODEM_HEADER:
		send_header(y);
		break;
	case YMODEM_DATA:
		send_block(y);
		break;
	case YMODEM_END:
		buf_addc(&y->out, EOT);
		break;
	case YMODEM_LAST:
		ymodem_packet(&y->out, 0, "", 0, YMODEM_SMALL, 0);
		break;
	default:
		break;
	}
}

static void enter(struct ymodem *y, enum ymodem_state state)
{
	y->state = state;
	y->tries = 0;
	y->asks = 0;
	send_again(y);
}

static void give_up(struct ymodem *y, const char *why)
{
	y->state = YMODEM_FAILED;
	y->why = why;
}

static void retry(struct ymodem *y)
{
	y->again++;
	y->asks = 0;
	if (++y->tries >= YMODEM_TRIES)
		give_up(y, "the receiver did not take one block in many tries");
	else
		send_again(y);
}

/* ---- what comes ---- */

static void go_on(struct ymodem *y)
{
	if (y->sent < y->size)
		enter(y, YMODEM_DATA);
	else
		enter(y, YMODEM_END);
}

static void acknowledged(struct ymodem *y)
{
	size_t left = y->size - y->sent;

	switch (y->state) {
	case YMODEM_HEADER:
		enter(y, YMODEM_ASKED);
		break;
	case YMODEM_DATA:
		y->sent += left < YMODEM_BLOCK ? left : YMODEM_BLOCK;
		go_on(y);
		break;
	case YMODEM_END:
		enter(y, YMODEM_MORE);
		break;
	case YMODEM_LAST:
		enter(y, YMODEM_DONE);
		break;
	default: /* a second one of the same */
		break;
	}
}

/* One 'C' more than was answered may be on its way; two are a question. */
static void asked(struct ymodem *y)
{
	switch (y->state) {
	case YMODEM_WAITS:
		enter(y, YMODEM_HEADER);
		break;
	case YMODEM_ASKED:
		go_on(y);
		break;
	case YMODEM_MORE:
		enter(y, YMODEM_LAST);
		break;
	case YMODEM_HEADER:
	case YMODEM_LAST:
		if (++y->asks > 1)
			retry(y);
		break;
	case YMODEM_DATA:
		if (!y->sent && ++y->asks > 1)
			retry(y);
		break;
	default:
		break;
	}
}

int ymodem_take(struct ymodem *y, uint8_t byte)
{
	unsigned cancels = y->cancels;

	if (y->state >= YMODEM_DONE)
		return 0;
	y->cancels = 0;
	switch (byte) {
	case ACK:
		acknowledged(y);
		return 1;
	case NAK:
		retry(y);
		return 1;
	case ASK:
		asked(y);
		return 1;
	case CAN:
		y->cancels = cancels + 1;
		if (y->cancels >= CANCELS)
			give_up(y, "the receiver broke the transfer off");
		return 1;
	default:
		return 0;
	}
}

int64_t ymodem_patience_ms(const struct ymodem *y)
{
	enum { ASKS_MS = 200, ANSWERS_MS = 6000 };

	return y->state == YMODEM_ASKED || y->state == YMODEM_MORE ? ASKS_MS : ANSWERS_MS;
}

void ymodem_timeout(struct ymodem *y)
{
	if (y->state == YMODEM_ASKED)
		go_on(y); /* the question was lost */
	else if (y->state == YMODEM_MORE)
		enter(y, YMODEM_LAST);
	else if (y->state == YMODEM_WAITS && ++y->tries >= YMODEM_TRIES)
		give_up(y, "the receiver never asked for the file");
	else if (y->state != YMODEM_WAITS && y->state < YMODEM_DONE)
		retry(y);
}
