/*
 * The yardstick of `make bench` for a whole run: every session of it booted again, raw, with the least that anybody could
 * do. Starts the same QEMU without what only runtest needs, types what the session typed after what it typed it, resets,
 * fills memory and switches where it did, waits for the text that the session ended with, and kills QEMU. No look at
 * memory, no pattern, no log, no verdict.
 *
 * rawboots AT_ONCE LIMIT_S <LIST
 * A line of LIST is "END FOLDER": a session's folder with what runtest keeps there (docs/results.md, qemu.args and
 * typed.idx), and the offset in its console.log at which the last text ends that the session waited for.
 * Prints "MILLISECONDS BOOTED OF": the time for all of them, AT_ONCE at a time, how many came to their end, of how many.
 * One that does not within LIMIT_S seconds is named on stderr, with what it waited for.
 *
 * What the console had said is known again by its last line: up to TAIL bytes, the digits left out (U-Boot prints how
 * long it took), and the line before too where the last one has hardly begun. The text has come when it has come as often
 * as it had since whatever was typed before.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TAIL = 16, SHORT = 3, ARGS = 64, PIPE = 1 << 20 };

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* ---- what was recorded ---- */

struct bytes {
	char *data;
	size_t len;
};

/* A session that typed nothing has no such file: no bytes. */
static struct bytes read_all(const char *dir, const char *name)
{
	struct bytes b = {NULL, 0};
	char path[4096];
	FILE *f;
	long size;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "r");
	if (!f || fseek(f, 0, SEEK_END) < 0 || (size = ftell(f)) < 0)
		size = 0;
	b.data = calloc(1, (size_t)size + 1);
	if (!b.data)
		exit(3);
	if (f) {
		rewind(f);
		b.len = fread(b.data, 1, (size_t)size, f);
		fclose(f);
	}
	return b;
}

/* ---- a text that is waited for ---- */

/* The last bytes of a console, without digits. */
struct tail {
	char at[TAIL];
	size_t len;
};

static bool tail_add(struct tail *t, char c)
{
	if (c >= '0' && c <= '9')
		return false;
	if (t->len == TAIL)
		memmove(t->at, t->at + 1, --t->len);
	t->at[t->len++] = c;
	return true;
}

static bool tail_ends(const struct tail *t, const struct tail *with)
{
	return t->len >= with->len && memcmp(t->at + t->len - with->len, with->at, with->len) == 0;
}

/* Where the last line of a console begins, as far as it counts: not before this boot. */
static size_t line_start(const struct bytes *console, size_t boot, size_t end)
{
	size_t from = end;
	int lines = 1;

	for (; from > boot; from--) {
		if (console->data[from - 1] != '\n')
			continue;
		if (end - from >= SHORT || lines-- == 0)
			break;
	}
	return from;
}

static struct tail tail_of(const struct bytes *console, size_t from, size_t end)
{
	struct tail t = {.len = 0};

	for (; from < end; from++)
		tail_add(&t, console->data[from]);
	return t;
}

/* How often `sought` comes in the console's bytes from `since` to `end`; `boot`: where this boot begins. */
static int count(const struct bytes *console, const struct tail *sought, size_t boot, size_t since, size_t end)
{
	struct tail t = {.len = 0};
	int n = 0;

	for (size_t i = boot; i < end; i++)
		if (tail_add(&t, console->data[i]) && i >= since && tail_ends(&t, sought))
			n++;
	return n;
}

/* ---- a machine ---- */

struct machine {
	const char *dir;
	struct bytes console, typed, args; /* recorded */
	char *argv[ARGS + 8];
	size_t argc;
	bool resets, stands;
	double limit_ms;                   /* on the clock */
	size_t boot, since;                /* in the recorded console: this boot's begin, and the last thing done */
	pid_t pid;
	int to, from, qmp, fill;           /* the last two only of one that resets */
	struct tail seen;
	char chunk[1 << 16];               /* of the console, read and not looked at yet: from `next` to `end` */
	size_t next, end;
};

static void push(struct machine *m, char *word)
{
	if (m->argc == ARGS)
		exit(3);
	m->argv[m->argc++] = word;
}

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* What runtest adds for itself, as option and value. */
static bool is_runtests(const char *option, const char *value)
{
	static const char *const options[] = {"-sandbox", "-action", "-mon", "-icount"};
	static const struct {
		const char *option, *value;
	} pairs[] = {{"-object", "memory-backend-file,"}, {"-object", "qtest,"},   {"-object", "filter-buffer,"},
		     {"-chardev", "socket,"},             {"-netdev", "hubport,"}, {"-drive", "if=none,id=recorded-disk,"}};

	for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
		if (strcmp(option, options[i]) == 0)
			return true;
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		if (strcmp(option, pairs[i].option) == 0 && begins(value, pairs[i].value))
			return true;
	return false;
}

/* What stands in for something of runtest's own. */
static char *plain_value(char *value)
{
	return strcmp(value, "virtio-blk-device,drive=recorded-disk") == 0
		       ? (char *)(uintptr_t) "virtio-blk-device,drive=disk"
		       : value;
}

static void plain_args(struct machine *m)
{
	static const char ram[] = ",memory-backend=ram";
	char *end = m->args.data + m->args.len, *next, *cut;

	for (char *at = m->args.data; at < end; at = next) {
		next = at + strlen(at) + 1;
		if (next < end && is_runtests(at, next)) {
			next += strlen(next) + 1;
			continue;
		}
		cut = strstr(at, ram);
		if (cut)
			memmove(cut, cut + strlen(ram), strlen(cut + strlen(ram)) + 1);
		push(m, plain_value(at));
	}
}

/* A reset is asked for by QMP, memory filled by the test server. */
static void give_socket(struct machine *m, const char *id, int fd, const char *option, const char *value)
{
	char *chardev;

	fcntl(fd, F_SETFD, 0);
	if (asprintf(&chardev, "socket,id=%s,fd=%d", id, fd) < 0)
		_exit(3);
	push(m, (char *)(uintptr_t)"-chardev");
	push(m, chardev);
	push(m, (char *)(uintptr_t)option);
	push(m, (char *)(uintptr_t)value);
}

static void in_child(struct machine *m, int in, int out, int control, int fill)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(in, 0);
	dup2(out, 1);
	if (m->resets) {
		give_socket(m, "control", control, "-mon", "chardev=control,mode=control");
		give_socket(m, "fill", fill, "-object", "qtest,id=qtest,chardev=fill,log=/dev/null");
	}
	execvp(m->argv[0], m->argv);
	_exit(127);
}

static void say_qmp(const struct machine *m, const char *command)
{
	if (dprintf(m->qmp, "{\"execute\":\"%s\"}\n", command) < 0)
		exit(3);
}

static void power_on(struct machine *m)
{
	int in[2], out[2], control[2] = {-1, -1}, fill[2] = {-1, -1};

	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0 ||
	    (m->resets && (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control) < 0 ||
			   socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fill) < 0)))
		exit(3);
	fcntl(in[1], F_SETPIPE_SZ, PIPE); /* whatever is typed goes in at once */
	m->pid = fork();
	if (m->pid == 0)
		in_child(m, in[0], out[1], control[1], fill[1]);
	close(in[0]);
	close(out[1]);
	m->to = in[1];
	m->from = out[0];
	m->qmp = control[0];
	m->fill = fill[0];
	m->stands = false;
	if (m->resets) {
		close(control[1]);
		close(fill[1]);
		say_qmp(m, "qmp_capabilities");
	}
}

static void power_off(struct machine *m)
{
	kill(m->pid, SIGKILL);
	waitpid(m->pid, NULL, 0);
	close(m->to);
	close(m->from);
	if (m->resets) {
		close(m->qmp);
		close(m->fill);
	}
}

/* Bytes from the descriptor, or 0: it is over, or too late. */
static size_t receive(const struct machine *m, int fd, char *to, size_t room)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	double left = m->limit_ms - now_ms();
	ssize_t n = left > 0 && poll(&p, 1, (int)left + 1) > 0 ? read(fd, to, room) : 0;

	return n > 0 ? (size_t)n : 0;
}

static bool await_event(struct machine *m, const char *event)
{
	char said[1 << 14], text[32];
	size_t len = 0, n;

	snprintf(text, sizeof text, "\"event\": \"%s\"", event);
	while (len < sizeof said - 1 && (n = receive(m, m->qmp, said + len, sizeof said - 1 - len)) > 0) {
		len += n;
		said[len] = '\0';
		if (strstr(said, text))
			return true;
	}
	fprintf(stderr, "%s: no %s\n", m->dir, event);
	return false;
}

/* What has been said and not looked at belongs to the boot that ends. */
static void forget(struct machine *m, size_t offset)
{
	m->next = m->end = m->seen.len = 0;
	m->boot = m->since = offset;
}

/* Before a reset, so that nothing of the old boot comes after it. */
static bool stand_still(struct machine *m)
{
	static char rest[1 << 16];

	if (m->stands)
		return true;
	say_qmp(m, "stop");
	if (!await_event(m, "STOP"))
		return false;
	fcntl(m->from, F_SETFL, O_NONBLOCK);
	while (read(m->from, rest, sizeof rest) > 0)
		;
	m->stands = true;
	return true;
}

/* `region` is "ADDRESS SIZE BYTE"; the answer is one line. */
static bool fill(struct machine *m, const char *region)
{
	char answer[64];

	return stand_still(m) && dprintf(m->fill, "memset %s\n", region) > 0 &&
	       receive(m, m->fill, answer, sizeof answer) > 2 && begins(answer, "OK");
}

static bool reset(struct machine *m, size_t offset)
{
	if (!stand_still(m))
		return false;
	say_qmp(m, "system_reset");
	if (!await_event(m, "RESET"))
		return false;
	say_qmp(m, "cont");
	m->stands = false;
	forget(m, offset);
	return true;
}

/* ---- a session ---- */

static bool next_byte(struct machine *m, char *c)
{
	if (m->next == m->end) {
		m->next = 0;
		m->end = receive(m, m->from, m->chunk, sizeof m->chunk);
		if (!m->end)
			return false;
	}
	*c = m->chunk[m->next++];
	return true;
}

/* Until the console has said what it had said at this offset of the record. */
static bool await(struct machine *m, size_t offset)
{
	struct tail sought = tail_of(&m->console, line_start(&m->console, m->boot, offset), offset);
	int times = count(&m->console, &sought, m->boot, m->since, offset), left = times;
	char c;

	while (left > 0) {
		if (!next_byte(m, &c)) {
			fprintf(stderr, "%s: at %zu, number %d of %d did not come: %.*s\n", m->dir, offset, times - left + 1, times,
				(int)sought.len, sought.at);
			return false;
		}
		if (tail_add(&m->seen, c) && tail_ends(&m->seen, &sought))
			left--;
	}
	if (offset > m->since)
		m->since = offset;
	return true;
}

static bool type(struct machine *m, const char *line)
{
	size_t from, n;

	if (sscanf(line, "%zu %zu", &from, &n) != 2 || from > m->typed.len || n > m->typed.len - from)
		exit(3);
	while (n > 0) {
		ssize_t done = write(m->to, m->typed.data + from, n);

		if (done < 0)
			return false;
		from += (size_t)done;
		n -= (size_t)done;
	}
	return true;
}

/* A line of typed.idx: when (it does not matter), after how much of the console, what. */
static bool follow(struct machine *m, const char *line)
{
	size_t offset;
	int what = 0;

	if (sscanf(line, "%*s %zu %n", &offset, &what) != 1 || !what || offset > m->console.len)
		exit(3);
	if (!await(m, offset))
		return false;
	if (begins(line + what, "fill "))
		return fill(m, line + what + strlen("fill "));
	if (strcmp(line + what, "reset") == 0)
		return reset(m, offset);
	if (strcmp(line + what, "power-cycle") != 0)
		return type(m, line + what);
	power_off(m);
	power_on(m);
	forget(m, offset);
	return true;
}

static bool boot(const char *dir, size_t end, double limit_ms)
{
	static struct machine m;
	struct bytes index = read_all(dir, "typed.idx");
	bool came = true;

	m.dir = dir;
	m.console = read_all(dir, "console.log");
	m.typed = read_all(dir, "typed.log");
	m.args = read_all(dir, "qemu.args");
	m.resets = strstr(index.data, " reset\n");
	m.limit_ms = now_ms() + limit_ms;
	plain_args(&m);
	if (!m.argc || end > m.console.len)
		exit(3);
	power_on(&m);
	for (char *line = strtok(index.data, "\n"); line && came; line = strtok(NULL, "\n"))
		came = follow(&m, line);
	if (came && end > m.since)
		came = await(&m, end);
	power_off(&m);
	return came;
}

/* One session ends: was it booted? */
static int gather(void)
{
	int status;

	return wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int next_session(char *line, size_t size, size_t *end)
{
	int at = 0;

	if (!fgets(line, (int)size, stdin) || sscanf(line, "%zu %n", end, &at) != 1)
		return 0;
	line[strcspn(line, "\n")] = '\0';
	return at;
}

/* All sessions of the list; how many there were. */
static int boot_all(int at_once, double limit_ms, int *booted)
{
	int running = 0, all = 0, at;
	char line[4096];
	size_t end;

	for (; (at = next_session(line, sizeof line, &end)) > 0; all++, running++) {
		if (running == at_once) {
			*booted += gather();
			running--;
		}
		if (fork() == 0)
			_exit(boot(line + at, end, limit_ms) ? 0 : 1);
	}
	for (; running; running--)
		*booted += gather();
	return all;
}

int main(int argc, char **argv)
{
	int at_once = argc == 3 ? atoi(argv[1]) : 0, limit = argc == 3 ? atoi(argv[2]) : 0, booted = 0, all;
	double begun = now_ms();

	if (at_once < 1 || limit < 1) {
		fputs("usage: rawboots AT_ONCE LIMIT_S <LIST\n", stderr);
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	all = boot_all(at_once, limit * 1e3, &booted);
	printf("%.0f %d %d\n", now_ms() - begun, booted, all);
	return booted == all ? 0 : 1;
}
