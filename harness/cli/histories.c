#include "cli/histories.h"

#include <stdlib.h>

bool history_place_take(struct history_place *p, int option)
{
	if (option == 'D')
		p->database = optarg;
	else if (option == 'R')
		p->results = optarg;
	return option == 'D' || option == 'R';
}

char *history_place_results(const struct history_place *p, const struct cli *cli)
{
	char *root, *folder;

	if (p->results)
		return xstrdup(p->results);
	root = project_find(cli->project ? cli->project : ".", NULL);
	folder = root ? xasprintf("%s/results", root) : xstrdup("results");
	free(root);
	return folder;
}

struct history *history_place_open(const struct history_place *p, const struct cli *cli, bool write, struct err *e)
{
	char *results = history_place_results(p, cli);
	struct history *h = history_open(p->database, results, write, e);

	free(results);
	return h;
}

void history_import_quietly(const char *results, const char *run_dir)
{
	struct err e;
	struct history *h = history_open(NULL, results, true, &e);

	if (!h || history_import_run(h, run_dir, NULL, &e) < 0) {
		err_hint(&e, "the run itself is complete; `runtest history --import` tries again");
		fputs("runtest: warning: the run is not in the history: ", stderr);
		err_print(stderr, &e);
	}
	history_close(h);
}
