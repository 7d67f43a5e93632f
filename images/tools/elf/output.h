/* Files that the image tools write. */
#ifndef ELF_OUTPUT_H
#define ELF_OUTPUT_H

#include <stdio.h>

FILE *output_start(const char *path);
void output_finish(FILE *f, const char *path);

#endif
