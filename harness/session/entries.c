#include "session/entries.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "replay/frame.h"
#include "session/state.h"
#include "util/clock.h"

bool entries_can_watch(const struct session *s)
{
	const struct board_unit *unit = s->spec->unit;

	return unit->kind->qemu && unit->kind->qemu->cpus == 1;
}

/* Is it the first region of its protection domain in the image? */
static bool is_first(const struct boot_image *img, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (img->regions[k].owner == REGION_PD && img->regions[k].pd && strcmp(img->regions[k].pd, img->regions[i].pd) == 0)
			return false;
	return true;
}

size_t entries_wanted(const struct session *s)
{
	const struct boot_image *img = s->spec->image;
	size_t count = 0;

	for (size_t i = 0; i < img->region_count; i++)
		count += img->regions[i].owner == REGION_PD && img->regions[i].pd && is_first(img, i);
	return count;
}

/* "0x00200000:  14000004  b ..." begins what was translated there. */
static bool is_arrival(const char *line)
{
	char *end;

	return strncmp(line, "0x", 2) == 0 && strtoull(line, &end, 16) == FRAME_ENTRY && *end == ':';
}

static void take_lines(struct entries *all, char *text, size_t n)
{
	char *line = text, *end;

	for (; (end = memchr(line, '\n', n - (size_t)(line - text))); line = end + 1) {
		*end = '\0';
		if (!is_arrival(line))
			continue;
		all->arrived++;
		all->last_ms = clock_ms();
	}
	all->read += line - text;
}

void entries_look(struct session *s)
{
	char text[16384];
	ssize_t n = 0;
	int fd = s->boot.arrivals ? open(s->boot.arrivals, O_RDONLY | O_CLOEXEC) : -1;

	if (fd < 0)
		return; /* it is made when there is something to note */
	while ((n = pread(fd, text, sizeof text, (off_t)s->entries.read)) > 0) {
		int64_t before = s->entries.read;

		take_lines(&s->entries, text, (size_t)n);
		if (s->entries.read == before)
			break; /* half a line */
	}
	close(fd);
}
