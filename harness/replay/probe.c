#include "replay/probe.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "gdb/target.h"
#include "util/clock.h"

int probe_start(struct probe *p, const struct recording *rec, const char *dir, unsigned boot, int64_t deadline_ms,
		struct err *e)
{
	struct replay_options options = {.boot = boot, .debug = true};
	int rc;

	memset(p, 0, sizeof *p);
	p->gdb.fd = -1;
	p->deadline_ms = deadline_ms;
	p->arch = rec->arch && strcmp(rec->arch, "riscv64") == 0 ? ARCH_RISCV64 : ARCH_AARCH64;
	rc = replay_start(&p->replay, rec, dir, &options, e);
	if (rc == 0) {
		rc = gdb_open(&p->gdb, p->replay.machine.gdb_fd, GDB_ATTACH_HALTS, deadline_ms, e);
		p->replay.machine.gdb_fd = -1; /* the client's now */
	}
	return rc == 0 ? gdb_describe(&p->gdb, p->arch, deadline_ms, e) : -1;
}

void probe_finish(struct probe *p)
{
	gdb_finish(&p->gdb);
	replay_finish(&p->replay);
}

/*
 * The connection is gone: because the record came to its end, or because QEMU fell over. In the first case it ends well, and
 * its console is whole; a boot that was cut short must never pass for one in which nothing happened.
 */
static int at_the_end(struct probe *p, struct err *e)
{
	enum { LAST_WORDS_MS = 10000 };
	const struct recorded_boot *b = p->replay.boot;
	int rc = replay_wait(&p->replay, -1, clock_ms() + LAST_WORDS_MS, e);

	if (rc < 0)
		return -1;
	if (replay_ended(&p->replay) && p->replay.machine.wait_status == 0 && p->replay.console.len == b->console_end - b->console)
		return PROBE_OVER;
	return err_set(e, ERR_INFRA,
		       "QEMU ended before the recorded end of the boot: %zu of %" PRIu64 " bytes had come on the console (%s)",
		       p->replay.console.len, b->console_end - b->console, p->gdb.gone);
}

/* Until it stands still, or until then. */
static int run_until(struct probe *p, int64_t until_ms, struct err *e)
{
	while (p->gdb.state != GDB_HALTED) {
		int rc = replay_wait(&p->replay, p->gdb.fd, until_ms, e);

		if (rc < 0)
			return -1;
		if (rc == 0 && !replay_ended(&p->replay))
			return PROBE_LATE;
		if (gdb_pump(&p->gdb, e) < 0)
			return p->gdb.state == GDB_GONE ? at_the_end(p, e) : -1;
	}
	return PROBE_HALTED;
}

/*
 * QEMU 7.2 can fall asleep while it replays. An idle processor that waits for a timer wakes up when it is stopped and let
 * go, which changes nothing of what the guest does. Where a breakpoint lies in the page of the kernel's idle loop (riscv64),
 * it counts one instruction less than were recorded at the loop's wfi, and waits for ever for that one.
 */
static int nudge(struct probe *p, uint64_t *asleep_at, struct err *e)
{
	uint64_t at;
	int rc;

	if (gdb_interrupt(&p->gdb, e) < 0)
		return p->gdb.state == GDB_GONE ? at_the_end(p, e) : -1;
	rc = run_until(p, p->deadline_ms, e);
	if (rc != PROBE_HALTED || p->gdb.stop.signal != GDB_SIGNAL_INTERRUPT)
		return rc; /* it met a point on its way */
	if (probe_instruction(p, &at, e) < 0)
		return p->gdb.state == GDB_GONE ? at_the_end(p, e) : -1;
	if (at == *asleep_at)
		return PROBE_ASLEEP;
	*asleep_at = at;
	if (gdb_go(&p->gdb, GDB_GO_CONTINUE, e) < 0)
		return p->gdb.state == GDB_GONE ? at_the_end(p, e) : -1;
	return PROBE_LATE;
}

int probe_run(struct probe *p, enum gdb_go how, struct err *e)
{
	enum { ASLEEP_MS = 150 };
	uint64_t asleep_at = 0;
	int rc;

	if (gdb_go(&p->gdb, how, e) < 0)
		return p->gdb.state == GDB_GONE ? at_the_end(p, e) : -1;
	for (;;) {
		int64_t until_ms = clock_ms() + ASLEEP_MS;

		if (until_ms > p->deadline_ms || how != GDB_GO_CONTINUE)
			until_ms = p->deadline_ms;
		rc = run_until(p, until_ms, e);
		if (rc != PROBE_LATE || clock_ms() >= p->deadline_ms)
			return rc;
		rc = nudge(p, &asleep_at, e);
		if (rc != PROBE_LATE)
			return rc;
	}
}

/* What QEMU's monitor said behind these words, or NULL. */
static const char *behind(struct buf *said, const char *words)
{
	const char *at;

	buf_addc(said, '\0');
	at = said->data ? strstr(said->data, words) : NULL;
	return at ? at + strlen(words) : NULL;
}

int probe_instruction(struct probe *p, uint64_t *count, struct err *e)
{
	static const char before[] = "instruction count = ";
	struct buf said;
	const char *at = NULL;
	int rc;

	buf_init(&said);
	rc = gdb_monitor(&p->gdb, "info replay", &said, p->deadline_ms, e);
	if (rc == 0) {
		at = behind(&said, before);
		rc = at ? 0 : err_set(e, ERR_INFRA, "QEMU does not tell how many instructions have run");
	}
	if (rc == 0)
		*count = strtoull(at, NULL, 10);
	buf_finish(&said);
	return rc;
}

int probe_stop_at(struct probe *p, uint64_t count, struct err *e)
{
	char line[64];
	struct buf said;
	int rc;

	snprintf(line, sizeof line, "replay_break %" PRIu64, count);
	buf_init(&said);
	rc = gdb_monitor(&p->gdb, line, &said, p->deadline_ms, e);
	if (rc == 0 && said.len)
		rc = err_set(e, ERR_INFRA, "QEMU does not stop at instruction %" PRIu64 ": %.*s", count, (int)said.len, said.data);
	buf_finish(&said);
	return rc;
}

int probe_physical(struct probe *p, uint64_t vaddr, uint64_t *paddr, struct err *e)
{
	static const char before[] = "gpa: ";
	char line[64];
	struct buf said;
	const char *at;
	int rc;

	snprintf(line, sizeof line, "gva2gpa 0x%" PRIx64, vaddr);
	buf_init(&said);
	rc = gdb_monitor(&p->gdb, line, &said, p->deadline_ms, e);
	if (rc == 0) {
		at = behind(&said, before);
		if (at)
			*paddr = strtoull(at, NULL, 16);
		rc = at ? 0 : 1;
	}
	buf_finish(&said);
	return rc;
}

const char *probe_level(struct probe *p)
{
	static const char *const arm[] = {"EL0", "EL1", "EL2", "EL3"};
	static const char *const riscv[] = {"user mode", "supervisor mode", "", "machine mode"};
	bool is_riscv = p->arch == ARCH_RISCV64;
	uint64_t value;

	if (gdb_register(&p->gdb, is_riscv ? "priv" : "cpsr", &value, p->deadline_ms, NULL) < 0)
		return "";
	return is_riscv ? riscv[value & 3] : arm[value >> 2 & 3];
}
