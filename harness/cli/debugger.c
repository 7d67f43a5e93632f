#include "cli/debugger.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli/elfoption.h"
#include "cli/station.h"
#include "replay/relay.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/proc.h"
#include "util/text.h"

enum { PATIENCE_MS = 120000 };

/* gdb wants to connect; QEMU's end is a socket that we have already. */
struct desk {
	char dir[32];     /* of our own, for the socket */
	char *path;       /* of the socket */
	int listener;
	struct relay relay;
	size_t printed;   /* bytes of the console; what a way back brings again is not printed again */
};

static int desk_open(struct desk *d, struct probe *p, struct err *e)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};

	relay_init(&d->relay, p);
	if (!mkdtemp(d->dir))
		return err_sys(e, ERR_INFRA, "cannot make a folder for gdb's socket");
	d->path = xasprintf("%s/gdb", d->dir);
	snprintf(at.sun_path, sizeof at.sun_path, "%s", d->path);
	d->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (d->listener < 0 || bind(d->listener, (struct sockaddr *)&at, sizeof at) < 0 || listen(d->listener, 1) < 0)
		return err_sys(e, ERR_INFRA, "cannot make a socket for gdb");
	return 0;
}

static void desk_close(struct desk *d)
{
	relay_finish(&d->relay);
	if (d->listener >= 0)
		close(d->listener);
	if (d->path)
		unlink(d->path);
	rmdir(d->dir);
	free(d->path);
}

static void print_console(struct desk *d, const struct replay *r)
{
	size_t end = r->console.len;
	struct buf out;

	if (end && r->console.data[end - 1] == '\r') /* half of an end of line */
		end--;
	if (d->printed >= end)
		return;
	buf_init(&out);
	text_add_lines(&out, r->console.data + d->printed, end - d->printed);
	fwrite(out.data, 1, out.len, stdout);
	fflush(stdout);
	d->printed = end;
	buf_finish(&out);
}

/* Until gdb has ended. */
static int serve(struct desk *d, struct probe *probe, int gdb_ended, struct err *e)
{
	enum { ENDED, NEW, FROM_GDB, FROM_QEMU, CONSOLE };
	struct relay *relay = &d->relay;
	int rc = 0;

	while (rc == 0) {
		struct replay *r = &probe->replay;
		struct pollfd p[] = {
			[ENDED] = {.fd = gdb_ended, .events = POLLIN},
			[NEW] = {.fd = relay->debugger < 0 ? d->listener : -1, .events = POLLIN},
			[FROM_GDB] = {.fd = relay->debugger, .events = POLLIN},
			[FROM_QEMU] = {.fd = relay->debugger >= 0 && !relay->over ? probe->gdb.fd : -1, .events = POLLIN},
			[CONSOLE] = {.fd = r->console_ended ? -1 : r->machine.console_fd, .events = POLLIN},
		};

		if (poll(p, sizeof p / sizeof p[0], -1) < 0 && errno != EINTR)
			return err_sys(e, ERR_INFRA, "cannot wait for gdb");
		if (p[ENDED].revents)
			return 0;
		if (p[NEW].revents)
			relay->debugger = accept4(d->listener, NULL, NULL, SOCK_CLOEXEC);
		/* The console first: what came before a stop is printed before gdb tells of it. */
		if (replay_wait(r, -1, clock_ms(), e) < 0)
			return -1;
		print_console(d, r);
		if (p[FROM_QEMU].revents)
			rc = relay_from_board(relay, e);
		/* After a way back that is another QEMU, and what has been polled is not its. */
		if (rc == 0 && p[FROM_GDB].revents)
			rc = relay_from_debugger(relay, e);
	}
	return rc < 0 ? -1 : 0;
}

static const char *beside(struct arena *a, const char *image, const char *name)
{
	const char *slash = strrchr(image, '/');
	const char *path = arena_printf(a, "%.*s/%s", slash ? (int)(slash - image) : 1, slash ? image : ".", name);

	return file_exists(path) ? path : NULL;
}

static const char *const *add_command(struct arena *a, const char *const *argv, const char *command)
{
	return arena_list_add(a, arena_list_add(a, argv, "-ex"), command);
}

/* Where to go first, in gdb's words. */
static const char *const *add_place(struct arena *a, const char *const *argv, const char *at)
{
	if (strncmp(at, "write:", 6) == 0)
		argv = add_command(a, argv, arena_printf(a, "watch *(unsigned long *)(%s)", at + 6));
	else
		argv = add_command(a, argv, arena_printf(a, "thbreak %s", at));
	return add_command(a, argv, "continue");
}

/* The kernel's symbols first: those that were given with the image, or else those of what lies beside it. */
static const char *const *add_symbols(struct arena *a, const char *const *argv, const char *image, const char *const *given)
{
	static const char *const names[] = {"kernel.elf", "loader.elf", "monitor.elf"};
	const char *const *elfs = given;
	const char *elf;

	for (size_t i = 0; !given && i < sizeof names / sizeof names[0]; i++)
		if ((elf = beside(a, image, names[i])))
			elfs = arena_list_add(a, elfs, elf);
	for (const char *const *e = elfs; e && *e; e++)
		argv = add_command(a, argv, arena_printf(a, "%s '%s'", e == elfs ? "file" : "add-symbol-file", *e));
	return argv;
}

static const char *const *gdb_command(struct arena *a, const struct recording *rec, const struct desk *d,
				      const char *at, const char *const *elfs)
{
	const char *const *argv = arena_list_add(a, NULL, "gdb-multiarch");

	argv = arena_list_add(a, argv, "-q");
	argv = add_command(a, argv, "set confirm off");
	argv = add_command(a, argv,
			   arena_printf(a, "set architecture %s", strcmp(rec->arch, "riscv64") == 0 ? "riscv:rv64" : "aarch64"));
	argv = add_symbols(a, argv, rec->image, elfs);
	argv = add_command(a, argv, "set remotetimeout 120"); /* of its own two seconds none is left on a busy machine */
	argv = add_command(a, argv, arena_printf(a, "target remote %s", d->path));
	return at ? add_place(a, argv, at) : argv;
}

/* The terminal is gdb's, which shares our process group. */
static pid_t start_gdb(const char *const *argv, struct err *e)
{
	pid_t pid;
	char *program = proc_find(argv[0]);

	free(program);
	if (!program) {
		err_set(e, ERR_INFRA, "gdb-multiarch is not installed");
		err_hint(e, "apt-get install gdb-multiarch");
		return -1;
	}
	pid = fork();
	if (pid < 0)
		err_sys(e, ERR_INFRA, "cannot start gdb");
	if (pid > 0)
		signal(SIGINT, SIG_IGN); /* ^C is for gdb */
	if (pid != 0)
		return pid;
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

static int debug(struct desk *d, struct probe *p, const struct past_session *s, const char *at, struct err *e)
{
	struct arena a;
	pid_t pid;
	int ended, rc;

	arena_init(&a);
	pid = start_gdb(gdb_command(&a, p->replay.recording, d, at, elf_option_files(s->run.settings.image_elfs, &a)), e);
	arena_finish(&a);
	if (pid < 0)
		return -1;
	ended = proc_pidfd(pid);
	rc = serve(d, p, ended, e);
	close(ended);
	shutdown(d->relay.debugger, SHUT_RDWR);
	proc_wait(pid);
	return rc;
}

/* Where gdb begins: there, or in front of the first instruction. */
static int go_there(struct desk *d, struct probe *p, const struct station *there, struct err *e)
{
	int rc = probe_reach(p, there->instruction, e);

	if (rc == PROBE_OVER)
		return err_set(e, ERR_USAGE, "the boot ends before instruction %" PRIu64, there->instruction);
	if (rc > PROBE_HALTED)
		return err_set(e, ERR_INFRA, "the boot did not come to instruction %" PRIu64 " in time", there->instruction);
	if (rc < 0 || replay_wait(&p->replay, -1, clock_ms(), e) < 0)
		return -1;
	print_console(d, &p->replay);
	if (there->why)
		printf("%s%" PRIu64 " instructions have run: %s\n", d->printed ? "\n" : "", there->instruction, there->why);
	fflush(stdout);
	return 0;
}

static int run(const struct recording *rec, const struct past_session *s, const struct station *there, const char *at,
	       struct err *e)
{
	struct desk d = {.dir = "/tmp/runtest-gdb-XXXXXX", .listener = -1};
	struct probe p;
	int rc = probe_start(&p, rec, s->dir, there->boot, clock_ms() + PATIENCE_MS, e);

	if (rc == 0) {
		rc = desk_open(&d, &p, e);
		if (rc == 0)
			rc = go_there(&d, &p, there, e);
		if (rc == 0)
			rc = debug(&d, &p, s, at, e);
		desk_close(&d);
	}
	probe_finish(&p);
	return rc;
}

int debugger_run(const struct recording *rec, const struct past_session *s, long boot, const char *at)
{
	struct station there = {.boot = boot ? (unsigned)boot - 1 : 0};
	struct arena a;
	struct err e;
	int rc = 1;

	arena_init(&a);
	if (at)
		rc = station_find(s, rec, boot, at, &a, &there, &e);
	if (rc >= 0)
		rc = run(rec, s, &there, rc == 1 ? at : NULL, &e);
	arena_finish(&a);
	return rc < 0 ? command_error(&e) : 0;
}
