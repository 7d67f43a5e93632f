/* A board whose boot loader speaks fastboot by itself; and the calls of the program that both ways have in common. */
#include "board/load/fastboot.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "board/load/prompt.h"
#include "util/clock.h"
#include "util/mem.h"
#include "util/proc.h"
#include "util/text.h"

enum {
	LOOK_MS = 20,       /* how often the program is looked at */
	GRACE_MS = 500,
	SAID_MOST = 65536,
	DEADLINE_MS = 30000,
};

static const char *const no_commands[] = {NULL};
const struct fastboot_board fastboot_usual = {.program = "fastboot", .commands = no_commands, .deadline_ms = DEADLINE_MS};

/* ---- one call ---- */

/* -s SERIAL, and the command's words. */
static const char *const *arguments(struct arena *a, const struct load_fastboot *unit, const struct fastboot_board *how,
				    const char *command, const char *file)
{
	const char *const *argv = arena_list_add(a, NULL, how->program);
	char *words = arena_strdup(a, command), *rest = NULL;

	if (unit->serial) {
		argv = arena_list_add(a, argv, "-s");
		argv = arena_list_add(a, argv, unit->serial);
	}
	for (char *w = strtok_r(words, " ", &rest); w; w = strtok_r(NULL, " ", &rest))
		argv = arena_list_add(a, argv, strcmp(w, FASTBOOT_FILE) == 0 ? file : w);
	return argv;
}

static void take_output(int fd, struct buf *said)
{
	char chunk[4096];
	ssize_t n;

	while ((n = read(fd, chunk, sizeof chunk)) > 0)
		if (said->len < SAID_MOST)
			buf_add(said, chunk, (size_t)n);
}

struct call {
	pid_t pid;
	int out;         /* what it says */
	struct buf said;
	int status;      /* wait status, once it has ended */
};

static int start(struct call *c, const char *const *argv, struct err *e)
{
	struct proc_spec spec = {.argv = argv, .in = -1};
	int pipes[2];

	if (pipe2(pipes, O_CLOEXEC | O_NONBLOCK) < 0)
		return err_sys(e, ERR_INFRA, "cannot make a pipe");
	fcntl(pipes[1], F_SETFL, 0);
	spec.out = spec.err = pipes[1];
	c->pid = proc_start(&spec, e);
	close(pipes[1]);
	c->out = pipes[0];
	if (c->pid > 0)
		return 0;
	close(c->out);
	return err_hint(e, "install fastboot, or name another program in the kind's fastboot section");
}

/* Until it has ended: LINE_OK. */
static enum line_state follow(struct call *c, struct load_line *line, struct buf *in, int64_t deadline_ms)
{
	for (;;) {
		int64_t look = clock_ms() + LOOK_MS;
		enum line_state state = line->ops->receive(line, in, look < deadline_ms ? look : deadline_ms);

		take_output(c->out, &c->said);
		if (state == LINE_ENDED)
			return state;
		if (waitpid(c->pid, &c->status, WNOHANG) == c->pid) {
			c->pid = 0;
			take_output(c->out, &c->said);
			return LINE_OK;
		}
		if (clock_ms() >= deadline_ms)
			return LINE_LATE;
	}
}

static enum load_end judge(const struct call *c, enum line_state state, const char *program, const char *command, struct err *e)
{
	char words[TEXT_QUOTED], status[64];

	if (state == LINE_ENDED)
		return LOAD_ENDED;
	if (state == LINE_OK && WIFEXITED(c->status) && WEXITSTATUS(c->status) == 0)
		return LOAD_DONE;
	prompt_last_words(words, sizeof words, &c->said);
	if (state == LINE_LATE)
		err_set(e, ERR_INFRA, "`%s %s` did not come to its end in time; the last it said is %s", program, command, words);
	else
		err_set(e, ERR_INFRA, "`%s %s` %s; the last it said is %s", program, command,
			proc_status_text(c->status, status, sizeof status), words);
	err_hint(e, "is the board in fastboot mode, is its serial number the one of the unit's load section, and may we use its USB "
		    "device (`fastboot devices`, udev rules)?");
	return LOAD_FAILED;
}

static enum load_end run_one(const struct load_fastboot *unit, const struct fastboot_board *how, const char *command,
			     const char *file, struct load_line *line, struct buf *in, int64_t deadline_ms, struct err *e)
{
	int64_t own = clock_ms() + how->deadline_ms;
	struct call c = {.pid = 0};
	enum line_state state;
	enum load_end end;
	struct arena a;
	int rc;

	arena_init(&a);
	rc = start(&c, arguments(&a, unit, how, command, file), e);
	arena_finish(&a);
	if (rc < 0)
		return LOAD_FAILED;
	state = follow(&c, line, in, own < deadline_ms ? own : deadline_ms);
	if (c.pid > 0)
		proc_end(c.pid, SIGTERM, GRACE_MS);
	close(c.out);
	end = judge(&c, state, how->program, command, e);
	buf_finish(&c.said);
	return end;
}

enum load_end fastboot_run(const struct load_fastboot *unit, const struct fastboot_board *how, const char *const *commands,
			   const char *file, struct load_line *line, struct buf *in, int64_t deadline_ms, struct err *e)
{
	enum load_end end = LOAD_DONE;

	for (; *commands && end == LOAD_DONE; commands++)
		end = run_one(unit, how, *commands, file, line, in, deadline_ms, e);
	return end;
}

/* ---- a boot loader that speaks nothing else ---- */

struct fastboot_load {
	struct load base;
	const struct board_unit *unit;
	const struct fastboot_board *how;
	const struct load_job *job;
};

static int fastboot_prepare(struct load *l, struct err *e)
{
	const struct fastboot_load *f = (struct fastboot_load *)l;

	if (f->job->count == 1)
		return 0;
	return err_set(e, ERR_CONFIG, "fastboot delivers the boot image alone, and there is %s beside it", f->job->files[1].path);
}

/* The boot loader has started when the program finds it: there is no other sign. */
static enum load_end fastboot_deliver(struct load *l, struct load_line *line, int64_t deadline_ms, struct err *e)
{
	static const char *const usual[] = {"boot " FASTBOOT_FILE, NULL};
	const struct fastboot_load *f = (struct fastboot_load *)l;
	struct buf in = {0};
	enum load_end end;

	line->ops->handing_over(line);
	end = fastboot_run(f->unit->load->fastboot, f->how, f->how->commands[0] ? f->how->commands : usual, f->job->files[0].path,
			   line, &in, deadline_ms, e);
	buf_finish(&in);
	return end;
}

static void fastboot_destroy(struct load *l)
{
	free(l);
}

static const struct load_ops fastboot_ops = {
	.name = "fastboot",
	.prepare = fastboot_prepare,
	.deliver = fastboot_deliver,
	.destroy = fastboot_destroy,
};

struct load *load_fastboot_create(const struct board_unit *unit, const struct load_job *job)
{
	struct fastboot_load *f = xcalloc(1, sizeof *f);

	f->base.ops = &fastboot_ops;
	f->unit = unit;
	f->how = unit->kind->fastboot ? unit->kind->fastboot : &fastboot_usual;
	f->job = job;
	return &f->base;
}
