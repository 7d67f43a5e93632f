#include "lab/units.h"

#include <stdio.h>
#include <string.h>

#include "config/labs.h"
#include "util/file.h"

/* As YAML takes it in flow style, whatever it is: in double quotes. */
static void add_quoted(struct buf *t, const char *text)
{
	buf_addc(t, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			buf_addc(t, '\\');
		buf_addc(t, *text);
	}
	buf_addc(t, '"');
}

static void add_file(struct buf *t, const char *key, const struct lab *lab, const char *name)
{
	buf_printf(t, "%s: ", key);
	add_quoted(t, arena_printf(lab->host.arena, "%s/%s", lab->folder, name));
}

static void add_ssh_host(struct buf *t, const struct lab *lab)
{
	buf_printf(t, "host: 127.0.0.1, port: %d, ", lab->host.sshd.ports[0]);
	add_file(t, "known-hosts", lab, "known_hosts");
	buf_adds(t, ", ");
	add_file(t, "identity", lab, "user_key");
}

/* A command for the lab's process. */
static void add_telling(struct buf *t, const struct lab *lab, const char *what, const struct lab_board *b)
{
	const char *const words[] = {lab->program, "--project", lab->root, "lab", "tell", lab->id, what, b->is->name};

	buf_addc(t, '[');
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		buf_adds(t, i ? ", " : "");
		add_quoted(t, words[i]);
	}
	buf_addc(t, ']');
}

static void add_console(struct buf *t, const struct lab *lab, const struct lab_board *b)
{
	static const char *const protocols[] = {[RACK_RFC2217] = "rfc2217, baud: 115200", [RACK_TELNET] = "telnet",
						[RACK_RAW] = "raw"};

	buf_adds(t, "console:\n");
	if (rack_has_port(b->is)) {
		buf_printf(t, "  tcp: {host: 127.0.0.1, port: %d, protocol: %s}\n", host_console_port(&lab->host, b),
			   protocols[b->is->console]);
	} else if (b->is->console == RACK_SSH) {
		buf_adds(t, "  ssh: {");
		add_ssh_host(t, lab);
		buf_adds(t, ", command: ");
		/* sshd's shell takes the path apart unless it is quoted. */
		add_quoted(t, arena_printf(lab->host.arena, "exec socat -,raw,echo=0 '%s',raw,echo=0", b->tty));
		buf_adds(t, "}\n");
	} else {
		buf_adds(t, "  tty: {device: ");
		add_quoted(t, b->tty);
		buf_adds(t, ", baud: 115200}\n");
	}
}

static void add_power(struct buf *t, const struct lab *lab, const struct lab_board *b)
{
	buf_adds(t, "power:\n");
	if (b->is->power == RACK_PDUDAEMON) {
		buf_printf(t, "  pdudaemon: {url: \"http://127.0.0.1:%d\", alias: %s}\n", lab->host.pdudaemon.ports[0],
			   b->is->name + strlen(LAB_UNIT_PREFIX));
	} else {
		buf_adds(t, "  exec:\n    on: ");
		add_telling(t, lab, "on", b);
		buf_adds(t, "\n    off: ");
		add_telling(t, lab, "off", b);
		buf_adds(t, "\n    state: {command: ");
		add_telling(t, lab, "state", b);
		buf_adds(t, ", on: '^on$', off: '^off$'}\n");
	}
	buf_adds(t, "  silence: 200ms\nreset:\n  exec: {command: ");
	add_telling(t, lab, "reset", b);
	buf_adds(t, "}\n");
}

static void add_load(struct buf *t, const struct lab *lab, const struct lab_board *b)
{
	buf_adds(t, "load:\n");
	if (b->is->load == RACK_YMODEM) {
		buf_adds(t, "  ymodem: {}\n");
		return;
	}
	buf_adds(t, "  tftp: {root: ");
	add_quoted(t, b->tftp);
	if (b->is->load == RACK_TFTP_SFTP) {
		buf_adds(t, ", sftp: {");
		add_ssh_host(t, lab);
		buf_addc(t, '}');
	}
	buf_adds(t, "}\n");
}

/* The last one counts. */
static void add_node(struct buf *t, const struct lab *lab, const struct lab_board *b)
{
	size_t n = strlen(b->is->name);
	const char *node = NULL;

	for (const char *const *at = lab->nodes; at && *at; at++)
		if (strncmp(*at, b->is->name, n) == 0 && (*at)[n] == '=')
			node = *at + n + 1;
	if (!node)
		return;
	buf_adds(t, "node: ");
	add_quoted(t, node);
	buf_addc(t, '\n');
}

static int write_unit(const struct lab *lab, const struct lab_board *b, const char *folder, struct err *e)
{
	struct buf t;
	int rc;

	buf_init(&t);
	buf_printf(&t, "unit: %s\nkind: %s\nabout: %s\n", b->is->name, b->is->kind, b->is->about);
	add_node(&t, lab, b);
	add_console(&t, lab, b);
	add_power(&t, lab, b);
	add_load(&t, lab, b);
	if (b->is->memory == RACK_GDB)
		buf_printf(&t, "memory: {gdb: \"127.0.0.1:%d\"}\n", b->gdb_port);
	else
		buf_adds(&t, "memory: {uboot: {}}\n");
	rc = file_write_atomic(arena_printf(lab->host.arena, "%s/%s.yaml", folder, b->is->name), t.data, t.len, false, e);
	buf_finish(&t);
	return rc;
}

int units_write(const struct lab *lab, struct err *e)
{
	const char *fresh = arena_printf(lab->host.arena, "%s/units.new", lab->folder);
	const char *final = arena_printf(lab->host.arena, "%s/" LAB_UNITS, lab->folder);

	if (file_mkdirs(fresh, e) < 0)
		return -1;
	for (size_t i = 0; i < lab->board_count; i++)
		if (write_unit(lab, &lab->boards[i], fresh, e) < 0)
			return -1;
	return rename(fresh, final) < 0 ? file_error(e, "rename", fresh) : 0;
}
