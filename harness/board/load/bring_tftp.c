/*
 * Files in a TFTP server's folder, on this machine or (by sftp) on a lab host. Their names are the session's own, so that
 * many may use one server; each is written under a hidden name and renamed, so that nobody is ever given half of one.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "board/load/bring.h"
#include "net/sftp.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/sha256.h"

enum {
	SFTP_MS = 60000,   /* for all files */
	REMOVE_MS = 10000, /* for taking them away */
	ID_DIGITS = 12,
};

struct bring_tftp {
	struct bring base;
	struct arena arena;
	const struct load_tftp *tftp;
	const struct load_job *job;
	struct sftp_file *files; /* what was put, or may have been */
	size_t count;
	const char *trouble; /* why they were not put there, or NULL */
};

/* Of this session alone: its folder, on this machine, in this process. */
static void session_id(const struct load_job *job, char *id)
{
	char hex[SHA256_HEX], host[256] = "", number[64];
	struct sha256 s;

	gethostname(host, sizeof host - 1);
	snprintf(number, sizeof number, "%ld %" PRId64, (long)getpid(), clock_us());
	sha256_begin(&s);
	sha256_add_text(&s, host);
	sha256_add_text(&s, job->dir);
	sha256_add_text(&s, number);
	sha256_end(&s, hex);
	snprintf(id, ID_DIGITS + 1, "%.*s", ID_DIGITS, hex);
}

static void name_files(struct bring_tftp *t, struct bring_file *files, size_t count)
{
	char id[ID_DIGITS + 1];

	session_id(t->job, id);
	t->files = arena_alloc(&t->arena, count * sizeof *t->files);
	for (size_t i = 0; i < count; i++) {
		files[i].there = arena_printf(&t->arena, "runtest-%s-%zu-%s", id, i, files[i].name);
		t->files[i] = (struct sftp_file){
			.from = files[i].path,
			.to = arena_printf(&t->arena, "%s/%s", t->tftp->root, files[i].there),
			.by = arena_printf(&t->arena, "%s/.%s.part", t->tftp->root, files[i].there),
		};
	}
	t->count = count;
}

/* ---- this machine ---- */

static int write_part(const struct sftp_file *f, const struct buf *bytes, struct err *e)
{
	int fd = open(f->by, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644), rc;

	if (fd < 0)
		return file_error(e, "put a file for TFTP at", f->by);
	fchmod(fd, 0644); /* whatever the umask: the server reads it as somebody else */
	rc = file_write_all(fd, bytes->data, bytes->len);
	if (close(fd) < 0)
		rc = -1;
	return rc == 0 ? 0 : file_error(e, "write a file for TFTP at", f->by);
}

static int copy(const struct sftp_file *f, struct err *e)
{
	struct buf bytes;
	int rc;

	buf_init(&bytes);
	rc = file_read(f->from, &bytes, e);
	if (rc == 0)
		rc = write_part(f, &bytes, e);
	buf_finish(&bytes);
	if (rc == 0 && rename(f->by, f->to) < 0)
		rc = file_error(e, "rename a file for TFTP to", f->to);
	return rc;
}

static int put_here(const struct bring_tftp *t, struct err *e)
{
	const char *root = t->tftp->root;
	struct stat st;

	if (stat(root, &st) < 0 || !S_ISDIR(st.st_mode)) {
		err_set(e, ERR_INFRA, "there is no folder %s, which is to be the TFTP server's", root);
		return err_hint(e, "the unit's load section names it: tftp: root");
	}
	for (size_t i = 0; i < t->count; i++)
		if (copy(&t->files[i], e) < 0)
			return -1;
	return 0;
}

/* ---- either ---- */

static int tftp_put(struct bring *b, struct bring_file *files, size_t count, struct err *e)
{
	struct bring_tftp *t = (struct bring_tftp *)b;

	name_files(t, files, count);
	if (!t->tftp->sftp)
		return put_here(t, e);
	if (sftp_put(t->tftp->sftp, t->files, count, clock_ms() + SFTP_MS, e) == 0)
		return 0;
	t->trouble = arena_strdup(&t->arena, e->what);
	return -1;
}

/* What kept files from being removed kept them from getting there, too. */
static bool never_there(const struct bring_tftp *t, const struct err *e)
{
	return t->trouble && strcmp(t->trouble, e->what) == 0;
}

/* A session that was told to stop takes its files away, too. */
static void tftp_destroy(struct bring *b)
{
	struct bring_tftp *t = (struct bring_tftp *)b;
	struct err e;

	for (size_t i = 0; i < t->count && !t->tftp->sftp; i++) {
		unlink(t->files[i].by);
		unlink(t->files[i].to);
	}
	if (t->count && t->tftp->sftp &&
	    sftp_remove(t->tftp->sftp, t->files, t->count, clock_ms() + REMOVE_MS, &e) < 0 && !never_there(t, &e))
		fprintf(stderr, "runtest: %s stays in %s on %s: %s\n", strrchr(t->files[0].to, '/') + 1, t->tftp->root,
			t->tftp->sftp->host, e.what);
	arena_finish(&t->arena);
	free(t);
}

static const struct bring_ops tftp_ops = {
	.name = "TFTP",
	.command = "tftpboot " UBOOT_ADDRESS " " UBOOT_FILE,
	.stale = "is the folder of the unit's load section the one that the TFTP server offers, and is the way to it sound?",
	.put = tftp_put,
	.destroy = tftp_destroy,
};

struct bring *bring_tftp_create(const struct load_tftp *tftp, const struct load_job *job)
{
	struct bring_tftp *t = xcalloc(1, sizeof *t);

	t->base.ops = &tftp_ops;
	arena_init(&t->arena);
	t->tftp = tftp;
	t->job = job;
	return &t->base;
}
