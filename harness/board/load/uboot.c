/* A U-Boot at its prompt fetches the files, says what has arrived, and starts the image. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "board/load/load.h"
#include "board/load/medium.h"
#include "board/load/prompt.h"
#include "machine/machine.h"
#include "util/file.h"
#include "util/mem.h"

enum { FETCHES = 2 }; /* how often a file may arrive damaged before it is given up, less one */

struct file {
	const char *name; /* on the medium */
	uint64_t address, size;
	uint32_t crc;
	bool staged; /* its place is reserved, where U-Boot loads nothing: it comes in by a copy */
};

struct uboot_load {
	struct load base;
	struct arena arena;
	const struct board_kind *kind;
	const struct load_job *job;
	struct machine_spec *spec; /* of a QEMU board */
	struct file *files;        /* in the order in which they are fetched: the boot image last */
	struct medium_file *on_medium;
};

/* ---- before power-on ---- */

/* What it is called on the medium: its own name where that is a plain one, and told apart from the others'. */
static const char *name_on_medium(struct uboot_load *u, size_t i)
{
	const char *path = u->job->files[i].path, *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t n = strlen(name);

	if (n && n <= 64 && name[0] != '.' && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-") == n)
		for (size_t j = 0;; j++) {
			if (j == u->job->count)
				return name;
			if (u->files[j].name && strcmp(u->files[j].name, name) == 0)
				break;
		}
	return arena_printf(&u->arena, "file-%zu.bin", i);
}

static bool is_reserved(const struct board_kind *k, uint64_t address)
{
	for (size_t i = 0; i < k->reserved_count; i++)
		if (address - k->reserved[i].base < k->reserved[i].size)
			return true;
	return false;
}

static int describe(struct uboot_load *u, size_t i, struct err *e)
{
	const struct load_file *f = &u->job->files[i];
	size_t at = u->job->count - 1 - i;
	struct buf bytes;
	int rc;

	buf_init(&bytes);
	rc = file_read(f->path, &bytes, e);
	if (rc == 0)
		u->files[at] = (struct file){
			.name = name_on_medium(u, i),
			.address = f->address,
			.size = bytes.len,
			.crc = (uint32_t)crc32_z(0, (const Bytef *)bytes.data, bytes.len),
			.staged = is_reserved(u->kind, f->address),
		};
	u->on_medium[at] = (struct medium_file){f->path, u->files[at].name};
	buf_finish(&bytes);
	return rc;
}

static int put_on_medium(struct uboot_load *u, struct err *e)
{
	const struct load_job *job = u->job;
	const char *folder;

	if (u->kind->uboot->medium == UBOOT_DISK)
		return medium_disk(u->on_medium, job->count, job->cache, job->dir, &u->arena, &u->spec->disk, e);
	folder = arena_printf(&u->arena, "%s/tftp", job->dir);
	u->spec->tftp = folder;
	return medium_tftp(u->on_medium, job->count, folder, e);
}

static int uboot_prepare(struct load *l, struct err *e)
{
	struct uboot_load *u = (struct uboot_load *)l;
	const char *firmware = u->kind->qemu->firmware;

	if (u->job->files[0].placed)
		return err_set(e, ERR_CONFIG, "the commands of board %s are for raw images, and %s is wrapped up in a file that "
					      "says where its bytes go", u->kind->name, u->job->files[0].path);
	if (!file_exists(firmware)) {
		err_set(e, ERR_INFRA, "there is no %s, the firmware of board %s", firmware, u->kind->name);
		return err_hint(e, "install u-boot-qemu; `runtest doctor` shows what else is missing");
	}
	u->files = arena_alloc(&u->arena, u->job->count * sizeof *u->files);
	u->on_medium = arena_alloc(&u->arena, u->job->count * sizeof *u->on_medium);
	for (size_t i = 0; i < u->job->count; i++)
		if (describe(u, i, e) < 0)
			return -1;
	return put_on_medium(u, e);
}

/* ---- at the prompt ---- */

/* The template with every {address} and {file} replaced. */
static void add_command(struct buf *out, const char *template, uint64_t address, const char *name)
{
	while (*template) {
		if (strncmp(template, UBOOT_ADDRESS, strlen(UBOOT_ADDRESS)) == 0) {
			buf_printf(out, "0x%" PRIx64, address);
			template += strlen(UBOOT_ADDRESS);
		} else if (strncmp(template, UBOOT_FILE, strlen(UBOOT_FILE)) == 0) {
			buf_adds(out, name);
			template += strlen(UBOOT_FILE);
		} else {
			buf_addc(out, *template++);
		}
	}
}

/* Fetch, move if it must be, and sum up what is there; each only when the one before it went well. */
static void add_fetch(struct buf *out, const struct uboot_load *u, const struct file *f)
{
	uint64_t at = f->staged ? u->kind->load_address : f->address;

	add_command(out, u->kind->uboot->load, at, f->name);
	if (f->staged)
		buf_printf(out, " && cp.b 0x%" PRIx64 " 0x%" PRIx64 " 0x%" PRIx64, at, f->address, f->size);
	buf_printf(out, " && crc32 0x%" PRIx64 " 0x%" PRIx64, f->address, f->size);
}

/* "crc32 for 70000000 ... 70025a27 ==> b3c65ff4": the number behind the last arrow. */
static bool read_crc(const struct buf *said, uint32_t *crc)
{
	static const char arrow[] = "==> ";
	const char *at = said->data, *end = at ? at + said->len : NULL, *found = NULL;

	while (at && (at = memmem(at, (size_t)(end - at), arrow, strlen(arrow))))
		found = at += strlen(arrow);
	if (!found || end - found < 8)
		return false;
	for (int i = 0; i < 8; i++)
		if (!isxdigit((unsigned char)found[i]))
			return false;
	*crc = (uint32_t)strtoul(found, NULL, 16); /* the text goes on with an end of line */
	return true;
}

/* One try. LOAD_FAILED with the error set may be tried again. */
static enum load_end fetch_once(struct prompt *p, const struct file *f, const char *command, struct buf *said)
{
	enum load_end end = prompt_run(p, command, said);
	char words[128];
	uint32_t crc;

	if (end != LOAD_DONE)
		return end;
	if (read_crc(said, &crc) && crc == f->crc)
		return LOAD_DONE;
	if (read_crc(said, &crc)) {
		err_set(p->err, ERR_INFRA,
			"%s arrived damaged at 0x%" PRIx64 ": U-Boot's CRC-32 over it is %08" PRIx32 ", the file's is %08" PRIx32,
			f->name, f->address, crc, f->crc);
		err_hint(p->err, "a stale or truncated file on the medium? build/cache may always be removed");
	} else {
		err_set(p->err, ERR_INFRA, "U-Boot could not load %s: `%s` says %s", f->name, command,
			prompt_last_words(words, sizeof words, said));
	}
	return LOAD_REFUSED;
}

static enum load_end fetch(struct prompt *p, const struct uboot_load *u, const struct file *f)
{
	enum load_end end = LOAD_REFUSED;
	struct buf command = {0}, said = {0};

	add_fetch(&command, u, f);
	for (int i = 0; i < FETCHES && end == LOAD_REFUSED; i++)
		end = fetch_once(p, f, command.data, &said);
	buf_finish(&command);
	buf_finish(&said);
	return end == LOAD_REFUSED ? LOAD_FAILED : end;
}

static enum load_end prepare_board(struct prompt *p, const struct uboot_board *u)
{
	enum load_end end = prompt_reach(p, u->autoboot, u->interrupt);
	struct buf said = {0};

	for (const char *const *command = u->prepare; *command && end == LOAD_DONE; command++)
		end = prompt_run(p, *command, &said);
	buf_finish(&said);
	return end;
}

static enum load_end start_image(struct prompt *p, const struct uboot_load *u)
{
	const struct file *image = &u->files[u->job->count - 1];
	struct buf command = {0};
	enum load_end end;

	add_command(&command, u->kind->uboot->start, image->address, image->name);
	end = prompt_leave(p, command.data, u->kind->uboot->started);
	buf_finish(&command);
	return end;
}

static enum load_end uboot_deliver(struct load *l, struct load_line *line, int64_t deadline_ms, struct err *e)
{
	struct uboot_load *u = (struct uboot_load *)l;
	struct prompt p;
	enum load_end end;

	prompt_init(&p, line, u->kind->uboot->prompt, deadline_ms, e);
	end = prepare_board(&p, u->kind->uboot);
	for (size_t i = 0; i < u->job->count && end == LOAD_DONE; i++)
		end = fetch(&p, u, &u->files[i]);
	if (end == LOAD_DONE)
		end = start_image(&p, u);
	prompt_finish(&p);
	return end;
}

static void uboot_destroy(struct load *l)
{
	struct uboot_load *u = (struct uboot_load *)l;

	if (u->spec && u->spec->tftp)
		file_remove_tree(u->spec->tftp, NULL);
	arena_finish(&u->arena);
	free(u);
}

static const struct load_ops uboot_ops = {
	.name = "uboot",
	.prepare = uboot_prepare,
	.deliver = uboot_deliver,
	.destroy = uboot_destroy,
};

struct load *load_uboot_create(const struct board_kind *kind, const struct load_job *job, struct machine_spec *spec)
{
	struct uboot_load *u = xcalloc(1, sizeof *u);

	u->base = (struct load){.ops = &uboot_ops, .patience_ms = kind->uboot->deadline_ms};
	arena_init(&u->arena);
	u->kind = kind;
	u->job = job;
	u->spec = spec;
	return &u->base;
}
