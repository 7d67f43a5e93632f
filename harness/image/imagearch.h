/*
 * Which architecture an image is for, as far as its file tells: a container says so in its header, a raw image has only
 * the loader's code to go by. Pure.
 */
#ifndef RUNTEST_IMAGE_IMAGEARCH_H
#define RUNTEST_IMAGE_IMAGEARCH_H

#include <stddef.h>
#include <stdint.h>

enum image_arch { IMAGE_ARCH_UNKNOWN, IMAGE_ARCH_AARCH64, IMAGE_ARCH_RISCV64, IMAGE_ARCH_X86_64, IMAGE_ARCH_COUNT };
const char *image_arch_name(enum image_arch a); /* "aarch64", as board kinds call it; "unknown" */

/* By e_machine of an ELF header. */
enum image_arch image_arch_of_elf(uint16_t machine);

/*
 * By a loader's code: every loader turns the MMU on, by instructions that no other architecture has. Unknown where none
 * or more than one architecture's are found.
 */
enum image_arch image_arch_of_code(const uint8_t *code, size_t n);

#endif
