#include "hand/keys.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* A control key is its letter with the two upper bits off (ASCII). */
enum { CONTROL = 0x1f, FIRST = 0x40, LAST = 0x5f };

static enum key_order order_of(char key)
{
	switch (key) {
	case 'q':
	case 'Q':
	case '.':
		return KEYS_QUIT;
	case 'b':
	case 'B':
		return KEYS_BREAK;
	default: /* help for whoever guessed wrong, too */
		return KEYS_HELP;
	}
}

enum key_order keys_feed(struct keys *k, const char *typed, size_t n, size_t *used, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		bool is_escape = k->escape >= 0 && (unsigned char)typed[i] == k->escape;

		if (k->armed && !is_escape) {
			k->armed = false;
			*used = i + 1;
			return order_of(typed[i]);
		}
		if (k->armed || !is_escape)
			buf_addc(out, typed[i]);
		k->armed = is_escape && !k->armed;
	}
	*used = n;
	return KEYS_NONE;
}

int keys_parse(const char *text, int *escape)
{
	static const char *const prefixes[] = {"ctrl-", "ctrl+", "c-", "^"};

	if (strcasecmp(text, "none") == 0) {
		*escape = KEYS_NO_ESCAPE;
		return 0;
	}
	for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
		size_t n = strlen(prefixes[i]);
		char key;

		if (strncasecmp(text, prefixes[i], n) != 0 || !text[n] || text[n + 1])
			continue;
		key = text[n] >= 'a' && text[n] <= 'z' ? (char)(text[n] - 'a' + 'A') : text[n];
		if (key <= FIRST || key > LAST) /* ctrl-@ is NUL, which a BREAK looks like */
			continue;
		*escape = key & CONTROL;
		return 0;
	}
	return -1;
}

char *keys_name(int escape, char out[KEYS_NAME])
{
	char key = (char)((escape & CONTROL) | FIRST);

	if (escape < 0)
		snprintf(out, KEYS_NAME, "none");
	else
		snprintf(out, KEYS_NAME, "ctrl-%c", key >= 'A' && key <= 'Z' ? key - 'A' + 'a' : key);
	return out;
}
