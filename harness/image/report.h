/*
 * report.txt, of which three sections are read (docs/formats.md; seL4/microkit 2.0.1 writes the first):
 *
 *     # Loader Regions
 *     <Region name=PD-ELF hello-0 addr=0x6024b000 size=1996>
 *     # Runtime Regions
 *     <Region name=PD-RUN hello-0 addr=0x60301000 size=1996>
 *     <Region name=PD-PRISTINE hello-0 addr=0x60401000 size=1996>
 *     # Reserved Memory
 *     <Region name=RESERVED memory-0 addr=0x60000000 size=102400>
 *
 * one line per PT_LOAD of every protection domain, with its physical address and memory size: where it waits, and where
 * that is elsewhere, where it runs and what a restart copies from; and one for each piece of RAM that is no ordinary
 * memory once the kernel runs. Other sections may hold anything.
 */
#ifndef RUNTEST_IMAGE_REPORT_H
#define RUNTEST_IMAGE_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "image/bootimage.h"
#include "util/err.h"
#include "util/mem.h"

enum { REPORT_MAX_REGIONS = 4096 };

struct report_region {
	enum region_role role;
	const char *name; /* "hello-0" */
	const char *pd;   /* "hello" */
	int segment;      /* 0 */
	uint64_t addr, size;
	int line;         /* from 1 */
};

struct report_list {
	struct report_region *items;
	size_t count, room;
};

struct report {
	struct report_region *regions; /* as in the file; empty ones are left out; the loader's before the others */
	size_t count;
	struct report_list all;      /* the same in the order of the file */
	struct report_list reserved; /* RAM that is no ordinary memory once the kernel runs */
	bool has_reserved;           /* false: the report does not tell of it */
	bool has_loader;             /* it has a section of loader regions */
};

/* Read n bytes of a file; everything is copied into `a`. -1 with ERR_IMAGE; `where` is "PATH:LINE". */
int report_parse(struct report *r, struct arena *a, const char *path, const char *bytes, size_t n, struct err *e);

/* The same of a report that need not have loader regions: Microkit 2.1.0 and later write none. */
int report_parse_any(struct report *r, struct arena *a, const char *path, const char *bytes, size_t n, struct err *e);

#endif
