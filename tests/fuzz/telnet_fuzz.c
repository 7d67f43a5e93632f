/* What a console server sends: the same data comes out however the stream is cut, and replies stay in proportion. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "proto/comport.h"
#include "proto/telnet.h"

const unsigned fuzz_cost = 1;

struct outcome {
	struct buf data, out;
	unsigned answers;
};

static void count(void *ctx, uint8_t option, const uint8_t *bytes, size_t n)
{
	struct comport_answer a;

	if (option == TELNET_COM_PORT && comport_read(bytes, n, &a)) {
		if (a.command != COMPORT_SET_BAUDRATE && a.value > 255)
			abort();
		((struct outcome *)ctx)->answers++;
	}
}

/* The stream in pieces of so many bytes. */
static struct outcome run(const uint8_t *bytes, size_t n, size_t piece)
{
	struct outcome o = {.answers = 0};
	struct telnet t;

	telnet_init(&t);
	t.told = count;
	t.ctx = &o;
	telnet_offer(&t, TELNET_BINARY);
	telnet_offer(&t, TELNET_COM_PORT);
	for (size_t at = 0; at < n; at += piece)
		telnet_feed(&t, bytes + at, n - at < piece ? n - at : piece, &o.data);
	o.out = t.out;
	t.out = (struct buf){0};
	telnet_finish(&t);
	return o;
}

static int same(const struct buf *a, const struct buf *b)
{
	return a->len == b->len && (!a->len || memcmp(a->data, b->data, a->len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct outcome whole = run(bytes, n, n ? n : 1), cut = run(bytes, n, 1);

	if (!same(&whole.data, &cut.data) || !same(&whole.out, &cut.out) || whole.answers != cut.answers)
		abort();
	if (whole.data.len > n || whole.out.len > n + 6)
		abort();
	buf_finish(&whole.data);
	buf_finish(&whole.out);
	buf_finish(&cut.data);
	buf_finish(&cut.out);
	return 0;
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	static const char talk[] = "\xff\xfd\x00\xff\xfb\x00\xff\xfb\x01\xff\xfb\x03\xff\xfd\x2cU-Boot 2023.01\r\n=> \r\0";
	static const char port[] = "\xff\xfa\x2c\x65\x00\x01\xc2\x00\xff\xf0\xff\xfa\x2c\x69\x08\xff\xf0\xff\xff\xff\xf1";
	static const char odd[] = "\xff\xfa\x2c\xff\xff\xff\xfb\xff\xfb\x1f\xff\xfc\x1f\xff\xfe\x00\xff\xfc\x01\xff";
	enum { MUCH = 100000 };
	char *much = malloc(MUCH);

	add(talk, sizeof talk - 1);
	add(port, sizeof port - 1);
	add(odd, sizeof odd - 1);
	for (size_t i = 0; i < MUCH; i++)
		much[i] = "\xff\xfa\x2c\x65"[i % 4];
	add(much, MUCH);
	free(much);
}
