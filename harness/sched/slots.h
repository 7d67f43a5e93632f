/*
 * Who may run beside whom. A session on a QEMU machine takes a processor, and memory: as much as machines of its kind have
 * been seen to take in this run, and until one was seen, as much as it has RAM (of which most is never touched). A
 * session on hardware takes its board, of which there is one, or as many as units would do; it waits on its board most of
 * the time, and no processor is set aside for it. A limit on all of them together counts instead of the processors, and
 * leaves out sessions that wait for a board that somebody else has.
 *
 * Machines are started strictly in their order: one that is large is not passed over until all small ones are done.
 */
#ifndef RUNTEST_SCHED_SLOTS_H
#define RUNTEST_SCHED_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum slot_state { SLOT_WORKING, SLOT_WAITING, SLOT_TIDYING, SLOT_STATES };

/* Sessions that take the same. */
struct slot_class {
	const void *kind;      /* of board */
	const void *board;     /* which one, or any of which: compared only; NULL for machines made for each session */
	bool machine;          /* QEMU runs on this machine for it */
	size_t boards;         /* how many there are; 0: as many as wanted */
	uint64_t memory;       /* bytes that one takes: measured, or the first guess */
	bool measured;
	size_t line;           /* in which they wait */
	size_t now[SLOT_STATES]; /* how many do what */
};

struct slots_limits {
	size_t cores;
	size_t at_once;            /* of all sessions; 0: no limit */
	size_t processes;          /* most that there may be at any time; 0: no limit */
	uint64_t (*memory)(void);  /* bytes that are to be had now; UINT64_MAX: nobody knows */
};

struct slots {
	struct slots_limits limits;
	struct slot_class *classes;
	size_t count, room, lines;
	size_t all[SLOT_STATES], machines[SLOT_STATES]; /* of all classes, and of those with machines */
	uint64_t free_bytes; /* that were to be had when no machine ran */
};

void slots_init(struct slots *s, const struct slots_limits *limits);
void slots_finish(struct slots *s);

/* The number of the class of sessions on this kind and board, made when it is new. `memory` is the guess for machines. */
size_t slots_class(struct slots *s, const void *kind, const void *board, bool machine, size_t boards, uint64_t memory);

/* May one more of the class start now? Always, where nothing runs. */
bool slots_have_room(struct slots *s, size_t class);

void slots_take(struct slots *s, size_t class); /* one more works */
void slots_move(struct slots *s, size_t class, enum slot_state from, enum slot_state to);
void slots_leave(struct slots *s, size_t class, enum slot_state was);

/* So many bytes one of the class has taken at its peak. The most that was seen counts. */
void slots_measure(struct slots *s, size_t class, uint64_t bytes);

#endif
