/*
 * A command on a lab host by ssh, as a stream of bytes. A process of its own carries it (one more for a jump host), so
 * that a slow network stops nobody here, what comes is taken as it comes, and libssh is loaded there alone.
 *
 * The host's key must be a known one, and we show a key of ours: from a file, or the agent's. There are no passwords, and
 * nothing is asked at the terminal. ~/.ssh/config is not read: what counts stands in the unit's file.
 */
#ifndef RUNTEST_NET_SSH_H
#define RUNTEST_NET_SSH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "config/ssh.h"
#include "net/sftp.h"
#include "util/err.h"

struct ssh_carrier {
	pid_t pid;
	int report_fd;
};

struct ssh_stream {
	int fd; /* non-blocking; ends when the command does, or the connection */
	const struct ssh_host *host;
	struct ssh_carrier carrier, jump; /* pid 0: none */
};

/*
 * Connect, authenticate and start the command; with a terminal of its own (80x24) if `terminal`. 0 once it has been
 * started, with `s` to be closed; -1: ERR_INFRA, or ERR_CANCELLED. `host` outlives the stream. `stoppable`: a signal that
 * ends the program ends this, too; what must be done even then goes on.
 */
int ssh_open(struct ssh_stream *s, const struct ssh_host *host, const char *command, bool terminal, int64_t deadline_ms,
	     bool stoppable, struct err *e);

/* Why fd ended, one sentence, into out; waits for the news a moment. The command's exit status, or -1: it has not ended
 * by itself. */
int ssh_why_ended(struct ssh_stream *s, char *out, size_t n);

/* Ends the command, if it has not ended. Safe on a stream that is zeroed with fd -1. */
void ssh_close(struct ssh_stream *s);

/* ---- for the module ssh.so (libssh.c) ---- */

enum ssh_news { SSH_NEWS_STARTED, SSH_NEWS_EXITED, SSH_NEWS_FAILED };

/* What a carrier reports: one write, whole. */
struct ssh_report {
	enum ssh_news news;
	int status;      /* of the command, SSH_NEWS_EXITED */
	char what[768];  /* SSH_NEWS_FAILED */
	char hint[384];
};

struct ssh_job {
	const struct ssh_host *host;
	int via_fd;          /* a stream that leads to it; -1: connect */
	const char *command; /* NULL: lead on to `next` instead */
	const struct ssh_host *next;
	bool terminal;
	const struct sftp_file *files; /* neither: put these there, or remove them */
	size_t file_count;
	bool remove;
	int64_t patience_ms; /* for the connection; of files for everything */
	int stream_fd, report_fd;
};

struct ssh_ops {
	/* In the carrier: all of it, to its end. */
	void (*carry)(const struct ssh_job *job);
};

/* ---- for sftp.c ---- */

/*
 * A job that needs no stream of ours: start it, hear that it has begun and that it has ended well. ERR_INFRA, or (where
 * `stop` lets a signal end it) ERR_CANCELLED.
 */
int ssh_do(const struct ssh_host *host, struct ssh_job *job, int64_t deadline_ms, bool stop, struct err *e);

#define SSH_MODULE_SYMBOL "ssh_module"

#endif
