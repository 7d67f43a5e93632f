/* `runtest init`: a new project, from the files that come with the program. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/layout.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/share.h"
#include "util/text.h"

static const char first_kind[] = "qemu_virt_aarch64";

struct piece {
	const char *from, *to, *about;
};

/* The last one makes a project of it: what was cut short is begun again by the same command. */
static const struct piece pieces[] = {
	{"contrib/project/README.md", "README.md", "what is where, and what to do next"},
	{"contrib/project/gitignore", ".gitignore", "what runtest makes: /build/ and /results/"},
	{"contrib/project/images/variants.yaml", "images/variants.yaml", "what is booted: two variants, and room for yours"},
	{"contrib/project/scenarios/survives.yaml", "scenarios/survives.yaml", "what is demanded: a scenario that runs"},
};

static const struct pipeline {
	const char *name;
	struct piece piece;
} pipelines[] = {
	{"github", {"contrib/project/ci/github.yml", ".github/workflows/runtest.yml", "the scenarios, at every push"}},
	{"gitlab", {"contrib/project/ci/gitlab.yml", ".gitlab-ci.yml", "the scenarios, at every push"}},
	{"jenkins", {"contrib/project/ci/Jenkinsfile", "Jenkinsfile", "the scenarios, at every push"}},
	{"none", {0}},
};

struct request {
	const char *dir;
	const char **kinds; /* NULL-terminated */
	size_t kind_count;
	const struct pipeline *ci; /* NULL: not said */
};

static int take_ci(struct request *q, const char *name)
{
	for (size_t i = 0; i < sizeof pipelines / sizeof pipelines[0]; i++)
		if (strcmp(pipelines[i].name, name) == 0)
			q->ci = &pipelines[i];
	if (q->ci && strcmp(q->ci->name, name) == 0)
		return 0;
	return command_usage_error(&command_init, "--ci takes github, gitlab, jenkins or none, not '%s'", name);
}

static int parse(struct request *q, int argc, char **argv)
{
	static const struct option options[] = {{"board", required_argument, NULL, 'b'}, {"ci", required_argument, NULL, 'c'}, {0}};
	int option;

	while ((option = command_option(&command_init, argc, argv, ":", options)) != -1) {
		if (option == '?')
			return 2;
		if (option == 'b')
			q->kinds[q->kind_count++] = optarg;
		else if (take_ci(q, optarg))
			return 2;
	}
	if (argc - optind > 1)
		return command_usage_error(&command_init, "one folder at a time: what is '%s'?", argv[optind + 1]);
	if (optind < argc)
		q->dir = argv[optind];
	return *q->dir ? 0 : command_usage_error(&command_init, "the folder's name is empty");
}

static int put(struct layout *l, const struct piece *p, struct err *e)
{
	return p->from ? layout_put(l, p->from, p->to, p->about, e) : 0;
}

static int put_kinds(struct layout *l, const struct request *q, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; i < q->kind_count && rc == 0; i++)
		rc = layout_put_kind(l, q->kinds[i], e);
	return rc;
}

/* Everything, in a folder that is none yet. */
static int lay_out(struct layout *l, const struct request *q, struct err *e)
{
	size_t n = sizeof pieces / sizeof pieces[0];
	int rc = put_kinds(l, q, e); /* a slip in a name is found before anything is written but kinds */

	if (rc == 0)
		rc = layout_put_kind(l, first_kind, e);
	if (rc == 0)
		rc = layout_put_markers(l, e);
	if (rc == 0)
		rc = put(l, q->ci ? &q->ci->piece : &pipelines[0].piece, e);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = put(l, &pieces[i], e);
	return rc;
}

/* To a project that is there: only what was named. */
static int add(struct layout *l, const struct request *q, struct err *e)
{
	int rc = put_kinds(l, q, e);

	return rc == 0 && q->ci ? put(l, &q->ci->piece, e) : rc;
}

static void print_path(const char *prefix, const char *path)
{
	struct buf line;

	buf_init(&line);
	text_add_path(&line, path);
	printf("%s%s\n", prefix, line.data ? line.data : "");
	buf_finish(&line);
}

static void print_files(const struct layout *l)
{
	struct buf out;

	buf_init(&out);
	grid_print(&l->rows, "  ", &out);
	fwrite(out.data ? out.data : "", 1, out.len, stdout);
	buf_finish(&out);
}

static void print_next(const struct layout *l, const struct request *q)
{
	puts("\nNext:");
	if (strcmp(q->dir, ".") != 0)
		print_path("  cd ", l->dir);
	puts("  runtest survives     # builds two variants and boots them: one must pass, its control must fail\n"
	     "  runtest check        # after every change: all mistakes of all files\n"
	     "  runtest doctor       # if something is missing here");
	if (l->kept)
		puts("\nOf the files that were there: .gitignore should have /build/ and /results/, the rest is yours.");
}

static int run_in(const struct request *q, const char *share, const char *dir, bool is_project, struct err *e)
{
	struct layout l;
	int rc;

	layout_init(&l, share, dir);
	rc = is_project ? add(&l, q, e) : lay_out(&l, q, e);
	if (rc == 0) {
		print_path(is_project ? "added to the project " : "a new project in ", dir);
		print_files(&l);
	}
	if (rc == 0 && !is_project)
		print_next(&l, q);
	layout_finish(&l);
	if (rc == 0 && (fflush(stdout) != 0 || ferror(stdout)))
		rc = err_sys(e, ERR_IO, "cannot write what was done");
	return rc;
}

/* Is the folder itself one, and not only in one? */
static bool is_project(const char *dir)
{
	char *found = project_find(dir, NULL);
	bool is = found && strcmp(found, dir) == 0;

	free(found);
	return is;
}

static int refuse(const char *dir, struct err *e)
{
	err_set(e, ERR_USAGE, "a project already");
	err_at(e, dir, 0, 0);
	return err_hint(e, "`runtest init --board KIND` and `--ci NAME` add to it; `runtest check` says whether it is as it should be");
}

static int init(const struct request *q, struct err *e)
{
	char *share = share_folder(), *dir = NULL;
	bool there;
	int rc = -1;

	if (!share) {
		err_set(e, ERR_INFRA, "cannot find the files that come with runtest: boards, boot stack, templates");
		err_hint(e, "`make install` puts them beside the program (share/runtest); " SHARE_VARIABLE " names another folder");
	} else if (file_mkdirs(q->dir, e) == 0) {
		dir = realpath(q->dir, NULL);
		there = dir && is_project(dir);
		if (!dir)
			file_error(e, "enter the folder", q->dir);
		else if (there && !q->kind_count && !q->ci)
			refuse(dir, e);
		else
			rc = run_in(q, share, dir, there, e);
	}
	free(dir);
	free(share);
	return rc;
}

static int run(const struct cli *cli, int argc, char **argv)
{
	struct request q = {.dir = ".", .kinds = xcalloc((size_t)argc, sizeof *q.kinds)};
	struct err e = {0};
	int status = parse(&q, argc, argv);

	if (status == 0 && cli->project)
		status = command_usage_error(&command_init, "init makes a project: say where as its argument, not with --project");
	if (status == 0 && init(&q, &e) < 0)
		status = command_error(&e);
	free(q.kinds);
	return status;
}

const struct command command_init = {
	.name = "init",
	.synopsis = "init [OPTION...] [DIR]",
	.about = "lay out a new project, with a scenario that runs",
	.help = "Makes DIR (the current folder without it) a project: images/variants.yaml, scenarios/survives.yaml, a QEMU\n"
		"board, marker tables, a pipeline for CI, .gitignore and README.md. What is there already stays as it is. The\n"
		"scenario boots the reference boot stack that comes with runtest: once patched, which must pass, and once as a\n"
		"negative control, which must fail.\n"
		"\n"
		"  --board KIND   that kind of board besides (repeatable): rpi4b_4gb, qemu_virt_riscv64, ...\n"
		"  --ci NAME      a pipeline for github (the default), gitlab, jenkins, or none\n"
		"\n"
		"In a project, only what --board and --ci name is added. docs/install.md.\n"
		"\n"
		"Exit status: 0; 2 usage, or DIR is a project already; 3 a file could not be written, or runtest's own files are\n"
		"not there.\n",
	.run = run,
};
