/*
 * Building with a Microkit SDK: what its folder must hold, and the commands that make a system with it. The layout is
 * that of the released SDKs:
 *
 *   bin/microkit                    the tool that makes the image
 *   board/BOARD/CONFIG/include      headers; lib: libmicrokit.a and microkit.ld; elf: kernel, monitor, loader
 */
#ifndef RUNTEST_BUILD_SDK_H
#define RUNTEST_BUILD_SDK_H

#include "build/recipe.h"

/* Compiler and linker, VARIANT_ARCH in their names; NULL-terminated; from `a`. */
const char *const *sdk_tools(const struct variant *v, const struct board_kind *kind, struct arena *a);

/*
 * Fill in r's SDK and commands, for r->request, whose variant has an SDK section. What is in the SDK counts, not where
 * it is. ERR_CONFIG with a hint when there is no SDK, when the folder is none, or when it has not the board.
 */
int sdk_recipe(struct recipe *r, struct pantry *p, struct err *e);

#endif
