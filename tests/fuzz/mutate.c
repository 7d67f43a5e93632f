#include "mutate.h"

#include <stdio.h>
#include <string.h>

static uint64_t state = 1; /* xorshift64; anything but zero */

void mutate_start(uint64_t seed)
{
	state = seed * UINT64_C(0x9e3779b97f4a7c15);
	state = state ? state : 1;
}

size_t mutate_below(size_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return n ? (size_t)(state % n) : 0;
}

static void drop(struct input *in, size_t at, size_t n)
{
	memmove(in->bytes + at, in->bytes + at + n, in->n - at - n);
	in->n -= n;
}

/* `bytes` may lie in the input itself: they are copied first. */
static void insert(struct input *in, size_t at, const uint8_t *bytes, size_t n)
{
	uint8_t piece[4096];

	n = n < sizeof piece ? n : sizeof piece;
	if (n > INPUT_MAX - in->n)
		return;
	memcpy(piece, bytes, n);
	memmove(in->bytes + at + n, in->bytes + at, in->n - at);
	memcpy(in->bytes + at, piece, n);
	in->n += n;
}

static void remove_piece(struct input *in)
{
	size_t at = mutate_below(in->n);

	if (in->n)
		drop(in, at, 1 + mutate_below(mutate_below(2) ? 16 : in->n) % (in->n - at));
}

static void splice(struct input *in, const struct input *other)
{
	size_t at = mutate_below(other->n);

	if (other->n)
		insert(in, mutate_below(in->n + 1), other->bytes + at, 1 + mutate_below(other->n - at));
}

/* A piece of it once more, right behind itself and up to 64 times: what is counted, nested or sorted shows its cost. */
static void repeat(struct input *in)
{
	size_t at = mutate_below(in->n), n, times = 1 + mutate_below(64);

	if (!in->n)
		return;
	n = 1 + mutate_below(in->n - at < 64 ? in->n - at : 64);
	while (times--)
		insert(in, at, in->bytes + at, n);
}

/* ---- numbers ---- */

/* At these sums overflow and signs turn. */
static uint64_t edge(void)
{
	static const uint64_t numbers[] = {0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff,
					   0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff,
					   0xfffffffffffff000};

	return numbers[mutate_below(sizeof numbers / sizeof numbers[0])] + mutate_below(3) - 1;
}

/* Little endian, of 1, 2, 4 or 8 bytes; mostly where such a number would stand. */
static void put_number(struct input *in)
{
	size_t n = (size_t)1 << mutate_below(4), at = mutate_below(in->n);
	uint64_t number = edge();

	if (mutate_below(4))
		at -= at % n;
	if (at < in->n && n <= in->n - at)
		memcpy(in->bytes + at, &number, n);
}

/* A number that is there, a little more or less, or twice as large. */
static void change_number(struct input *in)
{
	size_t n = (size_t)4 << mutate_below(2), at = mutate_below(in->n) / n * n;
	uint64_t number = 0;

	if (at >= in->n || n > in->n - at)
		return;
	memcpy(&number, in->bytes + at, n);
	number = mutate_below(4) ? number + mutate_below(65) - 32 : number * 2;
	memcpy(in->bytes + at, &number, n);
}

/* The digits behind some place become another number. */
static void write_number(struct input *in)
{
	char text[32];
	size_t at = mutate_below(in->n), n = 0;

	while (at < in->n && (in->bytes[at] < '0' || in->bytes[at] > '9'))
		at++;
	while (at + n < in->n && in->bytes[at + n] >= '0' && in->bytes[at + n] <= '9')
		n++;
	if (!n)
		return;
	drop(in, at, n);
	insert(in, at, (const uint8_t *)text,
	       (size_t)snprintf(text, sizeof text, mutate_below(4) ? "%llu" : "-%llu", (unsigned long long)edge()));
}

/* ---- lines ---- */

static size_t line_at(const struct input *in, size_t at, size_t *n)
{
	const uint8_t *end;

	while (at && in->bytes[at - 1] != '\n')
		at--;
	end = memchr(in->bytes + at, '\n', in->n - at);
	*n = (end ? (size_t)(end - in->bytes) + 1 : in->n) - at;
	return at;
}

/* A line goes, comes twice, or moves. */
static void change_line(struct input *in)
{
	uint8_t line[4096];
	size_t n, at, to;

	if (!in->n)
		return;
	at = line_at(in, mutate_below(in->n), &n);
	if (n > sizeof line)
		return;
	memcpy(line, in->bytes + at, n);
	if (mutate_below(3))
		drop(in, at, n);
	to = in->n ? line_at(in, mutate_below(in->n), &(size_t){0}) : 0;
	if (mutate_below(3))
		insert(in, to, line, n);
}

/* In texts: another character that means something. */
static void put_sign(struct input *in)
{
	static const char signs[] = "0129afxE{}[]()<>\"'\\/,:;=#$%*+-. \n\t\033\r";
	uint8_t sign = (uint8_t)signs[mutate_below(sizeof signs - 1)];
	size_t at = mutate_below(in->n);

	if (mutate_below(2))
		insert(in, at, &sign, 1);
	else if (in->n)
		in->bytes[at] = sign;
}

void mutate(struct input *in, const struct input *other)
{
	static void (*const ways[])(struct input *in) = {remove_piece, repeat, put_number, put_number, change_number,
							 write_number, change_line, put_sign, put_sign};
	size_t way = mutate_below(sizeof ways / sizeof ways[0] + 5), at = mutate_below(in->n);

	if (way < sizeof ways / sizeof ways[0])
		ways[way](in);
	else if (way == sizeof ways / sizeof ways[0])
		splice(in, other);
	else if (way == sizeof ways / sizeof ways[0] + 1)
		in->n = mutate_below(in->n + 1); /* cut */
	else if (way == sizeof ways / sizeof ways[0] + 2 && in->n)
		in->bytes[at] = (uint8_t)mutate_below(256);
	else if (in->n)
		in->bytes[at] ^= (uint8_t)(1u << mutate_below(8));
}
