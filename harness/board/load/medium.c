#include "board/load/medium.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "util/file.h"
#include "util/proc.h"
#include "util/sha256.h"

enum { SECTOR = 512, CLUSTER_MAX = 32768, MEGABYTE = 1 << 20, SPARE = MEGABYTE };

/* ---- a disk ---- */

static int key_of(const struct medium_file *files, size_t count, char *hex, struct err *e)
{
	char content[SHA256_HEX];
	struct sha256 s;

	sha256_begin(&s);
	sha256_add_text(&s, "runtest disk 1"); /* to be raised when disks are made in another way */
	for (size_t i = 0; i < count; i++) {
		if (sha256_file(files[i].path, content, e) < 0)
			return -1;
		sha256_add_text(&s, files[i].name);
		sha256_add_text(&s, content);
	}
	sha256_end(&s, hex);
	return 0;
}

static int tool(const char *const *argv, struct err *e)
{
	/* Nothing of the user's own configuration, and no questions. */
	static const char *const env[] = {"MTOOLSRC=/dev/null", "MTOOLS_SKIP_CHECK=1", NULL};
	struct proc_spec spec = {.argv = argv, .env = env, .in = -1};
	struct buf said;
	int rc;

	buf_init(&said);
	rc = proc_run(&spec, &said, e);
	if (rc > 0)
		err_set(e, ERR_INFRA, "%s cannot make the disk that U-Boot loads from: %.*s", argv[0],
			said.len ? (int)strcspn(said.data, "\n") : 0, said.len ? said.data : "");
	if (rc < 0)
		err_hint(e, "install mtools; `runtest doctor` shows what else is missing");
	buf_finish(&said);
	return rc == 0 ? 0 : -1;
}

/* Whole megabytes: there are odd sizes (2520 sectors is one) at which mformat trips over its own sums. */
static long long sectors_for(const struct medium_file *files, size_t count)
{
	long long bytes = SPARE;

	for (size_t i = 0; i < count; i++)
		bytes += file_size(files[i].path) + CLUSTER_MAX;
	return (bytes + MEGABYTE - 1) / MEGABYTE * (MEGABYTE / SECTOR);
}

static int make_disk(const struct medium_file *files, size_t count, const char *image, struct arena *a, struct err *e)
{
	const char *sectors = arena_printf(a, "%lld", sectors_for(files, count));
	const char *const format[] = {"mformat", "-C", "-i", image, "-T", sectors, "-N", "0", "::", NULL};

	if (tool(format, e) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const char *target = arena_printf(a, "::%s", files[i].name);
		const char *const copy[] = {"mcopy", "-i", image, files[i].path, target, NULL};

		if (tool(copy, e) < 0)
			return -1;
	}
	return 0;
}

/* Made aside and moved as a whole: a disk in the cache is a good one. */
static int keep_disk(const char *made, const char *kept, const char *cache, struct err *e)
{
	struct buf bytes;
	int rc;

	buf_init(&bytes);
	rc = file_read(made, &bytes, e);
	if (rc == 0)
		rc = file_mkdirs(cache, e);
	if (rc == 0)
		rc = file_write_atomic(kept, bytes.data, bytes.len, true, e);
	buf_finish(&bytes);
	return rc;
}

int medium_disk(const struct medium_file *files, size_t count, const char *cache, const char *dir, struct arena *a,
		const char **image, struct err *e)
{
	const char *made = arena_printf(a, "%s/disk.tmp", dir), *kept;
	char hex[SHA256_HEX];
	int rc;

	if (key_of(files, count, hex, e) < 0)
		return -1;
	*image = kept = arena_printf(a, "%s/%s.img", cache, hex);
	if (file_exists(kept))
		return 0;
	rc = make_disk(files, count, made, a, e);
	if (rc == 0)
		rc = keep_disk(made, kept, cache, e);
	unlink(made);
	return rc;
}

/* ---- a folder ---- */

int medium_tftp(const struct medium_file *files, size_t count, const char *folder, struct err *e)
{
	char name[4096];

	if (file_remove_tree(folder, e) < 0 || file_mkdirs(folder, e) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		snprintf(name, sizeof name, "%s/%s", folder, files[i].name);
		if (symlink(files[i].path, name) < 0)
			return file_error(e, "put a file for TFTP at", name);
	}
	return 0;
}
