#include "replay/replay.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/cancel.h"
#include "util/clock.h"
#include "util/file.h"

enum { READ_CHUNK = 64 * 1024 };

/* RAM as the recorded boot found it. */
static int prepare_memory(struct replay *r, struct err *e)
{
	const struct recording *rec = r->recording;
	struct board_kind kind = {.memory = {rec->ram_base, rec->ram_size}};

	if (machine_prepare(&r->machine, &kind, e) < 0)
		return -1;
	for (size_t i = 0; i < rec->fill_count; i++)
		if (machine_fill(&r->machine, rec->fills[i].paddr, rec->fills[i].size, rec->fills[i].byte, e) < 0)
			return -1;
	return 0;
}

int replay_start(struct replay *r, const struct recording *recording, const char *dir,
		 const struct replay_options *options, struct err *e)
{
	struct machine_again how = {.argv = recording->argv, .debug = options->debug,
				    .log = options->log ? options->log : "/dev/null"};
	char *record;
	int rc;

	memset(r, 0, sizeof *r);
	buf_init(&r->console);
	machine_init(&r->machine);
	r->recording = recording;
	r->dir = dir;
	r->boot = &recording->boots[options->boot];
	record = xasprintf("%s/%s", dir, r->boot->record);
	how.record = record;
	rc = record_check(record, e);
	if (rc == 0)
		rc = recording_check_files(recording, e);
	if (rc == 0)
		rc = prepare_memory(r, e);
	if (rc == 0)
		rc = machine_start_again(&r->machine, &how, e);
	free(record);
	return rc;
}

bool replay_ended(const struct replay *r)
{
	return r->machine.state == MACHINE_GONE && r->console_ended;
}

static void read_console(struct replay *r)
{
	char chunk[READ_CHUNK];
	ssize_t n = read(r->machine.console_fd, chunk, sizeof chunk);

	if (n > 0)
		buf_add(&r->console, chunk, (size_t)n);
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		r->console_ended = true;
}

int replay_wait(struct replay *r, int fd, int64_t deadline_ms, struct err *e)
{
	enum { ASKED, CONSOLE, CONTROL, END, STOP };
	struct machine *m = &r->machine;

	while (!replay_ended(r)) {
		struct pollfd p[] = {
			[ASKED] = {.fd = fd, .events = POLLIN},
			[CONSOLE] = {.fd = r->console_ended ? -1 : m->console_fd, .events = POLLIN},
			[CONTROL] = {.fd = m->qmp_fd, .events = POLLIN},
			[END] = {.fd = m->pidfd, .events = POLLIN},
			[STOP] = {.fd = cancel_fd(), .events = POLLIN},
		};
		int n = poll(p, sizeof p / sizeof p[0], clock_poll_timeout(deadline_ms));

		if (n < 0 && errno != EINTR)
			return err_sys(e, ERR_INFRA, "cannot wait for QEMU");
		if (n <= 0 && clock_ms() >= deadline_ms)
			return 0;
		if (n <= 0)
			continue;
		if (p[STOP].revents)
			return err_set(e, ERR_CANCELLED, "stopped while a boot was run again");
		if (p[CONSOLE].revents)
			read_console(r);
		if (p[CONTROL].revents && machine_pump(m, e) < 0)
			return -1;
		if (p[END].revents)
			machine_reap(m);
		if (p[ASKED].revents)
			return 1;
	}
	return 0;
}

static int compare_console(const struct replay *r, struct replay_outcome *out, struct err *e)
{
	char *path = xasprintf("%s/console.log", r->dir);
	uint64_t from = r->boot->console, to = r->boot->console_end, same = 0;
	struct buf log;
	int rc;

	buf_init(&log);
	rc = file_read(path, &log, e);
	if (rc == 0 && to > log.len) {
		err_set(e, ERR_IO, "the console's log is shorter than when it was recorded");
		rc = err_at(e, path, 0, 0);
	}
	while (rc == 0 && from + same < to && same < r->console.len && log.data[from + same] == r->console.data[same])
		same++;
	out->console_same = from + same == to && same == r->console.len;
	out->console_at = from + same;
	buf_finish(&log);
	free(path);
	return rc;
}

/* In a machine of the recorded size everything that was recorded can be seen. */
static bool memory_is_same(const struct replay *r, const struct recorded_memory *m)
{
	const uint8_t *bytes = machine_view(&r->machine, m->paddr, m->size);
	char now[SHA256_HEX];
	struct sha256 hash;

	if (!bytes)
		return false;
	sha256_begin(&hash);
	sha256_add(&hash, bytes, m->size);
	return strcmp(sha256_end(&hash, now), m->sha256) == 0;
}

int replay_compare(const struct replay *r, struct replay_outcome *out, struct err *e)
{
	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < r->boot->memory_count; i++) {
		const struct recorded_memory *m = &r->boot->memory[i];

		out->memory_compared++;
		if (memory_is_same(r, m))
			continue;
		if (!out->memory_different++)
			out->first_different = m->region;
	}
	return compare_console(r, out, e);
}

void replay_finish(struct replay *r)
{
	machine_finish(&r->machine);
	buf_finish(&r->console);
}
