/* Files on a lab host by sftp, with the same rules about keys as ssh.h. */
#ifndef RUNTEST_NET_SFTP_H
#define RUNTEST_NET_SFTP_H

#include <stddef.h>
#include <stdint.h>

#include "config/ssh.h"
#include "util/err.h"

struct sftp_file {
	const char *from; /* on this machine */
	const char *to;   /* there, absolute */
	const char *by;   /* there, in the same folder: what it is called until it is whole */
};

/*
 * Put the files there, each under its other name first. 0, or -1: ERR_INFRA ("no space left on lab: ..."), ERR_CANCELLED;
 * what was written in part is removed then, and what is whole stays.
 */
int sftp_put(const struct ssh_host *host, const struct sftp_file *files, size_t count, int64_t deadline_ms, struct err *e);

/* Remove them, under either name; one that is not there is no error. Cancellation does not stop it. ERR_INFRA. */
int sftp_remove(const struct ssh_host *host, const struct sftp_file *files, size_t count, int64_t deadline_ms, struct err *e);

#endif
