/* The value of `--elf NAME=FILE`: an ELF that went into a boot image. */
#ifndef RUNTEST_CLI_ELFOPTION_H
#define RUNTEST_CLI_ELFOPTION_H

#include "cli/command.h"
#include "image/bootimage.h"
#include "util/mem.h"

/* "kernel" and "monitor" are roles, every other name is a protection domain's. Strings are borrowed. */
struct image_elf elf_option_named(const char *name, const char *path);

/* False: it is not NAME=FILE. The name comes from the arena, the path is the text's. */
bool elf_option_split(const char *text, struct arena *a, struct image_elf *elf);

/* The same on a command line: 0, or 2 after it was reported. */
int elf_option_take(const struct command *c, const char *text, struct arena *a, struct image_elf *elf);

/* The files of such texts (NULL-terminated; NULL: none), the kernel's first; NULL when there is none. */
const char *const *elf_option_files(const char *const *texts, struct arena *a);

#endif
