/*
 * Where in a recorded boot something happens, as the number of instructions that have run by then: found by running the
 * boot again with stops at instructions by their number, in strides first, then ever closer where it was.
 */
#ifndef RUNTEST_REPLAY_PLACE_H
#define RUNTEST_REPLAY_PLACE_H

#include <stdint.h>

#include "replay/recording.h"

enum place_kind {
	PLACE_CONSOLE, /* the console has brought so many bytes of this boot: behind the instruction that sent the last of them */
	PLACE_CHANGE,  /* the eight bytes at a physical address (a multiple of 8) have changed: in front of the instruction that
	                  does it, whoever it is; a change that is undone within some ten thousand instructions may be missed */
	PLACE_END,     /* near the record's end: some dozen instructions before, where the boot stands still every time */
};

struct place {
	enum place_kind kind;
	uint64_t value; /* PLACE_CONSOLE: bytes; PLACE_CHANGE: the address */
	uint64_t after; /* it is looked for behind so many instructions; 0: from power-on */
};

struct place_search {
	const struct recording *rec;
	const char *dir;
	unsigned boot;       /* from 0 */
	int64_t deadline_ms; /* monotonic */
};

/*
 * `instruction`: so many have run when the boot stands there. 1: it never comes there before its recorded end; -1: ERR_USAGE
 * (the address is not in RAM, the boot has no so many instructions), ERR_INFRA, also when the deadline has passed,
 * ERR_CANCELLED, and what probe_start has.
 */
int place_find(const struct place_search *s, const struct place *what, uint64_t *instruction, struct err *e);

#endif
