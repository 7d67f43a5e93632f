/* `runtest farm`: Slurm's configuration from boards/, and what its nodes run. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "board/power/power.h"
#include "cli/command.h"
#include "cli/farmtask.h"
#include "farm/powered.h"
#include "slurm/conf.h"
#include "slurm/gres.h"
#include "util/cancel.h"
#include "util/clock.h"

struct farm_words {
	const char *state, *out, *partition, *run, *group;
	const char *const *nodes;
};

/* ---- config ---- */

static const char *absolute(struct arena *a, const char *path)
{
	char *here;

	if (path[0] == '/')
		return path;
	here = getcwd(NULL, 0);
	path = arena_printf(a, "%s/%s", here ? here : "", path);
	free(here);
	return path;
}

static int own_program(struct conf_spec *spec, struct arena *a, struct err *e)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);

	if (n < 0)
		return err_sys(e, ERR_INFRA, "cannot tell where this program is");
	path[n] = '\0';
	spec->program = arena_strdup(a, path);
	return 0;
}

/* A path that Slurm would take apart. */
static int check_path(const char *path)
{
	if (!strpbrk(path, " \t\n#,[]=\"'\\"))
		return 0;
	return command_usage_error(&command_farm, "%s: slurm.conf takes no path with blanks, commas, quotes, # or brackets; choose "
						  "another folder with --out", path);
}

static int config(const struct cli *cli, const struct farm_words *w, struct arena *a)
{
	struct project project;
	struct conf_spec spec = {.project = &project, .lab = cli->lab, .partition = w->partition, .nodes = w->nodes};
	struct err e;
	int status = command_load_project(cli, &project, false);

	if (status == 0) {
		spec.out = w->out ? absolute(a, w->out) : arena_printf(a, "%s/build/farm", project.root);
		spec.state = w->state ? absolute(a, w->state) : NULL;
		status = check_path(spec.out);
	}
	if (status == 0 && (own_program(&spec, a, &e) < 0 || conf_write(&spec, &e) < 0))
		status = command_error(&e);
	if (status == 0)
		printf("%s: slurm.conf, gres.conf, sweep.sh, boards/\n", spec.out);
	project_finish(&project);
	return status;
}

/* ---- sweep ---- */

/* A run left it on, or nobody knows who did. Who did it by hand meant to. */
static bool was_left_on(const char *unit)
{
	struct powered p;
	bool left;

	if (powered_by(unit, &p, NULL) != 1)
		return false;
	left = strcmp(p.by, POWERED_BY_HAND) != 0;
	powered_finish(&p);
	return left;
}

/* The mark stays where the switch cannot say that the board is off: the next session switches it off once more, and
 * listens. */
static int switch_off(const struct board_unit *u, const struct unit_lock *lock, struct err *e)
{
	struct power *p = power_create(u);
	int rc = p->ops->off(p, e);

	if (rc == 0 && p->ops->state)
		rc = powered_clear(lock, e);
	power_destroy(p);
	return rc;
}

/* A unit that somebody holds is in good hands; those of a job that was killed are dying just now. */
static int sweep_unit(const struct board_unit *u, struct err *e)
{
	enum { DYING_MS = 3000 };
	struct lock_purpose why = {.what = "switching off what was left on", .switches_off = true};
	struct unit_lock lock;
	int rc;

	if (!u->power || !was_left_on(u->name))
		return 0;
	if (unit_lock_take(&lock, u->name, &why, clock_ms() + DYING_MS, NULL, NULL, e) < 0)
		return e->sys == EBUSY ? 0 : -1;
	rc = was_left_on(u->name) ? switch_off(u, &lock, e) : 0;
	if (rc == 0)
		printf("%s was left on, and is off now\n", u->name);
	unit_lock_release(&lock);
	return rc;
}

static int sweep(const struct cli *cli, const char *node, struct arena *a)
{
	const struct board_unit *const *units;
	struct project project;
	struct err e;
	int status = command_load_project(cli, &project, false);

	cancel_init();
	units = status == 0 ? gres_units(&project, node, a) : NULL;
	for (size_t i = 0; units && units[i]; i++)
		if (sweep_unit(units[i], &e) < 0)
			status = command_error(&e);
	project_finish(&project);
	return status;
}

/* ---- the command ---- */

static int parse(struct farm_words *w, int argc, char **argv, struct arena *a)
{
	static const struct option options[] = {
		{"group", required_argument, NULL, 'g'}, {"node", required_argument, NULL, 'n'}, {"out", required_argument, NULL, 'o'},
		{"partition", required_argument, NULL, 'p'}, {"run", required_argument, NULL, 'r'}, {"state", required_argument, NULL, 's'},
		{0}};
	int option;

	while ((option = command_option(&command_farm, argc, argv, ":", options)) != -1) {
		switch (option) {
		case 'g': w->group = optarg; break;
		case 'n': w->nodes = arena_list_add(a, w->nodes, optarg); break;
		case 'o': w->out = optarg; break;
		case 'p': w->partition = optarg; break;
		case 'r': w->run = optarg; break;
		case 's': w->state = optarg; break;
		default: return 2;
		}
	}
	return 0;
}

static int obey(const struct cli *cli, const struct farm_words *w, int argc, char **argv, struct arena *a)
{
	const char *what = argc == 1 ? argv[0] : "";

	if (strcmp(what, "config") == 0 && !w->run && !w->group)
		return config(cli, w, a);
	if (strcmp(what, "sweep") == 0 && w->nodes && !w->nodes[1])
		return sweep(cli, w->nodes[0], a);
	if (strcmp(what, "task") == 0 && w->run && w->group)
		return farm_task(cli, w->run, w->group);
	return command_usage_error(&command_farm, "expected config, or sweep --node NODE");
}

static int run(const struct cli *cli, int argc, char **argv)
{
	struct farm_words w = {.partition = "farm"};
	struct arena a;
	int status;

	arena_init(&a);
	status = parse(&w, argc, argv, &a);
	if (status == 0)
		status = obey(cli, &w, argc - optind, argv + optind, &a);
	arena_finish(&a);
	return status;
}

const struct command command_farm = {
	.name = "farm",
	.synopsis = "farm config [OPTION...] | farm sweep --node NODE",
	.about = "Slurm's configuration from boards/; boards that jobs left on",
	.help = "  farm config   writes slurm.conf and gres.conf (to be included in yours), prolog and epilog (sweep.sh), and the\n"
		"                files by which Slurm counts boards. A board is on the farm when its unit file says `node: NAME`.\n"
		"  farm sweep    switches off the boards of a node that a run has left on; prolog and epilog do it\n"
		"\n"
		"  --out DIR         where config writes (build/farm in the project's folder); the same path on every host\n"
		"  --state DIR       RUNTEST_STATE of the lab hosts, where that is not their default\n"
		"  --node \"NAME WORD...\"   what the node's line in slurm.conf has besides its boards, such as what `slurmd -C`\n"
		"                    prints there; also a node without boards (repeatable)\n"
		"  --partition NAME  what Slurm's partition of these nodes is called (farm)\n"
		"\n"
		"Exit status: 0 done; 2 usage or configuration; 3 a board could not be switched off, or the file system.\n",
	.run = run,
};
