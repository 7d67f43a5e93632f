/* A recorded console that is said again: console.idx and typed.idx beside a log. */
#include "board/console/console.h"
#include "fuzz.h"
#include "scratch.h"

#include <stdlib.h>
#include <string.h>

const unsigned fuzz_cost = 5;

enum { LOG, INDEX, TYPED, PARTS };

/* All that comes without waiting: no more than there is. */
static size_t hear(struct console *c, size_t most)
{
	size_t heard = 0;
	char chunk[64];
	struct err e;
	ssize_t n;

	while ((n = console_read(c, chunk, sizeof chunk, &e)) > 0)
		if ((heard += (size_t)n) > most)
			abort();
	if (n != -1)
		abort();
	return heard;
}

static void play(const char *log, size_t size, enum replay_pace pace)
{
	const struct console_replay spec = {.file = log, .pace = pace};
	struct console *c = console_replay_create(&spec);
	struct err e = {0};
	size_t heard = 0;

	if (console_open(c, &e) == 0) {
		if (hear(c, 0) != 0)
			abort(); /* before power is on it is silent */
		for (int i = 0; i < 3; i++) {
			console_powered(c, &e);
			heard += hear(c, size - heard);
			console_write(c, "0123456789", 10, &e);
			heard += hear(c, size - heard);
		}
	} else if (e.kind != ERR_INFRA || !e.what[0]) {
		abort();
	}
	console_destroy(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct part p[PARTS];
	char *log;

	scratch_parts(p, PARTS, bytes, n);
	scratch_file("console.idx", p[INDEX].bytes, p[INDEX].n);
	scratch_file("typed.idx", p[TYPED].bytes, p[TYPED].n);
	log = strdup(scratch_file("console.log", p[LOG].bytes, p[LOG].n));
	play(log, p[LOG].n, REPLAY_AT_ONCE);
	play(log, p[LOG].n, REPLAY_REAL_TIME);
	free(log);
	return 0;
}

void fuzz_seeds(void (*add)(const void *bytes, size_t n))
{
	static const char *const tapes[] = {
		"hello, world\nready\n" SCRATCH_CUT "0 10\n6 250\n13 100000\n" SCRATCH_CUT "12 13 0 5\n",
		"oldhello\nagain\n" SCRATCH_CUT "0 -70 stale\n3 100\n9 300 stale\n11 310\n" SCRATCH_CUT
		"1 5 0 3\n2 9 power-cycle\n3 11 fill 0x40000000 0x1000 0xa5\n4 12 reset\n5 13 3 40\n",
		"x" SCRATCH_CUT "18446744073709551615 9223372036854775807\n" SCRATCH_CUT
		"-1 18446744073709551615 18446744073709551615 2\n",
		"x" SCRATCH_CUT "nonsense\n" SCRATCH_CUT "1 2\n",
	};

	for (size_t i = 0; i < sizeof tapes / sizeof tapes[0]; i++)
		add(tapes[i], strlen(tapes[i]));
}
