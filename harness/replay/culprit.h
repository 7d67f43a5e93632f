/*
 * Who wrote to a page that a boot lost: found on the replay of the boot that was recorded, so that nothing is disturbed and
 * nothing has to happen twice (docs/culprit.md). Pages are watched at the addresses by which the kernel sees all physical
 * memory; the culprit is the store by which a page that was as the image has it became another. Pages that were lost
 * without such a store were written through another mapping (a protection domain's own, or with the MMU off, as loaders
 * do): when, and by which instruction, is found by running the boot again with stops by time.
 */
#ifndef RUNTEST_REPLAY_CULPRIT_H
#define RUNTEST_REPLAY_CULPRIT_H

#include <stddef.h>
#include <stdint.h>

#include "replay/page.h"
#include "replay/recording.h"

struct culprit;

/* What the hunt is for. */
struct culprit_hunt {
	unsigned boot;                   /* of the recording, from 0 */
	const struct replay_page *pages; /* of those whose bytes nobody knows, the first store at all is told */
	size_t page_count;               /* at most CULPRIT_PAGES are looked for */
	const char *const *elfs;         /* files that explain addresses, the kernel's first; NULL-terminated, or NULL */
	const struct boot_image *image;  /* tells whose code it was that runs in a protection domain; or NULL */
	int64_t budget_ms;               /* how long it may take in all */
	void (*found)(void *ctx, const struct culprit *c); /* as soon as there is a new one, with its first page; may be NULL */
	void *ctx;
};

enum { CULPRIT_PAGES = 64 };

/* How a culprit was found, and so what is known of it. */
enum culprit_how {
	CULPRIT_WATCHED, /* it wrote by the kernel's window; the page was right before, and not afterwards */
	CULPRIT_FIRST,   /* by the kernel's window, the first to do so; nobody knows what the page should have held then */
	CULPRIT_BY_TIME, /* through an unwatched mapping: the instruction before which the page was right, and not afterwards */
};

/* Pages that were lost by the same chain of calls. */
struct culprit {
	enum culprit_how how;
	uint64_t pc;              /* of the store */
	const char *level;        /* at which the processor ran: "EL2", "EL0", "supervisor mode"...; "" where it does not say */
	const char *const *lines; /* the chain, innermost first: "function(arguments) at file:line"; NULL-terminated */
	uint64_t instruction;     /* so many had run before it, of the first page */
	int64_t found_ms;         /* after the hunt began: the first page of it */
	uint64_t *pages;          /* physical */
	size_t page_count, page_room;
};

/* What became of a page for which nobody was found. */
enum culprit_open {
	OPEN_UNTOUCHED, /* nothing wrote to it by the kernel's window until the boot's recorded end, and it is right then */
	OPEN_RESTORED,  /* it was written to, and is right at the boot's end */
	OPEN_UNKNOWN,   /* nothing wrote to it there; nobody knows what it should hold */
	OPEN_NARROWED,  /* lost through an unwatched mapping, between two instructions */
	OPEN_NEVER,     /* it never was as the image has it, and became what it was at the end between two instructions */
	OPEN_UNWRITTEN, /* it was at the boot's end what it was at power-on, and never as the image has it: it was not loaded */
	OPEN_ELSEWHERE, /* lost through an unwatched mapping, and when was not found in time */
	OPEN_LATE,      /* the time was over before the boot was */
};

struct culprit_open_page {
	enum culprit_open how;
	uint64_t page;
	uint64_t from, to; /* OPEN_NARROWED, OPEN_NEVER: lost after `from` instructions, and before `to` had run */
};

struct culprits {
	struct arena arena;
	uint64_t window;         /* watched: physical address + this */
	struct culprit *items;   /* in the order in which they came */
	size_t count, room;
	size_t wanted, watched, found; /* pages */
	struct culprit_open_page *open; /* the others of the watched ones */
	size_t open_count;
};

/* How the kernel sees physical memory, by arch and the level at which it is entered (seL4's kernel windows, 64 bits). */
int culprit_window(const char *arch, const char *entry, uint64_t *offset);

const char *culprit_how_name(enum culprit_how how); /* "window", "first", "time" */

/* ELF files by which addresses in the recorded boot image are explained: those that the recording names, the kernel's
 * first, then those beside the image; NULL-terminated, or NULL. */
const char *const *culprit_elfs(struct arena *a, const struct recording *rec);

/*
 * Hunt. ERR_USAGE when the record cannot be run, has no such boot, or nobody knows the kernel's window; ERR_INFRA, also when
 * QEMU ends short of the recorded end; ERR_CANCELLED. `out` is to be finished even on error.
 */
int culprit_find(struct culprits *out, const struct recording *rec, const char *dir, const struct culprit_hunt *hunt,
		 struct err *e);
void culprits_finish(struct culprits *c);

/* Sentences about what is left: pages beyond the limit, pages for which nobody was found. NULL-terminated, or NULL. */
const char *const *culprits_remarks(const struct culprits *c, struct arena *a);

#endif
