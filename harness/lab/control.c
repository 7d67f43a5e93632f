#include "lab/control.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "util/cancel.h"
#include "util/file.h"
#include "util/mem.h"

struct control_talk {
	struct control *control;
	struct control_talk *next;
	unsigned number;
	int fd;
	struct buf line;
};

/* Paths of sockets are short; this one goes by way of a descriptor of the folder, however deep that is. */
static int control_address(const char *folder, struct sockaddr_un *a)
{
	int dir = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);

	*a = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (dir >= 0)
		snprintf(a->sun_path, sizeof a->sun_path, "/proc/self/fd/%d/control", dir);
	return dir;
}

/* ---- the lab's side ---- */

static void end_talk(struct control_talk *t)
{
	struct control_talk **at = &t->control->talks;

	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
	loop_unwatch(t->control->loop, t->fd);
	close(t->fd);
	buf_finish(&t->line);
	free(t);
}

static struct control_talk *find_talk(struct control *c, unsigned number)
{
	struct control_talk *t = c->talks;

	while (t && t->number != number)
		t = t->next;
	return t;
}

static void say(struct control *c, unsigned talk, const char *how, const char *text)
{
	struct control_talk *t = find_talk(c, talk);
	char *line;

	if (!t)
		return;
	line = xasprintf("%s %s\n", how, text);
	/* Who does not listen to a line has gone, and so is the talk. */
	if (send(t->fd, line, strlen(line), MSG_NOSIGNAL) < 0)
		errno = 0;
	free(line);
	end_talk(t);
}

void control_answer(struct control *c, unsigned talk, const char *text)
{
	say(c, talk, "ok", text);
}

void control_refuse(struct control *c, unsigned talk, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	say(c, talk, "error", text);
	free(text);
}

static void handle_line(struct control_talk *t)
{
	struct control *c = t->control;
	char *words[CONTROL_WORDS], *rest = NULL;
	char *line = xstrdup(t->line.data);
	size_t n = 0;

	line[strcspn(line, "\n")] = '\0';
	for (char *w = strtok_r(line, " ", &rest); w && n < CONTROL_WORDS; w = strtok_r(NULL, " ", &rest))
		words[n++] = w;
	c->handle(c->ctx, t->number, words, n);
	free(line);
}

static void hear(void *ctx, short revents)
{
	struct control_talk *t = ctx;
	char chunk[256];
	ssize_t n = read(t->fd, chunk, sizeof chunk);
	bool heard = t->line.len && t->line.data[t->line.len - 1] == '\n';

	(void)revents;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0 || heard || t->line.len > CONTROL_LINE_MAX) {
		end_talk(t); /* they are gone, or talk too much */
		return;
	}
	buf_add(&t->line, chunk, (size_t)n);
	if (t->line.data[t->line.len - 1] == '\n')
		handle_line(t);
}

static void greet(void *ctx, short revents)
{
	struct control *c = ctx;
	struct control_talk *t;
	int fd = accept4(c->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)revents;
	if (fd < 0)
		return;
	t = xcalloc(1, sizeof *t);
	*t = (struct control_talk){.control = c, .next = c->talks, .number = ++c->last, .fd = fd};
	c->talks = t;
	loop_watch(c->loop, fd, POLLIN, hear, t);
}

int control_open(struct control *c, struct loop *loop, const char *folder, control_handler *handle, void *ctx, struct err *e)
{
	enum { BACKLOG = 16 };
	struct sockaddr_un a;
	int dir = control_address(folder, &a), rc;

	*c = (struct control){.loop = loop, .handle = handle, .ctx = ctx};
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	rc = dir < 0 || c->fd < 0 || bind(c->fd, (struct sockaddr *)&a, sizeof a) < 0 || listen(c->fd, BACKLOG) < 0 ? -1 : 0;
	if (rc < 0)
		err_sys(e, ERR_INFRA, "cannot make the lab's control socket");
	else
		loop_watch(loop, c->fd, POLLIN, greet, c);
	if (dir >= 0)
		close(dir);
	return rc;
}

void control_close(struct control *c)
{
	if (!c->loop)
		return;
	for (struct control_talk *t = c->talks, *next; t; t = next) {
		next = t->next;
		end_talk(t);
	}
	loop_unwatch(c->loop, c->fd);
	if (c->fd >= 0)
		close(c->fd);
	c->loop = NULL;
}

/* ---- the other side ---- */

static int connect_to(const char *folder, struct err *e)
{
	struct sockaddr_un a;
	int dir = control_address(folder, &a);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (dir < 0 || fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a) < 0) {
		err_sys(e, ERR_INFRA, "cannot reach the lab");
		err_at(e, folder, 0, 0);
		if (fd >= 0)
			close(fd);
		fd = -1;
	}
	if (dir >= 0)
		close(dir);
	return fd;
}

static int hear_all(int fd, struct buf *all, struct err *e)
{
	struct pollfd p[] = {{.fd = cancel_fd(), .events = POLLIN}, {.fd = fd, .events = POLLIN}};
	char chunk[512];
	ssize_t n;

	for (;;) {
		if (poll(p, 2, -1) < 0 && errno != EINTR)
			return err_sys(e, ERR_INFRA, "cannot wait for the lab");
		if (cancel_requested())
			return err_set(e, ERR_CANCELLED, "stopped before the lab had answered");
		if (!p[1].revents)
			continue;
		n = read(fd, chunk, sizeof chunk);
		if (n <= 0)
			return 0;
		buf_add(all, chunk, (size_t)n);
	}
}

/* "ok TEXT\n" or "error TEXT\n". */
static int understand(struct buf *all, struct buf *answer, struct err *e)
{
	if (!all->len || all->data[all->len - 1] != '\n')
		return err_set(e, ERR_INFRA, "the lab has gone without an answer");
	all->data[all->len - 1] = '\0';
	if (strncmp(all->data, "error ", 6) == 0)
		return err_set(e, ERR_INFRA, "%s", all->data + 6);
	buf_adds(answer, all->data + strlen("ok "));
	return 0;
}

int control_tell(const char *folder, char *const *words, size_t count, struct buf *answer, struct err *e)
{
	int fd = connect_to(folder, e), rc = -1;
	struct buf line, all;

	if (fd < 0)
		return -1;
	buf_init(&line);
	buf_init(&all);
	for (size_t i = 0; i < count; i++)
		buf_printf(&line, "%s%s", i ? " " : "", words[i]);
	buf_addc(&line, '\n');
	if (file_write_all(fd, line.data, line.len) < 0)
		err_sys(e, ERR_INFRA, "the lab does not listen");
	else
		rc = hear_all(fd, &all, e) < 0 ? -1 : understand(&all, answer, e);
	buf_finish(&line);
	buf_finish(&all);
	close(fd);
	return rc;
}
