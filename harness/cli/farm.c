/* `runtest farm`: Slurm's configuration from boards/, and what its nodes run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/farmtask.h"
#include "farm/lock.h"
#include "farm/state.h"
#include "health/sweep.h"
#include "slurm/conf.h"
#include "slurm/gres.h"
#include "slurm/parcel.h"
#include "util/cancel.h"
#include "util/clock.h"
#include "util/file.h"

struct farm_words {
	const char *state, *out, *partition, *run, *group, *database;
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

/* What /proc has of a process, such as "environ"; nothing of one that is about to be gone, which has no memory any more. */
static int read_of(pid_t pid, const char *what, struct buf *text)
{
	char *path = xasprintf("/proc/%ld/%s", (long)pid, what);
	int rc = file_read(path, text, NULL);

	free(path);
	return rc;
}

/* Does it name the job whose prolog or epilog this is? */
static bool is_of_this_job(pid_t pid)
{
	const char *job = getenv("SLURM_JOB_ID");
	char *word = xasprintf("SLURM_JOB_ID=%s", job ? job : "");
	bool found = false;
	struct buf text;

	buf_init(&text);
	if (job && read_of(pid, "environ", &text) == 0)
		for (size_t at = 0; !found && at < text.len; at += strlen(text.data + at) + 1)
			found = strcmp(text.data + at, word) == 0;
	buf_finish(&text);
	free(word);
	return found;
}

static bool is_dying(pid_t pid)
{
	struct buf text;
	bool dying;

	buf_init(&text);
	dying = read_of(pid, "cmdline", &text) == 0 && !text.len;
	buf_finish(&text);
	return dying;
}

/* Slurm takes a job for over once the process is that it has started: a session may be dying still, with the board's lock, or
 * be switching the board off. */
static bool will_be_free(const struct board_unit *u)
{
	struct lock_holder h;
	int held = unit_lock_holder(u->name, &h, NULL);
	bool will;

	if (held <= 0)
		return held == 0;
	will = h.pid > 0 && (is_of_this_job(h.pid) || is_dying(h.pid));
	holder_finish(&h);
	return will;
}

/* Nobody else is waited for: who holds a unit answers for it. */
static int sweep_one(const struct board_unit *u, struct err *e)
{
	enum { DYING_MS = 60000 };
	const int64_t hand_limit_ms = SWEEP_HAND_HOURS * INT64_C(3600000);
	char *text = NULL;
	enum sweep_end end = sweep_unit(u, hand_limit_ms, 0, &text, e);

	if (end == SWEEP_BUSY && will_be_free(u)) {
		free(text);
		end = sweep_unit(u, hand_limit_ms, clock_ms() + DYING_MS, &text, e);
	}
	if (end == SWEEP_OFF || end == SWEEP_UNSURE || end == SWEEP_NO_SWITCH)
		printf("%s %s\n", u->name, text ? text : "");
	free(text);
	return end == SWEEP_FAILED ? -1 : 0;
}

/* Results that jobs which were killed could not send any more. */
static int send_left(void)
{
	struct err e;
	char *folder = state_common(PARCELS_FOLDER, &e);
	int sent = folder ? parcel_send_left(folder, &e) : -1;

	free(folder);
	if (sent > 0)
		printf("sent what %d job%s left\n", sent, sent == 1 ? "" : "s");
	return sent < 0 ? command_error(&e) : 0;
}

/* Mistakes in files of boards on other nodes are no reason to leave these on. */
static int sweep(const struct cli *cli, const char *node, struct arena *a)
{
	const struct board_unit *const *units;
	struct err_list errors;
	struct project project;
	struct err e;
	int status = command_load_boards(cli, &project, &errors), sent;

	cancel_init();
	units = status == 0 ? gres_units(&project, node, a) : NULL;
	for (size_t i = 0; units && units[i]; i++)
		if (project_unit_is_sound(units[i], &errors) && sweep_one(units[i], &e) < 0)
			status = command_error(&e);
	err_list_finish(&errors);
	project_finish(&project);
	sent = send_left(); /* whatever became of the boards */
	return status ? status : sent;
}

/* ---- the command ---- */

static int parse(struct farm_words *w, int argc, char **argv, struct arena *a)
{
	static const struct option options[] = {
		{"database", required_argument, NULL, 'd'}, {"group", required_argument, NULL, 'g'}, {"node", required_argument, NULL, 'n'}, {"out", required_argument, NULL, 'o'},
		{"partition", required_argument, NULL, 'p'}, {"run", required_argument, NULL, 'r'}, {"state", required_argument, NULL, 's'},
		{0}};
	int option;

	while ((option = command_option(&command_farm, argc, argv, ":", options)) != -1) {
		switch (option) {
		case 'd': w->database = optarg; break;
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
		return farm_task(cli, &(struct farm_task_words){w->run, w->group, w->database});
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
