#include "serve/follow.h"

#include <errno.h>
#include <inttypes.h>
#include <nettle/base64.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "serve/below.h"
#include "serve/web.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/mem.h"

/* BLOCK is a multiple of 3: no padding inside. QUIET_MS: a sign of life, so that a viewer who has gone is noticed.
 * ATTEMPT_MS: so often a further attempt is looked for. */
enum { BLOCK = 12 * 1024, QUIET_MS = 10 * 1000, ATTEMPT_MS = 1000, RETRY_MS = 1000 };

struct follow {
	const char *results;
	char *run, *session;
	struct follow_place at;
	int console, index; /* files; -1: not there (yet) */
	struct buf pending;
	int64_t said_ms, looked_ms;
	bool begun;
};

int follow_place_parse(struct follow_place *p, const char *text)
{
	uint64_t v[3];
	const char *s = text;
	char *end;

	for (int i = 0; i < 3; i++) {
		if (*s < '0' || *s > '9')
			return -1;
		errno = 0;
		v[i] = strtoull(s, &end, 10);
		if (errno || *end != (i < 2 ? '.' : '\0') || v[i] > INT64_MAX)
			return -1;
		s = end + 1;
	}
	if (!v[0] || v[0] > 99999)
		return -1;
	*p = (struct follow_place){(int)v[0], v[1], v[2]};
	return 0;
}

/* ---- its files ---- */

static int open_file(const struct follow *f, const char *name)
{
	char attempt[16];
	const char *parts[] = {f->session, attempt, name};
	uint64_t size;

	snprintf(attempt, sizeof attempt, "%d", f->at.attempt);
	return below_open(f->results, f->run, parts, 3, &size);
}

static void close_files(struct follow *f)
{
	if (f->console >= 0)
		close(f->console);
	if (f->index >= 0)
		close(f->index);
	f->console = f->index = -1;
}

static void open_files(struct follow *f)
{
	if (f->console < 0)
		f->console = open_file(f, "console.log");
	if (f->index < 0)
		f->index = open_file(f, "console.idx");
}

static bool has_more(int fd, uint64_t at)
{
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 && (uint64_t)st.st_size > at;
}

/* ---- events ---- */

static void add_id(struct follow *f)
{
	buf_printf(&f->pending, "id: %d.%" PRIu64 ".%" PRIu64 "\n", f->at.attempt, f->at.console, f->at.index);
}

static void add_attempt(struct follow *f)
{
	add_id(f);
	buf_printf(&f->pending, "event: attempt\ndata: %d\n\n", f->at.attempt);
}

static void add_bytes(struct follow *f)
{
	uint8_t block[BLOCK];
	char text[BASE64_ENCODE_RAW_LENGTH(BLOCK)];
	ssize_t n = pread(f->console, block, sizeof block, (off_t)f->at.console);

	if (n <= 0)
		return;
	f->at.console += (uint64_t)n;
	base64_encode_raw(text, (size_t)n, block);
	add_id(f);
	buf_adds(&f->pending, "event: bytes\ndata: ");
	buf_add(&f->pending, text, BASE64_ENCODE_RAW_LENGTH((size_t)n));
	buf_adds(&f->pending, "\n\n");
}

/* "OFFSET MICROSECONDS[ stale]": what else stands there gets through to nobody. */
static bool is_index_line(const char *line, size_t n)
{
	static const char digits[] = "0123456789";
	char text[64];
	size_t at;

	if (n >= sizeof text)
		return false;
	memcpy(text, line, n);
	text[n] = '\0';
	at = strspn(text, digits);
	if (!at || text[at++] != ' ')
		return false;
	at += text[at] == '-';
	if (!strspn(text + at, digits))
		return false;
	at += strspn(text + at, digits);
	return at == n || (strlen(text) == n && strcmp(text + at, " stale") == 0);
}

/* Whole lines only. */
static void add_index(struct follow *f)
{
	char block[BLOCK];
	ssize_t n = pread(f->index, block, sizeof block, (off_t)f->at.index);
	bool any = false;

	while (n > 0 && block[n - 1] != '\n')
		n--;
	if (n <= 0)
		return;
	f->at.index += (uint64_t)n;
	for (const char *line = block, *end; line < block + n; line = end + 1) {
		end = memchr(line, '\n', (size_t)(block + n - line));
		if (!is_index_line(line, (size_t)(end - line)))
			continue;
		if (!any)
			add_id(f);
		buf_adds(&f->pending, any ? "data: " : "event: index\ndata: ");
		buf_add(&f->pending, line, (size_t)(end - line));
		buf_addc(&f->pending, '\n');
		any = true;
	}
	if (any)
		buf_addc(&f->pending, '\n');
}

static void look_for_attempt(struct follow *f, int64_t now)
{
	int newest;

	if (now - f->looked_ms < ATTEMPT_MS)
		return;
	f->looked_ms = now;
	newest = below_attempt(f->results, f->run, f->session);
	if (newest <= f->at.attempt)
		return;
	close_files(f);
	f->at = (struct follow_place){newest, 0, 0};
	add_attempt(f);
}

static void fill(struct follow *f)
{
	int64_t now = clock_ms();

	if (!f->begun) {
		f->begun = true;
		buf_printf(&f->pending, "retry: %d\n\n", RETRY_MS);
		add_attempt(f);
		f->looked_ms = now;
	}
	open_files(f);
	if (has_more(f->index, f->at.index))
		add_index(f);
	if (has_more(f->console, f->at.console))
		add_bytes(f);
	if (!f->pending.len) /* all of this attempt was told */
		look_for_attempt(f, now);
	if (!f->pending.len && now - f->said_ms >= QUIET_MS)
		buf_adds(&f->pending, ":\n\n");
	if (f->pending.len)
		f->said_ms = now;
}

bool follow_has(struct follow *f, int64_t now)
{
	open_files(f);
	return f->pending.len || !f->begun || has_more(f->console, f->at.console) || has_more(f->index, f->at.index) ||
	       now - f->said_ms >= QUIET_MS || now - f->looked_ms >= ATTEMPT_MS;
}

ssize_t follow_read(void *stream, char *out, size_t room)
{
	struct follow *f = stream;

	if (!f->pending.len)
		fill(f);
	if (!f->pending.len)
		return WEB_STREAM_WAITS;
	if (room > f->pending.len)
		room = f->pending.len;
	memcpy(out, f->pending.data, room);
	buf_drop_front(&f->pending, room);
	return (ssize_t)room;
}

/* ---- its beginning and end ---- */

struct follow *follow_open(const char *results, const char *run, const char *session, const char *id, uint64_t from)
{
	struct follow *f = xcalloc(1, sizeof *f);

	*f = (struct follow){.results = results, .run = xstrdup(run), .session = xstrdup(session), .console = -1, .index = -1};
	buf_init(&f->pending);
	f->said_ms = clock_ms();
	if (id && follow_place_parse(&f->at, id) == 0)
		f->begun = true;
	else
		f->at = (struct follow_place){below_attempt(results, run, session), from, 0};
	if (f->at.attempt)
		return f;
	follow_close(f);
	return NULL;
}

void follow_close(void *stream)
{
	struct follow *f = stream;

	if (!f)
		return;
	close_files(f);
	buf_finish(&f->pending);
	free(f->run);
	free(f->session);
	free(f);
}
