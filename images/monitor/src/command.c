#include "monitor/command.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/console.h"
#include "lib/print.h"
#include "lib/string.h"
#include "monitor/block.h"
#include "monitor/places.h"
#include "monitor/restart.h"
#include "monitor/system.h"
#include "monitor/update.h"

#define MAX_LINE 128
#define MAX_WORDS 3

struct words {
	const char *word[MAX_WORDS + 1];
	unsigned count;
};

static char read_byte(void)
{
	int c;

	do
		c = console_getc();
	while (c < 0);
	return (char)c;
}

void command_read_bytes(void *to, unsigned long size)
{
	char *at = to;

	while (size--) {
		char c = read_byte();

		if (at)
			*at++ = c;
	}
}

/* What does not fit is dropped, and makes a line that no command is like. */
static void read_line(char *line)
{
	unsigned n = 0;
	char c;

	while ((c = read_byte()) != '\n') {
		if (c != '\r' && n < MAX_LINE - 1)
			line[n++] = c;
	}
	line[n] = '\0';
}

static void split(char *line, struct words *w)
{
	w->count = 0;
	while (*line && w->count <= MAX_WORDS) {
		w->word[w->count++] = line;
		while (*line && *line != ' ')
			line++;
		while (*line == ' ')
			*line++ = '\0';
	}
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

/* Decimal, or hexadecimal behind 0x. */
static bool number(const char *s, uint64_t *value)
{
	int base = s[0] == '0' && s[1] == 'x' ? 16 : 10;

	s += base == 16 ? 2 : 0;
	for (*value = 0; *s && digit_of(*s) < base; s++)
		*value = *value * (unsigned)base + (unsigned)digit_of(*s);
	return !*s;
}

static struct pd *pd_named(const char *name)
{
	struct pd *pd = system_find(name);

	if (!pd)
		print("MON|ERROR: no protection domain is called %s\n", name);
	return pd;
}

static bool do_restart(const struct words *w)
{
	struct pd *pd = pd_named(w->word[1]);

	if (pd)
		restart(pd);
	return true;
}

static bool do_update(const struct words *w)
{
	uint64_t size;
	struct pd *pd;

	if (!number(w->word[2], &size))
		return false;
	pd = pd_named(w->word[1]);
	if (pd)
		update_receive(pd, size);
	return true;
}

/* A number, or an offset from the beginning of RAM behind +. */
static bool address(const char *s, uint64_t *paddr)
{
	if (!number(s + (*s == '+'), paddr))
		return false;
	if (*s == '+')
		*paddr = block_paddr(*paddr);
	return true;
}

static bool do_contiguous(const struct words *w)
{
	uint64_t bits, paddr;

	if (!number(w->word[1], &bits))
		return false;
	if (w->count == 2)
		return block_ask((unsigned)bits, NULL);
	return address(w->word[2], &paddr) && block_ask((unsigned)bits, &paddr);
}

static bool do_places(const struct words *w)
{
	(void)w;
	places_print();
	return true;
}

static const struct command {
	const char *name;
	unsigned least, most; /* words */
	bool (*run)(const struct words *w); /* false: the words make no sense */
} commands[] = {
	{"restart", 2, 2, do_restart},
	{"update", 3, 3, do_update},
	{"contiguous", 2, 3, do_contiguous},
	{"places", 1, 1, do_places},
};

static bool run(const struct words *w)
{
	for (unsigned i = 0; i < sizeof commands / sizeof commands[0]; i++) {
		const struct command *c = &commands[i];

		if (strcmp(w->word[0], c->name) == 0 && w->count >= c->least && w->count <= c->most)
			return c->run(w);
	}
	return false;
}

_Noreturn void command_serve(void)
{
	char line[MAX_LINE];
	struct words w;

	for (;;) {
		print("MON|READY\n");
		do {
			read_line(line);
			split(line, &w);
		} while (!w.count);
		if (!run(&w))
			print("MON|ERROR: no command: expected restart NAME, update NAME SIZE, contiguous BITS [ADDRESS], places\n");
	}
}
