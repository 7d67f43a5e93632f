/* Writing to where a person looks, who may have gone, or may not be reading just now. */
#ifndef RUNTEST_HAND_PUT_H
#define RUNTEST_HAND_PUT_H

#include <stddef.h>

/* All of it, waiting for a reader that is slow. -1 when there is none any more, or a stop is requested (util/cancel.h):
 * a stuck pipe does not keep us from ending. */
int put_all(int fd, const void *bytes, size_t n);

#endif
