#include "cli/debugger.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli/elfoption.h"
#include "replay/replay.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/proc.h"
#include "util/text.h"

/* gdb wants to connect; QEMU's end is a socket that we have already. Bytes are passed between the two. */
struct relay {
	char dir[32];      /* of our own, for the socket */
	char *path;        /* of the socket */
	int listener, gdb; /* gdb: -1 until it has connected */
	size_t printed;    /* bytes of the console */
};

static int relay_open(struct relay *r, struct err *e)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};

	*r = (struct relay){.dir = "/tmp/runtest-gdb-XXXXXX", .listener = -1, .gdb = -1};
	if (!mkdtemp(r->dir))
		return err_sys(e, ERR_INFRA, "cannot make a folder for gdb's socket");
	r->path = xasprintf("%s/gdb", r->dir);
	snprintf(at.sun_path, sizeof at.sun_path, "%s", r->path);
	r->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (r->listener < 0 || bind(r->listener, (struct sockaddr *)&at, sizeof at) < 0 || listen(r->listener, 1) < 0)
		return err_sys(e, ERR_INFRA, "cannot make a socket for gdb");
	return 0;
}

static void relay_close(struct relay *r)
{
	if (r->gdb >= 0)
		close(r->gdb);
	if (r->listener >= 0)
		close(r->listener);
	if (r->path)
		unlink(r->path);
	rmdir(r->dir);
	free(r->path);
}

/* What one end has said goes to the other. False: that end is gone. */
static bool pass(int from, int to)
{
	char chunk[16384];
	ssize_t n = read(from, chunk, sizeof chunk);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	return n > 0 && file_write_all(to, chunk, (size_t)n) == 0;
}

static void print_console(struct relay *relay, const struct replay *r)
{
	size_t end = r->console.len;
	struct buf out;

	if (end && r->console.data[end - 1] == '\r') /* half of an end of line */
		end--;
	if (relay->printed >= end)
		return;
	buf_init(&out);
	text_add_lines(&out, r->console.data + relay->printed, end - relay->printed);
	fwrite(out.data, 1, out.len, stdout);
	fflush(stdout);
	relay->printed = end;
	buf_finish(&out);
}

/* Until gdb has ended. */
static int relay_run(struct relay *relay, struct replay *r, int gdb_ended, struct err *e)
{
	enum { ENDED, NEW, FROM_GDB, FROM_QEMU, CONSOLE };
	int rc = 0;

	while (rc >= 0) {
		struct machine *m = &r->machine;
		struct pollfd p[] = {
			[ENDED] = {.fd = gdb_ended, .events = POLLIN},
			[NEW] = {.fd = relay->gdb < 0 ? relay->listener : -1, .events = POLLIN},
			[FROM_GDB] = {.fd = relay->gdb, .events = POLLIN},
			[FROM_QEMU] = {.fd = relay->gdb >= 0 ? m->gdb_fd : -1, .events = POLLIN},
			[CONSOLE] = {.fd = r->console_ended ? -1 : m->console_fd, .events = POLLIN},
		};

		if (poll(p, sizeof p / sizeof p[0], -1) < 0 && errno != EINTR)
			return err_sys(e, ERR_INFRA, "cannot wait for gdb");
		if (p[ENDED].revents)
			return 0;
		if (p[NEW].revents)
			relay->gdb = accept4(relay->listener, NULL, NULL, SOCK_CLOEXEC);
		if (p[FROM_GDB].revents && !pass(relay->gdb, m->gdb_fd))
			return 0;
		if (p[FROM_QEMU].revents && !pass(m->gdb_fd, relay->gdb))
			return 0;
		rc = replay_wait(r, -1, clock_ms(), e);
		print_console(relay, r);
	}
	return rc;
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

static const char *const *gdb_command(struct arena *a, const struct recording *rec, const struct relay *relay,
				      const char *at, const char *const *elfs)
{
	const char *const *argv = arena_list_add(a, NULL, "gdb-multiarch");

	argv = arena_list_add(a, argv, "-q");
	argv = add_command(a, argv, "set confirm off");
	argv = add_command(a, argv,
			   arena_printf(a, "set architecture %s", strcmp(rec->arch, "riscv64") == 0 ? "riscv:rv64" : "aarch64"));
	argv = add_symbols(a, argv, rec->image, elfs);
	argv = add_command(a, argv, arena_printf(a, "target remote %s", relay->path));
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

static int debug(struct relay *relay, struct replay *r, const struct past_session *s, const char *at, struct err *e)
{
	struct arena a;
	pid_t pid;
	int ended, rc;

	arena_init(&a);
	pid = start_gdb(gdb_command(&a, r->recording, relay, at, elf_option_files(s->run.settings.image_elfs, &a)), e);
	arena_finish(&a);
	if (pid < 0)
		return -1;
	ended = proc_pidfd(pid);
	rc = relay_run(relay, r, ended, e);
	close(ended);
	shutdown(relay->gdb, SHUT_RDWR);
	proc_wait(pid);
	return rc;
}

int debugger_run(const struct recording *rec, const struct past_session *s, unsigned boot, const char *at)
{
	struct replay_options options = {.boot = boot, .debug = true};
	struct relay relay;
	struct replay r;
	struct err e;
	int rc = replay_start(&r, rec, s->dir, &options, &e);

	if (rc == 0) {
		rc = relay_open(&relay, &e);
		if (rc == 0)
			rc = debug(&relay, &r, s, at, &e);
		relay_close(&relay);
	}
	replay_finish(&r);
	return rc < 0 ? command_error(&e) : 0;
}
