#include "replay/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/file.h"

void recording_init(struct recording *r)
{
	memset(r, 0, sizeof *r);
	arena_init(&r->arena);
}

void recording_finish(struct recording *r)
{
	arena_finish(&r->arena);
	memset(r, 0, sizeof *r);
}

static int64_t mtime_ns(const struct stat *st)
{
	return st->st_mtim.tv_sec * INT64_C(1000000000) + st->st_mtim.tv_nsec;
}

void recording_add_file(struct recording *r, const char *path)
{
	struct stat st;

	if (!path || stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return;
	r->files = arena_grow(&r->arena, r->files, &r->file_room, r->file_count + 1, sizeof *r->files);
	r->files[r->file_count++] =
		(struct recorded_file){arena_strdup(&r->arena, path), st.st_size, mtime_ns(&st)};
}

void recording_add_fill(struct recording *r, uint64_t paddr, uint64_t size, uint8_t byte)
{
	r->fills = arena_grow(&r->arena, r->fills, &r->fill_room, r->fill_count + 1, sizeof *r->fills);
	r->fills[r->fill_count++] = (struct recorded_fill){paddr, size, byte};
}

void recording_explain(struct recording *r, const struct image_files *with)
{
	struct arena *a = &r->arena;
	struct image_elf *elfs = arena_alloc(a, (with ? with->elf_count + 1 : 1) * sizeof *elfs);
	struct image_payload *payloads = arena_alloc(a, (with ? with->payload_count + 1 : 1) * sizeof *payloads);

	memset(&r->with, 0, sizeof r->with);
	r->with.elfs = elfs;
	r->with.payloads = payloads;
	r->with.report = with ? arena_strdup(a, with->report) : NULL;
	for (size_t i = 0; with && i < with->elf_count; i++)
		elfs[r->with.elf_count++] = (struct image_elf){with->elfs[i].owner, arena_strdup(a, with->elfs[i].name),
							       arena_strdup(a, with->elfs[i].path)};
	for (size_t i = 0; with && i < with->payload_count; i++) {
		const struct image_payload *p = &with->payloads[i];

		payloads[r->with.payload_count++] =
			(struct image_payload){arena_strdup(a, p->name), arena_strdup(a, p->path), p->paddr, p->room};
	}
}

struct recorded_boot *recording_add_boot(struct recording *r, const char *record, uint64_t console)
{
	r->boots = arena_grow(&r->arena, r->boots, &r->boot_room, r->boot_count + 1, sizeof *r->boots);
	r->boots[r->boot_count] = (struct recorded_boot){
		.record = arena_strdup(&r->arena, record), .console = console, .console_end = console};
	return &r->boots[r->boot_count++];
}

void recording_add_memory(struct recording *r, struct recorded_boot *b, const char *region, uint64_t paddr,
			  const uint8_t *bytes, uint64_t size)
{
	struct recorded_memory *m;
	struct sha256 hash;

	b->memory = arena_grow(&r->arena, b->memory, &b->memory_room, b->memory_count + 1, sizeof *b->memory);
	m = &b->memory[b->memory_count++];
	*m = (struct recorded_memory){.region = arena_strdup(&r->arena, region), .paddr = paddr, .size = size};
	sha256_begin(&hash);
	sha256_add(&hash, bytes, size);
	sha256_end(&hash, m->sha256);
}

static bool is_as_it_was(const struct recorded_file *f)
{
	struct stat st;

	return stat(f->path, &st) == 0 && st.st_size == f->size && mtime_ns(&st) == f->mtime_ns;
}

static bool was_built_again(const struct recording *r, const struct recorded_file *f)
{
	char now[SHA256_HEX];

	return r->image_sha256 && r->image && strcmp(f->path, r->image) == 0 && sha256_file(f->path, now, NULL) == 0 &&
	       strcmp(now, r->image_sha256) == 0;
}

int recording_check_files(const struct recording *r, struct err *e)
{
	for (size_t i = 0; i < r->file_count; i++) {
		const struct recorded_file *f = &r->files[i];

		if (is_as_it_was(f) || was_built_again(r, f))
			continue;
		err_set(e, ERR_USAGE, "%s, so the boot cannot be run again as it was",
			file_exists(f->path) ? "the file has changed since the session read it"
					     : "a file that the session read is not there any more");
		err_at(e, f->path, 0, 0);
		return err_hint(e, "run the session anew: `runtest report RUN` shows its command");
	}
	return 0;
}

int recording_open_image(const struct recording *r, struct boot_image *img, struct err *e)
{
	char now[SHA256_HEX];
	struct err why;

	memset(img, 0, sizeof *img);
	if (!r->image || !r->image_sha256 || sha256_file(r->image, now, NULL) < 0 || strcmp(now, r->image_sha256) != 0)
		return err_set(e, ERR_USAGE, "the boot image is not there as it was");
	if (boot_image_open(img, r->image, &r->with, &why) == 0)
		return 0;
	memset(img, 0, sizeof *img);
	return err_set(e, why.kind, "what explained the boot image is not there as it was (%s)", why.what);
}

int record_check(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	uint32_t version = 0; /* the header's first word, zero until QEMU ends in good order (replay/replay.c in QEMU) */
	ssize_t n;

	if (fd < 0)
		return file_error(e, "open the record", path);
	n = read(fd, &version, sizeof version);
	close(fd);
	if (n == (ssize_t)sizeof version && version)
		return 0;
	err_set(e, ERR_USAGE, "the record was cut short: QEMU was killed before it could finish it");
	err_at(e, path, 0, 0);
	return err_hint(e, "nothing of such a record can be run again; run the session anew");
}
