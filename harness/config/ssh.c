#include "config/ssh.h"

#include <string.h>

#include "config/read.h"
#include "config/scalar.h"

/* What getaddrinfo() takes, and nothing that an option of some program could be mistaken for. */
static void parse_host(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:%";

	if (!n->text_len || n->text_len > 253 || n->text[0] == '-' || strspn(n->text, allowed) != n->text_len)
		reader_refuse(r, s, n);
	else
		*(const char **)out = arena_strndup(r->arena, n->text, n->text_len);
}

const struct schema schema_host = {
	.name = "host",
	.expected = "a host's name or address",
	.size = sizeof(char *),
	.parse = parse_host,
	.pattern = "^[A-Za-z0-9._:%][A-Za-z0-9._:%-]{0,252}$",
};

const struct schema schema_port = {
	.name = "port",
	.expected = "a port from 1 to 65535",
	.size = sizeof(int),
	.parse = scalar_parse_integer,
	.number = true,
	.min = 1,
	.max = 65535,
};

static const struct schema_key jump_keys[] = {
	SSH_HOP_KEYS(struct { struct ssh_host h; }, h),
	{0},
};

const struct schema schema_ssh_jump = {
	.shape = SCHEMA_RECORD,
	.name = "jump host",
	.expected = "a mapping with host",
	.size = sizeof(struct ssh_host),
	.keys = jump_keys,
};
