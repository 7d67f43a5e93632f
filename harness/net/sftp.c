#include "net/sftp.h"

#include "net/ssh.h"

int sftp_put(const struct ssh_host *host, const struct sftp_file *files, size_t count, int64_t deadline_ms, struct err *e)
{
	struct ssh_job job = {.files = files, .file_count = count};

	return ssh_do(host, &job, deadline_ms, true, e);
}

int sftp_remove(const struct ssh_host *host, const struct sftp_file *files, size_t count, int64_t deadline_ms, struct err *e)
{
	struct ssh_job job = {.files = files, .file_count = count, .remove = true};

	return ssh_do(host, &job, deadline_ms, false, e);
}
