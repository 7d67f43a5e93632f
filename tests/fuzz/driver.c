/*
 * Usage: NAME [ROUNDS] | NAME FILE    alter the target's seeds ROUNDS times and feed it; or feed it one file.
 * The same rounds give the same inputs. An input that crashes the target is left in NAME.crash beside the program.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

enum { SEEDS_MAX = 256, INPUT_MAX = 1 << 20, ALTERATIONS = 8, SECONDS = 20 };

struct input {
	uint8_t *bytes;
	size_t n;
};

static struct input seeds[SEEDS_MAX], current;
static size_t seed_count;
static const char *own_path;
static uint64_t state = 0x9e3779b97f4a7c15; /* xorshift64; anything but zero */

void __sanitizer_set_death_callback(void (*callback)(void));

static size_t below(size_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return n ? (size_t)(state % n) : 0;
}

static void add_seed(const void *bytes, size_t n)
{
	if (seed_count == SEEDS_MAX || n > INPUT_MAX)
		return;
	seeds[seed_count].bytes = malloc(n + 1);
	if (!seeds[seed_count].bytes)
		abort();
	if (n)
		memcpy(seeds[seed_count].bytes, bytes, n);
	seeds[seed_count++].n = n;
}

static void keep_crash(void)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof path, "%s.crash", own_path);
	f = fopen(path, "wb");
	if (f && fwrite(current.bytes, 1, current.n, f) == current.n && fclose(f) == 0)
		fprintf(stderr, "the input is in %s\n", path);
}

static void remove_piece(void)
{
	size_t at = below(current.n), n = 1 + below(current.n - at);

	if (!current.n)
		return;
	memmove(current.bytes + at, current.bytes + at + n, current.n - at - n);
	current.n -= n;
}

static void insert(const uint8_t *bytes, size_t n)
{
	size_t at = below(current.n + 1);

	if (n > INPUT_MAX - current.n)
		return;
	memmove(current.bytes + at + n, current.bytes + at, current.n - at);
	memcpy(current.bytes + at, bytes, n);
	current.n += n;
}

/* A piece of some seed. */
static void splice(void)
{
	const struct input *other = &seeds[below(seed_count)];
	size_t at = below(other->n);

	if (other->n)
		insert(other->bytes + at, 1 + below(other->n - at));
}

/* A number at which sums overflow and signs turn, of 1, 2, 4 or 8 bytes. */
static void put_number(void)
{
	static const uint64_t numbers[] = {0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff,
					   0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff, 0xfffffffffffff000};
	uint64_t number = numbers[below(sizeof numbers / sizeof numbers[0])];
	size_t n = (size_t)1 << below(4), at = below(current.n);

	if (n <= current.n - at)
		memcpy(current.bytes + at, &number, n);
}

static void alter(void)
{
	static const char signs[] = "0129afxE{}[]()<>\"'\\/,:;=#$%*+-. \n\t";
	size_t at = below(current.n);

	switch (below(8)) {
	case 0:
		remove_piece();
		break;
	case 1:
		splice();
		break;
	case 2:
		put_number();
		break;
	case 3:
		current.n = below(current.n + 1);
		break;
	case 4:
		if (current.n)
			current.bytes[at] = (uint8_t)below(256);
		break;
	case 5: /* in texts: another character that means something */
		if (current.n)
			current.bytes[at] = (uint8_t)signs[below(sizeof signs - 1)];
		break;
	default:
		if (current.n)
			current.bytes[at] ^= (uint8_t)(1u << below(8));
	}
}

static void run(void)
{
	/* A copy that is exactly as large: one byte too far is seen. */
	uint8_t *exact = malloc(current.n);

	if (current.n && !exact)
		abort();
	if (current.n)
		memcpy(exact, current.bytes, current.n);
	alarm(SECONDS);
	LLVMFuzzerTestOneInput(exact, current.n);
	alarm(0);
	free(exact);
}

static void load_seed(size_t i)
{
	current.n = seeds[i].n;
	if (current.n)
		memcpy(current.bytes, seeds[i].bytes, current.n);
}

static int run_file(const char *path)
{
	FILE *f = fopen(path, "rb");

	if (!f) {
		perror(path);
		return 2;
	}
	current.n = fread(current.bytes, 1, INPUT_MAX, f);
	fclose(f);
	run();
	return 0;
}

int main(int argc, char **argv)
{
	unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;

	own_path = argv[0];
	current.bytes = malloc(INPUT_MAX);
	if (!current.bytes)
		abort();
	if (argc > 1 && !isdigit((unsigned char)argv[1][0]))
		return run_file(argv[1]);
	__sanitizer_set_death_callback(keep_crash);
	fuzz_seeds(add_seed);
	for (size_t i = 0; i < seed_count; i++) {
		load_seed(i);
		run();
	}
	for (unsigned long i = 0; i < rounds && seed_count; i++) {
		load_seed(below(seed_count));
		for (size_t k = 1 + below(ALTERATIONS); k > 0; k--)
			alter();
		run();
	}
	printf("%s: %zu seeds, %lu rounds\n", own_path, seed_count, rounds);
	return seed_count ? 0 : 2;
}
