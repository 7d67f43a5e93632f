/* `runtest doctor`: what this machine has of what is needed, and what would bring the rest. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/needs.h"
#include "util/grid.h"
#include "util/mem.h"
#include "util/proc.h"
#include "util/share.h"

static const char help[] =
	"Shows what is needed, what it is for, and what is there: where, and in which version. In a checkout that is what\n"
	"`make run` and `make check` need; of an installed runtest what it makes use of.\n"
	"For what is missing it prints the command that installs it on Debian and Ubuntu.\n"
	"\n"
	"Exit status: 0 everything is there; 1 something is missing; 2 usage.\n";

/* The version that dpkg knows, in `NAME VERSION` lines as asked for below; NULL: not one of its packages. */
static char *package_version(const struct buf *packages, const char *name)
{
	size_t n = strlen(name);

	for (const char *line = packages->data; line && *line; line = strchr(line, '\n') + 1) {
		const char *version = line + n + 1;

		if (strncmp(line, name, n) == 0 && line[n] == ' ' && *version != '\n')
			return xasprintf("%.*s", (int)strcspn(version, "\n"), version);
		if (!strchr(line, '\n'))
			break;
	}
	return NULL;
}

static void ask_dpkg(struct buf *packages)
{
	const char **argv = xcalloc(need_count + 4, sizeof *argv);
	struct proc_spec spec = {.argv = argv, .in = -1};
	size_t n = 0;

	argv[n++] = "dpkg-query";
	argv[n++] = "-W";
	argv[n++] = "-f=${Package} ${Version}\\n";
	for (size_t i = 0; i < need_count; i++)
		argv[n++] = needs[i].package;
	proc_run(&spec, packages, NULL); /* no dpkg, no versions from it */
	free(argv);
}

/* What a program says of itself where no package manager of ours knows it. */
static char *own_version(const char *path)
{
	const char *const argv[] = {path, "--version", NULL};
	struct proc_spec spec = {.argv = argv, .in = -1};
	char *version = NULL;
	struct buf out;

	buf_init(&out);
	if (proc_run(&spec, &out, NULL) == 0 && out.len)
		version = xasprintf("%.*s", (int)strcspn(out.data, "\n"), out.data);
	buf_finish(&out);
	return version;
}

/* A program from elsewhere may stand in front of the package's own: then its own word counts. */
static bool is_packaged(const char *path)
{
	return strncmp(path, "/bin/", 5) == 0 ||
	       (strncmp(path, "/usr/", 5) == 0 && strncmp(path, "/usr/local/", 11) != 0);
}

static void add_row(struct grid *g, const struct need *n, const char *path, const struct buf *packages)
{
	char *version = path && is_packaged(path) ? package_version(packages, n->package) : NULL;

	if (path && !version && n->kind == NEED_PROGRAM)
		version = own_version(path);
	grid_add_all(g, (const char *const[]){n->name, n->purpose, n->package,
					      !path ? "MISSING" : version ? version : path, NULL});
	free(version);
}

static void print_remedy(const char *missing, int count)
{
	printf("\n%d thing%s missing. On Debian and Ubuntu:\n  %sapt-get install --no-install-recommends%s\n", count,
	       count == 1 ? " is" : "s are", geteuid() == 0 ? "" : "sudo ", missing);
	if (access("/etc/debian_version", F_OK) != 0)
		puts("This is another distribution: install what brings the same programs and headers there.");
}

/* Messages name pages of the manual: docs/power.md. */
static void print_manual(void)
{
	char *folder = share_manual();

	if (folder)
		printf("\nThe manual, docs/ in messages: %s\n", folder);
	free(folder);
}

/* Rows for all that matters here; how many are missing, and their packages, each behind a space. */
static int look(struct grid *g, const struct buf *packages, struct buf *missing)
{
	bool all = share_is_checkout();
	int lacking = 0;

	for (size_t i = 0; i < need_count; i++) {
		char *path;

		if (!all && !need_is_used(&needs[i]))
			continue;
		path = need_find(&needs[i]);
		add_row(g, &needs[i], path, packages);
		if (!path) {
			buf_printf(missing, " %s", needs[i].package);
			lacking++;
		}
		free(path);
	}
	return lacking;
}

static int run(const struct cli *cli, int argc, char **argv)
{
	struct buf packages = {0}, missing = {0}, out = {0};
	struct grid g;
	int lacking;

	(void)cli;
	if (command_option(&command_doctor, argc, argv, ":", NULL) != -1)
		return 2;
	if (optind < argc)
		return command_usage_error(&command_doctor, "doctor takes no arguments, but there is '%s'",
					   argv[optind]);
	grid_init(&g, "llll");
	grid_add_all(&g, (const char *const[]){"WHAT", "FOR WHAT", "DEBIAN PACKAGE", "VERSION", NULL});
	ask_dpkg(&packages);
	lacking = look(&g, &packages, &missing);
	grid_print(&g, "", &out);
	fwrite(out.data, 1, out.len, stdout);
	if (lacking)
		print_remedy(missing.data, lacking);
	else
		puts("\nEverything is there.");
	print_manual();
	grid_finish(&g);
	buf_finish(&out);
	buf_finish(&packages);
	buf_finish(&missing);
	return lacking ? 1 : 0;
}

const struct command command_doctor = {
	.name = "doctor",
	.synopsis = "doctor",
	.about = "what this machine lacks, and the package that brings it",
	.help = help,
	.run = run,
};
