#include "lab/labboard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lab/linuxboot.h"
#include "lab/port.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/proc.h"
#include "util/text.h"

enum { LINUX_LINE_MS = 20 };

/* ---- QEMU's command line ---- */

enum { ARGS_MAX = 64 };

struct command {
	struct arena arena;
	const char *argv[ARGS_MAX];
	size_t count;
};

static void add(struct command *c, const char *word)
{
	if (c->count + 1 < ARGS_MAX)
		c->argv[c->count++] = word;
}

static void pair(struct command *c, const char *option, const char *value)
{
	add(c, option);
	add(c, value);
}

static void add_machine(struct command *c, enum arch arch)
{
	if (arch == ARCH_AARCH64) {
		add(c, "qemu-system-aarch64");
		pair(c, "-machine", "virt,virtualization=on");
		pair(c, "-cpu", "cortex-a53");
		pair(c, "-bios", "/usr/lib/u-boot/qemu_arm64/u-boot.bin");
	} else {
		add(c, "qemu-system-riscv64");
		pair(c, "-machine", "virt");
		/* OpenSBI is the BIOS, and U-Boot runs under it. */
		pair(c, "-kernel", "/usr/lib/u-boot/qemu-riscv64_smode/u-boot.bin");
	}
	/* As much as the kinds lab_virt_* promise. */
	pair(c, "-m", "2G");
}

/* The ports of Debian's U-Boots for TFTP cannot be changed, so that QEMU's own server answers: nobody needs to be root. */
static void add_network(struct command *c, const struct lab_board *b)
{
	pair(c, "-netdev", arena_printf(&c->arena, "user,id=net,restrict=on,tftp=%s",
					text_double_commas(&c->arena, b->tftp)));
	pair(c, "-device", "virtio-net-device,netdev=net");
}

static void build_command(struct command *c, const struct lab_board *b, int serial, int control, int gdb)
{
	arena_init(&c->arena);
	c->count = 0;
	add_machine(c, b->is->arch);
	add(c, "-no-user-config");
	add(c, "-nodefaults");
	pair(c, "-display", "none");
	pair(c, "-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny");
	pair(c, "-chardev", arena_printf(&c->arena, "socket,id=console,fd=%d", serial));
	pair(c, "-serial", "chardev:console");
	pair(c, "-chardev", arena_printf(&c->arena, "socket,id=control,fd=%d", control));
	pair(c, "-mon", "chardev=control,mode=control");
	pair(c, "-chardev", arena_printf(&c->arena, "socket,id=debugger,fd=%d,server=on,wait=off,nodelay=on", gdb));
	pair(c, "-gdb", "chardev:debugger");
	if (b->is->load == RACK_YMODEM)
		pair(c, "-nic", "none");
	else
		add_network(c, b);
	c->argv[c->count] = NULL;
}

/* ---- QEMU ---- */

static void answer_reset(struct lab_board *b, const char *trouble)
{
	struct lab_board_reset r = b->reset;

	if (!r.waits)
		return;
	b->reset.waits = false;
	if (!trouble)
		line_restarted(&b->line);
	if (r.done)
		r.done(r.ctx, r.talk, trouble);
}

/* Nothing of QEMU is left; it may have ended by itself. */
static void forget_qemu(struct lab_board *b)
{
	if (b->qemu > 0)
		proc_end(b->qemu, SIGKILL, 0);
	b->qemu = 0;
	loop_unwatch(b->loop, b->pidfd);
	loop_unwatch(b->loop, b->control);
	if (b->pidfd >= 0)
		close(b->pidfd);
	if (b->control >= 0)
		close(b->control);
	b->pidfd = b->control = -1;
	qmp_finish(&b->qmp);
	line_disconnect(&b->line);
	if (b->gdb >= 0)
		port_quieten(b->gdb);
	answer_reset(b, "the board lost its power meanwhile");
}

static void qemu_ended(void *ctx, short revents)
{
	struct lab_board *b = ctx;

	(void)revents;
	fprintf(stderr, "lab: the QEMU of %s has ended by itself; %s may say why\n", b->is->name, b->log);
	forget_qemu(b);
}

static void send_command(struct lab_board *b, const char *execute)
{
	struct buf out;

	buf_init(&out);
	qmp_command(&out, execute, NULL, b->next_command);
	if (file_write_all(b->control, out.data, out.len) < 0)
		answer_reset(b, "QEMU does not listen");
	buf_finish(&out);
}

static void read_control(void *ctx, short revents)
{
	struct lab_board *b = ctx;
	struct qmp_message m;
	char chunk[4096];
	ssize_t n = read(b->control, chunk, sizeof chunk);

	(void)revents;
	if (n <= 0) {
		if (n == 0 || (errno != EAGAIN && errno != EINTR))
			loop_unwatch(b->loop, b->control);
		return;
	}
	if (qmp_feed(&b->qmp, chunk, (size_t)n, NULL) < 0)
		return;
	while (qmp_next(&b->qmp, &m, NULL) > 0) {
		if (m.id != b->next_command)
			continue;
		if (m.kind == QMP_RETURN)
			answer_reset(b, NULL);
		else if (m.kind == QMP_ERROR)
			answer_reset(b, "QEMU refuses to reset it");
	}
}

/* Three descriptors of ours, three of QEMU's. */
struct ends {
	int serial[2], control[2], log;
};

static int open_ends(struct ends *s, const char *log, struct err *e)
{
	enum { OURS, THEIRS };

	s->serial[0] = s->serial[1] = s->control[0] = s->control[1] = -1;
	s->log = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (s->log < 0)
		return file_error(e, "write", log);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s->serial) < 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s->control) < 0)
		return err_sys(e, ERR_INFRA, "cannot make sockets for a lab board");
	fcntl(s->serial[OURS], F_SETFL, O_NONBLOCK);
	fcntl(s->control[OURS], F_SETFL, O_NONBLOCK);
	return 0;
}

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

static int start_qemu(struct lab_board *b, struct err *e)
{
	struct ends s;
	struct command c;
	int rc = open_ends(&s, b->log, e);

	if (rc == 0) {
		const int keep[] = {s.serial[1], s.control[1], b->gdb};
		struct proc_spec spec = {.argv = c.argv, .in = -1, .out = s.log, .err = s.log, .keep = keep, .keep_count = 3};

		build_command(&c, b, s.serial[1], s.control[1], b->gdb);
		b->qemu = proc_start(&spec, e);
		arena_finish(&c.arena);
		rc = b->qemu > 0 ? 0 : -1;
	}
	close_fd(s.serial[1]);
	close_fd(s.control[1]);
	close_fd(s.log);
	if (rc < 0) {
		b->qemu = 0;
		close_fd(s.serial[0]);
		close_fd(s.control[0]);
		return -1;
	}
	line_connect(&b->line, s.serial[0]);
	b->control = s.control[0];
	qmp_init(&b->qmp);
	b->next_command = 0;
	loop_watch(b->loop, b->control, POLLIN, read_control, b);
	send_command(b, "qmp_capabilities");
	b->pidfd = proc_pidfd(b->qemu);
	if (b->pidfd >= 0)
		loop_watch(b->loop, b->pidfd, POLLIN, qemu_ended, b);
	return 0;
}

/* ---- the board that boots Linux ---- */

static void say_linux_line(void *ctx)
{
	struct lab_board *b = ctx;
	const char *line = linuxboot_lines[b->linux_line];

	line_say(&b->line, line, strlen(line));
	if (++b->linux_line < linuxboot_count)
		loop_after(b->loop, LINUX_LINE_MS, say_linux_line, b);
}

static void start_linux(struct lab_board *b)
{
	b->linux_line = 0;
	loop_after(b->loop, LINUX_LINE_MS, say_linux_line, b);
}

/* ---- power and reset ---- */

int lab_board_on(struct lab_board *b, struct err *e)
{
	if (b->on && b->boots_linux)
		return 0;
	b->on = true;
	if (b->boots_linux) {
		start_linux(b);
		return 0;
	}
	return b->qemu ? 0 : start_qemu(b, e);
}

void lab_board_off(struct lab_board *b)
{
	b->on = false;
	if (b->stays_on)
		return;
	loop_forget(b->loop, say_linux_line, b);
	forget_qemu(b);
}

void lab_board_reset(struct lab_board *b, struct lab_board_reset done)
{
	answer_reset(b, "another reset was asked for meanwhile");
	b->reset = done;
	b->reset.waits = true;
	if (!b->qemu) {
		answer_reset(b, "it has no power");
		return;
	}
	b->next_command++;
	send_command(b, "system_reset");
	/* It frees a processor that a debugger has left halted, too. One that is there says itself when it goes on. */
	if (port_is_connected(b->gdb_port))
		return;
	b->next_command++;
	send_command(b, "cont");
}

static void reset_again(void *ctx)
{
	struct lab_board *b = ctx;

	if (b->qemu && !b->reset.waits)
		lab_board_reset(b, (struct lab_board_reset){.done = NULL});
	loop_after(b->loop, b->reset_every_ms, reset_again, b);
}

void lab_board_reset_every(struct lab_board *b, int64_t ms)
{
	b->reset_every_ms = ms;
	if (ms)
		loop_after(b->loop, ms, reset_again, b);
	else
		loop_forget(b->loop, reset_again, b);
}

/* ---- its life ---- */

int lab_board_open(struct lab_board *b, const struct rack_board *is, struct loop *loop, const char *folder, struct arena *a,
	       struct err *e)
{
	*b = (struct lab_board){.is = is, .loop = loop, .gdb = -1, .pidfd = -1, .control = -1};
	b->tftp = arena_printf(a, "%s/tftp/%s", folder, is->name);
	b->tty = arena_printf(a, "%s/tty/%s", folder, is->name);
	b->log = arena_printf(a, "%s/log/%s.log", folder, is->name);
	if (file_mkdirs(b->tftp, e) < 0)
		return -1;
	b->gdb = port_hold(&b->gdb_port, e);
	return b->gdb < 0 ? -1 : line_open(&b->line, loop, b->tty, e);
}

void lab_board_close(struct lab_board *b)
{
	if (!b->loop)
		return;
	b->stays_on = false;
	lab_board_reset_every(b, 0);
	lab_board_off(b);
	line_close(&b->line);
	close_fd(b->gdb);
	b->loop = NULL;
}
