#include "gdb/endpoint.h"

#include <stdlib.h>
#include <string.h>

#include "net/connect.h"
#include "util/mem.h"

int gdb_endpoint_connect(const char *endpoint, int64_t deadline_ms, struct err *e)
{
	static const char prefix[] = "unix:";
	char *what = xasprintf("the GDB server at %s", endpoint), *host = xstrdup(endpoint), *colon = strrchr(host, ':');
	int fd;

	if (strncmp(endpoint, prefix, sizeof prefix - 1) == 0) {
		fd = net_connect_unix(endpoint + sizeof prefix - 1, what, deadline_ms, e);
	} else {
		if (colon)
			*colon = '\0';
		fd = colon ? net_connect_tcp(host, colon + 1, what, deadline_ms, e)
			   : err_set(e, ERR_INFRA, "cannot find %s: expected HOST:PORT", what);
	}
	free(host);
	free(what);
	return fd;
}
