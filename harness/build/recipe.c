#include "build/recipe.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "build/sdk.h"
#include "git/series.h"
#include "util/file.h"

struct board_tree {
	const struct board_kind *kind;
	struct dtb dtb;
};

void pantry_open(struct pantry *p, struct arena *a, const char *root)
{
	char *real = realpath(root, NULL);

	*p = (struct pantry){.root = arena_strdup(a, real ? real : root), .arena = a};
	free(real);
	tool_shelf_open(&p->tools, a, arena_printf(a, "%s/build/cache/tools", p->root));
}

void pantry_close(struct pantry *p)
{
	tool_shelf_close(&p->tools);
	free(p->sources);
	free(p->revisions);
	free(p->boards);
}

/* ---- the ingredients ---- */

/* One index for each tree, named by a hash of where the tree is. */
static const char *index_path(struct pantry *p, const char *tree)
{
	const char *folder = arena_printf(p->arena, "%s/build/cache/sources", p->root);
	char hex[SHA256_HEX];
	struct sha256 s;

	file_mkdirs(folder, NULL); /* where that fails the tree is read anew each time */
	sha256_begin(&s);
	sha256_add_text(&s, tree);
	return arena_printf(p->arena, "%s/%.16s.index", folder, sha256_end(&s, hex));
}

int pantry_tree(struct pantry *p, const char *path, struct source_tree *out, struct err *e)
{
	char *real = realpath(path, NULL);
	const char *root = arena_strdup(p->arena, real ? real : path);

	free(real);
	for (size_t i = 0; i < p->source_count; i++)
		if (strcmp(p->sources[i].root, root) == 0) {
			*out = p->sources[i];
			return 0;
		}
	if (source_tree_read(out, p->arena, root, p->root, index_path(p, root), e) < 0)
		return -1;
	p->sources = xgrow(p->sources, &p->source_room, p->source_count + 1, sizeof *p->sources);
	p->sources[p->source_count++] = *out;
	return 0;
}

static int get_dtb(struct recipe *r, struct pantry *p, const struct board_kind *kind, struct err *e)
{
	for (size_t i = 0; i < p->board_count; i++)
		if (p->boards[i].kind == kind) {
			r->dtb = p->boards[i].dtb;
			return 0;
		}
	if (dtb_of_board(kind, p->root, &p->tools, p->arena, &r->dtb, e) < 0)
		return -1;
	p->boards = xgrow(p->boards, &p->board_room, p->board_count + 1, sizeof *p->boards);
	p->boards[p->board_count++] = (struct board_tree){kind, r->dtb};
	return 0;
}

struct pantry_revision {
	const struct variant_source *source;
	struct git_revision revision;
};

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* A mistake in what the variants file says about its sources: it is where that is said. */
static int at_source(const struct variant *v, int line, struct err *e)
{
	char where[sizeof e->where];

	if (!e || e->kind != ERR_BUILD)
		return -1;
	snprintf(where, sizeof where, "%s", e->where);
	err_at(e, v->file, line ? line : v->line, 0);
	if (where[0] && !strstr(e->what, where)) {
		struct err was = *e;

		err_set(e, ERR_BUILD, "%s: %s", where, was.what);
		err_at(e, v->file, line ? line : v->line, 0);
		err_hint(e, "%s", was.hint);
	}
	return -1;
}

static int get_revision(struct recipe *r, struct pantry *p, const struct variant *v, struct err *e)
{
	struct git_revision *revision = arena_alloc(p->arena, sizeof *revision);
	const struct variant_source *s = &v->source;

	r->revision = revision;
	for (size_t i = 0; i < p->revision_count; i++) {
		const struct variant_source *known = p->revisions[i].source;

		if (strcmp(known->path, s->path) == 0 && strcmp(known->revision, s->revision) == 0 &&
		    same_text(known->folder, s->folder)) {
			*revision = p->revisions[i].revision;
			return 0;
		}
	}
	if (git_resolve(revision, p->arena, s->path, s->revision, s->folder, e) < 0)
		return at_source(v, s->line, e);
	p->revisions = xgrow(p->revisions, &p->revision_room, p->revision_count + 1, sizeof *p->revisions);
	p->revisions[p->revision_count++] = (struct pantry_revision){s, *revision};
	return 0;
}

/* Of a revision, or a plain folder as it is. */
static int get_sources(struct recipe *r, struct pantry *p, const struct variant *v, struct err *e)
{
	struct source_tree *source;

	if (v->source.missing) {
		err_set(e, ERR_BUILD, "%s", v->source.missing);
		return err_at(e, v->file, v->source.line ? v->source.line : v->line, 0);
	}
	if (v->source.revision)
		return get_revision(r, p, v, e);
	r->source = source = arena_alloc(p->arena, sizeof *source);
	return pantry_tree(p, v->source.path, source, e);
}

const char *recipe_source(const struct recipe *r, struct arena *a)
{
	const struct git_revision *v = r->revision;

	if (!v)
		return r->source->root;
	return arena_printf(a, "%s%s%s at %s", v->repository, v->folder ? "/" : "", v->folder ? v->folder : "",
			    v->commit);
}

static size_t count_of(const char *const *list)
{
	size_t n = 0;

	while (list[n])
		n++;
	return n;
}

static struct patch_file *add_patch(struct recipe *r, struct pantry *p, size_t *room)
{
	r->patches = arena_grow(p->arena, r->patches, room, r->patch_count + 1, sizeof *r->patches);
	return &r->patches[r->patch_count++];
}

static int get_patch_file(struct recipe *r, struct pantry *p, const struct variant *v, const char *path, size_t *room,
			  struct err *e)
{
	struct patch_file *patch = add_patch(r, p, room);
	struct buf text;
	int rc;

	buf_init(&text);
	rc = file_read(path, &text, e);
	if (rc < 0)
		err_hint(e, "the variant %s (%s:%d) names this patch", v->name, v->file, v->line);
	*patch = (struct patch_file){.path = path, .size = text.len};
	patch->text = arena_strndup(p->arena, text.data ? text.data : "", text.len);
	buf_finish(&text);
	return rc;
}

/* Of the revision's own repository, or the one that the folder lies in. */
static int get_commits(struct recipe *r, struct pantry *p, const struct variant *v, const struct variant_patch *range,
		       size_t *room, struct err *e)
{
	const char *repository = v->source.path, *folder = v->source.folder;
	const struct git_patch *patches;
	size_t count;

	if (!v->source.revision && git_enclosing(p->arena, v->source.path, &repository, &folder, e) < 0)
		return at_source(v, range->line, e);
	if (git_series(p->arena, repository, range->commits, folder, &patches, &count, e) < 0)
		return at_source(v, range->line, e);
	for (size_t i = 0; i < count; i++)
		*add_patch(r, p, room) = (struct patch_file){
			.path = arena_printf(p->arena, "%s:%d", v->file, range->line),
			.commit = arena_printf(p->arena, "commit %.12s (%s)", patches[i].commit, patches[i].subject),
			.text = patches[i].text,
			.size = patches[i].size,
		};
	return 0;
}

static int get_patches(struct recipe *r, struct pantry *p, const struct variant *v, struct err *e)
{
	size_t room = 0;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < v->patch_count; i++)
		rc = v->patches[i].commits ? get_commits(r, p, v, &v->patches[i], &room, e)
					   : get_patch_file(r, p, v, v->patches[i].file, &room, e);
	return rc;
}

static int get_tools(struct recipe *r, struct pantry *p, const struct build_request *q, struct err *e)
{
	const struct variant *v = q->variant;
	const char *const *names = v->sdk ? sdk_tools(v, q->kind, p->arena) : v->tools;
	struct tool *tools;

	r->tool_count = count_of(names);
	r->tools = tools = arena_alloc(p->arena, r->tool_count * sizeof *tools);
	for (size_t i = 0; i < r->tool_count; i++) {
		const struct tool *t = tool_get(&p->tools, variant_for_arch(names[i], q->kind->arch, p->arena), e);

		if (!t)
			return e && e->kind != ERR_CANCELLED ? err_at(e, v->file, v->line, 0) : -1;
		tools[i] = *t;
	}
	return 0;
}

/* ---- the key ---- */

static void add_list(struct sha256 *s, const char *label, const char *const *list)
{
	sha256_add_text(s, label);
	for (; *list; list++)
		sha256_add_text(s, *list);
}

static void add_bytes(struct sha256 *s, const char *label, const char *bytes, size_t n)
{
	uint64_t size = n;

	sha256_add_text(s, label);
	sha256_add(s, &size, sizeof size);
	sha256_add(s, bytes, n);
}

static void add_pair(struct sha256 *s, const char *label, const char *value)
{
	sha256_add_text(s, label);
	sha256_add_text(s, value);
}

/* What is looked for afterwards counts too: an entry must hold the artefacts that the variant names now. */
static void add_artefacts(struct sha256 *s, const struct variant *v)
{
	add_pair(s, "image", v->image);
	add_pair(s, "report", v->report);
	for (size_t i = 0; i < v->elf_count; i++)
		add_pair(s, "elf", v->elfs[i].path);
	for (size_t i = 0; i < v->payload_count; i++)
		add_pair(s, "payload", v->payloads[i].path);
	for (size_t i = 0; i < v->update_count; i++)
		add_pair(s, "update", v->updates[i].path);
}

static void make_key(struct recipe *r)
{
	const struct build_request *q = r->request;
	char address[32];
	struct sha256 s;

	sha256_begin(&s);
	sha256_add_text(&s, "runtest variant 1"); /* to be raised when the builder itself does something else */
	if (r->revision) /* git's own hash of the tree: two commits with the same files are one build */
		add_pair(&s, "tree", r->revision->tree);
	else
		add_pair(&s, "source", r->source->sha256);
	for (size_t i = 0; i < r->patch_count; i++)
		add_bytes(&s, "patch", r->patches[i].text, r->patches[i].size);
	for (size_t i = 0; r->commands[i]; i++)
		add_list(&s, "command", r->commands[i]);
	if (r->sdk)
		add_pair(&s, "sdk", r->sdk_sha256);
	add_pair(&s, "board", q->kind->name);
	add_pair(&s, "arch", arch_name(q->kind->arch));
	add_pair(&s, "entry", q->kind->entry);
	add_pair(&s, "config", q->config);
	snprintf(address, sizeof address, "0x%" PRIx64, q->kind->load_address);
	add_pair(&s, "load-address", address);
	add_bytes(&s, "dtb", r->dtb.bytes, r->dtb.size);
	for (size_t i = 0; i < r->tool_count; i++) {
		add_pair(&s, "tool", r->tools[i].name);
		add_pair(&s, r->tools[i].path, r->tools[i].version);
	}
	add_artefacts(&s, q->variant);
	sha256_end(&s, r->key);
}

static int get_commands(struct recipe *r, struct pantry *p, const struct build_request *q, struct err *e)
{
	const char *const **commands;

	if (q->variant->sdk)
		return sdk_recipe(r, p, e);
	r->commands = commands = arena_alloc(p->arena, 2 * sizeof *commands);
	commands[0] = q->variant->build;
	return 0;
}

int recipe_make(struct recipe *r, struct pantry *p, const struct build_request *request, struct err *e)
{
	const struct variant *v = request->variant;

	*r = (struct recipe){.request = request};
	if (get_sources(r, p, v, e) < 0 || get_commands(r, p, request, e) < 0)
		return -1;
	if (get_patches(r, p, v, e) < 0 || get_tools(r, p, request, e) < 0 || get_dtb(r, p, request->kind, e) < 0)
		return -1;
	make_key(r);
	return 0;
}
