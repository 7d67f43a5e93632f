/*
 * How a board is switched on and off, and reset without losing its RAM: the sections `power` and `reset` of a board
 * unit. All strings live in the project's arena.
 */
#ifndef RUNTEST_CONFIG_POWER_H
#define RUNTEST_CONFIG_POWER_H

#include <stddef.h>
#include <stdint.h>

#include "config/cases.h"
#include "config/http.h"
#include "config/ssh.h"

enum power_way { POWER_BY_PDUDAEMON, POWER_BY_HTTP, POWER_BY_EXEC, POWER_BY_SSH, POWER_BY_MANUAL };

/* An outlet that pdudaemon switches: by its alias, or by PDU and number. */
struct power_pdudaemon {
	const char *url;      /* "http://127.0.0.1:16421" */
	const char *alias;    /* or NULL */
	const char *hostname; /* the PDU, as pdudaemon's configuration calls it; or NULL */
	const int *port;      /* NULL with an alias */
};

/* Where an answer (JSON) says whether it is on, and how. */
struct power_http_state {
	struct http_request request;
	const char *value;            /* JSON path, as proto/jsonpath.h reads it */
	const char *const *on, *const *off; /* what it may be then; NULL-terminated */
};

struct power_http {
	struct http_server server;
	const struct http_request *on, *off;
	const struct power_http_state *state; /* NULL: cannot be read */
};

/* A command whose output says whether it is on. */
struct power_exec_state {
	const char *const *command;
	struct text_pattern on, off;
};

struct power_exec {
	const char *const *on, *const *off; /* programs with their arguments, NULL-terminated */
	const struct power_exec_state *state; /* NULL: cannot be read */
};

struct power_ssh_state {
	const char *command;
	struct text_pattern on, off;
};

struct power_ssh {
	struct ssh_host at;
	const char *on, *off; /* for the user's shell there */
	const struct power_ssh_state *state; /* NULL: cannot be read */
};

struct power_manual {
	const char *what; /* what the person is to switch, as the person calls it; NULL: the unit's name */
};

struct unit_power {
	enum power_way way;
	const struct power_pdudaemon *pdudaemon; /* the way's own, the others are NULL */
	const struct power_http *http;
	const struct power_exec *exec;
	const struct power_ssh *ssh;
	const struct power_manual *manual;
	int64_t deadline_ms;  /* of one call to the switch */
	int64_t silence_ms;   /* how long the console must be silent after off */
	int64_t discharge_ms; /* how long off before on again; 0: as the kind says */
	int line;
};

enum reset_way { RESET_BY_EXEC, RESET_BY_SSH, RESET_BY_HTTP };

struct reset_exec {
	const char *const *command;
};

struct reset_ssh {
	struct ssh_host at;
	const char *command;
};

struct reset_http {
	struct http_server server;
	struct http_request request;
};

struct unit_reset {
	enum reset_way way;
	const struct reset_exec *exec; /* the way's own, the others are NULL */
	const struct reset_ssh *ssh;
	const struct reset_http *http;
	int64_t deadline_ms;
	int line;
};

#endif
