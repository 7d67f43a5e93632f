/*
 * Looking on at a session's console while it is written: a stream of server-sent events (WHATWG HTML, 9.2).
 *
 *   event: attempt   data: N                    what follows is of attempt N, from its beginning
 *   event: bytes     data: BASE64               the next bytes of the console
 *   event: index     data: OFFSET MICROSECONDS  lines of console.idx, as they stand in it
 *
 * The id of each says where the next one begins, so that a viewer who was cut off goes on where it was. Nothing is kept for
 * anybody: the console's file is the only buffer, and who reads slowly gets it slowly.
 */
#ifndef RUNTEST_SERVE_FOLLOW_H
#define RUNTEST_SERVE_FOLLOW_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct follow;

/* `id`: the last one that the viewer has seen, or NULL; then `from` is the byte of the newest attempt's console to begin with.
 * `results` must stay. */
struct follow *follow_open(const char *results, const char *run, const char *session, const char *id, uint64_t from);
void follow_close(void *f);

/* For web_reply.read. */
ssize_t follow_read(void *f, char *out, size_t room);

/* Would follow_read() have something? */
bool follow_has(struct follow *f, int64_t now_ms);

/* "ATTEMPT.CONSOLE.INDEX": 0, or -1 for what is no such text. */
struct follow_place {
	int attempt;
	uint64_t console, index;
};
int follow_place_parse(struct follow_place *p, const char *text);

#endif
