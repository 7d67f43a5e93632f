/*
 * What is kept of a session's boots so that they can be run again, instruction for instruction: recording.json in the
 * session's folder (docs/recording.md). QEMU's own records lie beside it, one for each time that power went on.
 */
#ifndef RUNTEST_REPLAY_RECORDING_H
#define RUNTEST_REPLAY_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image/bootimage.h"
#include "util/err.h"
#include "util/mem.h"
#include "util/sha256.h"

#define RECORDING_FILE "recording.json"

/* A file that the boot read, and what it was like then. */
struct recorded_file {
	const char *path; /* absolute */
	int64_t size;     /* bytes */
	int64_t mtime_ns; /* since 1970 */
};

/* RAM that held one byte over and over when power went on. */
struct recorded_fill {
	uint64_t paddr, size;
	uint8_t byte;
};

/* What a piece of memory held when the boot ended. */
struct recorded_memory {
	const char *region;
	uint64_t paddr, size;
	char sha256[SHA256_HEX];
};

/* From power-on to power-off. */
struct recorded_boot {
	const char *record;          /* the file that QEMU wrote, in the session's folder */
	uint64_t console, console_end; /* which bytes of console.log came */
	struct recorded_memory *memory; /* empty when nobody saw how it ended */
	size_t memory_count, memory_room;
};

struct recording {
	struct arena arena;        /* owns all strings and arrays */
	const char *const *argv;   /* QEMU's command line at the first boot; NULL-terminated; only read, never written */
	uint64_t ram_base, ram_size;
	const char *arch, *entry;  /* "aarch64", "el2": as the board kind has them; entry may be NULL */
	const char *image_sha256;  /* of the boot image, hex; NULL: not known */
	const char *image;         /* its path */
	struct image_files with;   /* that explain it: report, ELFs, payloads; no updates */
	struct recorded_file *files;
	size_t file_count, file_room;
	struct recorded_fill *fills;
	size_t fill_count, fill_room;
	struct recorded_boot *boots;
	size_t boot_count, boot_room;
};

void recording_init(struct recording *r);
void recording_finish(struct recording *r);

/* Strings are copied. A file that is not there is left out: QEMU will say what it misses. */
void recording_add_file(struct recording *r, const char *path);
void recording_add_fill(struct recording *r, uint64_t paddr, uint64_t size, uint8_t byte);
/* Everything is copied. NULL: nothing is known but the image. */
void recording_explain(struct recording *r, const struct image_files *with);
struct recorded_boot *recording_add_boot(struct recording *r, const char *record, uint64_t console);
void recording_add_memory(struct recording *r, struct recorded_boot *b, const char *region, uint64_t paddr,
			  const uint8_t *bytes, uint64_t size);

/* RECORDING_FILE in dir, atomically. ERR_IO. */
int recording_write(const struct recording *r, const char *dir, struct err *e);

/* Read it and QEMU's command line (`qemu.args`) from a session's folder. `r` is initialised by it and must be finished
 * even on error. ERR_USAGE: the session has no recording. ERR_IO: it cannot be read, or is none. */
int recording_read(struct recording *r, const char *dir, struct err *e);

/* Is every file what it was? ERR_USAGE with the first that is not. The boot image may have been built again, if it came
 * out the same. */
int recording_check_files(const struct recording *r, struct err *e);

/* The boot image as the session had it. -1: it is not there as it was (ERR_USAGE), or cannot be read; `img` is all zero then. */
int recording_open_image(const struct recording *r, struct boot_image *img, struct err *e);

/*
 * Was the record finished? A QEMU that was killed leaves one without its header, of which nothing can be read. ERR_USAGE
 * with that; ERR_IO when there is no file.
 */
int record_check(const char *path, struct err *e);

#endif
