#include "replay/relay.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "replay/place.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/mem.h"

enum { CHUNK = 16384, WAY_BACK_MS = 600000 };

void relay_init(struct relay *r, struct probe *probe)
{
	memset(r, 0, sizeof *r);
	r->probe = probe;
	r->debugger = -1;
}

void relay_finish(struct relay *r)
{
	if (r->debugger >= 0)
		close(r->debugger);
	rewind_points_finish(&r->points);
	buf_finish(&r->in);
	free(r->supported);
	free(r->physical);
	memset(r, 0, sizeof *r);
	r->debugger = -1;
}

/* A debugger that does not listen any more is seen when it is read from. */
static void answer(struct relay *r, const char *contents)
{
	struct buf out;

	buf_init(&out);
	gdb_packet_frame(&out, contents, strlen(contents));
	file_write_all(r->debugger, out.data, out.len);
	buf_finish(&out);
	r->acks++;
}

/* ---- back in time ---- */

/* The other QEMU is told what the one before was told. */
static int introduce(struct relay *r, struct err *e)
{
	struct probe *p = r->probe;

	if (r->supported && gdb_ask(&p->gdb, r->supported, "connect again", p->deadline_ms, e) < 0)
		return -1;
	if (r->physical && gdb_ask(&p->gdb, r->physical, "connect again", p->deadline_ms, e) < 0)
		return -1;
	return 0;
}

static void answer_stop(struct relay *r, const struct gdb_stop *stop)
{
	static const char *const watches[] = {
		[GDB_REASON_WATCH] = "watch", [GDB_REASON_READ_WATCH] = "rwatch", [GDB_REASON_ACCESS_WATCH] = "awatch"};
	bool watched = stop && stop->reason >= GDB_REASON_WATCH && stop->reason <= GDB_REASON_ACCESS_WATCH;
	const char *thread = strstr(r->supported ? r->supported : "", "multiprocess+") ? "p01.01" : "01";
	char line[96];

	if (watched)
		snprintf(line, sizeof line, "T05%s:%" PRIx64 ";thread:%s;", watches[stop->reason], stop->address, thread);
	else
		snprintf(line, sizeof line, "T05%sthread:%s;", stop ? "" : "replaylog:begin;", thread);
	answer(r, line);
}

static int step_back(struct relay *r, uint64_t at, struct err *e)
{
	static const struct gdb_stop stepped = {.kind = GDB_STOP_SIGNAL};

	if (rewind_to(r->probe, &r->points, at ? at - 1 : 0, e) < 0 || introduce(r, e) < 0)
		return -1;
	answer_stop(r, at ? &stepped : NULL);
	return 0;
}

static int run_back(struct relay *r, uint64_t at, struct err *e)
{
	struct gdb_stop stop;
	int rc = rewind_back(r->probe, &r->points, at, &stop, e);

	if (rc < 0 || introduce(r, e) < 0)
		return -1;
	answer_stop(r, rc == 0 ? &stop : NULL);
	return 0;
}

static int go_back(struct relay *r, bool step, struct err *e)
{
	uint64_t at;

	r->probe->deadline_ms = clock_ms() + WAY_BACK_MS;
	if (probe_instruction(r->probe, &at, e) < 0)
		return -1;
	return step ? step_back(r, at, e) : run_back(r, at, e);
}

/* The record is over, and QEMU with it: the debugger stays at the last place there is, from where it can go back. */
static int stay_at_end(struct relay *r, struct err *e)
{
	struct probe *p = r->probe;
	const struct recording *rec = p->replay.recording;
	struct place_search how = {.rec = rec, .dir = p->replay.dir, .boot = (unsigned)(p->replay.boot - rec->boots),
				   .deadline_ms = clock_ms() + WAY_BACK_MS};
	struct place end = {.kind = PLACE_END};
	char line[64];

	p->deadline_ms = how.deadline_ms;
	if (!r->end && place_find(&how, &end, &r->end, e) < 0)
		return -1;
	if (rewind_to(p, &r->points, r->end, e) < 0 || introduce(r, e) < 0)
		return -1;
	snprintf(line, sizeof line, "T05replaylog:end;thread:%s;",
		 strstr(r->supported ? r->supported : "", "multiprocess+") ? "p01.01" : "01");
	answer(r, line);
	return 0;
}

/* ---- from the debugger ---- */

static void keep(char **kept, const char *contents, size_t n)
{
	free(*kept);
	*kept = xasprintf("%.*s", (int)n, contents);
}

/* "Z2,8060003000,8": kind, address, size. */
static void note_point(struct relay *r, const char *contents)
{
	unsigned kind;
	struct rewind_point point;
	uint64_t size;

	if (sscanf(contents + 1, "%u,%" SCNx64 ",%" SCNx64, &kind, &point.address, &size) != 3 || kind > GDB_POINT_ACCESS)
		return;
	point.kind = (enum gdb_point)kind;
	point.size = (size_t)size;
	if (contents[0] == 'Z')
		rewind_add_point(&r->points, &point);
	else
		rewind_remove_point(&r->points, &point);
}

static bool is(const char *contents, size_t n, const char *command)
{
	return n == strlen(command) && memcmp(contents, command, n) == 0;
}

static bool begins(const char *contents, size_t n, const char *with)
{
	return n > strlen(with) && memcmp(contents, with, strlen(with)) == 0;
}

/* 1: it was for us, and not for QEMU. */
static int take_packet(struct relay *r, const char *contents, size_t n, struct err *e)
{
	if (is(contents, n, "bs") || is(contents, n, "bc")) {
		file_write_all(r->debugger, "+", 1);
		return go_back(r, contents[1] == 's', e) < 0 ? -1 : 1;
	}
	if (is(contents, n, "k") || begins(contents, n, "vKill") || contents[0] == 'D')
		r->left = true;
	if (begins(contents, n, "Z") || begins(contents, n, "z"))
		note_point(r, contents);
	else if (begins(contents, n, "qSupported"))
		keep(&r->supported, contents, n);
	else if (begins(contents, n, "Qqemu.PhyMemMode:"))
		keep(&r->physical, contents, n);
	return 0;
}

/* So many bytes are the next thing that was said; 0: it is not whole yet. */
static size_t next_length(const struct buf *in)
{
	const char *sum;

	if (!in->len || in->data[0] != '$')
		return in->len ? 1 : 0;
	sum = memchr(in->data, '#', in->len);
	return sum && (size_t)(sum - in->data) + 3 <= in->len ? (size_t)(sum - in->data) + 3 : 0;
}

/* A QEMU that does not take it is gone; that is seen when it is read from. */
static int pass_on(struct relay *r, const char *said, size_t n, struct err *e)
{
	int rc = 0;

	if (said[0] == '$')
		rc = take_packet(r, said + 1, n - 4, e);
	if (said[0] == '+' && r->acks) {
		r->acks--;
		rc = 1;
	}
	if (rc == 0 && !r->over)
		file_write_all(r->probe->gdb.fd, said, n);
	return rc < 0 ? -1 : 0;
}

int relay_from_debugger(struct relay *r, struct err *e)
{
	char chunk[CHUNK];
	ssize_t n = read(r->debugger, chunk, sizeof chunk);
	size_t length;

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : 1;
	if (n == 0)
		return 1;
	buf_add(&r->in, chunk, (size_t)n);
	while ((length = next_length(&r->in))) {
		if (pass_on(r, r->in.data, length, e) < 0)
			return -1;
		buf_drop_front(&r->in, length);
	}
	return 0;
}

/* ---- from QEMU ---- */

/* Its last word, by which it tells that it has exited. No other packet has these bytes: '$' is escaped in their contents. */
static const char *last_word(const char *said, size_t n)
{
	return memmem(said, n, "$W", 2);
}

int relay_from_board(struct relay *r, struct err *e)
{
	char chunk[CHUNK];
	ssize_t n = read(r->probe->gdb.fd, chunk, sizeof chunk);
	const char *last;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	last = n > 0 ? last_word(chunk, (size_t)n) : chunk;
	if (n > 0)
		file_write_all(r->debugger, chunk, last ? (size_t)(last - chunk) : (size_t)n);
	r->over = last && r->left;
	return last && !r->left ? stay_at_end(r, e) : 0;
}
