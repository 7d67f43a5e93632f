/* A small map for tests: hello-0 (rx, 3 pages) and hello-1 (rw, 2 pages), with whatever a test has happen to them. */
#ifndef TESTS_UNIT_SURVIVAL_MADE_H
#define TESTS_UNIT_SURVIVAL_MADE_H

#include "survival/map.h"

static inline void made_map(struct survival_map *m)
{
	map_init(m);
	m->session = "pd-survives.made.board.1";
	m->image_sha256 = "9f86";
	map_add_region(m, &(struct map_region){.name = "hello-0", .owner = "pd", .pd = "hello", .role = "waits", .access = "rx",
					       .judged = true, .paddr = 0x60200000, .size = 0x3000});
	map_add_region(m, &(struct map_region){.name = "hello-1", .owner = "pd", .pd = "hello", .role = "waits", .access = "rw",
					       .paddr = 0x60203000, .size = 0x1010});
	for (uint32_t p = 0; p < m->page_count; p++)
		map_add_change(m, p, STATE_NOT_LOADED, 0, 0, true);
	m->samples = 1;
	m->exact_samples = 1;
}

/* One change of neighbouring pages; the record's end moves with it. */
static inline void made_change(struct survival_map *m, uint32_t first, uint32_t count, enum page_state s, int64_t seen,
			       int64_t since)
{
	for (uint32_t p = first; p < first + count; p++)
		map_add_change(m, p, s, seen, since, false);
	m->end_us = since > m->end_us ? since : m->end_us;
	m->samples++;
}

/* Loaded at 10 ms, hello-1 written at 15, of hello-0 one page cleared at 20, restored at 30; the end at 40. */
static inline void made_story(struct survival_map *m)
{
	made_map(m);
	map_add_mark(m, MARK_POWER_ON, "", 0);
	map_add_mark(m, MARK_LOOK, "loaded", 12000);
	made_change(m, 0, 5, STATE_INTACT, 8000, 10000);
	made_change(m, 4, 1, STATE_CHANGED, 14000, 15000);
	made_change(m, 1, 1, STATE_CLEARED, 16000, 20000);
	made_change(m, 1, 1, STATE_RESTORED, 29000, 30000);
	map_add_mark(m, MARK_PHASE, "kernel & <co>", 18000);
	map_add_mark(m, MARK_END, "", 40000);
	m->end_us = 40000;
}

#endif
