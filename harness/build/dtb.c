#include "build/dtb.h"

#include <inttypes.h>
#include <libfdt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build/workdir.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/proc.h"
#include "util/sha256.h"
#include "util/text.h"

static int bad_dtb(int code, struct err *e)
{
	return err_set(e, ERR_INFRA, "QEMU's device tree cannot be read: %s", fdt_strerror(code));
}

/* QEMU leaves whatever its heap held between the end of a name or value and the next multiple of four. */
static int clear_padding(char *dtb)
{
	char *structure = dtb + fdt_off_dt_struct(dtb);
	int at = 0, next = 0;
	uint32_t tag;

	while ((tag = fdt_next_tag(dtb, at, &next)) != FDT_END) {
		size_t used = sizeof tag;

		if (tag == FDT_BEGIN_NODE)
			used += strlen(structure + at + used) + 1;
		if (tag == FDT_PROP)
			used = sizeof(struct fdt_property) + fdt32_ld((const fdt32_t *)(structure + at) + 1);
		if (used > (size_t)(next - at))
			return -FDT_ERR_BADSTRUCTURE; /* libfdt takes a length of 0xffffffff for one before its start */
		memset(structure + at + used, 0, (size_t)(next - at) - used);
		at = next;
	}
	return 0;
}

static int strip(void *dtb)
{
	static const char *const seeds[] = {"kaslr-seed", "rng-seed"};
	int code = 0;

	for (int node = 0; code == 0 && node >= 0; node = fdt_next_node(dtb, node, NULL))
		for (size_t i = 0; code == 0 && i < sizeof seeds / sizeof seeds[0]; i++)
			if (fdt_getprop(dtb, node, seeds[i], NULL))
				code = fdt_delprop(dtb, node, seeds[i]);
	return code == 0 ? fdt_pack(dtb) : code;
}

int dtb_strip_seeds(void *dtb, size_t *n, struct err *e)
{
	/* libfdt's check accepts blocks that share bytes, and its packing moves them apart: there must be room for that. */
	size_t room = 3 * *n + 64;
	char *wide = xcalloc(1, room);
	int code = room < INT_MAX ? fdt_check_full(dtb, *n) : -FDT_ERR_BADSTRUCTURE;

	if (code == 0)
		code = fdt_open_into(dtb, wide, (int)room);
	if (code == 0)
		code = strip(wide);
	/* An old version's tree is laid out otherwise than it is read from here on. */
	if (code == 0)
		code = fdt_check_full(wide, room);
	if (code == 0 && fdt_totalsize(wide) > *n)
		code = -FDT_ERR_BADLAYOUT;
	if (code == 0)
		code = clear_padding(wide);
	if (code == 0) {
		*n = fdt_totalsize(wide);
		memcpy(dtb, wide, *n);
	}
	free(wide);
	return code < 0 ? bad_dtb(code, e) : 0;
}

static int add_region(void *dtb, int parent, const struct reserved_region *r)
{
	char name[96];
	int node, code;

	snprintf(name, sizeof name, "%s@%" PRIx64, r->name, r->base);
	node = fdt_add_subnode(dtb, parent, name);
	code = node < 0 ? node : fdt_setprop_empty(dtb, node, "no-map");
	if (code == 0)
		code = fdt_setprop_u64(dtb, node, "reg", r->base);
	return code < 0 ? code : fdt_appendprop_u64(dtb, node, "reg", r->size);
}

/* The node that all of them are in; two cells to an address and to a size. */
static int reserved_memory(void *dtb)
{
	int node = fdt_path_offset(dtb, "/reserved-memory"), code;

	if (node >= 0)
		return fdt_address_cells(dtb, node) == 2 && fdt_size_cells(dtb, node) == 2 ? node : -FDT_ERR_BADNCELLS;
	node = fdt_add_subnode(dtb, 0, "reserved-memory");
	code = node < 0 ? node : fdt_setprop_empty(dtb, node, "ranges");
	if (code == 0)
		code = fdt_setprop_u32(dtb, node, "#size-cells", 2);
	if (code == 0)
		code = fdt_setprop_u32(dtb, node, "#address-cells", 2);
	return code < 0 ? code : node;
}

int dtb_reserve(struct buf *dtb, const struct reserved_region *regions, size_t count, struct err *e)
{
	enum { ROOM = 512 }; /* more than one node takes, or the one around them */
	size_t room = dtb->len + (count + 1) * ROOM;
	char *wide = xcalloc(1, room);
	int code = fdt_open_into(dtb->data, wide, (int)room), parent;

	/* A new node becomes its parent's first: the last one is added first. */
	for (size_t i = count; code == 0 && i > 0; i--) {
		parent = reserved_memory(wide);
		code = parent < 0 ? parent : add_region(wide, parent, &regions[i - 1]);
	}
	if (code == 0)
		code = fdt_pack(wide);
	buf_clear(dtb);
	if (code == 0)
		buf_add(dtb, wide, fdt_totalsize(wide));
	free(wide);
	return code < 0 ? bad_dtb(code, e) : 0;
}

/* The machine that dumps it, or NULL. */
static const struct qemu_board *machine_of(const struct board_kind *kind)
{
	return kind->qemu ? kind->qemu : kind->tree ? kind->tree->machine : NULL;
}

/* QEMU's arguments from the program on; room for the kind's own and the NULL. */
static const char **arguments(const struct board_kind *kind, const char *file, struct arena *a)
{
	const struct qemu_board *q = machine_of(kind);
	size_t extra = 0, n = 0;
	const char **argv;

	while (q->args[extra])
		extra++;
	argv = arena_alloc(a, (extra + 20) * sizeof *argv);
	argv[n++] = q->program;
	argv[n++] = "-machine";
	argv[n++] = file ? arena_printf(a, "%s,dumpdtb=%s", q->machine, text_double_commas(a, file)) : q->machine;
	if (q->cpu) {
		argv[n++] = "-cpu";
		argv[n++] = q->cpu;
	}
	argv[n++] = "-smp";
	argv[n++] = arena_printf(a, "%d", q->cpus);
	argv[n++] = "-m";
	argv[n++] = arena_printf(a, "size=%" PRIu64 "B", kind->memory.size);
	argv[n++] = "-nic";
	argv[n++] = "none";
	argv[n++] = "-display";
	argv[n++] = "none";
	for (size_t i = 0; i < extra; i++)
		argv[n++] = q->args[i];
	return argv;
}

static int refused(const struct board_kind *kind, int status, struct buf *said, struct err *e)
{
	const char *text = said->len ? said->data : "nothing";

	err_set(e, ERR_INFRA, "QEMU gives no device tree for the board %s (status %d), it says: %.*s", kind->name,
		status, (int)strcspn(text, "\r\n"), text);
	err_at(e, kind->file, kind->line, 0);
	return err_hint(e, "look at `machine`, `cpu`, `memory` and `args` of this kind; "
			   "`%s -machine help` lists what this QEMU has", machine_of(kind)->program);
}

static int dump(const struct board_kind *kind, const char *file, struct arena *a, struct buf *out, struct err *e)
{
	enum { PATIENCE_MS = 20000 };
	struct proc_spec spec = {.argv = arguments(kind, file, a), .in = -1, .warden = true};
	struct buf said;
	struct proc_watch watch = {
		.stop_fd = cancel_fd(),
		.deadline_ms = clock_ms() + PATIENCE_MS,
		.output = proc_keep_output,
		.ctx = &said,
	};
	int rc;

	buf_init(&said);
	rc = proc_run_watched(&spec, &watch, e);
	if (rc > 0 || (rc == 0 && !file_exists(file)))
		rc = refused(kind, rc, &said, e);
	buf_finish(&said);
	return rc == 0 ? file_read(file, out, e) : -1;
}

static int keep(const char *folder, const char *root, const char *kept, const struct buf *dtb, struct arena *a,
		struct err *e)
{
	const char *whole = arena_printf(a, "%s/stripped.dtb", folder);

	if (file_mkdirs(arena_printf(a, "%s/build/cache/dtb", root), e) < 0 ||
	    file_write_atomic(whole, dtb->data, dtb->len, true, e) < 0)
		return -1;
	if (rename(whole, kept) == 0)
		return 0;
	return file_error(e, "keep the device tree", kept);
}

/* Dump into a work folder of our own (swept later if we are killed), strip, and keep the result. */
static int make(const struct board_kind *kind, const char *root, const char *kept, struct arena *a, struct buf *out,
		struct err *e)
{
	char *folder = arena_printf(a, "%s/build/tmp/dtb-%ld", root, (long)getpid());
	int lock = workdir_claim(folder, e), rc;
	size_t n;

	if (lock < 0)
		return -1;
	rc = dump(kind, arena_printf(a, "%s/board.dtb", folder), a, out, e);
	n = out->len;
	if (rc == 0)
		rc = dtb_strip_seeds(out->data, &n, e);
	if (rc == 0)
		out->len = n;
	if (rc == 0 && kind->reserved_count)
		rc = dtb_reserve(out, kind->reserved, kind->reserved_count, e);
	if (rc == 0)
		rc = keep(folder, root, kept, out, a, e);
	workdir_release(folder, lock);
	return rc;
}

static const char *kept_path(const struct board_kind *kind, const char *root, const struct tool *qemu, struct arena *a)
{
	char hex[SHA256_HEX];
	struct sha256 s;

	sha256_begin(&s);
	sha256_add_text(&s, "runtest dtb 1");
	sha256_add_text(&s, qemu->path);
	sha256_add_text(&s, qemu->version);
	for (const char **v = arguments(kind, NULL, a) + 1; *v; v++)
		sha256_add_text(&s, *v);
	for (size_t i = 0; i < kind->reserved_count; i++) {
		sha256_add_text(&s, kind->reserved[i].name);
		sha256_add(&s, &kind->reserved[i].base, sizeof kind->reserved[i].base);
		sha256_add(&s, &kind->reserved[i].size, sizeof kind->reserved[i].size);
	}
	return arena_printf(a, "%s/build/cache/dtb/%s.dtb", root, sha256_end(&s, hex));
}

static bool is_whole(const struct buf *dtb)
{
	return dtb->len && fdt_check_full(dtb->data, dtb->len) == 0;
}

/* Hardware's own, as it stands in a file. */
static int read_tree(const struct board_kind *kind, struct arena *a, struct dtb *out, struct err *e)
{
	struct buf bytes = {0};
	int rc = file_read(kind->tree->file, &bytes, e);

	if (rc == 0 && !is_whole(&bytes)) {
		rc = err_set(e, ERR_CONFIG, "this is no flattened device tree");
		err_at(e, kind->tree->file, 0, 0);
		err_hint(e, "the kind %s names it; `dtc` makes one of a source", kind->name);
	}
	if (rc == 0)
		*out = (struct dtb){kind->tree->file, arena_strndup(a, bytes.data, bytes.len), bytes.len};
	buf_finish(&bytes);
	return rc;
}

int dtb_of_board(const struct board_kind *kind, const char *root, struct tool_shelf *tools, struct arena *a,
		 struct dtb *out, struct err *e)
{
	const struct tool *qemu;
	struct buf bytes = {0};
	const char *kept;
	int rc = 0;

	*out = (struct dtb){NULL, "", 0};
	if (kind->tree && kind->tree->file)
		return read_tree(kind, a, out, e);
	if (!machine_of(kind))
		return 0;
	qemu = tool_get(tools, machine_of(kind)->program, e);
	if (!qemu) {
		if (e && e->kind == ERR_BUILD)
			e->kind = ERR_INFRA; /* the lab lacks it; no compiler does */
		return -1;
	}
	kept = kept_path(kind, root, qemu, a);
	if (!file_exists(kept) || file_read(kept, &bytes, NULL) < 0 || !is_whole(&bytes)) {
		buf_clear(&bytes);
		rc = make(kind, root, kept, a, &bytes, e);
	}
	if (rc == 0)
		*out = (struct dtb){kept, arena_strndup(a, bytes.data, bytes.len), bytes.len};
	buf_finish(&bytes);
	return rc;
}
