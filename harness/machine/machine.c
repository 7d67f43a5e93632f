#include "machine/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "util/file.h"
#include "util/mem.h"
#include "util/proc.h"

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void machine_init(struct machine *m)
{
	memset(m, 0, sizeof *m);
	m->pidfd = m->console_fd = m->keyboard_fd = m->qmp_fd = m->fill_fd = m->gdb_fd = m->ram_fd = -1;
	qmp_init(&m->qmp);
}

int machine_prepare(struct machine *m, const struct board_kind *kind, struct err *e)
{
	int64_t cpu_us = m->cpu_us;
	void *map;

	machine_init(m);
	m->cpu_us = cpu_us;
	m->ram_base = kind->memory.base;
	m->ram_size = kind->memory.size;
	m->ram_fd = memfd_create("guest-ram", MFD_CLOEXEC);
	if (m->ram_fd < 0 || ftruncate(m->ram_fd, (off_t)m->ram_size) < 0)
		return err_sys(e, ERR_INFRA, "cannot make %" PRIu64 " MiB of guest RAM", m->ram_size >> 20);
	map = mmap(NULL, m->ram_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, m->ram_fd, 0);
	if (map == MAP_FAILED)
		return err_sys(e, ERR_INFRA, "cannot map %" PRIu64 " MiB of guest RAM", m->ram_size >> 20);
	m->ram = map;
	return 0;
}

/* One end for us, closed on exec and non-blocking; the other for QEMU. */
static int make_pair(int *ours, int *theirs, struct err *e)
{
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return err_sys(e, ERR_INFRA, "cannot make a socket pair for QEMU");
	*ours = fds[0];
	*theirs = fds[1];
	fcntl(*ours, F_SETFL, O_NONBLOCK);
	return 0;
}

/* QEMU's ends of the serial line. */
struct line {
	int in, out;
};

/*
 * The serial line is QEMU's standard input and output. Pipes, because it writes byte by byte: in a pipe bytes join up,
 * where a socket keeps a buffer for each.
 */
static int make_line(struct machine *m, struct line *theirs, struct err *e)
{
	int from[2], to[2];

	if (pipe2(from, O_CLOEXEC) < 0)
		return err_sys(e, ERR_INFRA, "cannot make a pipe for the serial line");
	m->console_fd = from[0];
	theirs->out = from[1];
	if (pipe2(to, O_CLOEXEC) < 0)
		return err_sys(e, ERR_INFRA, "cannot make a pipe for the serial line");
	m->keyboard_fd = to[1];
	theirs->in = to[0];
	fcntl(m->console_fd, F_SETFL, O_NONBLOCK);
	fcntl(m->keyboard_fd, F_SETFL, O_NONBLOCK);
	return 0;
}

/*
 * Half of QEMU's time until the first instruction goes into page faults, most of them of its heap: with huge pages for
 * that, where the kernel has them, and one heap for all threads, a boot takes a tenth less. What the user has tuned
 * comes after ours and wins.
 */
static char *heap_tuning(void)
{
	const char *users = getenv("GLIBC_TUNABLES");

	return xasprintf("GLIBC_TUNABLES=glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1%s%s", users ? ":" : "", users ? users : "");
}

static int spawn(struct machine *m, const struct machine_argv *a, const char *log_path, const struct line *l,
		 const struct machine_fds *fds, struct err *e)
{
	int keep[4] = {fds->ram, fds->qmp};
	int log = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	struct proc_spec p = {.argv = (const char *const *)a->argv, .in = l->in, .out = l->out, .err = log, .keep = keep,
			      .keep_count = 2};
	char *tuning;

	if (log < 0)
		return file_error(e, "create QEMU's log", log_path);
	if (fds->fill >= 0)
		keep[p.keep_count++] = fds->fill;
	if (fds->gdb >= 0)
		keep[p.keep_count++] = fds->gdb;
	tuning = heap_tuning();
	p.env = (const char *const[]){tuning, NULL};
	m->pid = proc_start(&p, e);
	free(tuning);
	close(log);
	return m->pid > 0 ? 0 : -1;
}

static int send_command(struct machine *m, const char *execute, const char *arguments, struct err *e)
{
	struct buf line;
	ssize_t n;

	buf_init(&line);
	m->pending = ++m->next_id;
	qmp_command(&line, execute, arguments, m->pending);
	n = write(m->qmp_fd, line.data, line.len); /* a hundred bytes at most into an empty socket: whole or not at all */
	buf_finish(&line);
	return n > 0 ? 0 : err_sys(e, ERR_INFRA, "cannot send QEMU the command %s", execute);
}

/*
 * QEMU spends its first tens of milliseconds on itself, and then writes the device tree and the image into RAM page by
 * page, each a fault. Having the pages ready by then, from here, costs nobody anything: their contents stay as they are.
 * Where the kernel does not know the call, QEMU takes its faults.
 */
static void warm(struct machine *m, const struct machine_spec *spec)
{
	enum { DEVICE_TREE = 1 << 20 }; /* what `virt` reserves for it at the base of RAM */
	bool placed = spec->image && spec->kind->qemu->deliver == QEMU_DELIVER_LOADER;
	long long image = placed ? file_size(spec->image) : 0;
	uint8_t *tree = machine_view(m, m->ram_base, DEVICE_TREE);
	uint8_t *load = machine_view(m, spec->kind->load_address & ~UINT64_C(4095), image > 0 ? (uint64_t)image : 0);

	if (tree)
		madvise(tree, DEVICE_TREE, MADV_POPULATE_WRITE);
	if (load && image > 0)
		madvise(load, (size_t)image, MADV_POPULATE_WRITE);
}

/* All that connects us with a QEMU; its ends in `line` and `theirs`. */
static int connect_ends(struct machine *m, bool refillable, bool stub, struct line *line, struct machine_fds *theirs,
			struct err *e)
{
	*line = (struct line){-1, -1};
	*theirs = (struct machine_fds){m->ram_fd, -1, -1, -1};
	if (make_line(m, line, e) < 0 || make_pair(&m->qmp_fd, &theirs->qmp, e) < 0)
		return -1;
	if (refillable && make_pair(&m->fill_fd, &theirs->fill, e) < 0)
		return -1;
	return stub ? make_pair(&m->gdb_fd, &theirs->gdb, e) : 0;
}

static void close_ends(struct line *line, struct machine_fds *theirs)
{
	close_fd(&line->in);
	close_fd(&line->out);
	close_fd(&theirs->qmp);
	close_fd(&theirs->fill);
	close_fd(&theirs->gdb);
}

/* The process runs. */
static int take_up(struct machine *m, enum machine_state state, struct err *e)
{
	m->pidfd = proc_pidfd(m->pid);
	if (m->pidfd < 0)
		return err_sys(e, ERR_INFRA, "cannot watch the QEMU process");
	m->state = state;
	/* The answer is read along with everything else; QEMU reads this as soon as it is up. */
	return send_command(m, "qmp_capabilities", NULL, e);
}

int machine_start(struct machine *m, const struct machine_spec *spec, struct err *e)
{
	struct machine_fds theirs;
	struct machine_argv a;
	struct line line;
	int rc = connect_ends(m, spec->refillable, spec->stub, &line, &theirs, e);

	if (rc == 0) {
		machine_argv_build(&a, spec, &theirs);
		rc = spec->args ? machine_argv_write(&a, spec->args, e) : 0;
		if (rc == 0)
			rc = spawn(m, &a, spec->log, &line, &theirs, e);
		machine_argv_finish(&a);
	}
	close_ends(&line, &theirs);
	if (rc < 0 || take_up(m, MACHINE_RUNNING, e) < 0)
		return -1;
	m->recording = spec->record != NULL;
	warm(m, spec);
	return 0;
}

static bool has_fill(const char *const *argv)
{
	while (*argv && strncmp(*argv, "socket,id=fill,", 15) != 0)
		argv++;
	return *argv != NULL;
}

int machine_start_again(struct machine *m, const struct machine_again *how, struct err *e)
{
	struct machine_fds theirs;
	struct machine_argv a;
	struct line line;
	int rc = connect_ends(m, has_fill(how->argv), how->debug, &line, &theirs, e);

	if (rc == 0) {
		rc = machine_argv_again(&a, how, &theirs, e);
		if (rc == 0)
			rc = spawn(m, &a, how->log, &line, &theirs, e);
		machine_argv_finish(&a);
	}
	close_ends(&line, &theirs);
	return rc < 0 ? -1 : take_up(m, how->debug ? MACHINE_STOPPED : MACHINE_RUNNING, e);
}

int machine_request_stop(struct machine *m, struct err *e)
{
	if (m->state != MACHINE_RUNNING)
		return err_set(e, ERR_INFRA, "the machine is not running, so it cannot be stopped for a look");
	m->state = MACHINE_STOPPING;
	return send_command(m, "stop", NULL, e);
}

int machine_request_continue(struct machine *m, struct err *e)
{
	if (m->state != MACHINE_STOPPED)
		return err_set(e, ERR_INFRA, "the machine is not stopped, so it cannot go on");
	m->state = MACHINE_RUNNING;
	return send_command(m, "cont", NULL, e);
}

/*
 * Machines end when they are reset (argv.c says why), so the rule is lifted for this one reset, and put back before the
 * machine moves: no reset of the software's own can slip through.
 */
int machine_request_reset(struct machine *m, struct err *e)
{
	if (m->state != MACHINE_STOPPED)
		return err_set(e, ERR_INFRA, "the machine does not stand still, so it cannot be reset");
	m->state = MACHINE_RESETTING;
	m->was_reset = false;
	if (send_command(m, "set-action", "{\"reboot\":\"reset\"}", e) < 0)
		return -1;
	return send_command(m, "system_reset", NULL, e);
}

static int follow_event(struct machine *m, const struct qmp_message *msg, struct err *e)
{
	if (!msg->by_guest && strcmp(msg->text, "SHUTDOWN") == 0)
		m->ended_by_host = true;
	if (m->state != MACHINE_RESETTING || m->was_reset || strcmp(msg->text, "RESET") != 0)
		return 0;
	m->was_reset = true;
	return send_command(m, "set-action", "{\"reboot\":\"shutdown\"}", e);
}

static int follow(struct machine *m, const struct qmp_message *msg, struct err *e)
{
	if (msg->kind == QMP_ERROR)
		return err_set(e, ERR_INFRA, "QEMU refused a command: %s", msg->text);
	if (msg->kind == QMP_GREETING)
		m->greeted = true;
	if (msg->kind == QMP_EVENT)
		return follow_event(m, msg, e);
	if (msg->kind == QMP_RETURN && msg->id == m->pending &&
	    (m->state == MACHINE_STOPPING || (m->state == MACHINE_RESETTING && m->was_reset)))
		m->state = MACHINE_STOPPED;
	return 0;
}

int machine_pump(struct machine *m, struct err *e)
{
	struct qmp_message msg;
	char chunk[4096];
	ssize_t n;
	int rc;

	while ((n = read(m->qmp_fd, chunk, sizeof chunk)) > 0)
		if (qmp_feed(&m->qmp, chunk, (size_t)n, e) < 0)
			return -1;
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		close_fd(&m->qmp_fd); /* QEMU is ending: the pidfd tells how */
	while ((rc = qmp_next(&m->qmp, &msg, e)) > 0)
		if (follow(m, &msg, e) < 0)
			return -1;
	return rc;
}

/* What the process has taken so far, counted once. One that is a zombie already has no clock any more. */
static void count_cpu(struct machine *m)
{
	struct timespec t;
	clockid_t clock;

	if (!m->cpu_counted && clock_getcpuclockid(m->pid, &clock) == 0 && clock_gettime(clock, &t) == 0)
		m->cpu_us += t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
	m->cpu_counted = true;
}

void machine_reap(struct machine *m)
{
	struct err ignored;

	if (m->qmp_fd >= 0)
		machine_pump(m, &ignored); /* its last words */
	count_cpu(m);
	m->wait_status = proc_wait(m->pid);
	m->pid = 0;
	close_fd(&m->pidfd);
	m->state = MACHINE_GONE;
}

uint8_t *machine_view(const struct machine *m, uint64_t paddr, uint64_t size)
{
	if (!m->ram || paddr < m->ram_base || paddr - m->ram_base > m->ram_size ||
	    size > m->ram_size - (paddr - m->ram_base))
		return NULL;
	return m->ram + (paddr - m->ram_base);
}

void machine_kill(struct machine *m)
{
	if (m->pid <= 0)
		return;
	count_cpu(m);
	kill(m->pid, m->recording ? SIGTERM : SIGKILL);
}

void machine_await_end(struct machine *m)
{
	enum { GRACE_MS = 20000 }; /* for what takes milliseconds, on a machine that is busy with other things, or stalls */

	if (m->pid <= 0)
		return;
	count_cpu(m);
	proc_end(m->pid, m->recording ? SIGTERM : SIGKILL, m->recording ? GRACE_MS : 0);
	m->pid = 0;
	m->recording = false;
}

void machine_finish(struct machine *m)
{
	machine_await_end(m);
	if (m->ram)
		munmap(m->ram, m->ram_size);
	m->ram = NULL;
	close_fd(&m->pidfd);
	close_fd(&m->console_fd);
	close_fd(&m->keyboard_fd);
	close_fd(&m->qmp_fd);
	close_fd(&m->fill_fd);
	close_fd(&m->gdb_fd);
	close_fd(&m->ram_fd);
	qmp_finish(&m->qmp);
	m->state = MACHINE_OFF;
}
