#include "lib/print.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/console.h"

static void put(char c)
{
	if (c == '\n')
		console_putc('\r');
	console_putc(c);
}

static void put_string(const char *s)
{
	while (*s)
		put(*s++);
}

static void put_number(uint64_t n, unsigned base, unsigned width, char pad)
{
	char digits[24];
	unsigned count = 0;

	do {
		digits[count++] = "0123456789abcdef"[n % base];
		n /= base;
	} while (n);
	while (width > count) {
		put(pad);
		width--;
	}
	while (count)
		put(digits[--count]);
}

static void put_signed(int64_t n)
{
	if (n < 0)
		put('-');
	put_number(n < 0 ? -(uint64_t)n : (uint64_t)n, 10, 0, ' ');
}

void print(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	for (; *fmt; fmt++) {
		unsigned width = 0;
		bool wide = false;
		char pad = ' ';

		if (*fmt != '%') {
			put(*fmt);
			continue;
		}
		if (*++fmt == '0')
			pad = '0';
		for (; *fmt >= '0' && *fmt <= '9'; fmt++)
			width = width * 10 + (unsigned)(*fmt - '0');
		for (; *fmt == 'l'; fmt++)
			wide = true;
		if (*fmt == 's')
			put_string(va_arg(ap, const char *));
		else if (*fmt == 'c')
			put((char)va_arg(ap, int));
		else if (*fmt == 'd')
			put_signed(wide ? va_arg(ap, int64_t) : va_arg(ap, int));
		else if (*fmt == 'u' || *fmt == 'x')
			put_number(wide ? va_arg(ap, uint64_t) : va_arg(ap, unsigned), *fmt == 'x' ? 16 : 10, width, pad);
		else
			put(*fmt);
	}
	va_end(ap);
}
