#include "proto/speaker.h"

#include <string.h>

void speaker_init(struct speaker *s, const char *prefix, const char *const *others)
{
	memset(s, 0, sizeof *s);
	s->prefix = prefix;
	s->others = others;
}

void speaker_finish(struct speaker *s)
{
	buf_finish(&s->head);
	for (size_t i = 0; i < sizeof s->lines / sizeof s->lines[0]; i++)
		buf_finish(&s->lines[i]);
}

/* Add text, as far as a line may be long. */
static void add(struct buf *line, const char *text, size_t n)
{
	size_t room = SPEAKER_LINE_MAX - line->len;

	buf_add(line, text, n < room ? n : room);
}

/* Where the first line of another speaker begins in this one; n: nowhere. */
static size_t cut_at(const struct speaker *s, const char *line, size_t n)
{
	size_t first = n;

	for (const char *const *other = s->others; other && *other; other++) {
		const char *at = **other ? memmem(line, first, *other, strlen(*other)) : NULL;

		if (at)
			first = (size_t)(at - line);
	}
	return first;
}

/* Take the prefix off, with whatever another speaker had begun to say before it. False: it is not there. */
static bool take_prefix(const struct speaker *s, const char **line, size_t *n)
{
	size_t len = strlen(s->prefix);
	const char *at = memmem(*line, *n, s->prefix, len);

	if (!at)
		return false;
	*n -= (size_t)(at - *line) + len;
	*line = at + len;
	return true;
}

static int give(struct speaker *s, int i, const char *line, size_t n)
{
	buf_clear(&s->lines[i]);
	add(&s->lines[i], line, n);
	return i + 1;
}

/* The piece that waits is a line, and so is this one. */
static bool two_lines(const struct speaker *s, const char *line, size_t n, speaker_language *what)
{
	return s->waits && s->head.len && what(s->head.data, s->head.len) != PIECE_PART && what(line, n) == PIECE_LINE;
}

/* The end of a line that another speaker has cut in two, or a line of its own. */
static int finish_line(struct speaker *s, const char *line, size_t n, bool apart)
{
	int count = 0;

	if (!s->waits)
		return give(s, count, line, n);
	s->waits = false;
	count = give(s, count, s->head.len ? s->head.data : "", s->head.len);
	if (apart)
		return give(s, count, line, n);
	add(&s->lines[0], line, n);
	return count;
}

/* Another speaker goes on where this piece ends. */
static int begin_line(struct speaker *s, const char *piece, size_t n, bool apart)
{
	int count = apart ? give(s, 0, s->head.data, s->head.len) : 0;

	if (!s->waits || apart)
		buf_clear(&s->head);
	s->waits = true;
	add(&s->head, piece, n);
	return count;
}

int speaker_feed(struct speaker *s, const char *line, size_t n, speaker_language *what)
{
	bool prefixed = s->prefix && take_prefix(s, &line, &n);
	size_t cut, piece;

	if (s->prefix && !prefixed && !s->waits)
		return 0;
	cut = piece = cut_at(s, line, n);
	if (cut == 0 && n)
		return 0; /* all of it is somebody else's */
	while (cut < n && piece && line[piece - 1] == '\r') /* of a line's end that came apart */
		piece--;
	if (cut < n)
		return begin_line(s, line, piece, two_lines(s, line, piece, what));
	return finish_line(s, line, n, two_lines(s, line, n, what));
}
