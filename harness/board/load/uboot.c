/* A U-Boot at its prompt fetches the files, says what has arrived, and starts the image. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "board/load/bring.h"
#include "board/load/load.h"
#include "board/load/prompt.h"
#include "image/wrapping.h"
#include "machine/machine.h"
#include "util/file.h"
#include "util/mem.h"

enum { FETCHES = 2 }; /* how often a file may arrive damaged before it is given up, less one */

struct file {
	uint64_t address, size;
	uint32_t crc;
	bool staged; /* its place is reserved, where U-Boot loads nothing: it comes in by a copy */
};

struct uboot_load {
	struct load base;
	struct arena arena;
	const struct board_kind *kind;
	struct uboot_board how; /* the kind's, with what the unit has instead */
	const char *dtb;        /* file of the device tree to be brought, or NULL */
	const struct load_job *job;
	struct bring *bring;
	struct file *files;     /* in the order in which they are fetched: the boot image last */
	struct bring_file *brought; /* the same */
	size_t count;
};

/* ---- before power-on: what there is ---- */

static bool is_plain(const char *name)
{
	size_t n = strlen(name);

	return n && n <= 64 && name[0] != '.' && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-") == n;
}

/* What it is called on the medium: its own name where that is a plain one, and told apart from the others'. */
static const char *name_on_medium(struct uboot_load *u, const char *path, size_t at)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	bool used = false;

	for (size_t i = 0; i < u->count; i++)
		used |= u->brought[i].name && strcmp(u->brought[i].name, name) == 0;
	return is_plain(name) && !used ? name : arena_printf(&u->arena, "file-%zu.bin", u->count - 1 - at);
}

static bool is_reserved(const struct board_kind *k, uint64_t address)
{
	for (size_t i = 0; i < k->reserved_count; i++)
		if (address - k->reserved[i].base < k->reserved[i].size)
			return true;
	return false;
}

static int describe(struct uboot_load *u, size_t at, const char *path, uint64_t address, struct err *e)
{
	struct buf bytes;
	int rc;

	buf_init(&bytes);
	rc = file_read(path, &bytes, e);
	if (rc == 0)
		u->files[at] = (struct file){
			.address = address,
			.size = bytes.len,
			.crc = (uint32_t)crc32_z(0, (const Bytef *)bytes.data, bytes.len),
			.staged = is_reserved(u->kind, address),
		};
	u->brought[at] = (struct bring_file){.path = path, .name = name_on_medium(u, path, at), .size = bytes.len};
	buf_finish(&bytes);
	return rc;
}

/* ---- before power-on: the boot image in the form that is wanted ---- */

static enum uboot_format form_of(const struct buf *b)
{
	if (b->len >= 4 && memcmp(b->data, "\x7f" "ELF", 4) == 0)
		return UBOOT_ELF;
	return b->len >= 4 && memcmp(b->data, "\x27\x05\x19\x56", 4) == 0 ? UBOOT_UIMAGE : UBOOT_RAW;
}

static enum image_arch arch_of(enum arch a)
{
	return a == ARCH_RISCV64 ? IMAGE_ARCH_RISCV64 : IMAGE_ARCH_AARCH64;
}

/* The raw image wrapped up, in the session's folder; its path, or NULL. */
static const char *wrap(struct uboot_load *u, const struct buf *raw, struct err *e)
{
	bool uimage = u->how.format == UBOOT_UIMAGE;
	int (*wrapping)(const void *, size_t, uint64_t, enum image_arch, struct buf *, struct err *) =
		uimage ? wrapping_uimage : wrapping_elf;
	const char *path = arena_printf(&u->arena, "%s/%s", u->job->dir, uimage ? "image.uimage" : "image.elf");
	struct buf wrapped;
	int rc;

	buf_init(&wrapped);
	rc = wrapping(raw->data, raw->len, u->kind->load_address, arch_of(u->kind->arch), &wrapped, e);
	if (rc == 0)
		rc = file_write_atomic(path, wrapped.data, wrapped.len, false, e);
	buf_finish(&wrapped);
	return rc == 0 ? path : NULL;
}

static const char *wrong_form(const struct uboot_load *u, const char *path, enum uboot_format is, struct err *e)
{
	static const char *const commands[] = {[UBOOT_RAW] = "go or booti", [UBOOT_UIMAGE] = "bootm", [UBOOT_ELF] = "bootelf"};

	err_set(e, ERR_CONFIG, "the commands of board %s are for %s images (%s), and %s is %s", u->kind->name,
		uboot_format_name(u->how.format), commands[u->how.format], path,
		is == UBOOT_RAW ? "a raw image" : is == UBOOT_ELF ? "an ELF" : "a uImage");
	err_hint(e, "let Microkit write another --image-type, or say in the kind's uboot section what `start` takes (format)");
	return NULL;
}

/* The file that is to be brought in the place of the boot image: itself, or one made of it. NULL on error. */
static const char *fitting_image(struct uboot_load *u, const char *path, struct err *e)
{
	struct buf bytes;
	enum uboot_format is;

	buf_init(&bytes);
	if (file_read(path, &bytes, e) < 0)
		path = NULL;
	is = form_of(&bytes);
	if (path && is != u->how.format)
		path = is == UBOOT_RAW ? wrap(u, &bytes, e) : wrong_form(u, path, is, e);
	buf_finish(&bytes);
	return path;
}

/* ---- before power-on: where the boot image's file goes ---- */

enum { FILE_ALIGN = 2 << 20 };

static bool overlaps(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size)
{
	return a < b + b_size && b < a + a_size;
}

/* Is something else there, or memory that is not to be written to? */
static bool is_taken(const struct uboot_load *u, uint64_t at, uint64_t size)
{
	for (size_t i = 0; i + 1 < u->count; i++)
		if (overlaps(at, size, u->files[i].address, u->files[i].size))
			return true;
	for (size_t i = 0; i < u->kind->reserved_count; i++)
		if (overlaps(at, size, u->kind->reserved[i].base, u->kind->reserved[i].size))
			return true;
	return false;
}

/* A file that says where its bytes go is put behind the place where they go, where nothing else is. 0: nowhere. */
static uint64_t free_place(const struct uboot_load *u, uint64_t size)
{
	const struct memory_range *m = &u->kind->memory;
	uint64_t at = u->kind->load_address + size + FILE_ALIGN - 1;

	at -= at % FILE_ALIGN;
	while (at - m->base < m->size && is_taken(u, at, size))
		at += FILE_ALIGN;
	return at - m->base < m->size && size <= m->size - (at - m->base) ? at : 0;
}

static int place_image(struct uboot_load *u, struct err *e)
{
	struct file *image = &u->files[u->count - 1];

	image->address = u->how.image_address;
	if (!image->address)
		image->address = u->how.format == UBOOT_RAW ? u->kind->load_address : free_place(u, image->size);
	if (image->address)
		return 0;
	err_set(e, ERR_CONFIG, "board %s has no free memory behind 0x%" PRIx64 " for the image's file of 0x%" PRIx64 " bytes",
		u->kind->name, u->kind->load_address, image->size);
	return err_hint(e, "say in the kind's uboot section where it may go: image-address");
}

static int describe_all(struct uboot_load *u, struct err *e)
{
	const struct load_job *job = u->job;
	const char *image = fitting_image(u, job->files[0].path, e);
	size_t at = 0;

	if (!image)
		return -1;
	for (size_t i = job->count; i-- > 1; at++)
		if (describe(u, at, job->files[i].path, job->files[i].address, e) < 0)
			return -1;
	if (u->dtb && describe(u, at++, u->dtb, u->how.dtb->address, e) < 0)
		return -1;
	return describe(u, at, image, u->kind->load_address, e) < 0 ? -1 : place_image(u, e);
}

static int uboot_prepare(struct load *l, struct err *e)
{
	struct uboot_load *u = (struct uboot_load *)l;

	u->count = u->job->count + (u->dtb != NULL);
	u->files = arena_alloc(&u->arena, u->count * sizeof *u->files);
	u->brought = arena_alloc(&u->arena, u->count * sizeof *u->brought);
	if (describe_all(u, e) < 0 || u->bring->ops->put(u->bring, u->brought, u->count, e) < 0)
		return -1;
	u->base.patience_ms = u->how.deadline_ms + u->bring->extra_ms;
	return 0;
}

/* ---- at the prompt ---- */

/* The template with every {address}, {file} and {dtb} replaced. */
static void add_command(struct buf *out, const struct uboot_load *u, const char *template, uint64_t address, const char *name)
{
	while (*template) {
		if (strncmp(template, UBOOT_ADDRESS, strlen(UBOOT_ADDRESS)) == 0) {
			buf_printf(out, "0x%" PRIx64, address);
			template += strlen(UBOOT_ADDRESS);
		} else if (strncmp(template, UBOOT_FILE, strlen(UBOOT_FILE)) == 0) {
			buf_adds(out, name);
			template += strlen(UBOOT_FILE);
		} else if (u->how.dtb && strncmp(template, UBOOT_DTB, strlen(UBOOT_DTB)) == 0) {
			buf_printf(out, "0x%" PRIx64, u->how.dtb->address);
			template += strlen(UBOOT_DTB);
		} else {
			buf_addc(out, *template++);
		}
	}
}

/* Move it if it must be, and sum up what is there; each only when the one before it went well. */
static void add_check(struct buf *out, const struct uboot_load *u, const struct file *f)
{
	if (f->staged)
		buf_printf(out, "cp.b 0x%" PRIx64 " 0x%" PRIx64 " 0x%" PRIx64 " && ", u->kind->load_address, f->address, f->size);
	buf_printf(out, "crc32 0x%" PRIx64 " 0x%" PRIx64, f->address, f->size);
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

/* Fetch and sum up: in one line, unless something has to be done in between. */
static enum load_end run_fetch(struct prompt *p, const struct uboot_load *u, size_t i, struct buf *command, struct buf *said)
{
	const struct file *f = &u->files[i];
	enum load_end (*feed)(struct bring *, struct prompt *, const struct bring_file *, const char *) = u->bring->ops->feed;
	enum load_end end = LOAD_DONE;

	buf_clear(command);
	add_command(command, u, u->how.load, f->staged ? u->kind->load_address : f->address, u->brought[i].there);
	if (!feed) {
		buf_adds(command, " && ");
	} else {
		end = prompt_enter(p, command->data);
		if (end == LOAD_DONE)
			end = feed(u->bring, p, &u->brought[i], command->data);
		if (end == LOAD_DONE)
			end = prompt_await(p, command->data, said);
		buf_clear(command);
	}
	add_check(command, u, f);
	return end == LOAD_DONE ? prompt_run(p, command->data, said) : end;
}

/* One try. LOAD_REFUSED: it did not arrive as it is, which may be tried again. */
static enum load_end fetch_once(struct prompt *p, const struct uboot_load *u, size_t i, struct buf *command, struct buf *said)
{
	enum load_end end = run_fetch(p, u, i, command, said);
	const struct file *f = &u->files[i];
	const char *name = u->brought[i].there;
	char words[128];
	uint32_t crc;

	if (end != LOAD_DONE)
		return end;
	if (read_crc(said, &crc) && crc == f->crc)
		return LOAD_DONE;
	if (read_crc(said, &crc)) {
		err_set(p->err, ERR_INFRA,
			"%s arrived damaged at 0x%" PRIx64 ": U-Boot's CRC-32 over it is %08" PRIx32 ", the file's is %08" PRIx32,
			name, f->address, crc, f->crc);
		err_hint(p->err, "%s", u->bring->ops->stale);
	} else {
		err_set(p->err, ERR_INFRA, "U-Boot could not load %s: `%s` says %s", name, command->data,
			prompt_last_words(words, sizeof words, said));
	}
	return LOAD_REFUSED;
}

static enum load_end fetch(struct prompt *p, const struct uboot_load *u, size_t i)
{
	enum load_end end = LOAD_REFUSED;
	struct buf command = {0}, said = {0};

	for (int k = 0; k < FETCHES && end == LOAD_REFUSED; k++)
		end = fetch_once(p, u, i, &command, &said);
	buf_finish(&command);
	buf_finish(&said);
	return end == LOAD_REFUSED ? LOAD_FAILED : end;
}

static enum load_end prepare_board(struct prompt *p, const struct uboot_board *u)
{
	enum load_end end = prompt_reach(p);
	struct buf said = {0};

	for (const char *const *command = u->prepare; *command && end == LOAD_DONE; command++)
		end = prompt_run(p, *command, &said);
	buf_finish(&said);
	return end;
}

static enum load_end start_image(struct prompt *p, const struct uboot_load *u)
{
	struct buf command = {0};
	enum load_end end;

	add_command(&command, u, u->how.start, u->files[u->count - 1].address, u->brought[u->count - 1].there);
	end = prompt_leave(p, command.data, u->how.started);
	buf_finish(&command);
	return end;
}

static enum load_end uboot_deliver(struct load *l, struct load_line *line, int64_t deadline_ms, struct err *e)
{
	struct uboot_load *u = (struct uboot_load *)l;
	struct prompt p;
	enum load_end end;

	prompt_init(&p, line, &u->how, deadline_ms, e);
	end = prepare_board(&p, &u->how);
	for (size_t i = 0; i < u->count && end == LOAD_DONE; i++)
		end = fetch(&p, u, i);
	if (end == LOAD_DONE)
		end = start_image(&p, u);
	prompt_finish(&p);
	return end;
}

static void uboot_destroy(struct load *l)
{
	struct uboot_load *u = (struct uboot_load *)l;

	u->bring->ops->destroy(u->bring);
	arena_finish(&u->arena);
	free(u);
}

static const struct load_ops uboot_ops = {
	.name = "uboot",
	.prepare = uboot_prepare,
	.deliver = uboot_deliver,
	.destroy = uboot_destroy,
};

struct load *load_uboot_create(const struct board_kind *kind, const struct unit_load *own, const struct load_job *job,
			       struct bring *bring)
{
	struct uboot_load *u = xcalloc(1, sizeof *u);

	u->base = (struct load){.ops = &uboot_ops, .patience_ms = kind->uboot->deadline_ms};
	arena_init(&u->arena);
	u->kind = kind;
	u->how = *kind->uboot;
	u->job = job;
	u->bring = bring;
	if (own && own->prepare)
		u->how.prepare = own->prepare;
	if (own && own->load)
		u->how.load = own->load;
	if (!u->how.load)
		u->how.load = bring->ops->command;
	if (u->how.dtb)
		u->dtb = own && own->dtb ? own->dtb : u->how.dtb->file;
	return &u->base;
}
