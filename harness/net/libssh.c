/*
 * The module ssh.so, and the only user of libssh: one connection, carried to its end in a process of its own. Nothing
 * here may ask anybody anything: a key that is not known, or not wanted there, is the end.
 */
#include <errno.h>
#include <fcntl.h>
#include <libssh/libssh.h>
#include <libssh/sftp.h>
#include <libssh/server.h> /* ssh_send_keepalive, which a client may use, too */
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "net/ssh.h"

enum { CHUNK = 16 * 1024, SILENCES = 3 };

struct carrier {
	const struct ssh_job *job;
	ssh_session session;
	ssh_channel channel;
	int64_t heard_ms; /* when the host last said anything */
	struct ssh_counter_struct raw; /* bytes of the connection */
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void tell(const struct carrier *c, const struct ssh_report *r)
{
	if (write(c->job->report_fd, r, sizeof *r) < 0)
		_exit(1);
}

/* Always false, so that callers can `return fail(...)`. */
__attribute__((format(printf, 3, 4))) static bool fail(const struct carrier *c, const char *hint, const char *fmt, ...)
{
	struct ssh_report r = {.news = SSH_NEWS_FAILED};
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r.what, sizeof r.what, fmt, ap);
	va_end(ap);
	snprintf(r.hint, sizeof r.hint, "%s", hint);
	tell(c, &r);
	return false;
}

static const char *reason(const struct carrier *c)
{
	return ssh_get_error(c->session);
}

/* ---- the connection ---- */

static bool set_options(struct carrier *c)
{
	const struct ssh_host *h = c->job->host;
	bool no = false;
	long seconds = (long)(c->job->patience_ms / 1000) + 1;
	unsigned port = (unsigned)h->port;
	int rc = ssh_options_set(c->session, SSH_OPTIONS_PROCESS_CONFIG, &no);

	rc |= ssh_options_set(c->session, SSH_OPTIONS_HOST, h->host);
	rc |= ssh_options_set(c->session, SSH_OPTIONS_PORT, &port);
	rc |= ssh_options_set(c->session, SSH_OPTIONS_TIMEOUT, &seconds);
	if (h->user)
		rc |= ssh_options_set(c->session, SSH_OPTIONS_USER, h->user);
	/* The file that is named is the one that counts. */
	if (h->known_hosts) {
		rc |= ssh_options_set(c->session, SSH_OPTIONS_KNOWNHOSTS, h->known_hosts);
		rc |= ssh_options_set(c->session, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null");
	}
	if (c->job->via_fd >= 0)
		rc |= ssh_options_set(c->session, SSH_OPTIONS_FD, &c->job->via_fd);
	return rc == 0 || fail(c, "", "cannot set up ssh to %s:%d: %s", h->host, h->port, reason(c));
}

static bool connect_host(struct carrier *c)
{
	const struct ssh_host *h = c->job->host;

	if (ssh_connect(c->session) == SSH_OK)
		return true;
	return fail(c, "is sshd running there, and does the port let one through?", "cannot connect to %s:%d by ssh: %s",
		    h->host, h->port, reason(c));
}

/* "SHA256:..." of the key that the host showed; the caller frees with ssh_string_free_char. */
static char *fingerprint(struct carrier *c)
{
	unsigned char *hash = NULL;
	ssh_key key = NULL;
	char *text = NULL;
	size_t n;

	if (ssh_get_server_publickey(c->session, &key) != SSH_OK)
		return NULL;
	if (ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &n) == 0)
		text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, n);
	ssh_clean_pubkey_hash(&hash);
	ssh_key_free(key);
	return text;
}

static bool check_host_key(struct carrier *c)
{
	const struct ssh_host *h = c->job->host;
	const char *file = h->known_hosts ? h->known_hosts : "~/.ssh/known_hosts";
	enum ssh_known_hosts_e known = ssh_session_is_known_server(c->session);
	char *shown = known == SSH_KNOWN_HOSTS_OK ? NULL : fingerprint(c), hint[384];

	if (known == SSH_KNOWN_HOSTS_OK)
		return true;
	snprintf(hint, sizeof hint, "if that key is the right one, put it there: ssh-keyscan -p %d %s", h->port, h->host);
	if (known == SSH_KNOWN_HOSTS_CHANGED || known == SSH_KNOWN_HOSTS_OTHER)
		fail(c, "somebody answers in its place, or it was set up anew; in that case replace its line in that file",
		     "wrong host key: %s:%d shows %s, and %s has another one", h->host, h->port, shown ? shown : "one", file);
	else if (known == SSH_KNOWN_HOSTS_ERROR)
		fail(c, "", "cannot check the host key of %s:%d: %s", h->host, h->port, reason(c));
	else
		fail(c, hint, "unknown host key: %s:%d shows %s, and %s knows no such host", h->host, h->port,
		     shown ? shown : "one", file);
	ssh_string_free_char(shown);
	return false;
}

static int show_key(struct carrier *c, const char *path)
{
	ssh_key key = NULL;
	int rc;

	if (ssh_pki_import_privkey_file(path, "", NULL, NULL, &key) != SSH_OK) {
		fail(c, "a key with a passphrase belongs into the ssh agent: leave \"identity\" out, and ssh-add it",
		     "cannot read the private key %s", path);
		return SSH_AGAIN; /* said already */
	}
	rc = ssh_userauth_publickey(c->session, NULL, key);
	ssh_key_free(key);
	return rc;
}

static bool authenticate(struct carrier *c)
{
	const struct ssh_host *h = c->job->host;
	int rc;

	if (!h->identity && !getenv("SSH_AUTH_SOCK"))
		return fail(c, "start one (ssh-agent) and ssh-add a key, or name a file with \"identity\"",
			    "no key to show to %s:%d: no ssh agent is running", h->host, h->port);
	rc = h->identity ? show_key(c, h->identity) : ssh_userauth_agent(c->session, NULL);
	if (rc == SSH_AUTH_SUCCESS)
		return true;
	if (h->identity && rc == SSH_AGAIN)
		return false;
	return fail(c, "its public half belongs into ~/.ssh/authorized_keys there; sshd's own log says more",
		    "key refused: %s:%d does not let %s in with %s", h->host, h->port, h->user ? h->user : "us",
		    h->identity ? h->identity : "the ssh agent's keys");
}

/* ---- the channel ---- */

static bool start_command(struct carrier *c)
{
	const struct ssh_job *job = c->job;
	int rc = ssh_channel_open_session(c->channel);

	if (rc == SSH_OK && job->terminal)
		rc = ssh_channel_request_pty_size(c->channel, "dumb", 80, 24);
	if (rc == SSH_OK)
		rc = ssh_channel_request_exec(c->channel, job->command);
	return rc == SSH_OK || fail(c, "", "%s:%d would not start the command: %s", job->host->host, job->host->port, reason(c));
}

static bool lead_on(struct carrier *c)
{
	const struct ssh_job *job = c->job;

	if (ssh_channel_open_forward(c->channel, job->next->host, job->next->port, "localhost", 0) == SSH_OK)
		return true;
	return fail(c, "is that host up, and does sshd there allow forwarding (AllowTcpForwarding)?",
		    "the jump host %s:%d cannot reach %s:%d: %s", job->host->host, job->host->port, job->next->host,
		    job->next->port, reason(c));
}

static bool open_channel(struct carrier *c)
{
	c->channel = ssh_channel_new(c->session);
	if (!c->channel)
		return fail(c, "", "ssh: %s", reason(c));
	return c->job->command ? start_command(c) : lead_on(c);
}

/* ---- carrying ---- */

static bool give(int fd, const char *bytes, size_t n)
{
	while (n) {
		ssize_t put = write(fd, bytes, n);

		if (put < 0 && errno != EINTR)
			return false;
		if (put > 0) {
			bytes += put;
			n -= (size_t)put;
		}
	}
	return true;
}

static bool lost(struct carrier *c)
{
	return fail(c, "", "the ssh connection to %s:%d is lost: %s", c->job->host->host, c->job->host->port, reason(c));
}

static bool exited(struct carrier *c)
{
	struct ssh_report r = {.news = SSH_NEWS_EXITED, .status = ssh_channel_get_exit_status(c->channel)};

	/* Without a status it was no exit of the command's, but of what carried it. */
	if (r.status < 0 && c->job->command)
		return fail(c, "", "the command on %s was killed, or %s broke the connection off", c->job->host->host,
			    c->job->host->host);
	tell(c, &r);
	return false;
}

/* All that has come, of output and error output. False: it is over. */
static bool from_host(struct carrier *c)
{
	char chunk[CHUNK];

	for (int error_output = 0; error_output <= 1; error_output++) {
		int n;

		while ((n = ssh_channel_read_nonblocking(c->channel, chunk, sizeof chunk, error_output)) > 0)
			if (!give(c->job->stream_fd, chunk, (size_t)n))
				return false;
		if (n == SSH_ERROR)
			return ssh_channel_is_closed(c->channel) && ssh_is_connected(c->session) ? exited(c) : lost(c);
	}
	if (ssh_channel_is_eof(c->channel) || ssh_channel_is_closed(c->channel)) {
		/* The exit status comes behind the last byte. */
		for (int i = 0; i < 100 && !ssh_channel_is_closed(c->channel) && ssh_is_connected(c->session); i++)
			ssh_channel_poll_timeout(c->channel, 10, 0);
		return exited(c);
	}
	return ssh_is_connected(c->session) || lost(c);
}

static bool to_host(struct carrier *c)
{
	char chunk[CHUNK];
	ssize_t n = read(c->job->stream_fd, chunk, sizeof chunk);

	if (n < 0 && errno == EINTR)
		return true;
	if (n <= 0)
		return false; /* nobody wants it any more */
	return ssh_channel_write(c->channel, chunk, (uint32_t)n) == (int)n || lost(c);
}

/* How long an answer may take. Also of a window that does not open: nothing waits longer from here on. */
static int64_t answer_ms(const struct carrier *c)
{
	return c->job->host->keepalive_ms * SILENCES;
}

static void bound_waits(struct carrier *c)
{
	long seconds = (long)(answer_ms(c) / 1000), rest_us = (long)(answer_ms(c) % 1000 * 1000);

	ssh_options_set(c->session, SSH_OPTIONS_TIMEOUT, &seconds);
	ssh_options_set(c->session, SSH_OPTIONS_TIMEOUT_USEC, &rest_us);
}

/*
 * Nothing has come for a while: ask, and wait for the answer. What libssh returns does not say whether there was one, nor
 * does the time: had we to stand still meanwhile, it has come and is late by that.
 */
static bool ask(struct carrier *c)
{
	int64_t asked_ms = now_ms();
	uint64_t heard = c->raw.in_bytes;

	if (asked_ms < c->heard_ms + c->job->host->keepalive_ms)
		return true;
	ssh_send_keepalive(c->session);
	if (!ssh_is_connected(c->session))
		return lost(c);
	if (c->raw.in_bytes == heard && now_ms() - asked_ms >= answer_ms(c))
		return fail(c, "", "the ssh connection to %s:%d is dead: no answer for %lld ms", c->job->host->host,
			    c->job->host->port, (long long)(now_ms() - c->heard_ms));
	c->heard_ms = now_ms();
	return true;
}

static void pump(struct carrier *c)
{
	struct pollfd p[] = {{.fd = ssh_get_fd(c->session), .events = POLLIN}, {.fd = c->job->stream_fd, .events = POLLIN}};
	bool on;

	ssh_set_counters(c->session, &c->raw, NULL);
	on = from_host(c);

	bound_waits(c);
	c->heard_ms = now_ms();
	while (on) {
		int64_t due = c->heard_ms + c->job->host->keepalive_ms - now_ms();
		int n = poll(p, 2, due > 0 ? (int)due : 0);

		if (n > 0 && p[0].revents)
			c->heard_ms = now_ms();
		on = ask(c) && from_host(c) && (n <= 0 || !p[1].revents || to_host(c));
	}
}

/* ---- files ---- */

static const char *host_of(const struct carrier *c)
{
	return c->job->host->host;
}

static bool not_put(struct carrier *c, sftp_session s, const char *path, int full)
{
	const char *why = sftp_get_error(s) == SSH_FX_PERMISSION_DENIED ? "permission denied"
			  : sftp_get_error(s) == SSH_FX_NO_SUCH_FILE	? "no such folder"
									: reason(c);

	if (full)
		return fail(c, "make room there: old files of sessions that were killed may be removed (runtest-*)",
			    "the disk of %s is full: cannot write %s", host_of(c), path);
	return fail(c, "the unit's load section names the folder: tftp: root; the user there must be allowed to write to it",
		    "cannot write %s on %s: %s", path, host_of(c), why);
}

/* Is there no room for another block? Servers say of a full disk no more than "failure". */
static int is_full(sftp_session s, const char *path)
{
	sftp_statvfs_t v = sftp_extension_supported(s, "statvfs@openssh.com", "2") ? sftp_statvfs(s, path) : NULL;
	int full = v && v->f_bavail * v->f_frsize < CHUNK;

	sftp_statvfs_free(v);
	return full;
}

static bool write_all(struct carrier *c, sftp_session s, sftp_file out, const struct sftp_file *f)
{
	int in = open(f->from, O_RDONLY | O_CLOEXEC);
	char chunk[CHUNK];
	ssize_t n = in < 0 ? -1 : 1;
	bool ok = true;

	while (ok && n > 0 && (n = read(in, chunk, sizeof chunk)) > 0)
		ok = sftp_write(out, chunk, (size_t)n) == n || not_put(c, s, f->to, is_full(s, f->by));
	if (n < 0 && ok)
		ok = fail(c, "", "cannot read %s: %s", f->from, strerror(errno));
	if (in >= 0)
		close(in);
	return ok;
}

static bool put_file(struct carrier *c, sftp_session s, const struct sftp_file *f)
{
	sftp_file out = sftp_open(s, f->by, O_WRONLY | O_CREAT | O_EXCL, 0644);
	bool ok = out ? write_all(c, s, out, f) : not_put(c, s, f->to, is_full(s, f->by));

	if (out && sftp_close(out) != SSH_OK && ok)
		ok = not_put(c, s, f->to, is_full(s, f->by));
	if (ok && sftp_chmod(s, f->by, 0644) != SSH_OK)
		ok = not_put(c, s, f->to, 0);
	if (ok && sftp_rename(s, f->by, f->to) != SSH_OK)
		ok = not_put(c, s, f->to, 0);
	if (!ok && out)
		sftp_unlink(s, f->by);
	return ok;
}

static bool remove_file(struct carrier *c, sftp_session s, const char *path)
{
	if (sftp_unlink(s, path) == SSH_OK || sftp_get_error(s) == SSH_FX_NO_SUCH_FILE)
		return true;
	return fail(c, "", "cannot remove %s on %s: %s", path, host_of(c), reason(c));
}

static void handle_files(struct carrier *c)
{
	struct ssh_report done = {.news = SSH_NEWS_EXITED};
	const struct ssh_job *job = c->job;
	sftp_session s = sftp_new(c->session);
	bool ok = s && sftp_init(s) == SSH_OK;

	if (!ok)
		fail(c, "sshd there needs a line \"Subsystem sftp internal-sftp\"", "%s has no sftp: %s", host_of(c), reason(c));
	for (size_t i = 0; ok && i < job->file_count; i++)
		ok = job->remove ? remove_file(c, s, job->files[i].by) && remove_file(c, s, job->files[i].to)
				 : put_file(c, s, &job->files[i]);
	if (s)
		sftp_free(s);
	if (ok)
		tell(c, &done);
}

static void carry(const struct ssh_job *job)
{
	struct carrier c = {.job = job};
	struct ssh_report started = {.news = SSH_NEWS_STARTED};

	ssh_init();
	c.session = ssh_new();
	if (!c.session) {
		fail(&c, "", "ssh: out of memory");
		return;
	}
	if (set_options(&c) && connect_host(&c) && check_host_key(&c) && authenticate(&c) &&
	    (job->files || open_channel(&c))) {
		tell(&c, &started);
		if (job->files)
			handle_files(&c);
		else
			pump(&c);
	}
	if (c.channel)
		ssh_channel_free(c.channel);
	ssh_disconnect(c.session);
	ssh_free(c.session);
}

extern const struct ssh_ops ssh_module;
const struct ssh_ops ssh_module = {.carry = carry};
