#include "cli/images.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build/tool.h"
#include "cli/buildview.h"
#include "image/fitting.h"
#include "util/mem.h"

static bool same_build(const struct build_request *r, const struct job *j)
{
	return r->variant == j->variant && r->kind == j->unit->kind && strcmp(r->config, j->config) == 0;
}

/* Index of the job's build among the requests so far, or count. */
static size_t find_build(const struct build_request *requests, size_t count, const struct job *j)
{
	size_t i = 0;

	while (i < count && !same_build(&requests[i], j))
		i++;
	return i;
}

static size_t collect(const struct plan *plan, struct build_request *requests, size_t *of_job)
{
	size_t count = 0;

	for (size_t i = 0; i < plan->count; i++) {
		const struct job *j = &plan->jobs[i];

		if (j->skip)
			continue;
		of_job[i] = find_build(requests, count, j);
		if (of_job[i] == count)
			requests[count++] = (struct build_request){j->variant, j->unit->kind, j->config};
	}
	return count;
}

/* The loader's own ELF names nothing in memory that the image promises. */
static bool owner_of(const struct variant_elf *elf, enum region_owner *owner)
{
	static const struct {
		const char *role;
		enum region_owner owner;
	} owners[] = {{"kernel", REGION_KERNEL}, {"monitor", REGION_MONITOR}, {"pd", REGION_PD}};

	for (size_t i = 0; i < sizeof owners / sizeof owners[0]; i++) {
		if (strcmp(elf->role, owners[i].role) == 0) {
			*owner = owners[i].owner;
			return true;
		}
	}
	return false;
}

/* What explains the image of a build; from the arena. */
static const struct image_files *files_of(const struct build_result *b, struct arena *a)
{
	const struct variant *v = b->request.variant;
	struct image_elf *elfs = arena_alloc(a, (v->elf_count + 1) * sizeof *elfs);
	struct image_payload *payloads = arena_alloc(a, (v->payload_count + 1) * sizeof *payloads);
	struct image_update_file *updates = arena_alloc(a, (v->update_count + 1) * sizeof *updates);
	struct image_files *with = arena_alloc(a, sizeof *with);
	size_t count = 0;

	*with = (struct image_files){
		.report = b->report.path, .elfs = elfs, .payloads = payloads, .updates = updates, .update_count = v->update_count};
	for (size_t i = 0; i < v->elf_count; i++)
		if (owner_of(&v->elfs[i], &elfs[count].owner)) {
			elfs[count].name = v->elfs[i].name;
			elfs[count++].path = b->elfs[i].path;
		}
	with->elf_count = count;
	for (size_t i = 0; i < v->payload_count; i++) {
		const struct reserved_region *r = board_kind_reserved(b->request.kind, v->payloads[i].reserved);

		if (r)
			payloads[with->payload_count++] =
				(struct image_payload){r->name, b->payloads[i].path, r->base, r->size};
	}
	for (size_t i = 0; i < v->update_count; i++)
		updates[i] = (struct image_update_file){v->updates[i].name, v->updates[i].pd, b->updates[i].path};
	return with;
}

/* An image that cannot lie in the board's RAM is damaged, whatever it says. */
static int open_image(struct boot_image *img, const struct build_result *b, const struct image_files *files, struct err *e)
{
	const struct board_kind *k = b->request.kind;
	int rc = boot_image_open(img, b->image.path, files, e);

	if (rc < 0)
		return -1;
	rc = fitting_check(img, (struct memory_piece){k->memory.base, k->memory.size}, e);
	if (rc < 0)
		boot_image_close(img);
	return rc;
}

static const char *explain(struct arena *a, const char *doing, const struct err *e, const char *log)
{
	return arena_printf(a, "%s: %s%s%s%s%s%s%s", doing, e->where, e->where[0] ? ": " : "", e->what, e->hint[0] ? "; " : "",
			    e->hint, log ? "; log: " : "", log ? log : "");
}

/* What the jobs of this build boot. */
static struct run_image image_of(struct images *im, size_t i)
{
	const struct build_result *b = &im->built.items[i];
	struct arena *a = &im->built.arena;
	const struct image_files *files;
	struct err e;

	if (b->state == BUILD_FAILED || b->state == BUILD_NOT_BEGUN)
		return (struct run_image){
			.cause = CAUSE_BUILD_FAILED,
			.failure = explain(a, "the variant did not build", &b->err, b->log),
		};
	files = files_of(b, a);
	if (open_image(&im->opened[i], b, files, &e) < 0)
		return (struct run_image){
			.cause = CAUSE_IMAGE_CORRUPT,
			.failure = explain(a, "the variant's image cannot be used", &e, NULL),
		};
	return (struct run_image){.image = &im->opened[i], .sha256 = b->image.sha256, .files = files, .dtb = b->dtb};
}

/* A build that could not even be tried for want of the machine's tools is the lab's fault, and ends the run. */
static int lab_error(const struct build_results *built, struct err *e)
{
	for (size_t i = 0; i < built->count; i++) {
		if (built->items[i].state == BUILD_FAILED && built->items[i].err.kind != ERR_BUILD) {
			*e = built->items[i].err;
			return -1;
		}
	}
	return 0;
}

int images_build(struct images *im, const struct plan *plan, const char *root, enum images_saying say, struct err *e)
{
	struct build_options options = {.root = root, .keep_going = true, .output = say == IMAGES_ALL ? STDERR_FILENO : -1};
	struct buildview *view = NULL;
	struct build_request *requests = xcalloc(plan->count, sizeof *requests);
	size_t *of_job = xcalloc(plan->count, sizeof *of_job);
	struct run_image *of_build;
	int rc;

	im->count = collect(plan, requests, of_job);
	if (say == IMAGES_PROGRESS)
		view = buildview_open(&options, im->count);
	rc = build_all(requests, im->count, &options, &im->built, e);
	buildview_close(view);
	im->has_results = true;
	/* Failed builds are verdicts of their jobs; everything else stops here. */
	rc = rc < 0 && e->kind != ERR_BUILD ? -1 : lab_error(&im->built, e);
	im->media = arena_printf(&im->built.arena, "%s/build/cache/media", root);
	if (rc == 0) {
		im->opened = xcalloc(im->count, sizeof *im->opened);
		im->by_job = xcalloc(plan->count, sizeof *im->by_job);
		of_build = xcalloc(im->count, sizeof *of_build);
		for (size_t i = 0; i < im->count; i++)
			of_build[i] = image_of(im, i);
		for (size_t i = 0; i < plan->count; i++)
			if (!plan->jobs[i].skip)
				im->by_job[i] = of_build[of_job[i]];
		free(of_build);
	}
	free(requests);
	free(of_job);
	return rc;
}

static struct run_image image_on(struct foreign *f, const struct board_kind *k)
{
	struct run_image image = {.path = f->path, .sha256 = f->sha256, .cause = CAUSE_IMAGE_CORRUPT, .failure = f->damage};
	struct err e;

	image.files = &f->files;
	if (!f->damage && fitting_check(&f->img, (struct memory_piece){k->memory.base, k->memory.size}, &e) < 0)
		image.failure = explain(&f->arena, "the image is damaged, or not for this board", &e, NULL);
	if (!image.failure)
		image.image = &f->img;
	return image;
}

void images_given(struct images *im, const struct plan *plan, const char *root, struct foreign *f)
{
	im->by_job = xcalloc(plan->count, sizeof *im->by_job);
	im->media = arena_printf(&f->arena, "%s/build/cache/media", root);
	for (size_t i = 0; i < plan->count; i++)
		if (!plan->jobs[i].skip)
			im->by_job[i] = image_on(f, plan->jobs[i].unit->kind);
}

void images_close(struct images *im)
{
	for (size_t i = 0; im->opened && i < im->count; i++)
		if (im->opened[i].path)
			boot_image_close(&im->opened[i]);
	free(im->opened);
	free(im->by_job);
	if (im->has_results)
		build_results_finish(&im->built);
	memset(im, 0, sizeof *im);
}

const char *images_qemu_version(struct plan *plan, const char *root)
{
	char *file = arena_printf(&plan->arena, "%s/build/cache/tools", root);
	const struct tool *qemu = NULL;
	struct tool_shelf shelf;
	const char *version;

	tool_shelf_open(&shelf, &plan->arena, file);
	for (size_t i = 0; i < plan->count && !qemu; i++) {
		const struct board_unit *u = plan->jobs[i].unit;

		if (u->kind->qemu)
			qemu = tool_get(&shelf, u->qemu_program ? u->qemu_program : u->kind->qemu->program, NULL);
	}
	version = qemu ? arena_strdup(&plan->arena, qemu->version) : NULL; /* the tool itself goes with the shelf */
	tool_shelf_close(&shelf);
	return version;
}
