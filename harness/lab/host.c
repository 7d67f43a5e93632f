#include "lab/host.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/file.h"
#include "util/proc.h"

static int write_file(const char *path, const struct buf *text, struct err *e)
{
	return file_write_atomic(path, text->data ? text->data : "", text->len, false, e);
}

static const char *in_folder(const struct host *h, const char *name)
{
	return arena_printf(h->arena, "%s/%s", h->folder, name);
}

static const char *const *words(struct arena *a, const char *const *from)
{
	const char *const *list = NULL;

	for (; *from; from++)
		list = arena_list_add(a, list, *from);
	return list;
}

/* ---- sshd ---- */

static int make_key(struct host *h, const char *name, struct err *e)
{
	const char *const argv[] = {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", in_folder(h, name),
				    NULL};
	struct proc_spec spec = {.argv = argv, .in = -1};
	struct buf out;
	int status;

	buf_init(&out);
	status = proc_run(&spec, &out, e);
	if (status > 0)
		err_set(e, ERR_INFRA, "ssh-keygen exited with status %d: %s", status, out.len ? out.data : "it says nothing");
	buf_finish(&out);
	return status ? -1 : 0;
}

static int read_key(struct host *h, const char *name, struct buf *key, struct err *e)
{
	buf_init(key);
	return file_read(in_folder(h, arena_printf(h->arena, "%s.pub", name)), key, e);
}

/* Known hosts know the first key, whichever is shown. */
static int write_known_hosts(struct host *h, struct err *e)
{
	struct buf key, text;
	int rc = read_key(h, "host_key", &key, e);

	buf_init(&text);
	if (rc == 0) {
		buf_printf(&text, "[127.0.0.1]:%d %s", h->sshd.ports[0], key.data);
		rc = write_file(in_folder(h, "known_hosts"), &text, e);
	}
	buf_finish(&text);
	buf_finish(&key);
	return rc;
}

static int write_authorized_keys(struct host *h, struct err *e)
{
	struct buf key;
	int rc = read_key(h, "user_key", &key, e);

	if (h->refuses_keys)
		buf_clear(&key);
	if (rc == 0)
		rc = write_file(in_folder(h, "authorized_keys"), &key, e);
	buf_finish(&key);
	return rc;
}

/* A full disk is a small one, which only this sftp server sees in place of the TFTP roots. A script, because sshd takes the
 * quotes out of its configuration and hands the rest to a shell. */
static int write_full_disk(struct host *h, struct err *e)
{
	const char *path = in_folder(h, "sftp-on-full-disk");
	struct buf t;
	int rc;

	buf_init(&t);
	buf_adds(&t, "#!/bin/sh\n"
		     "exec /usr/bin/unshare --user --map-root-user --mount /bin/sh -c '\n"
		     "for root in \"$0\"/*; do mount -t tmpfs -o size=64k lab \"$root\" || exit 1; done\n"
		     "exec /usr/lib/openssh/sftp-server' \"${0%/*}/tftp\"\n");
	rc = write_file(path, &t, e);
	buf_finish(&t);
	if (rc == 0 && chmod(path, 0700) < 0)
		rc = file_error(e, "make executable", path);
	return rc;
}

static const char *sftp_command(const struct host *h)
{
	return h->full ? arena_printf(h->arena, "\"'%s'\"", in_folder(h, "sftp-on-full-disk")) : "internal-sftp";
}

static int configure_sshd(struct server *s, struct err *e)
{
	struct host *h = s->ctx;
	struct buf t;
	int rc;

	buf_init(&t);
	buf_printf(&t, "Port %d\nListenAddress 127.0.0.1\n", s->ports[0]);
	buf_printf(&t, "HostKey \"%s\"\n", in_folder(h, h->another_key ? "other_host_key" : "host_key"));
	buf_printf(&t, "AuthorizedKeysFile \"%s\"\n", in_folder(h, "authorized_keys"));
	buf_adds(&t, "PidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
		     "PermitRootLogin prohibit-password\nMaxStartups 100\nPrintMotd no\n");
	buf_printf(&t, "Subsystem sftp %s\n", sftp_command(h));
	rc = write_file(in_folder(h, "sshd_config"), &t, e);
	buf_finish(&t);
	return rc < 0 || write_full_disk(h, e) < 0 || write_known_hosts(h, e) < 0 ? -1 : write_authorized_keys(h, e);
}

/* Debian's sshd wants this folder when it runs as root; the system makes it when its own sshd starts. */
static void make_privilege_folder(void)
{
	if (geteuid() == 0)
		mkdir("/run/sshd", 0755);
}

/* ---- ser2net ---- */

static int configure_ser2net(struct server *s, struct err *e)
{
	struct host *h = s->ctx;
	struct buf t;
	int rc;

	buf_init(&t);
	for (size_t i = 0; i < h->board_count; i++) {
		static const char *const accepters[] = {[RACK_RFC2217] = "telnet(rfc2217),tcp", [RACK_TELNET] = "telnet,tcp",
							[RACK_RAW] = "tcp"};
		const struct lab_board *b = &h->boards[i];

		if (rack_has_port(b->is))
			buf_printf(&t,
				   "connection: &board%d\n    accepter: %s,127.0.0.1,%d\n    enable: on\n"
				   "    connector: serialdev(nouucplock),%s,115200n81,local\n",
				   b->number, accepters[b->is->console], host_console_port(h, b), b->tty);
	}
	rc = write_file(in_folder(h, "ser2net.yaml"), &t, e);
	buf_finish(&t);
	return rc;
}

int host_console_port(const struct host *h, const struct lab_board *b)
{
	size_t i = 0;

	for (const struct lab_board *other = h->boards; other < b; other++)
		i += (size_t)rack_has_port(other->is);
	return h->ser2net.ports[i];
}

/* ---- pdudaemon ---- */

/* In JSON, and behind that in Python's format string, where only %s shall mean something. */
static void add_command(struct buf *t, const struct host *h, const char *word)
{
	buf_printf(t, ", \"cmd_%s\": \"", word);
	for (const char *c = h->tell; *c; c++) {
		if (*c == '"' || *c == '\\')
			buf_addc(t, '\\');
		buf_addc(t, *c);
		if (*c == '%')
			buf_addc(t, '%');
	}
	buf_printf(t, " %s %%s\"", word);
}

/* A switch for each board: pdudaemon does one thing at a time with a switch, and one that hangs is to hang alone. */
static int configure_pdudaemon(struct server *s, struct err *e)
{
	struct host *h = s->ctx;
	const char *comma = "";
	struct buf t;
	int rc;

	buf_init(&t);
	buf_printf(&t, "{\"daemon\": {\"hostname\": \"127.0.0.1\", \"port\": %d, \"logging_level\": \"DEBUG\", "
		       "\"listener\": \"http\"},\n \"pdus\": {", s->ports[0]);
	for (size_t i = 0; i < h->board_count; i++, comma = ",") {
		buf_printf(&t, "%s\n  \"%s\": {\"driver\": \"localcmdline\", \"retries\": 1", comma, h->boards[i].is->name);
		add_command(&t, h, "on");
		add_command(&t, h, "off");
		buf_addc(&t, '}');
	}
	buf_adds(&t, "},\n \"aliases\": {");
	comma = "";
	for (size_t i = 0; i < h->board_count; i++, comma = ",")
		buf_printf(&t, "%s\n  \"%s\": {\"hostname\": \"%s\", \"port\": %d}", comma,
			   h->boards[i].is->name + strlen("lab-"), h->boards[i].is->name, h->boards[i].number);
	buf_adds(&t, "}}\n");
	rc = write_file(in_folder(h, "pdudaemon.conf"), &t, e);
	buf_finish(&t);
	return rc;
}

/* ---- all of them ---- */

static void describe(struct host *h, struct loop *loop)
{
	size_t consoles = 0;

	for (size_t i = 0; i < h->board_count; i++)
		consoles += (size_t)rack_has_port(h->boards[i].is);
	h->sshd = (struct server){
		.name = "sshd", .log = in_folder(h, "log/sshd.log"), .warden = true, .port_count = 1,
		.configure = configure_sshd, .ctx = h, .loop = loop,
		.argv = words(h->arena, (const char *const[]){"/usr/sbin/sshd", "-D", "-e", "-f", in_folder(h, "sshd_config"),
							      NULL})};
	h->ser2net = (struct server){
		.name = "ser2net", .log = in_folder(h, "log/ser2net.log"), .port_count = consoles,
		.configure = configure_ser2net, .ctx = h, .loop = loop,
		.argv = words(h->arena, (const char *const[]){"/usr/sbin/ser2net", "-n", "-d", "-c",
							      in_folder(h, "ser2net.yaml"), NULL})};
	h->pdudaemon = (struct server){
		.name = "pdudaemon", .log = in_folder(h, "log/pdudaemon.log"), .warden = true, .port_count = 1,
		.configure = configure_pdudaemon, .ctx = h, .loop = loop,
		.argv = words(h->arena, (const char *const[]){"/usr/sbin/pdudaemon", "--conf",
							      in_folder(h, "pdudaemon.conf"), NULL})};
}

int host_open(struct host *h, struct loop *loop, struct err *e)
{
	describe(h, loop);
	make_privilege_folder();
	if (make_key(h, "host_key", e) < 0 || make_key(h, "other_host_key", e) < 0 || make_key(h, "user_key", e) < 0)
		return -1;
	if (server_launch(&h->pdudaemon, e) < 0 || server_launch(&h->sshd, e) < 0 || server_launch(&h->ser2net, e) < 0)
		return -1;
	return server_await(&h->sshd, e) < 0 || server_await(&h->ser2net, e) < 0 || server_await(&h->pdudaemon, e) < 0 ? -1 : 0;
}

void host_close(struct host *h)
{
	server_close(&h->sshd);
	server_close(&h->ser2net);
	server_close(&h->pdudaemon);
}

bool host_can_be_full(void)
{
	const char *const argv[] = {"unshare", "--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "lab", "/mnt",
				    NULL};
	struct proc_spec spec = {.argv = argv, .in = -1};

	return proc_run(&spec, NULL, NULL) == 0;
}
