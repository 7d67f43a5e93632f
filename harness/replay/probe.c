#include "replay/probe.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "gdb/qemu.h"
#include "gdb/target.h"
#include "util/clock.h"
#include "util/proc.h"

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
	enum { LAST_WORDS_MS = 60000 };
	const struct recorded_boot *b = p->replay.boot;
	int rc = replay_wait(&p->replay, -1, clock_ms() + LAST_WORDS_MS, e);

	if (rc < 0)
		return -1;
	if (replay_ended(&p->replay) && p->replay.machine.wait_status == 0 && p->replay.console.len == b->console_end - b->console)
		return PROBE_OVER;
	p->fell = true;
	return err_set(e, ERR_INFRA,
		       "QEMU ended before the recorded end of the boot: %zu of %" PRIu64 " bytes had come on the console (%s)",
		       p->replay.console.len, b->console_end - b->console, p->gdb.gone);
}

int probe_after_error(struct probe *p, struct err *e)
{
	struct err ended;

	if (p->gdb.state != GDB_GONE || e->kind != ERR_INFRA)
		return -1;
	return at_the_end(p, &ended);
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
 * QEMU 7.2 can get stuck while it replays under a debugger. An idle processor that waits for a timer wakes up when it is
 * stopped and let go, which changes nothing of what the guest does. Where a breakpoint lies in the page of the kernel's idle
 * loop (riscv64), it counts one instruction less than were recorded at the loop's wfi, and waits for ever for that one. And
 * now and then it spins, with the next event of the record due and nobody to take it: another try has better luck.
 *
 * That it stands because of the interruption cannot be told by the signal: a stop at an instruction by its number has the
 * same one. Where that came just before, the boot must not be let go, for QEMU has forgotten about the stop.
 */
static int nudge(struct probe *p, uint64_t *stuck_at, struct err *e)
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
	if (p->stops && at == p->stop_at)
		return PROBE_HALTED;
	if (at == *stuck_at)
		return PROBE_STUCK;
	*stuck_at = at;
	if (gdb_go(&p->gdb, GDB_GO_CONTINUE, e) < 0)
		return p->gdb.state == GDB_GONE ? at_the_end(p, e) : -1;
	return PROBE_LATE;
}

static int run(struct probe *p, enum gdb_go how, struct err *e)
{
	enum { SLICE_MS = 150 };
	uint64_t stuck_at = 0;
	int rc;

	if (gdb_go(&p->gdb, how, e) < 0)
		return p->gdb.state == GDB_GONE ? at_the_end(p, e) : -1;
	for (;;) {
		int64_t until_ms = clock_ms() + SLICE_MS, cpu = proc_cpu_ms(p->replay.machine.pid);

		if (until_ms > p->deadline_ms || how != GDB_GO_CONTINUE)
			until_ms = p->deadline_ms;
		rc = run_until(p, until_ms, e);
		if (rc != PROBE_LATE || clock_ms() >= p->deadline_ms)
			return rc;
		if (!proc_had_its_chance(p->replay.machine.pid, cpu))
			continue;
		rc = nudge(p, &stuck_at, e);
		if (rc != PROBE_LATE)
			return rc;
	}
}

int probe_instruction(struct probe *p, uint64_t *count, struct err *e)
{
	return gdb_qemu_instruction(&p->gdb, count, p->deadline_ms, e);
}

int probe_run(struct probe *p, enum gdb_go how, struct err *e)
{
	int rc = run(p, how, e);

	if (rc == PROBE_HALTED && p->gdb.stop.signal == GDB_SIGNAL_INTERRUPT)
		p->stops = false; /* QEMU stops once */
	return rc;
}

int probe_stop_at(struct probe *p, uint64_t count, struct err *e)
{
	p->stops = true;
	p->stop_at = count;
	return gdb_qemu_stop_at(&p->gdb, count, p->deadline_ms, e);
}

int probe_stop_nowhere(struct probe *p, struct err *e)
{
	p->stops = false;
	return gdb_qemu_stop_nowhere(&p->gdb, p->deadline_ms, e);
}

/* What was asked got no answer: at the end of the record QEMU may be gone before it has said where it stands. */
static int unless_over(struct probe *p, struct err *e)
{
	return p->gdb.state == GDB_GONE ? at_the_end(p, e) : -1;
}

int probe_go_to(struct probe *p, uint64_t count, struct err *e)
{
	uint64_t at = 0;
	int rc;

	if (probe_instruction(p, &at, e) < 0)
		return unless_over(p, e);
	if (at == count)
		return PROBE_HALTED;
	if (probe_stop_at(p, count, e) < 0)
		return unless_over(p, e);
	rc = probe_run(p, GDB_GO_CONTINUE, e);
	if (rc != PROBE_HALTED)
		return rc;
	if (probe_instruction(p, &at, e) < 0)
		return unless_over(p, e);
	if (at != count)
		return err_set(e, ERR_INFRA, "QEMU was to stop at instruction %" PRIu64 " and did at %" PRIu64, count, at);
	return PROBE_HALTED;
}

static int start_again(struct probe *p, struct err *e)
{
	const struct recording *rec = p->replay.recording;
	const char *dir = p->replay.dir;
	unsigned boot = (unsigned)(p->replay.boot - rec->boots);
	int64_t deadline_ms = p->deadline_ms;

	probe_finish(p);
	return probe_start(p, rec, dir, boot, deadline_ms, e);
}

int probe_reach(struct probe *p, uint64_t count, struct err *e)
{
	enum { FURTHER_RUNS = 3 };
	int rc = probe_go_to(p, count, e);

	for (int i = 0; rc == PROBE_OVER && i < FURTHER_RUNS; i++)
		rc = start_again(p, e) < 0 ? -1 : probe_go_to(p, count, e);
	return rc;
}

int probe_again(struct probe *p, uint64_t count, struct err *e)
{
	return start_again(p, e) < 0 ? -1 : probe_reach(p, count, e);
}

int probe_physical(struct probe *p, uint64_t vaddr, uint64_t *paddr, struct err *e)
{
	return gdb_qemu_physical(&p->gdb, vaddr, paddr, p->deadline_ms, e);
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
