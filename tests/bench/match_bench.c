/*
 * What matching costs: PCRE2 with JIT (each pattern on its own) and Hyperscan (streaming) side by side, and the watch
 * that is built on the former. Compile time counts as much as throughput: a whole boot takes some 60 ms.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <dlfcn.h>
#include <pcre2.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "match/watch.h"
#include "patterns.h"
#include "util/clock.h"
#include "util/mem.h"

enum { TEXT = 64 << 20, MOST = 64, READ = 64 * 1024, ROUNDS = 3 };

/* How the text is handed over: in whole reads, or a line at a time. */
struct feed {
	const char *name;
	size_t total;
	size_t (*piece)(const char *text, size_t left);
};

static size_t whole_read(const char *text, size_t left)
{
	(void)text;
	return left < READ ? left : READ;
}

static size_t one_line(const char *text, size_t left)
{
	const char *end = memchr(text, '\n', left);

	return end ? (size_t)(end - text) + 1 : left;
}

static const struct feed feeds[] = {{"64 KiB reads", TEXT, whole_read}, {"a line per read", TEXT / 8, one_line}};

struct engine {
	const char *name;
	void *(*make)(const char *const *patterns, size_t n);
	void (*feed)(void *engine, const char *text, size_t n);
	void (*end)(void *engine);
	bool (*there)(void); /* NULL: always */
};

/* ---- PCRE2 alone: no cleaning, no memory of earlier reads ---- */

struct pcre {
	pcre2_code *code[MOST];
	size_t count;
	pcre2_match_data *data;
	size_t found;
};

static void *pcre_make(const char *const *patterns, size_t n)
{
	struct pcre *p = xcalloc(1, sizeof *p);
	PCRE2_SIZE at;
	int error;

	p->data = pcre2_match_data_create(8, NULL);
	for (p->count = 0; p->count < n; p->count++) {
		pcre2_code **code = &p->code[p->count];

		*code = pcre2_compile((PCRE2_SPTR)patterns[p->count], PCRE2_ZERO_TERMINATED, PCRE2_MULTILINE, &error,
				      &at, NULL);
		pcre2_jit_compile(*code, PCRE2_JIT_PARTIAL_HARD);
	}
	return p;
}

static void pcre_feed(void *engine, const char *text, size_t n)
{
	struct pcre *p = engine;

	for (size_t i = 0; i < p->count; i++)
		p->found += pcre2_match(p->code[i], (PCRE2_SPTR)text, n, 0, PCRE2_PARTIAL_HARD, p->data, NULL) > 0;
}

static void pcre_end(void *engine)
{
	struct pcre *p = engine;

	for (size_t i = 0; i < p->count; i++)
		pcre2_code_free(p->code[i]);
	pcre2_match_data_free(p->data);
	free(p);
}

/* ---- Hyperscan alone: runtest does not need it, so it is looked for when the bench runs ---- */

enum { HS_MULTILINE = 4, HS_STREAM = 2 }; /* HS_FLAG_MULTILINE, HS_MODE_STREAM: hs_compile.h of Hyperscan 5.4 */

struct hyper {
	void *database, *scratch, *stream;
	size_t found;
};

typedef int hyper_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context);

static struct {
	int (*compile)(const char *const *patterns, const unsigned *flags, const unsigned *ids, unsigned n,
		       unsigned mode, const void *platform, void **database, void **error);
	int (*alloc_scratch)(const void *database, void **scratch);
	int (*open)(const void *database, unsigned flags, void **stream);
	int (*scan)(void *stream, const char *text, unsigned n, unsigned flags, void *scratch, hyper_match *f,
		    void *context);
	int (*close)(void *stream, void *scratch, hyper_match *f, void *context);
	int (*free_scratch)(void *scratch);
	int (*free_database)(void *database);
} hs;

static const struct {
	const char *name;
	void *function;
} hs_symbols[] = {
	{"hs_compile_multi", &hs.compile}, {"hs_alloc_scratch", &hs.alloc_scratch}, {"hs_open_stream", &hs.open},
	{"hs_scan_stream", &hs.scan}, {"hs_close_stream", &hs.close}, {"hs_free_scratch", &hs.free_scratch},
	{"hs_free_database", &hs.free_database},
};

static bool hyper_there(void)
{
	void *library = dlopen("libhs.so.5", RTLD_NOW);

	for (size_t i = 0; library && i < sizeof hs_symbols / sizeof hs_symbols[0]; i++) {
		void *symbol = dlsym(library, hs_symbols[i].name);

		if (!symbol)
			return false;
		memcpy(hs_symbols[i].function, &symbol, sizeof symbol);
	}
	return library != NULL;
}

static int hyper_found(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
	(void)id, (void)from, (void)to, (void)flags;
	++*(size_t *)context;
	return 0;
}

static void *hyper_make(const char *const *patterns, size_t n)
{
	struct hyper *h = xcalloc(1, sizeof *h);
	unsigned flags[MOST], ids[MOST];
	void *error = NULL;

	for (unsigned i = 0; i < n; i++) {
		flags[i] = HS_MULTILINE;
		ids[i] = i;
	}
	if (hs.compile(patterns, flags, ids, (unsigned)n, HS_STREAM, NULL, &h->database, &error)) {
		fputs("match_bench: Hyperscan refuses a pattern\n", stderr);
		exit(1);
	}
	hs.alloc_scratch(h->database, &h->scratch);
	hs.open(h->database, 0, &h->stream);
	return h;
}

static void hyper_feed(void *engine, const char *text, size_t n)
{
	struct hyper *h = engine;

	hs.scan(h->stream, text, (unsigned)n, 0, h->scratch, hyper_found, &h->found);
}

static void hyper_end(void *engine)
{
	struct hyper *h = engine;

	hs.close(h->stream, h->scratch, NULL, NULL);
	hs.free_scratch(h->scratch);
	hs.free_database(h->database);
	free(h);
}

/* ---- the watch: raw and cleaned text, any cut ---- */

static void *watch_make(const char *const *patterns, size_t n)
{
	struct watch *w = watch_create();
	struct err e;

	for (size_t i = 0; i < n; i++)
		if (watch_deny(w, patterns[i], (int)i, &e) < 0) {
			err_print(stderr, &e);
			exit(1);
		}
	return w;
}

static void watch_feed_all(void *engine, const char *text, size_t n)
{
	struct watch_hit hit;

	watch_feed(engine, text, n);
	while (watch_next_denied(engine, &hit))
		;
}

static void watch_finish(void *engine)
{
	watch_destroy(engine);
}

static const struct engine engines[] = {
	{"PCRE2 JIT, bare", pcre_make, pcre_feed, pcre_end, NULL},
	{"Hyperscan, bare", hyper_make, hyper_feed, hyper_end, hyper_there},
	{"watch", watch_make, watch_feed_all, watch_finish, NULL},
};

static double best_of(double best, double ms)
{
	return best == 0 || ms < best ? ms : best;
}

static double time_feed(const struct engine *e, void *engine, const struct feed *f, const char *text)
{
	int64_t begin = clock_us();

	for (size_t at = 0; at < f->total;) {
		size_t n = f->piece(text + at, f->total - at);

		e->feed(engine, text + at, n);
		at += n;
	}
	return (double)(clock_us() - begin) / 1000;
}

static void measure(const struct engine *e, const char *const *patterns, size_t n, const char *text)
{
	double compile = 0, ms[2] = {0, 0};

	for (int round = 0; round < ROUNDS; round++)
		for (size_t f = 0; f < 2; f++) {
			int64_t begin = clock_us();
			void *engine = e->make(patterns, n);

			compile = best_of(compile, (double)(clock_us() - begin) / 1000);
			ms[f] = best_of(ms[f], time_feed(e, engine, &feeds[f], text));
			e->end(engine);
		}
	printf("%-16s %8zu %11.3f", e->name, n, compile);
	for (size_t f = 0; f < 2; f++)
		printf(" %17.0f", (double)feeds[f].total / 1e3 / ms[f]);
	putchar('\n');
}

int main(void)
{
	static const size_t counts[] = {1, 20, MOST};
	char *patterns[MOST], *text = bench_text(TEXT);

	for (int i = 0; i < MOST; i++)
		patterns[i] = bench_pattern((size_t)i);
	printf("%-16s %8s %11s", "engine", "patterns", "compile ms");
	for (size_t f = 0; f < 2; f++)
		printf(" %12s MB/s", feeds[f].name);
	putchar('\n');
	for (size_t c = 0; c < 3; c++)
		for (size_t i = 0; i < sizeof engines / sizeof engines[0]; i++)
			if (!engines[i].there || engines[i].there())
				measure(&engines[i], (const char *const *)patterns, counts[c], text);
	for (int i = 0; i < MOST; i++)
		free(patterns[i]);
	free(text);
	return 0;
}
