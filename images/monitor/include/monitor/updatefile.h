/* An update file as it came: is it sound, and is it one for this protection domain? */
#ifndef MONITOR_UPDATEFILE_H
#define MONITOR_UPDATEFILE_H

#include <stdint.h>

struct updatefile {
	const uint8_t *bytes;
	uint64_t size;   /* bytes that came */
	uint64_t room;   /* bytes that there is room for */
	uint64_t frames; /* bytes of the frames that it may run in */
	uint64_t entry;  /* of the protection domain */
	uint64_t ram;    /* of a guest: address of the first frame; 0: any segment may be in any frame */
};

/* NULL, or why it is refused: the words that the console says. */
const char *updatefile_check(const struct updatefile *u);

uint32_t updatefile_version(const uint8_t *bytes);

#endif
