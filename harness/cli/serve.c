/* `runtest serve`: the dashboard. */
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/boards.h"
#include "cli/command.h"
#include "cli/histories.h"
#include "cli/shelf.h"
#include "config/secret.h"
#include "serve/serve.h"
#include "util/cancel.h"
#include "util/file.h"
#include "util/units.h"

enum { IDLE_LEAST_MS = 1000, IDLE_MOST_MS = 3600 * 1000 };

struct request {
	struct history_place place;
	struct serve_spec spec;
	const char *token_file, *cert_file, *key_file;
	const char **hosts; /* with a NULL at their end */
	size_t host_count;
	const struct cli *cli;
};

/* ---- the command line ---- */

static int take_idle(struct request *q)
{
	int64_t ms;

	if (units_duration_ms(optarg, &ms) < 0 || ms < IDLE_LEAST_MS || ms > IDLE_MOST_MS)
		return command_usage_error(&command_serve, "--idle takes a time from 1s to 1h, not '%s'", optarg);
	q->spec.idle_s = (unsigned)(ms / 1000);
	return 0;
}

static int take(struct request *q, int option)
{
	switch (option) {
	case 'l':
		if (serve_address_parse(&q->spec.address, optarg) == 0)
			return 0;
		return command_usage_error(&command_serve, "--listen takes ADDRESS:PORT, such as 127.0.0.1:%d or [::]:%d, not '%s'", SERVE_PORT,
					   SERVE_PORT, optarg);
	case 't':
		q->token_file = optarg;
		return 0;
	case 'c':
		q->cert_file = optarg;
		return 0;
	case 'k':
		q->key_file = optarg;
		return 0;
	case 'H':
		q->hosts[q->host_count++] = optarg;
		return 0;
	case 'i':
		return take_idle(q);
	case 'v':
		q->spec.verbose = true;
		return 0;
	default:
		return history_place_take(&q->place, option) ? 0 : 2;
	}
}

static int parse(struct request *q, int argc, char **argv)
{
	static const struct option options[] = {
		HISTORY_PLACE_OPTIONS,
		{"listen", required_argument, NULL, 'l'},   {"token-file", required_argument, NULL, 't'},
		{"tls-cert", required_argument, NULL, 'c'}, {"tls-key", required_argument, NULL, 'k'},
		{"host", required_argument, NULL, 'H'},     {"idle", required_argument, NULL, 'i'},
		{"verbose", no_argument, NULL, 'v'},        {0}};
	int option, status = 0;

	while (!status && (option = command_option(&command_serve, argc, argv, ":v", options)) != -1)
		status = take(q, option);
	if (!status && optind < argc)
		status = command_usage_error(&command_serve, "unexpected argument \"%s\"", argv[optind]);
	if (!status && !q->cert_file != !q->key_file)
		status = command_usage_error(&command_serve, "--tls-cert and --tls-key go together");
	return status;
}

/* ---- who may see it ---- */

static int read_token(struct request *q, struct err *e)
{
	const char *set = getenv("RUNTEST_SERVE_TOKEN");
	struct secret from = {.place = SECRET_FILE, .file = q->token_file};
	char *token;

	if (!q->token_file && !(set && *set))
		return 0;
	token = q->token_file ? secret_read(&from, e) : xstrdup(set);
	if (!token)
		return -1;
	q->spec.access.token = token;
	if (!q->token_file)
		unsetenv("RUNTEST_SERVE_TOKEN"); /* no business of what is started from here */
	for (const char *c = token; *c; c++)
		if (*c <= ' ' || *c > '~') {
			err_set(e, ERR_USAGE, "the token has a character that cannot be typed into a browser");
			return err_hint(e, "`openssl rand -hex 32` makes a good one");
		}
	if (strlen(token) >= ACCESS_TOKEN_LEAST)
		return 0;
	err_set(e, ERR_USAGE, "the token is too short: %zu characters, and at least %d make it hard to guess", strlen(token),
		ACCESS_TOKEN_LEAST);
	return err_hint(e, "`openssl rand -hex 32` makes a good one");
}

static int read_pem(const char *file, const char **text, struct err *e)
{
	struct buf b = {0};

	if (!file)
		return 0;
	if (file_read(file, &b, e) < 0) {
		buf_finish(&b);
		return -1;
	}
	*text = buf_steal(&b);
	return 0;
}

/* Beyond this machine nobody looks without a token, and no token goes over the network in the clear. */
static int check_reach(const struct request *q, struct err *e)
{
	bool token = q->spec.access.token, tls = q->spec.certificate;

	if (serve_address_is_loopback(&q->spec.address) || (token && tls))
		return 0;
	err_set(e, ERR_USAGE, "--listen beyond this machine takes %s", !token && !tls ? "a token and TLS" : !token ? "a token" : "TLS");
	return err_hint(e, "--token-file FILE (or RUNTEST_SERVE_TOKEN), --tls-cert FILE and --tls-key FILE; or leave --listen out and come by "
			   "`ssh -L %d:127.0.0.1:%d HOST`", SERVE_PORT, SERVE_PORT);
}

/* The machine's own name is one of its names. */
static void add_own_name(struct request *q)
{
	static char name[HOST_NAME_MAX + 1];

	if (gethostname(name, sizeof name - 1) == 0 && *name)
		q->hosts[q->host_count++] = name;
	q->spec.access.names = q->hosts;
}

/* ---- what it shows ---- */

static int tell_boards(void *ctx, struct buf *boards, struct buf *health, struct err *e)
{
	const struct request *q = ctx;
	struct err_list mistakes;
	struct project p = {0};
	char *root = command_project_root(q->cli, e);
	int rc = root ? 0 : -1;

	err_list_init(&mistakes);
	if (rc == 0) {
		project_load_boards(&p, root, &mistakes);
		project_load_lab(&p, q->cli->lab, &mistakes);
		boards_json(&p, boards);
		rc = shelf_json(&p, health, e);
		project_finish(&p);
	}
	err_list_finish(&mistakes);
	free(root);
	return rc;
}

static void say_ready(void *ctx, const char *url)
{
	const struct request *q = ctx;

	printf("%s shows %s; ^C ends it\n", url, q->spec.source.results);
	fflush(stdout);
}

static char *make_scratch(struct err *e)
{
	const char *tmp = getenv("TMPDIR");
	char *path = xasprintf("%s/runtest-serve.XXXXXX", tmp && *tmp ? tmp : "/tmp");

	if (mkdtemp(path))
		return path;
	file_error(e, "make a folder", path);
	free(path);
	return NULL;
}

static int serve(struct request *q, struct err *e)
{
	char *scratch = make_scratch(e);
	int rc = -1;

	q->spec.source.scratch = scratch;
	q->spec.source.has_token = q->spec.access.token;
	if (scratch) {
		cancel_init();
		rc = serve_run(&q->spec, e);
		file_remove_tree(scratch, NULL);
	}
	free(scratch);
	return rc;
}

static int prepare(struct request *q, struct err *e)
{
	char *given = history_place_results(&q->place, q->cli), *folder = realpath(given, NULL);

	q->spec.source.results = folder ? folder : xstrdup(given);
	q->spec.source.database = q->place.database;
	q->spec.source.name = "runtest";
	q->spec.source.boards = tell_boards;
	q->spec.source.ctx = q->spec.ctx = q;
	q->spec.ready = say_ready;
	free(given);
	if (read_token(q, e) < 0 || read_pem(q->cert_file, &q->spec.certificate, e) < 0 || read_pem(q->key_file, &q->spec.key, e) < 0)
		return -1;
	q->spec.access.tls = q->spec.certificate;
	add_own_name(q);
	return check_reach(q, e);
}

static int run(const struct cli *cli, int argc, char **argv)
{
	struct request q = {.spec.idle_s = SERVE_IDLE_S, .cli = cli, .hosts = xcalloc((size_t)argc + 2, sizeof(char *))};
	struct err e;
	int status, rc;

	serve_address_parse(&q.spec.address, "127.0.0.1");
	status = parse(&q, argc, argv);
	if (status == 0) {
		rc = prepare(&q, &e);
		if (rc == 0)
			rc = serve(&q, &e);
		status = rc < 0 ? command_error(&e) : 0;
	}
	secret_forget((char *)q.spec.access.token);
	secret_forget((char *)q.spec.key);
	free((char *)q.spec.certificate);
	free((char *)q.spec.source.results);
	free(q.hosts);
	return status;
}

const struct command command_serve = {
	.name = "serve",
	.synopsis = "serve [OPTION...]",
	.about = "a dashboard in the browser: runs, trends, boards, consoles as they are written",
	.help = "Shows what is in the results' folder, to everybody who opens the address that it prints, until ^C. Nothing can be\n"
		"changed through it. Who sits elsewhere comes by `ssh -L 8642:127.0.0.1:8642 HOST`, or it is made to listen beyond this\n"
		"machine, which takes a token and TLS. docs/dashboard.md\n"
		"\n"
		"  --listen ADDRESS:PORT  where (127.0.0.1:8642); port 0: any that is free\n"
		"  --token-file FILE      who wants to look must know what is in this file (mode 0600, one line); the environment\n"
		"                         variable RUNTEST_SERVE_TOKEN does as well\n"
		"  --tls-cert FILE, --tls-key FILE\n"
		"                         by https, with this certificate (and its chain) and its key, PEM\n"
		"  --host NAME            it is also called that (more than once: more names), as by a proxy before it\n"
		"  --idle TIME            a viewer who takes nothing for so long is dropped (30s)\n"
		"  -v, --verbose          a line on standard error for every request\n"
		HISTORY_PLACE_HELP
		"\n"
		"Exit status: 0 it was ended; 2 usage; 3 it cannot listen there.\n",
	.run = run,
};
