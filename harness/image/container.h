/*
 * How a boot image is wrapped up. Inside every wrapping are the same raw bytes: the boot loader, its header, the table of
 * regions and what belongs into them (loaderimg.h). Wrappings are those of seL4/microkit's --image-type: none (binary),
 * an ELF with one PT_LOAD (2.1.0 and later), a U-Boot uImage (2.1.0 and later, riscv64 only).
 */
#ifndef RUNTEST_IMAGE_CONTAINER_H
#define RUNTEST_IMAGE_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image/imagearch.h"
#include "util/err.h"

enum container_kind { CONTAINER_RAW, CONTAINER_ELF, CONTAINER_UIMAGE };

struct container {
	enum container_kind kind;
	size_t from, to;      /* where in the file the raw bytes stand */
	bool placed;          /* it says where its bytes go: whoever loads it needs no address */
	uint64_t address;     /* of the first raw byte, physical, where placed */
	enum image_arch arch; /* unknown of raw bytes */
};

/*
 * Which kind the file is, checked as far as the wrapping goes. -1 with ERR_USAGE for a file that is none of these, with
 * ERR_IMAGE for one that is damaged: which check failed, at which file offset; `where` is left for the caller.
 */
int container_open(struct container *c, const uint8_t *bytes, size_t n, struct err *e);

/* Could a loader's header stand somewhere in these bytes: is its magic there? */
bool container_has_magic(const uint8_t *bytes, size_t n);

/* What each kind looks like from inside; the array in container.c lists them. */
struct container_ops {
	enum container_kind kind;
	bool (*is_it)(const uint8_t *bytes, size_t n);
	int (*open)(struct container *c, const uint8_t *bytes, size_t n, struct err *e);
};
extern const struct container_ops container_elf, container_uimage;

#endif
