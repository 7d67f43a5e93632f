/* The parts of a board unit, as its file describes them: what can be ill of a board, and what a check tells apart. */
#ifndef RUNTEST_CONFIG_PART_H
#define RUNTEST_CONFIG_PART_H

enum unit_part {
	PART_NONE, /* none of them, or nobody knows which */
	PART_CONSOLE,
	PART_POWER,
	PART_DELIVERY, /* how an image gets there, and starts */
	PART_MEMORY,   /* how its RAM is looked at */
	PART_COUNT
};

/* "console", "power", "delivery", "memory"; NULL for PART_NONE. */
const char *unit_part_name(enum unit_part part);

/* PART_NONE for a name that is none, or NULL. */
enum unit_part unit_part_from_name(const char *name);

#endif
