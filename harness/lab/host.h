/* The lab host: its sshd, ser2net and pdudaemon, with keys and configurations of their own. */
#ifndef RUNTEST_LAB_HOST_H
#define RUNTEST_LAB_HOST_H

#include <stdbool.h>

#include "lab/labboard.h"
#include "lab/server.h"
#include "util/mem.h"

struct host {
	struct arena *arena;
	const char *folder;  /* of the lab */
	const char *tell;    /* a shell command that tells this lab something: "'/x/runtest' ... lab tell 1" */
	struct lab_board *boards;
	size_t board_count;
	struct server sshd, ser2net, pdudaemon;
	/* faults */
	bool another_key;    /* sshd shows a host key that nobody knows */
	bool refuses_keys;   /* and lets nobody in */
	bool full;           /* what is brought by sftp finds a full disk */
};

/* Keys, and the servers up and listening. ERR_INFRA, ERR_IO. */
int host_open(struct host *h, struct loop *loop, struct err *e);
void host_close(struct host *h);

/* The port of ser2net that offers a board's console. */
int host_console_port(const struct host *h, const struct lab_board *b);

/* Can a full disk be made here? It wants a user namespace. */
bool host_can_be_full(void);

#endif
