#include "cli/foreign.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/elfoption.h"
#include "util/names.h"

#define UNKNOWN_CONFIG "unknown"

/* ---- files ---- */

static const char *absolute(struct arena *a, const char *path, const char *what, struct err *e)
{
	char *real = realpath(path, NULL);
	const char *copy = arena_strdup(a, real);

	free(real);
	if (copy)
		return copy;
	err_sys(e, ERR_USAGE, "cannot find the %s", what);
	err_at(e, path, 0, 0);
	return NULL;
}

/* NAME=FILE with the file absolute. */
static int add_elf(struct foreign *f, const char *text, struct err *e)
{
	struct image_elf elf;
	const char *path;

	if (!elf_option_split(text, &f->arena, &elf))
		return err_set(e, ERR_USAGE, "--elf %s: expected NAME=FILE", text);
	path = absolute(&f->arena, elf.path, "ELF", e);
	if (!path)
		return -1;
	f->elfs = arena_list_add(&f->arena, f->elfs, arena_printf(&f->arena, "%s=%s", elf.name, path));
	return 0;
}

static int find_files(struct foreign *f, const struct foreign_files *given, struct err *e)
{
	if (given->report && !(f->report = absolute(&f->arena, given->report, "report", e)))
		return -1;
	for (const char *const *text = given->elfs; text && *text; text++)
		if (add_elf(f, *text, e) < 0)
			return -1;
	f->path = absolute(&f->arena, given->image, "boot image", e);
	return f->path ? 0 : -1;
}

static size_t count_of(const char *const *list)
{
	size_t n = 0;

	while (list && list[n])
		n++;
	return n;
}

/* The image is sound by itself; now with all that explains it. */
static int explain(struct foreign *f, struct err *e)
{
	size_t count = count_of(f->elfs);
	struct image_elf *elfs = arena_alloc(&f->arena, (count + 1) * sizeof *elfs);

	f->files = (struct image_files){.report = f->report, .elfs = elfs, .elf_count = count};
	for (size_t i = 0; i < count; i++)
		elf_option_split(f->elfs[i], &f->arena, &elfs[i]);
	boot_image_close(&f->img);
	return boot_image_open(&f->img, f->path, &f->files, e);
}

/* First by itself, so that a damaged image is not blamed on what was given with it, or the other way round. */
static int open_image(struct foreign *f, struct err *e)
{
	int rc = boot_image_open(&f->img, f->path, NULL, e);

	if (rc == 0)
		return explain(f, e);
	if (e->kind != ERR_IMAGE)
		return -1;
	f->damage = arena_printf(&f->arena, "the image is damaged: %s: %s", f->path, e->what);
	return 0;
}

/* ---- as a variant ---- */

/* Boards of its architecture, on which whoever loads it can make something of its kind; all where nothing is known. */
static bool is_for(const struct foreign *f, const struct board_kind *k)
{
	const struct boot_image *img = &f->img;

	if (f->damage)
		return true;
	if (img->arch != IMAGE_ARCH_UNKNOWN && strcmp(image_arch_name(img->arch), arch_name(k->arch)) != 0)
		return false;
	return !img->container.placed || !k->uboot;
}

/* The file's name, as far as it can be a part of a session's, which is a folder's. */
static const char *name_of(struct arena *a, const char *path)
{
	enum { LONGEST = 40 };
	char *name = arena_printf(a, "image:%.*s", LONGEST, strrchr(path, '/') + 1);

	for (char *c = name + strlen("image:"); *c; c++)
		if (!isascii(*c) || (!isalnum((unsigned char)*c) && *c != '_'))
			*c = '-';
	return name;
}

static void describe(struct foreign *f, const struct project *project)
{
	static const char *const configs[] = {UNKNOWN_CONFIG, NULL};
	const char *const *boards = arena_alloc(&f->arena, sizeof *boards);

	for (size_t i = 0; i < project->kind_count; i++)
		if (is_for(f, &project->kinds[i]))
			boards = arena_list_add(&f->arena, boards, project->kinds[i].name);
	f->variant = (struct variant){
		.name = name_of(&f->arena, f->path),
		.about = "an image that was given",
		.boards = boards,
		.configs = configs,
		.tools = configs + 1,
		.build = configs + 1,
	};
}

int foreign_open(struct foreign *f, const struct foreign_files *given, const struct project *project, struct err *e)
{
	memset(f, 0, sizeof *f);
	arena_init(&f->arena);
	if (find_files(f, given, e) < 0 || open_image(f, e) < 0 || sha256_file(f->path, f->sha256, e) < 0)
		return -1;
	describe(f, project);
	return 0;
}

void foreign_close(struct foreign *f)
{
	if (f->img.path)
		boot_image_close(&f->img);
	arena_finish(&f->arena);
	memset(f, 0, sizeof *f);
}

/* ---- against what is wanted ---- */

static int check_boards(const struct foreign *f, const struct project *project, const char *const *wanted, struct err *e)
{
	const struct board_kind *other = NULL;

	for (size_t i = 0; i < project->unit_count; i++) {
		const struct board_unit *u = &project->units[i];

		if (!names_match(wanted, u->name) && !names_match(wanted, u->kind->name))
			continue;
		if (is_for(f, u->kind))
			return 0;
		other = u->kind;
	}
	if (!other)
		return 0; /* no board is called so: the plan says that */
	if (f->img.container.placed && other->uboot)
		err_set(e, ERR_USAGE, "board %s loads raw images only, by U-Boot's commands, and this one is of kind %s", other->name,
			image_kind_name(f->img.kind));
	else
		err_set(e, ERR_USAGE, "the image is for %s, and board %s is %s", image_arch_name(f->img.arch), other->name,
			arch_name(other->arch));
	return err_at(e, f->path, 0, 0);
}

/* What one step needs to know of the image; NULL: it is there. */
static const char *lack_of(const struct foreign *f, const struct step *s, struct arena *a)
{
	const struct boot_image *img = &f->img;
	const char *of = s->compare.of ? s->compare.of : s->kind == STEP_WITNESS ? s->witness.of : NULL;
	const struct image_pd *pd = of ? boot_image_pd(img, of) : NULL;

	if (of && !pd)
		return arena_printf(a, "protection domain %s, which nothing names in the image; give --report, or --elf %s=FILE", of, of);
	if (pd && s->compare.with == COMPARE_RO_CRC32 && !pd->has_crc)
		return arena_printf(a, "the checksum of %s; give --elf %s=FILE", of, of);
	if (pd && s->compare.with == COMPARE_BUILD_ID && !pd->build_id[0])
		return arena_printf(a, "the build id of %s; give --elf %s=FILE, with a build id in it", of, of);
	if (s->compare.with == COMPARE_HALF_OF_RAM && !img->has_reserved)
		return "the memory that is reserved; give a report that has it (--report)";
	if (s->kind == STEP_SEND_FILE || (s->kind == STEP_HOLDS && strcmp(s->holds.image, UPDATE_NONE) != 0))
		return "updates of the variant, which an image that is given has none of";
	return NULL;
}

static int check_steps(const struct foreign *f, const struct scenario *sc, const struct step *steps, size_t count,
		       struct arena *a, struct err *e)
{
	for (size_t i = 0; i < count; i++) {
		const struct step *s = &steps[i];
		const char *lack = lack_of(f, s, a);

		if (lack) {
			err_set(e, ERR_USAGE, "the scenario %s needs %s", sc->name, lack);
			return err_at(e, sc->file, s->line, 0);
		}
		if (check_steps(f, sc, s->repeat.steps, s->repeat.step_count, a, e) < 0)
			return -1;
	}
	return 0;
}

int foreign_check(const struct foreign *f, const struct project *project, const struct plan_request *want, struct err *e)
{
	struct arena a;
	int rc = check_boards(f, project, want->boards, e);

	arena_init(&a);
	for (size_t i = 0; i < project->scenario_count && !f->damage && rc == 0; i++) {
		const struct scenario *sc = scenario_for_any_image(&project->scenarios[i], &a);

		for (size_t k = 0; k < sc->phase_count && rc == 0 && names_match(want->scenarios, sc->name); k++)
			rc = check_steps(f, sc, sc->phases[k].steps, sc->phases[k].step_count, &a, e);
	}
	arena_finish(&a);
	return rc;
}

/* ---- in run.json ---- */

void foreign_note(const struct foreign *f, struct run_settings *settings)
{
	if (!f->path)
		return;
	settings->image = f->path;
	settings->image_sha256 = f->sha256;
	settings->image_report = f->report;
	settings->image_elfs = f->elfs;
}

int foreign_reopen(struct foreign *f, const struct run_settings *settings, const struct project *project, struct err *e)
{
	struct foreign_files given = {settings->image, settings->image_report, settings->image_elfs};

	if (foreign_open(f, &given, project, e) < 0)
		return -1;
	if (settings->image_sha256 && strcmp(settings->image_sha256, f->sha256) == 0)
		return 0;
	err_set(e, ERR_USAGE, "the image is another one than the run began with");
	err_at(e, f->path, 0, 0);
	return err_hint(e, "start a new run instead");
}
