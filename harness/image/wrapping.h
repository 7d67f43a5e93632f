/*
 * Wrapping raw bytes up for a boot loader that wants a file to say where its bytes go: `bootm` takes a uImage, `bootelf`
 * an ELF. The opposite of container.h. Pure.
 */
#ifndef RUNTEST_IMAGE_WRAPPING_H
#define RUNTEST_IMAGE_WRAPPING_H

#include <stddef.h>
#include <stdint.h>

#include "image/container.h"
#include "image/imagearch.h"
#include "util/buf.h"
#include "util/err.h"

/*
 * U-Boot's legacy uImage (include/image.h: 64 bytes, big endian, both CRC-32s) around the bytes, which go to `address` and
 * are entered there, as a kernel of Linux's. Appended to `out`. ERR_IMAGE where the format's 32 bits do not suffice or it
 * knows no such architecture.
 */
int wrapping_uimage(const void *bytes, size_t n, uint64_t address, enum image_arch arch, struct buf *out, struct err *e);

/* An ELF64, little endian, with one PT_LOAD that holds the bytes, at `address`, which is its entry. Appended to `out`. */
int wrapping_elf(const void *bytes, size_t n, uint64_t address, enum image_arch arch, struct buf *out, struct err *e);

#endif
