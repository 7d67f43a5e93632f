#include "config/mq.h"

#include <stddef.h>
#include <string.h>

#include "config/description.h"
#include "config/read.h"
#include "config/scalar.h"

/* ---- a client on another machine ---- */

static bool names_it(const char *const *command, const char *what)
{
	for (; command && *command; command++)
		if (strstr(*command, what))
			return true;
	return false;
}

static void check_remote(struct reader *r, void *record)
{
	const struct mq_remote *m = record;

	if (m->copy && !names_it(m->copy, MQ_FILE))
		reader_mistake(r, &m->copy, "copy: expected a command with " MQ_FILE " in it");
	if (m->copy && !names_it(m->copy, MQ_NAME))
		reader_mistake(r, &m->copy, "copy: expected a command with " MQ_NAME " in it");
	if (m->remove && !names_it(m->remove, MQ_NAME))
		reader_mistake(r, &m->remove, "remove: expected a command with " MQ_NAME " in it");
	if (m->path && !strstr(m->path, MQ_NAME))
		reader_mistake(r, &m->path, "path: expected a path with " MQ_NAME " in it");
}

static const struct schema_key remote_keys[] = {
	{"copy", "command that brings " MQ_FILE " there as " MQ_NAME, &scalar_lines, .at = offsetof(struct mq_remote, copy),
	 .required = true},
	{"path", "what the client there calls it", &scalar_line, .at = offsetof(struct mq_remote, path), .required = true},
	{"remove", "command that takes it away again", &scalar_lines, .at = offsetof(struct mq_remote, remove),
	 .required = true},
	{0},
};

static const struct schema remote = {
	.shape = SCHEMA_RECORD,
	.name = "files elsewhere",
	.expected = "a mapping with copy, path and remove",
	.doc = "In them " MQ_FILE " becomes a file of this machine and " MQ_NAME " a name that no other session uses.",
	.size = sizeof(struct mq_remote),
	.keys = remote_keys,
	.check = check_remote,
};

/* ---- the section ---- */

static bool is_plain(const char *name)
{
	return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") == strlen(name) && name[0] != '-';
}

static void check_mq(struct reader *r, void *record)
{
	const struct unit_mq *m = record;

	if (reader_has(r, &m->command) && m->command && !m->command[0])
		reader_mistake(r, &m->command, "command: expected a program and its arguments");
	if (reader_has(r, &m->boards) && m->boards && !m->boards[0])
		reader_mistake(r, &m->boards, "boards: expected at least one name");
	for (const char *const *b = m->boards; b && *b; b++)
		if (!is_plain(*b))
			reader_mistake(r, &m->boards, "boards: \"%s\" is no name of a machine queue's", *b);
	if (reader_has(r, &m->boot_ms) && !reader_has(r, &m->started))
		reader_mistake(r, &m->boot_ms, "boot: expected a key started, which it is the limit of");
	else if (m->started && m->boot_ms > m->job_ms)
		reader_mistake(r, &m->boot_ms, "boot: expected no more than the job may take in all");
	if (m->job_ms > m->reclaim_ms) {
		reader_mistake(r, &m->reclaim_ms, "reclaim: expected at least as long as a job may take");
		reader_hint(r, "else somebody else is given the board while it runs");
	}
}

static const struct schema_key keys[] = {
	{"command", "the client and what runs it, such as [mq.sh] or [ssh, -tt, HOST, mq.sh]", &scalar_lines,
	 .at = offsetof(struct unit_mq, command), .required = true},
	{"boards", "what the board is called there; of several the first that is free is taken", &scalar_lines,
	 .at = offsetof(struct unit_mq, boards), .required = true},
	{"remote", "how files get to a client that runs on another machine", &remote, .at = offsetof(struct unit_mq, remote),
	 .boxed = true},
	{"started", "what the console says when the image takes over, such as \"## Starting application\"", &scalar_line,
	 .at = offsetof(struct unit_mq, started)},
	{"wait", "how long the lock may be waited for", &scalar_duration, .at = offsetof(struct unit_mq, wait_ms),
	 .fallback = "1h"},
	{"retry", "how long between two tries for it, in whole seconds", &scalar_duration,
	 .at = offsetof(struct unit_mq, retry_ms), .fallback = "8s"},
	{"reclaim", "after so long the queue may give the board to somebody else", &scalar_duration,
	 .at = offsetof(struct unit_mq, reclaim_ms), .fallback = "1h"},
	{"job", "how long one boot may have the board (-d)", &scalar_duration, .at = offsetof(struct unit_mq, job_ms),
	 .fallback = "900s"},
	{"boot", "how long of it until `started`, where that is given, is said", &scalar_duration, .at = offsetof(struct unit_mq, boot_ms),
	 .fallback = "120s"},
	{"stop", "how long the client may take to switch the board off when it is told to end", &scalar_duration,
	 .at = offsetof(struct unit_mq, stop_ms), .fallback = "30s"},
	{0},
};

const struct schema schema_unit_mq = {
	.shape = SCHEMA_RECORD,
	.name = "machine queue",
	.expected = "a mapping with command and boards",
	.doc = "seL4's mq.sh has the board: console, power, image and lock in one.",
	.size = sizeof(struct unit_mq),
	.keys = keys,
	.line_at = offsetof(struct unit_mq, line),
	.check = check_mq,
};
