#include "nightly/notify.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "nightly/letter.h"
#include "net/http.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/proc.h"
#include "util/text.h"

bool notify_wants(const struct recipient *to, const struct bulletin *b)
{
	switch (to->when) {
	case TELL_CHANGE:
		return bulletin_is_news(b);
	case TELL_FAILURE:
		return b->exit_status || b->trouble_count;
	case TELL_ALWAYS:
		break;
	}
	return true;
}

/* ---- by a web server ---- */

int notify_split_url(const char *url, char **server, char **path, struct err *e)
{
	size_t scheme = strncmp(url, "https://", 8) == 0 ? 8 : strncmp(url, "http://", 7) == 0 ? 7 : 0;
	size_t host = scheme ? strcspn(url + scheme, "/?#") : 0;

	if (!host || memchr(url + scheme, '@', host) || url[strcspn(url, " \t\\\"<>{}#")]) {
		err_set(e, ERR_INFRA, "the webhook's address is none: expected http(s)://HOST/PATH, without a user, blanks or #");
		err_hint(e, "it is the first line of the file, or the environment variable, that \"url\" names");
		return -1;
	}
	*server = xasprintf("%.*s", (int)(scheme + host), url);
	*path = url[scheme + host] == '/' ? xstrdup(url + scheme + host) : xasprintf("/%s", url + scheme + host);
	return 0;
}

/* The path is as good as a password. */
static void conceal(struct err *e, const char *path)
{
	char *const texts[] = {e->what, e->hint};
	size_t n = strlen(path);

	for (size_t i = 0; n > 1 && i < 2; i++)
		for (char *at; (at = strstr(texts[i], path));)
			memset(at, '*', n);
}

static int post(const struct recipient *to, const char *server, const char *path, const char *text, bool *hopeless,
		struct err *e)
{
	static const char *const headers[] = {"Content-Type: application/json", NULL};
	struct http_server s = {.url = server, .ca = to->webhook->ca, .login = to->webhook->login};
	struct http_request q = {.path = path, .method = "POST", .body = text, .headers = headers};
	struct http_wait wait = {clock_ms() + to->deadline_ms, true};
	struct http_answer answer = {0};
	int rc;

	buf_init(&answer.body);
	rc = http_ask(&s, &q, "the webhook", &wait, &answer, e);
	/* what was asked wrongly is not asked better the next time; "later" and "too much" are other words */
	*hopeless = answer.status >= 400 && answer.status < 500 && answer.status != 408 && answer.status != 429;
	buf_finish(&answer.body);
	if (rc < 0 && e->kind != ERR_CANCELLED) {
		conceal(e, path);
		err_hint(e, "docs/nightly.md says what a webhook is sent; is its address still right?");
	}
	return rc;
}

static int by_webhook(const struct recipient *to, const struct bulletin *b, bool *hopeless, struct err *e)
{
	char *url = secret_read(&to->webhook->url, e), *server = NULL, *path = NULL;
	struct buf text;
	int rc;

	*hopeless = true;
	if (!url) {
		err_hint(e, "it is to hold the address of the webhook");
		return -1;
	}
	rc = notify_split_url(url, &server, &path, e);
	secret_forget(url);
	if (rc < 0)
		return -1;
	buf_init(&text);
	(to->webhook->body == WEBHOOK_JSON ? bulletin_json : bulletin_chat)(&text, b);
	rc = post(to, server, path, text.data, hopeless, e);
	buf_finish(&text);
	secret_forget(path);
	free(server);
	return rc;
}

/* ---- by mail ---- */

/* Nothing of a host's name that could end the header. */
static void host_name(char out[256])
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";

	if (gethostname(out, 255) < 0)
		out[0] = '\0';
	out[255] = '\0';
	out[strspn(out, allowed)] = '\0';
	if (!out[0])
		snprintf(out, 256, "localhost");
}

static void write_letter(struct buf *out, const struct recipient *to, const struct bulletin *b)
{
	char host[256], id[64];
	struct buf subject, text;
	struct letter l = {.from = to->mail->from, .to = to->mail->to, .id = id, .host = host};

	host_name(host);
	snprintf(id, sizeof id, "runtest.%lld.%ld", (long long)clock_us(), (long)getpid());
	buf_init(&subject);
	buf_init(&text);
	buf_adds(&subject, "[runtest] ");
	bulletin_subject(&subject, b);
	bulletin_text(&text, b);
	l.subject = subject.data;
	l.text = text.data;
	letter_write(out, &l);
	buf_finish(&subject);
	buf_finish(&text);
}

/* A file without a name that holds the text, at its beginning. */
static int as_file(const char *text, size_t n, struct err *e)
{
	int fd = memfd_create("letter", MFD_CLOEXEC);

	if (fd >= 0 && file_write_all(fd, text, n) == 0 && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	err_sys(e, ERR_INFRA, "cannot hold the mail in memory");
	if (fd >= 0)
		close(fd);
	return -1;
}

/* 0 with the program's wait status, or -1 with it gone. */
static int wait_for(pid_t pid, const struct recipient *to, int *status, struct err *e)
{
	enum { STOP, END, GRACE_MS = 2000 };
	struct pollfd p[] = {[STOP] = {.fd = cancel_fd(), .events = POLLIN}, [END] = {.fd = proc_pidfd(pid), .events = POLLIN}};
	int64_t deadline = clock_ms() + to->deadline_ms;
	int n;

	do
		n = poll(p, 2, clock_poll_timeout(deadline));
	while (n < 0 && errno == EINTR);
	if (p[END].fd >= 0)
		close(p[END].fd);
	if (n > 0 && !p[STOP].revents) {
		*status = proc_wait(pid);
		return 0;
	}
	proc_end(pid, SIGTERM, GRACE_MS);
	return n > 0 ? err_set(e, ERR_CANCELLED, "stopped by a signal")
		     : err_set(e, ERR_INFRA, "%s did not take the mail in time", to->mail->program);
}

static int refused(const struct recipient *to, int status, int said, struct err *e)
{
	char text[TEXT_QUOTED], quoted[TEXT_QUOTED], how[64];
	ssize_t n = pread(said, text, sizeof text, 0);

	err_set(e, ERR_INFRA, "%s did not take the mail: it %s%s%s", to->mail->program, proc_status_text(status, how, sizeof how),
		n > 0 ? " and said " : "", n > 0 ? text_quote(quoted, text, (size_t)n) : "");
	return err_hint(e, "is there a mail server on this machine? \"program\" names another way to it");
}

static int hand_over(const struct recipient *to, int letter, int said, struct err *e)
{
	const char *const argv[] = {to->mail->program, "-t", "-oi", NULL};
	/* no warden: some deliver behind our back, and are to */
	struct proc_spec spec = {.argv = argv, .in = letter, .out = said, .err = said};
	pid_t pid = proc_start(&spec, e);
	int status = 0;

	if (pid < 0 || wait_for(pid, to, &status, e) < 0)
		return -1;
	return status == 0 ? 0 : refused(to, status, said, e);
}

static int by_mail(const struct recipient *to, const struct bulletin *b, bool *hopeless, struct err *e)
{
	struct buf text;
	int letter, said, rc = -1;

	*hopeless = false;
	buf_init(&text);
	write_letter(&text, to, b);
	letter = as_file(text.data, text.len, e);
	said = letter < 0 ? -1 : as_file("", 0, e);
	if (said >= 0)
		rc = hand_over(to, letter, said, e);
	if (letter >= 0)
		close(letter);
	if (said >= 0)
		close(said);
	buf_finish(&text);
	return rc;
}

/* ---- again and again ---- */

/* 0 when the time is over, -1 when a signal came. */
static int pause_for(int64_t ms, struct err *e)
{
	struct pollfd stop = {.fd = cancel_fd(), .events = POLLIN};
	int64_t end = clock_ms() + ms;
	int n;

	do
		n = poll(&stop, 1, clock_poll_timeout(end));
	while ((n < 0 && errno == EINTR) || (n == 0 && clock_ms() < end));
	return n > 0 ? err_set(e, ERR_CANCELLED, "stopped by a signal") : 0;
}

int notify(const struct recipient *to, const struct bulletin *b, int *tries, struct err *e)
{
	int64_t pause = to->pause_ms;
	bool hopeless = false;
	int rc = -1;

	for (*tries = 0; rc < 0 && *tries < to->tries && !hopeless; pause *= 2) {
		if (*tries && pause_for(pause, e) < 0)
			return -1;
		++*tries;
		rc = (to->by == TELL_MAIL ? by_mail : by_webhook)(to, b, &hopeless, e);
		if (rc < 0 && e->kind == ERR_CANCELLED)
			return -1;
	}
	return rc;
}
