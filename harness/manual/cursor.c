#include "manual/cursor.h"

#include <ctype.h>
#include <string.h>

/* ---- a synopsis: "power [--wait TIME] UNIT on|off|cycle|state" ---- */

struct token {
	const char *from;
	size_t n;
	bool brackets; /* it stood in [], and n is without them */
	bool repeats;  /* "..." followed, and n is without it */
};

static bool ends_in_dots(const char *from, size_t n)
{
	return n > 3 && memcmp(from + n - 3, "...", 3) == 0;
}

/* The next one before `end`; false: there is none. */
static bool next_token(const char **at, const char *end, struct token *t)
{
	const char *stop;

	*at += strspn(*at, " ");
	if (*at >= end)
		return false;
	*t = (struct token){.from = *at, .brackets = **at == '['};
	stop = memchr(*at, t->brackets ? ']' : ' ', (size_t)(end - *at));
	if (!stop)
		stop = end;
	t->n = (size_t)(stop - t->from);
	*at = stop;
	if (t->brackets) {
		t->from++;
		t->n--;
		*at += stop < end;
		t->repeats = end - *at >= 3 && memcmp(*at, "...", 3) == 0;
		*at += t->repeats ? 3 : 0;
	}
	if (ends_in_dots(t->from, t->n)) {
		t->repeats = true;
		t->n -= 3;
	}
	return true;
}

/* The next argument; options, and the values of those that are not in brackets, are passed over. */
static bool next_argument(const char **at, const char *end, struct token *t)
{
	bool is_value = false;

	while (next_token(at, end, t)) {
		bool optional = t->brackets && (t->from[0] == '-' || memchr(t->from, ' ', t->n) ||
						(t->n == 6 && memcmp(t->from, "OPTION", 6) == 0));

		if (!optional && t->from[0] != '-' && !(is_value && !t->brackets))
			return true;
		is_value = !t->brackets && t->from[0] == '-';
	}
	return false;
}

static const char *const *add_choices(const char *const *list, const struct token *t, struct arena *a)
{
	for (const char *from = t->from, *end = t->from + t->n; from < end;) {
		const char *bar = memchr(from, '|', (size_t)(end - from));
		size_t n = (size_t)((bar ? bar : end) - from);

		list = arena_list_add(a, list, arena_strndup(a, from, n));
		from += n + (bar ? 1 : 0);
	}
	return list;
}

static bool is_kind(const struct token *t)
{
	return isupper((unsigned char)t->from[0]);
}

/* Could this be the word that the token stands for? */
static bool takes_word(const struct token *t, const char *word)
{
	for (const char *from = t->from, *end = t->from + t->n; from < end;) {
		const char *bar = memchr(from, '|', (size_t)(end - from));
		size_t n = (size_t)((bar ? bar : end) - from);

		if (isupper((unsigned char)*from) || (strlen(word) == n && strncmp(from, word, n) == 0))
			return true;
		from += n + (bar ? 1 : 0);
	}
	return false;
}

/* What one way of writing the command has at the place behind `before`. */
static const char *const *wants_of(const char *way, const char *end, const char *const *before, const char *const *list,
				   struct arena *a)
{
	struct token t;
	bool there = next_argument(&way, end, &t);

	for (; there && before && *before; before++) {
		if (!takes_word(&t, *before))
			return list;
		if (!(t.repeats && is_kind(&t)))
			there = next_argument(&way, end, &t);
	}
	return there ? add_choices(list, &t, a) : list;
}

/* Where this way ends: in front of " | ", of a line's end, or of what is said in brackets. */
static const char *way_end(const char *way)
{
	const char *ends[] = {strstr(way, " | "), strchr(way, '\n'), strstr(way, "   (")}, *end = way + strlen(way);

	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
		if (ends[i] && ends[i] < end)
			end = ends[i];
	return end;
}

static const char *skip_word(const char *text, const char *word, size_t n)
{
	return strncmp(text, word, n) == 0 && (text[n] == ' ' || !text[n]) ? text + n + strspn(text + n, " ") : text;
}

static const char *const *wants_at(const char *synopsis, const char *const *before, struct arena *a)
{
	size_t name = strcspn(synopsis, " \n");
	const char *const *list = NULL;

	for (const char *way = synopsis; *way;) {
		const char *end = way_end(way), *from;

		way += strspn(way, " ");
		from = skip_word(skip_word(way, "runtest", 7), synopsis, name);
		if (from <= end)
			list = wants_of(from, end, before, list, a);
		way = end + strcspn(end, "|\n");
		way += *way ? 1 : 0;
	}
	return list;
}

/* ---- the words of a line ---- */

/* The option's value is the next word, if the word has none in itself. */
static const struct help_word *option_waiting(const struct help_words *help, const char *word)
{
	const struct help_word *option = help_option(help, word);

	return option && option->value ? option : NULL;
}

static void want_value(struct cursor *c, const struct help_word *option, struct arena *a)
{
	struct token t = {.from = option->value, .n = strcspn(option->value, " ")};

	c->option = option->name;
	if (ends_in_dots(t.from, t.n))
		t.n -= 3;
	c->wants = add_choices(NULL, &t, a);
}

/* "--board=qe": its value is being typed. */
static bool find_value_in_word(struct cursor *c, const struct help_words *help, const char *word, struct arena *a)
{
	const char *equals = strchr(word, '=');
	const struct help_word *option;

	if (strncmp(word, "--", 2) != 0 || !equals)
		return false;
	option = option_waiting(help, arena_strndup(a, word, (size_t)(equals - word)));
	c->before = arena_strndup(a, word, (size_t)(equals + 1 - word));
	c->prefix = equals + 1;
	if (option)
		want_value(c, option, a);
	return true;
}

void cursor_find(struct cursor *c, const char *synopsis, const struct help_words *help, char *const *words, size_t count,
		 struct arena *a)
{
	const struct help_word *waiting = NULL;
	const char *const *before = NULL;
	const char *word = words[count - 1];
	bool only_arguments = false;

	*c = (struct cursor){.prefix = word, .before = ""};
	for (size_t i = 0; i + 1 < count; i++) {
		if (waiting)
			waiting = NULL;
		else if (!only_arguments && strcmp(words[i], "--") == 0)
			only_arguments = true;
		else if (!only_arguments && words[i][0] == '-' && words[i][1])
			waiting = option_waiting(help, words[i]);
		else
			before = arena_list_add(a, before, words[i]);
	}
	if (waiting) {
		want_value(c, waiting, a);
		return;
	}
	if (!only_arguments && find_value_in_word(c, help, word, a))
		return;
	c->options = !only_arguments && word[0] == '-';
	if (!c->options)
		c->wants = wants_at(synopsis, before, a);
	if (!c->wants && !only_arguments)
		c->options = true;
}
