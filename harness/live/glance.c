#include "live/glance.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "util/buf.h"
#include "util/text.h"
#include "util/utf8.h"

/* `turn` is odd while something is written, and another number afterwards: who reads the same even number before and
 * after has read what belongs together. */
struct glance {
	atomic_uint turn;
	struct glance_seen seen;
};

struct glance *glance_make(void)
{
	void *page = mmap(NULL, sizeof(struct glance), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return page == MAP_FAILED ? NULL : page;
}

void glance_drop(struct glance *g)
{
	if (g)
		munmap(g, sizeof *g);
}

static void write_text(struct glance *g, char *place, size_t room, const char *text)
{
	struct buf clean = {0};
	size_t n, columns = room;

	text_add_line(&clean, text);
	for (size_t i = 0; i < clean.len; i++)
		if (clean.data[i] == '\t')
			clean.data[i] = ' ';
	do
		n = clean.len ? utf8_within(clean.data, clean.len, --columns) : 0;
	while (n >= room); /* more bytes than columns */
	atomic_fetch_add_explicit(&g->turn, 1, memory_order_acq_rel);
	if (n)
		memcpy(place, clean.data, n);
	place[n] = '\0';
	atomic_fetch_add_explicit(&g->turn, 1, memory_order_release);
	buf_finish(&clean);
}

void glance_unit(struct glance *g, const char *unit)
{
	if (g)
		write_text(g, g->seen.unit, sizeof g->seen.unit, unit);
}

void glance_phase(struct glance *g, const char *phase)
{
	if (g)
		write_text(g, g->seen.phase, sizeof g->seen.phase, phase);
}

void glance_line(struct glance *g, const char *line)
{
	if (g)
		write_text(g, g->seen.line, sizeof g->seen.line, line);
}

static bool try_read(const struct glance *g, struct glance_seen *seen)
{
	unsigned before = atomic_load_explicit(&g->turn, memory_order_acquire);

	memcpy(seen, &g->seen, sizeof *seen);
	atomic_thread_fence(memory_order_acquire);
	return before % 2 == 0 && atomic_load_explicit(&g->turn, memory_order_relaxed) == before;
}

bool glance_read(const struct glance *g, struct glance_seen *seen)
{
	enum { TRIES = 100 };
	struct glance_seen now;

	for (int i = 0; i < TRIES; i++) {
		if (!try_read(g, &now))
			continue;
		*seen = now;
		return true;
	}
	return false;
}
