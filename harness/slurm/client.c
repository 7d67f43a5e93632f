#include "slurm/client.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>

#include "slurm/state.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/proc.h"
#include "util/text.h"

/* slurm_errno.c and the libraries' messages, 22.05. */
bool client_is_unreachable(const char *text)
{
	static const char *const words[] = {
		"Unable to contact slurm controller", "Socket timed out", "Zero Bytes were transmitted", "Connection refused",
		"Connection reset", "Unexpected message received", "slurm_persist_conn", "Transport endpoint is not connected",
		"Slurm controller not responding", "in standby mode", "Munge decode failed", "Protocol authentication error",
		"Slurm temporarily unable to accept job",
	};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strstr(text, words[i]))
			return true;
	return false;
}

/* What it says, on one line. */
static int refused(const struct client_call *call, const struct buf *said, int status, struct err *e)
{
	struct buf line;

	buf_init(&line);
	text_add_line(&line, said->data ? said->data : "");
	while (line.len >= 2 && strcmp(line.data + line.len - 2, "\\n") == 0)
		line.data[line.len -= 2] = '\0';
	err_set(e, ERR_USAGE, "%s: exit status %d: %s", call->argv[0], status, line.data ? line.data : "");
	buf_finish(&line);
	return -1;
}

static int missing(const struct client_call *call, struct err *e)
{
	if (!e || e->sys != ENOENT)
		return -1;
	err_set(e, ERR_USAGE, "there is no %s here: this is no host of a Slurm cluster", call->argv[0]);
	return err_hint(e, "install slurm-client (or slurm-wlm), and say where the cluster is with SLURM_CONF");
}

/* 0: the time is over; -1: a signal came. */
static int nap(const struct client_call *call, int ms)
{
	struct pollfd stop = {.fd = call->despite_signals ? cancel_insist_fd() : cancel_fd(), .events = POLLIN};

	poll(&stop, 1, ms);
	return (call->despite_signals ? cancel_insisted() : cancel_requested()) ? -1 : 0;
}

static int unreachable(const struct buf *said, struct err *e)
{
	struct buf line;

	buf_init(&line);
	text_add_line(&line, said->data ? said->data : "");
	err_set(e, ERR_INFRA, "Slurm's controller does not answer: %s", line.data ? line.data : "");
	if (e)
		e->sys = EAGAIN;
	buf_finish(&line);
	return err_hint(e, "`scontrol ping` asks it");
}

int client_call(const struct client_call *call, struct buf *out, struct err *e)
{
	enum { FIRST_MS = 100, LONGEST_MS = 4000 };
	/* Lists of array tasks are cut short otherwise, with dots at their end. */
	static const char *const env[] = {"SLURM_BITSTR_LEN=0", NULL};
	struct proc_spec spec = {.argv = call->argv, .env = env, .in = -1};
	struct proc_watch watch = {
		.stop_fd = call->despite_signals ? -1 : cancel_fd(), .deadline_ms = INT64_MAX, .output = proc_keep_output, .ctx = out};
	int64_t begun = clock_ms();

	for (int ms = FIRST_MS;; ms = ms < LONGEST_MS ? 2 * ms : LONGEST_MS) {
		int status;

		buf_clear(out);
		status = proc_run_watched(&spec, &watch, e);
		if (status < 0)
			return missing(call, e);
		if (status == 0)
			return 0;
		if (!out->data || !client_is_unreachable(out->data))
			return refused(call, out, status, e);
		if (clock_ms() - begun >= call->patience_ms)
			return unreachable(out, e);
		if (ms == FIRST_MS && call->waiting)
			call->waiting(call->ctx, "Slurm's controller does not answer; waiting for it");
		if (nap(call, ms) < 0)
			return err_set(e, ERR_CANCELLED, "stopped while waiting for Slurm's controller");
	}
}

int client_max_array(size_t *most, struct err *e)
{
	static const char *const argv[] = {"scontrol", "show", "config", NULL};
	struct client_call call = {.argv = argv, .patience_ms = 30000};
	struct buf out;
	long n = -1;
	int rc;

	buf_init(&out);
	rc = client_call(&call, &out, e);
	if (rc == 0)
		n = config_number(out.data ? out.data : "", out.len, "MaxArraySize");
	if (rc == 0 && n < 2)
		rc = err_set(e, ERR_USAGE, "Slurm takes no job arrays: its MaxArraySize is %ld", n);
	if (rc == 0)
		*most = (size_t)n - 1; /* the largest index is one less than that; ours begin at 0, and none is at the very edge */
	buf_finish(&out);
	return rc;
}
