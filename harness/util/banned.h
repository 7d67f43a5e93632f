/* Calls that have no safe use here do not compile (force-included by the Makefile). */
#ifndef RUNTEST_UTIL_BANNED_H
#define RUNTEST_UTIL_BANNED_H

#include <stdio.h>  /* must be seen before their names are poisoned */
#include <stdlib.h>
#include <string.h>

#pragma GCC poison strcpy strcat sprintf vsprintf gets strtok system tmpnam mktemp popen

#endif
