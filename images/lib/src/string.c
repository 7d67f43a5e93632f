#include "lib/string.h"

#include <stdint.h>

static int words(const void *a, const void *b)
{
	return (((uintptr_t)a | (uintptr_t)b) & 7) == 0;
}

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
	unsigned char *d = to;
	const unsigned char *s = from;

	/* Images are copied with the MMU off, where an unaligned access traps: only aligned words go the fast way. */
	if (words(to, from)) {
		for (; size >= 32; size -= 32, d += 32, s += 32) {
			uint64_t *dw = (uint64_t *)d;
			const uint64_t *sw = (const uint64_t *)s;
			uint64_t a = sw[0], b = sw[1], e = sw[2], f = sw[3];

			dw[0] = a;
			dw[1] = b;
			dw[2] = e;
			dw[3] = f;
		}
	}
	while (size--)
		*d++ = *s++;
	return to;
}

void *memmove(void *to, const void *from, size_t size)
{
	unsigned char *d = to;
	const unsigned char *s = from;

	if (d <= s || d >= s + size)
		return memcpy(to, from, size);
	while (size--)
		d[size] = s[size];
	return to;
}

void *memset(void *to, int byte, size_t size)
{
	unsigned char *d = to;
	uint64_t word = 0x0101010101010101ULL * (unsigned char)byte;

	if (words(to, to)) {
		for (; size >= 16; size -= 16, d += 16) {
			((uint64_t *)d)[0] = word;
			((uint64_t *)d)[1] = word;
		}
	}
	while (size--)
		*d++ = (unsigned char)byte;
	return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
	const unsigned char *x = a, *y = b;

	for (size_t i = 0; i < size; i++) {
		if (x[i] != y[i])
			return x[i] - y[i];
	}
	return 0;
}

int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return (unsigned char)*a - (unsigned char)*b;
}

size_t strlen(const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}
