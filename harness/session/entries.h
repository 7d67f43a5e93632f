/*
 * How many protection domains have come to their entry, while the session runs: QEMU notes in a file what it translates
 * there (machine/argv.c), once for each frame. Who they are, and what becomes of them, is found on the replay (execution.c).
 * Inner part of the room.
 */
#ifndef RUNTEST_SESSION_ENTRIES_H
#define RUNTEST_SESSION_ENTRIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ENTRIES_FILE "entries.log"

struct session;

struct entries {
	int64_t read;     /* bytes of the file so far */
	size_t arrived;   /* frames */
	int64_t last_ms;  /* monotonic: when the last one was seen; 0: none was */
};

/* Can it be seen on this board? */
bool entries_can_watch(const struct session *s);

/* How many there are in the image, as far as their names are known; 0: nobody knows. */
size_t entries_wanted(const struct session *s);

/* Take in what QEMU has noted by now. Does nothing where nothing is noted. */
void entries_look(struct session *s);

#endif
