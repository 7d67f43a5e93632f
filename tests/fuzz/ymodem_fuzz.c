/* What a receiver answers to YMODEM, a byte of 0xff being a time-out: the sender sends whole packets, and comes to an end. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "proto/ymodem.h"

const unsigned fuzz_cost = 1;

static void check_out(const struct ymodem *y)
{
	size_t n = y->out.len;

	if (n && n != 1 && n != YMODEM_SMALL + YMODEM_OVERHEAD && n != YMODEM_BLOCK + YMODEM_OVERHEAD)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static const char content[3000] = "content";
	struct ymodem y;

	ymodem_init(&y, "name", content, sizeof content);
	for (size_t i = 0; i < n; i++) {
		buf_clear(&y.out);
		if (bytes[i] == 0xff)
			ymodem_timeout(&y);
		else
			ymodem_take(&y, bytes[i]);
		check_out(&y);
		if (y.sent > y.size || (y.state == YMODEM_FAILED) != (y.why != NULL) || (y.state >= YMODEM_DONE && y.out.len))
			abort();
	}
	/* However it stands: nobody who stays silent is waited for without end. */
	for (int i = 0; i < 100 && y.state < YMODEM_DONE; i++) {
		buf_clear(&y.out);
		ymodem_timeout(&y);
	}
	if (y.state < YMODEM_DONE)
		abort();
	ymodem_finish(&y);
	return 0;
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	static const char good[] = "CC\x06" "C\x06\x06\x06\x06" "C\x06";
	static const char bad[] = "C\x15\x15\x06\xff\x15\xff\x06\x18x\x18\x18";

	add(good, sizeof good - 1);
	add(bad, sizeof bad - 1);
}
