/*
 * How a lab host is reached by ssh, as sections of a board unit describe it: console, and whatever else is done there.
 * Passwords have no place in it: a key in a file, or the agent (SSH_AUTH_SOCK), says who we are, and a known-hosts file
 * says who they are.
 */
#ifndef RUNTEST_CONFIG_SSH_H
#define RUNTEST_CONFIG_SSH_H

#include <stddef.h>
#include <stdint.h>

struct ssh_host {
	const char *host;
	int port;                      /* 22 by default */
	const char *user;              /* NULL: the user who runs runtest */
	const char *known_hosts;       /* absolute path; NULL: ~/.ssh/known_hosts */
	const char *identity;          /* private key, absolute path; NULL: the agent's keys */
	int64_t keepalive_ms;          /* how often a silent host is asked whether it is there */
	const struct ssh_host *jump;   /* the host from which this one is reached, or NULL */
};

/* The keys of a record whose field `FIELD` is a struct ssh_host; the jump host has the same keys. */
#define SSH_HOST_KEYS(TYPE, FIELD) \
	SSH_HOP_KEYS(TYPE, FIELD), \
	{"jump", "the host from which that one is reached (as ProxyJump)", &schema_ssh_jump, \
	 .at = offsetof(TYPE, FIELD.jump), .boxed = true}

#define SSH_HOP_KEYS(TYPE, FIELD) \
	{"host", "name or address of the lab host", &schema_host, .at = offsetof(TYPE, FIELD.host), .required = true}, \
	{"port", "where its sshd listens", &schema_port, .at = offsetof(TYPE, FIELD.port), .fallback = "22"}, \
	{"user", "who to be there; the local user without it", &scalar_line, .at = offsetof(TYPE, FIELD.user)}, \
	{"known-hosts", "file with its public key; ~/.ssh/known_hosts without it", &scalar_file, \
	 .at = offsetof(TYPE, FIELD.known_hosts)}, \
	{"identity", "file with the private key to show, one without a passphrase; the ssh agent's keys without it", \
	 &scalar_file, .at = offsetof(TYPE, FIELD.identity)}, \
	{"keepalive", "how often it is asked whether it is still there; after three silences it is gone", \
	 &scalar_duration, .at = offsetof(TYPE, FIELD.keepalive_ms), .fallback = "5s"}

extern const struct schema schema_ssh_jump; /* struct ssh_host without a jump of its own */
extern const struct schema schema_host;     /* const char *: a host's name or address */
extern const struct schema schema_port;     /* int */

#endif
