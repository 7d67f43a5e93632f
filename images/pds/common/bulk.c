#include "bulk.h"

#include <stdint.h>

#define POOL_WORDS 2048
#define STOCK_WORDS 1536

static uint32_t seed __attribute__((section(".data"))) = BULK_SEED;
static volatile uint32_t pool[POOL_WORDS]; /* .bss of several pages */

/* .data of several pages */
#define WORD(n) ((uint32_t)(n) + 1) * (BULK_SEED | 1U),
#define WORDS_4(n) WORD(n) WORD((n) + 1) WORD((n) + 2) WORD((n) + 3)
#define WORDS_16(n) WORDS_4(n) WORDS_4((n) + 4) WORDS_4((n) + 8) WORDS_4((n) + 12)
#define WORDS_64(n) WORDS_16(n) WORDS_16((n) + 16) WORDS_16((n) + 32) WORDS_16((n) + 48)
#define WORDS_256(n) WORDS_64(n) WORDS_64((n) + 64) WORDS_64((n) + 128) WORDS_64((n) + 192)
static volatile uint32_t stock[STOCK_WORDS] = {
	WORDS_256(0) WORDS_256(256) WORDS_256(512) WORDS_256(768) WORDS_256(1024) WORDS_256(1280)
};

/* One round with a constant of its own (golden ratio times its number), so that no two pages are alike. */
#define ROUND(n) \
	x = (x << 7 | x >> 25) ^ ((uint32_t)(n) + BULK_SEED) * 0x9e3779b9U; \
	pool[(n) % POOL_WORDS] = x;
#define ROUNDS_4(n) ROUND(n) ROUND((n) + 1) ROUND((n) + 2) ROUND((n) + 3)
#define ROUNDS_16(n) ROUNDS_4(n) ROUNDS_4((n) + 4) ROUNDS_4((n) + 8) ROUNDS_4((n) + 12)
#define ROUNDS_64(n) ROUNDS_16(n) ROUNDS_16((n) + 16) ROUNDS_16((n) + 32) ROUNDS_16((n) + 48)
#define ROUNDS_256(n) ROUNDS_64(n) ROUNDS_64((n) + 64) ROUNDS_64((n) + 128) ROUNDS_64((n) + 192)

static void change_data(uint32_t by)
{
	for (unsigned i = 0; i < STOCK_WORDS; i++)
		stock[i] += by | 1;
	for (unsigned i = 0; i < POOL_WORDS; i++)
		pool[i] += by | 1;
}

void bulk_run(void)
{
	uint32_t x = seed;

	ROUNDS_256(0)
	ROUNDS_256(256)
	seed = x;
	change_data(x);
}
