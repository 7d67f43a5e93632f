#include "build/sdk.h"

#include <stdlib.h>
#include <string.h>

#include "util/file.h"

/* ---- the SDK's folder ---- */

struct place {
	const char *root;           /* of the SDK, absolute */
	const char *board, *config; /* Microkit's names */
	const char *inside;         /* "board/BOARD/CONFIG" */
};

static int no_sdk(const struct variant *v, const char *why, struct err *e)
{
	err_set(e, ERR_CONFIG, "variant %s: %s", v->name, why);
	err_at(e, v->file, v->line, 0);
	return err_hint(e, "set %s to the folder of a Microkit SDK, the one with bin/microkit and board/ in it",
			v->sdk->path && v->sdk->path[0] == '$' ? v->sdk->path + 1 : SDK_VARIABLE);
}

static int need(const struct place *at, const struct variant *v, const char *path, struct arena *a, struct err *e)
{
	if (file_exists(arena_printf(a, "%s/%s", at->root, path)))
		return 0;
	return no_sdk(v, arena_printf(a, "%s is no Microkit SDK for board %s, configuration %s: it has no %s", at->root,
				      at->board, at->config, path), e);
}

static int find_place(struct place *at, const struct build_request *q, struct arena *a, struct err *e)
{
	const struct variant *v = q->variant;
	const char *obstacle = sdk_obstacle(v, q->kind, q->config, a), *folder = sdk_folder(v->sdk);
	char *real = folder ? realpath(folder, NULL) : NULL;
	int rc = -1;

	at->board = sdk_board(v->sdk, q->kind, a);
	at->config = sdk_config(v->sdk, q->config);
	at->inside = arena_printf(a, "board/%s/%s", at->board, at->config);
	at->root = arena_strdup(a, real ? real : folder);
	free(real);
	if (obstacle)
		return no_sdk(v, obstacle, e);
	if (need(at, v, "bin/microkit", a, e) == 0 && need(at, v, arena_printf(a, "%s/lib", at->inside), a, e) == 0)
		rc = need(at, v, arena_printf(a, "%s/elf", at->inside), a, e);
	return rc;
}

static int identify(struct recipe *r, struct pantry *p, const struct place *at, struct err *e)
{
	const char *const parts[] = {"bin", at->inside};
	struct sha256 s;

	sha256_begin(&s);
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		struct source_tree tree;

		if (pantry_tree(p, arena_printf(p->arena, "%s/%s", at->root, parts[i]), &tree, e) < 0)
			return -1;
		sha256_add_text(&s, tree.sha256);
	}
	sha256_end(&s, r->sdk_sha256);
	r->sdk = at->root;
	return 0;
}

/* ---- the commands ---- */

struct commands {
	const struct variant *v;
	const struct board_kind *kind;
	struct place at;
	struct arena *arena;
	const char *const **argvs; /* NULL-terminated */
	size_t count, room;
	const char *const *words;  /* of the one that grows */
};

static void word(struct commands *c, const char *text)
{
	c->words = arena_list_add(c->arena, c->words, text);
}

static void words(struct commands *c, const char *const *list)
{
	for (; list && *list; list++)
		word(c, *list);
}

static void end(struct commands *c)
{
	c->argvs = arena_grow(c->arena, c->argvs, &c->room, c->count + 2, sizeof *c->argvs);
	c->argvs[c->count++] = c->words;
	c->argvs[c->count] = NULL;
	c->words = NULL;
}

static const char *tool_name(const struct variant *v, const struct board_kind *kind, const char *tool, struct arena *a)
{
	const char *prefix = v->sdk->toolchain ? v->sdk->toolchain : VARIANT_ARCH "-linux-gnu-";

	return arena_printf(a, "%s%s", variant_for_arch(prefix, kind->arch, a), tool);
}

const char *const *sdk_tools(const struct variant *v, const struct board_kind *kind, struct arena *a)
{
	const char *const *list = arena_list_add(a, NULL, tool_name(v, kind, "gcc", a));

	list = arena_list_add(a, list, tool_name(v, kind, "ld", a));
	for (size_t i = 0; v->tools && v->tools[i]; i++)
		list = arena_list_add(a, list, v->tools[i]);
	return list;
}

/* Debian's compilers make position-independent code for a C library unless told otherwise; the SDK's linker script has
 * no place for what that brings, nor for tables of exceptions. */
static const char *const flags[] = {
	"-std=gnu11", "-O2", "-g", "-ffreestanding", "-nostdlib", "-fno-pic", "-fno-pie", "-fno-stack-protector",
	"-fno-asynchronous-unwind-tables", "-Wall", NULL};

/* As the SDK's own library is compiled for Microkit's boards. */
static const char *const *arch_flags(enum arch arch)
{
	static const char *const aarch64[] = {"-mstrict-align", NULL};
	static const char *const riscv64[] = {"-march=rv64imafdc_zicsr_zifencei", "-mabi=lp64d", "-mcmodel=medany", NULL};

	return arch == ARCH_RISCV64 ? riscv64 : aarch64;
}

static const char *object_of(struct commands *c, const struct sdk_program *p, size_t i)
{
	return arena_printf(c->arena, WORD_TREE "/.objects/%s-%zu.o", p->name, i);
}

static void compile(struct commands *c, const struct sdk_program *p, size_t i)
{
	word(c, tool_name(c->v, c->kind, "gcc", c->arena));
	words(c, flags);
	words(c, arch_flags(c->kind->arch));
	words(c, c->v->sdk->flags);
	word(c, "-ffile-prefix-map=" WORD_TREE "=."); /* names in the debug information begin at the tree */
	word(c, "-I" WORD_TREE);
	word(c, arena_printf(c->arena, "-I" WORD_SDK "/%s/include", c->at.inside));
	word(c, "-c");
	word(c, p->sources[i]);
	word(c, "-o");
	word(c, object_of(c, p, i));
	end(c);
}

static void link_program(struct commands *c, const struct sdk_program *p)
{
	word(c, tool_name(c->v, c->kind, "ld", c->arena));
	word(c, "--build-id=none"); /* the linker script names no place for one */
	word(c, arena_printf(c->arena, "-L" WORD_SDK "/%s/lib", c->at.inside));
	for (size_t i = 0; p->sources[i]; i++)
		word(c, object_of(c, p, i));
	word(c, "-lmicrokit");
	word(c, "-Tmicrokit.ld");
	word(c, "-o");
	word(c, arena_printf(c->arena, WORD_OUT "/%s.elf", p->name));
	end(c);
}

static void make_folder(struct commands *c)
{
	static const char *const mkdir[] = {"mkdir", "-p", WORD_TREE "/.objects", NULL};

	words(c, mkdir);
	end(c);
}

/* The SDK's kernel, monitor and loader are artefacts too: they have the names and symbols of the image's regions. */
static void copy_elfs(struct commands *c)
{
	static const char *const cp[] = {"cp", "-r", NULL};

	words(c, cp);
	word(c, arena_printf(c->arena, WORD_SDK "/%s/elf/.", c->at.inside));
	word(c, WORD_OUT);
	end(c);
}

static void make_image(struct commands *c)
{
	const char *image = arena_printf(c->arena, WORD_OUT "/%s", c->v->image);
	const char *report = arena_printf(c->arena, WORD_OUT "/%s", c->v->report);
	const char *const options[] = {c->v->sdk->described, "--search-path", WORD_OUT, "--board", c->at.board, "--config",
				       c->at.config, "-o", image, "-r", report, NULL};

	word(c, WORD_SDK "/bin/microkit");
	words(c, options);
	if (c->v->sdk->image_type) {
		word(c, "--image-type");
		word(c, c->v->sdk->image_type);
	}
	end(c);
}

int sdk_recipe(struct recipe *r, struct pantry *p, struct err *e)
{
	const struct variant *v = r->request->variant;
	struct commands c = {.v = v, .kind = r->request->kind, .arena = p->arena};

	if (find_place(&c.at, r->request, p->arena, e) < 0 || identify(r, p, &c.at, e) < 0)
		return -1;
	make_folder(&c);
	copy_elfs(&c);
	for (size_t i = 0; i < v->sdk->program_count; i++) {
		for (size_t k = 0; v->sdk->programs[i].sources[k]; k++)
			compile(&c, &v->sdk->programs[i], k);
		link_program(&c, &v->sdk->programs[i]);
	}
	make_image(&c);
	r->commands = c.argvs;
	return 0;
}
