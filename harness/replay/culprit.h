/*
 * Who wrote to a page first: found on the replay of the boot that was recorded, so that nothing is disturbed and nothing
 * has to happen twice (docs/culprit.md). Pages are watched at the addresses by which the kernel sees all physical memory;
 * what writes by another mapping, or with the MMU off as loaders do, is not seen.
 */
#ifndef RUNTEST_REPLAY_CULPRIT_H
#define RUNTEST_REPLAY_CULPRIT_H

#include <stddef.h>
#include <stdint.h>

#include "replay/recording.h"

/* What the hunt is for. */
struct culprit_hunt {
	unsigned boot;          /* of the recording, from 0 */
	const uint64_t *pages;  /* physical addresses, multiples of 4096 */
	size_t page_count;      /* at most CULPRIT_PAGES are watched */
	const char *const *elfs; /* files that explain addresses, the kernel's first; NULL-terminated */
	int64_t budget_ms;      /* how long it may take in all */
};

enum { CULPRIT_PAGES = 64 };

/* Pages that were written to first by the same chain of calls. */
struct culprit {
	uint64_t pc;                /* of the store */
	const char *const *lines;   /* the chain, innermost first: "function(arguments) at file:line"; NULL-terminated */
	int64_t found_ms;           /* after the hunt began: the first page of it */
	uint64_t *pages;            /* physical */
	size_t page_count, page_room;
};

struct culprits {
	struct arena arena;
	uint64_t window;         /* watched: physical address + this */
	struct culprit *items;   /* in the order in which they came */
	size_t count, room;
	size_t watched, found;   /* pages */
	int over;                /* the boot came to its recorded end: what was not found was not written to this way */
};

/* How the kernel sees physical memory, by arch and the level at which it is entered (seL4's kernel windows, 64 bits). */
int culprit_window(const char *arch, const char *entry, uint64_t *offset);

/* ELF files beside a boot image by which addresses in it are explained, the kernel's first; NULL-terminated, or NULL. */
const char *const *culprit_elfs(struct arena *a, const char *image);

/*
 * Hunt. ERR_USAGE when the record cannot be run, or nobody knows the kernel's window; ERR_INFRA, ERR_CANCELLED. `out` is
 * to be finished even on error.
 */
int culprit_find(struct culprits *out, const struct recording *rec, const char *dir, const struct culprit_hunt *hunt,
		 struct err *e);
void culprits_finish(struct culprits *c);

#endif
