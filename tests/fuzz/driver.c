/*
 * Usage: NAME [ROUNDS] | NAME FILE... | NAME --seeds FOLDER
 *
 * Feed the target's seeds, the seeds cut at every place, and ROUNDS altered ones (divided by what the target costs); or
 * feed it files; or write the seeds into a folder, for another fuzzer. The same rounds give the same inputs; FUZZ_START
 * (a number) gives others. What is wrong with an input guard.h tells.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"
#include "guard.h"
#include "mutate.h"

enum { SEEDS_MAX = 1024, ALTERATIONS = 8, FILE_MAX = 1 << 28 };

static struct input seeds[SEEDS_MAX], current;
static size_t seed_count, altered_count; /* the first of them are those that are altered */
static unsigned long fed;

static void *copy_of(const void *bytes, size_t n)
{
	void *copy = malloc(n + 1);

	if (!copy)
		abort();
	if (n)
		memcpy(copy, bytes, n);
	return copy;
}

static void add_seed(const void *bytes, size_t n)
{
	struct input *seed = &seeds[seed_count];

	if (seed_count == SEEDS_MAX) {
		fprintf(stderr, "more than %d seeds\n", SEEDS_MAX);
		exit(2);
	}
	seed_count++;
	if (n <= FUZZ_LARGE) { /* before the large ones */
		*seed = seeds[altered_count];
		seed = &seeds[altered_count++];
	}
	*seed = (struct input){copy_of(bytes, n), n};
}

static void run(const struct input *in)
{
	guard_run(in);
	fed++;
}

static void load_seed(const struct input *seed)
{
	current.n = seed->n;
	if (seed->n)
		memcpy(current.bytes, seed->bytes, seed->n);
}

/* Every seed cut at every place, or at as many as `most` allows, evenly. */
static void run_cut(unsigned long most)
{
	size_t all = 0, step;

	for (size_t i = 0; i < altered_count; i++)
		all += seeds[i].n;
	step = most ? (size_t)(all / most) + 1 : all + 1;
	for (size_t i = 0; i < altered_count; i++)
		for (size_t n = i % step; n < seeds[i].n; n += step)
			run(&(struct input){seeds[i].bytes, n});
	for (size_t i = altered_count; i < seed_count; i++)
		run(&(struct input){seeds[i].bytes, seeds[i].n - 1});
}

static void run_altered(unsigned long rounds)
{
	for (unsigned long i = 0; i < rounds && altered_count; i++) {
		load_seed(&seeds[mutate_below(altered_count)]);
		for (size_t k = 1 + mutate_below(ALTERATIONS); k > 0; k--)
			mutate(&current, &seeds[mutate_below(altered_count)]);
		run(&current);
	}
}

static int run_file(const char *path)
{
	struct input in = {malloc(FILE_MAX), 0};
	FILE *f = fopen(path, "rb");

	if (!f || !in.bytes) {
		perror(path);
		return 2;
	}
	in.n = fread(in.bytes, 1, FILE_MAX, f);
	fclose(f);
	run(&in);
	free(in.bytes);
	return 0;
}

static int write_seeds(const char *folder)
{
	char path[4096];

	mkdir(folder, 0755);
	for (size_t i = 0; i < seed_count; i++) {
		FILE *f;

		snprintf(path, sizeof path, "%s/seed-%03zu", folder, i);
		f = fopen(path, "wb");
		if (!f || fwrite(seeds[i].bytes, 1, seeds[i].n, f) != seeds[i].n || fclose(f) != 0) {
			perror(path);
			return 2;
		}
	}
	return 0;
}

static int fuzz(const char *name, unsigned long rounds)
{
	const char *start = getenv("FUZZ_START");

	rounds /= fuzz_cost;
	mutate_start(start ? strtoull(start, NULL, 0) : 1);
	for (size_t i = 0; i < seed_count; i++)
		run(&seeds[i]);
	run_cut(rounds / 4);
	run_altered(rounds);
	name = strrchr(name, '/') ? strrchr(name, '/') + 1 : name;
	printf("%-20s %4zu seeds, %7lu inputs\n", name, seed_count, fed);
	return seed_count ? 0 : 2;
}

int main(int argc, char **argv)
{
	int rc = 0;

	guard_init(argv[0]);
	current.bytes = malloc(INPUT_MAX);
	if (!current.bytes)
		abort();
	if (argc > 1 && !isdigit((unsigned char)argv[1][0]) && argv[1][0] != '-') {
		for (int i = 1; i < argc && rc == 0; i++)
			rc = run_file(argv[i]);
	} else {
		fuzz_seeds(add_seed);
		rc = argc == 3 && strcmp(argv[1], "--seeds") == 0
			     ? write_seeds(argv[2])
			     : fuzz(argv[0], argc > 1 ? strtoul(argv[1], NULL, 10) : 100000);
	}
	for (size_t i = 0; i < seed_count; i++)
		free(seeds[i].bytes);
	free(current.bytes);
	return rc;
}
