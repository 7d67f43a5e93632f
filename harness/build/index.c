#include "build/index.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "util/file.h"
#include "util/mem.h"

/* A record: "SHA256 SIZE MTIME CTIME INODE PATH" and a NUL, which no path can hold. */
static const char heading[] = "runtest source index 1";

static int64_t in_ns(const struct timespec *t)
{
	return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

static bool parse(const char *record, struct index_entry *entry)
{
	int digits = 0, path = 0;

	if (sscanf(record, "%*64[0-9a-f]%n %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNu64 "%n", &digits, &entry->size,
		   &entry->mtime_ns, &entry->ctime_ns, &entry->inode, &path) != 4)
		return false;
	if (digits != SHA256_HEX - 1 || record[path] != ' ' || !record[path + 1])
		return false;
	entry->sha256 = record;
	entry->path = record + path + 1;
	return true;
}

static void read_entries(struct index *x)
{
	const char *at = x->old.data, *end;

	if (x->old.len < sizeof heading || memcmp(at, heading, sizeof heading) != 0)
		return;
	end = at + x->old.len;
	for (at += sizeof heading; at < end; at += strlen(at) + 1) {
		x->entries = xgrow(x->entries, &x->room, x->count + 1, sizeof *x->entries);
		if (!parse(at, &x->entries[x->count]))
			break;
		if (x->count && strcmp(x->entries[x->count - 1].path, x->entries[x->count].path) >= 0)
			break;
		x->count++;
	}
	if (at < end)
		x->count = 0; /* damaged: trust none of it */
}

void index_open(struct index *x, const char *path)
{
	struct timespec now;

	memset(x, 0, sizeof *x);
	buf_add(&x->fresh, heading, sizeof heading);
	clock_gettime(CLOCK_REALTIME, &now);
	x->now_ns = in_ns(&now);
	if (path && file_read(path, &x->old, NULL) == 0)
		read_entries(x);
}

static void keep(struct index *x, const char *path, const struct stat *st, const char *hex)
{
	buf_printf(&x->fresh, "%.*s %lld %" PRId64 " %" PRId64 " %llu %s", SHA256_HEX - 1, hex, (long long)st->st_size,
		   in_ns(&st->st_mtim), in_ns(&st->st_ctim), (unsigned long long)st->st_ino, path);
	buf_addc(&x->fresh, '\0');
	x->fresh_count++;
}

static int by_path(const void *path, const void *entry)
{
	return strcmp(path, ((const struct index_entry *)entry)->path);
}

bool index_find(struct index *x, const char *path, const struct stat *st, char *hex)
{
	const struct index_entry *old = NULL;

	if (x->count)
		old = bsearch(path, x->entries, x->count, sizeof *old, by_path);
	if (!old || old->size != st->st_size || old->mtime_ns != in_ns(&st->st_mtim) ||
	    old->ctime_ns != in_ns(&st->st_ctim) || old->inode != st->st_ino)
		return false;
	memcpy(hex, old->sha256, SHA256_HEX - 1);
	hex[SHA256_HEX - 1] = '\0';
	keep(x, path, st, hex);
	return true;
}

void index_add(struct index *x, const char *path, const struct stat *st, const char *hex)
{
	int64_t changed = in_ns(&st->st_mtim), ctime = in_ns(&st->st_ctim);

	if (ctime > changed)
		changed = ctime;
	if (changed > x->now_ns - INDEX_RACY_NS)
		return;
	x->changed = true;
	keep(x, path, st, hex);
}

void index_close(struct index *x, const char *path)
{
	if (path && (x->changed || x->fresh_count != x->count))
		file_write_atomic(path, x->fresh.data, x->fresh.len, false, NULL);
	buf_finish(&x->old);
	buf_finish(&x->fresh);
	free(x->entries);
	memset(x, 0, sizeof *x);
}
