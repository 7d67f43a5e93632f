/* The few of the C library's that freestanding code needs; the compiler may call the mem* ones by itself. */
#ifndef LIB_STRING_H
#define LIB_STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int strcmp(const char *a, const char *b);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *s);

#endif
