/* Work that falls into many independent pieces, done by as many threads as this process may keep processors busy with. */
#ifndef RUNTEST_UTIL_CREW_H
#define RUNTEST_UTIL_CREW_H

#include <stddef.h>

/* How many there will be: at least 1, the caller among them. Always the same in a process. */
size_t crew_hands(void);

/*
 * Calls work(arg, hand, piece) once for each piece < pieces, roughly in their order, by hands at once; `hand` <
 * crew_hands() tells which, so that each may have tools of its own. Returns when all are done. Threads that cannot be had
 * are done without.
 */
void crew_do(size_t pieces, void (*work)(void *arg, size_t hand, size_t piece), void *arg);

#endif
