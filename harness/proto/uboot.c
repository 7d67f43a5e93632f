#include "proto/uboot.h"

#include <ctype.h>
#include <string.h>

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Hexadecimal digits from *at on, at most `most` of them: how many there were. */
static int read_hex(const char **at, const char *end, int most, uint64_t *value)
{
	int n = 0;

	for (*value = 0; n < most && *at < end && digit(**at) >= 0; n++)
		*value = *value << 4 | (unsigned)digit(*(*at)++);
	return n;
}

bool uboot_read_crc(const char *text, size_t n, uint32_t *crc)
{
	static const char arrow[] = "==> ";
	const char *at = text, *end = text + n, *found = NULL;
	uint64_t value;

	while (n && (at = memmem(at, (size_t)(end - at), arrow, strlen(arrow))))
		found = at += strlen(arrow);
	if (!found || read_hex(&found, end, 8, &value) != 8)
		return false;
	*crc = (uint32_t)value;
	return true;
}

static const char *end_of_line(const char *at, const char *end)
{
	while (at < end && *at != '\n' && *at != '\r')
		at++;
	return at;
}

/* " 0f" */
static bool read_byte(const char **at, const char *end, uint8_t *byte)
{
	const char *p = *at;
	uint64_t value;

	if (p == end || *p++ != ' ' || read_hex(&p, end, 2, &value) != 2)
		return false;
	*byte = (uint8_t)value;
	*at = p;
	return true;
}

/* One line of a dump that goes on at `address`: how many bytes it has, 0 when it is no such line. */
static size_t read_line(const char *line, const char *end, uint64_t address, uint8_t *out, size_t most)
{
	enum { PER_LINE = 16, WIDTH = 16 };
	uint64_t at;
	size_t n = 0;

	if (read_hex(&line, end, WIDTH, &at) < 8 || at != address || line == end || *line++ != ':')
		return 0;
	while (n < PER_LINE && n < most && read_byte(&line, end, &out[n]))
		n++;
	return n;
}

bool uboot_read_dump(const char *text, size_t n, uint64_t address, uint8_t *out, size_t size)
{
	const char *end = text + n, *stop;
	size_t got = 0;

	for (const char *line = text; n && line < end && got < size; line = stop + (stop < end)) {
		stop = end_of_line(line, end);
		got += read_line(line, stop, address + got, out + got, size - got);
	}
	return got == size;
}

static bool skip(const char **at, const char *end, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(end - *at) < n || memcmp(*at, word, n) != 0)
		return false;
	*at += n;
	return true;
}

/* " reserved[0]\t[0xbddb2000-0xbfffffff]" */
static bool read_reserved(const char *at, const char *end, struct uboot_reserved *out)
{
	while (at < end && isspace((unsigned char)*at))
		at++;
	if (!skip(&at, end, "reserved["))
		return false;
	while (at < end && isdigit((unsigned char)*at))
		at++;
	if (!skip(&at, end, "]"))
		return false;
	while (at < end && isspace((unsigned char)*at))
		at++;
	return skip(&at, end, "[0x") && read_hex(&at, end, 16, &out->first) && skip(&at, end, "-0x") &&
	       read_hex(&at, end, 16, &out->last) && skip(&at, end, "]") && out->first <= out->last;
}

int uboot_read_reserved(const char *text, size_t n, struct uboot_reserved *out, int most)
{
	static const char title[] = "lmb_dump_all:";
	const char *end = text + n, *line = n ? memmem(text, n, title, strlen(title)) : NULL, *stop;
	int count = 0;

	if (!line)
		return -1;
	for (; line < end && count < most; line = stop + (stop < end)) {
		stop = end_of_line(line, end);
		count += read_reserved(line, stop, &out[count]);
	}
	return count;
}
