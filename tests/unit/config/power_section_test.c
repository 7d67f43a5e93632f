/* The sections `power` and `reset` of a board unit, and where secrets are. */
#include "config/fixture.h"

#include <sys/stat.h>

#include "config/secret.h"

Suite *power_section_test(void);

#define PIN "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

static struct fixture f;

static void begin(void)
{
	fixture_init(&f);
}

static void end(void)
{
	fixture_finish(&f);
}

/* The unit with such sections. */
static const struct board_unit *load(const char *sections)
{
	return fixture_unit(&f, sections);
}

START_TEST(an_outlet_of_pdudaemon)
{
	const struct unit_power *p = load("power: {pdudaemon: {url: 'http://pdu:16421/', alias: a64}}")->power;

	ck_assert_int_eq(p->way, POWER_BY_PDUDAEMON);
	ck_assert_str_eq(p->pdudaemon->url, "http://pdu:16421");
	ck_assert_str_eq(p->pdudaemon->alias, "a64");
	ck_assert_ptr_null(p->pdudaemon->port);
	ck_assert_int_eq(p->deadline_ms, 20000);
	ck_assert_int_eq(p->silence_ms, 500);
	ck_assert_int_eq(p->discharge_ms, 0);
	project_finish(&f.project);
	p = load("power: {deadline: 5s, silence: 300ms, discharge: 3s, pdudaemon: {url: 'http://pdu', hostname: farm, port: 0}}")
		    ->power;
	ck_assert_str_eq(p->pdudaemon->hostname, "farm");
	ck_assert_int_eq(*p->pdudaemon->port, 0);
	ck_assert_int_eq(p->deadline_ms, 5000);
	ck_assert_int_eq(p->silence_ms, 300);
	ck_assert_int_eq(p->discharge_ms, 3000);
}
END_TEST

START_TEST(a_switch_with_an_http_api)
{
	const struct power_http *h = load("power:\n"
					  "  http:\n"
					  "    url: https://switch.lab:8443/api\n"
					  "    pinned-key: " PIN "\n"
					  "    login: {digest: {user: lab, password: {file: ~/word}}}\n"
					  "    secret: {env: WORD}\n"
					  "    headers: ['X-Key: {secret}']\n"
					  "    on: {path: /on}\n"
					  "    off: {path: '/set?k={secret}', body: '{}', method: PUT, headers: ['A: b']}\n"
					  "    state: {path: /, value: '$.on', on: ['1', 'true'], off: ['0']}")
						->power->http;

	ck_assert_str_eq(h->server.url, "https://switch.lab:8443/api");
	ck_assert_str_eq(h->server.pinned_key, PIN);
	ck_assert_int_eq(h->server.login->scheme, HTTP_DIGEST);
	ck_assert_str_eq(h->server.login->digest->user, "lab");
	ck_assert_int_eq(h->server.login->digest->password.place, SECRET_FILE);
	ck_assert_str_eq(h->server.secret->env, "WORD");
	ck_assert_str_eq(http_request_method(h->on), "GET");
	ck_assert_str_eq(http_request_method(h->off), "PUT");
	ck_assert_str_eq(h->off->headers[0], "A: b");
	ck_assert_str_eq(h->state->on[1], "true");
	ck_assert_str_eq(http_request_method(&(struct http_request){.body = ""}), "POST");
}
END_TEST

START_TEST(programs_lab_hosts_and_persons)
{
	const struct board_unit *u = load("power: {ssh: {host: lab1, on: relay on, off: relay off}}\n"
					  "reset: {exec: {command: [reset, now]}}");

	ck_assert_int_eq(u->power->way, POWER_BY_SSH);
	ck_assert_str_eq(u->power->ssh->on, "relay on");
	ck_assert_ptr_null(u->power->ssh->state);
	ck_assert_str_eq(u->reset->exec->command[1], "now");
	project_finish(&f.project);
	u = load("power: {exec: {on: [a], off: [b], state: {command: [c], on: 'x', off: 'y'}}}\n"
		 "reset: {http: {url: 'http://r', path: /reset, body: x}}");
	ck_assert_str_eq(u->power->exec->state->on.regex, "x");
	ck_assert_str_eq(u->reset->http->request.path, "/reset");
	ck_assert_int_eq(u->reset->deadline_ms, 20000);
	project_finish(&f.project);
	/* A person needs more time than a program. */
	u = load("power: {manual: {}}");
	ck_assert_int_eq(u->power->way, POWER_BY_MANUAL);
	ck_assert_int_eq(u->power->deadline_ms, 600000);
	project_finish(&f.project);
	ck_assert_int_eq(load("power: {manual: {}, deadline: 5s}")->power->deadline_ms, 5000);
}
END_TEST

START_TEST(a_board_discharges_as_its_kind_says_unless_the_unit_does)
{
	ck_assert_int_eq(board_unit_discharge_ms(load("power: {manual: {}}")), 1000);
	project_finish(&f.project);
	fixture_change(&f, "boards/kinds/rock.yaml", "about: a board\n", "about: a board\ndischarge: 7s\n");
	ck_assert_int_eq(board_unit_discharge_ms(load("power: {manual: {}}")), 7000);
	project_finish(&f.project);
	ck_assert_int_eq(board_unit_discharge_ms(load("power: {manual: {}, discharge: 2s}")), 2000);
}
END_TEST

static const struct {
	const char *sections, *says;
} mistakes[] = {
	{"power: {}", "pdudaemon"},
	{"power: {manual: {}, exec: {on: [a], off: [b]}}", "exec"},
	{"power: {pdudaemon: {url: 'http://p'}}", "expected alias, or hostname and port"},
	{"power: {pdudaemon: {url: 'http://p', port: 1}}", "expected alias, or hostname and port"},
	{"power: {pdudaemon: {url: 'http://p', alias: a, port: 1}}", "expected either alias, or hostname and port"},
	{"power: {pdudaemon: {url: p, alias: a}}", "begins with http://"},
	{"power: {pdudaemon: {url: 'http://p?x', alias: a}}", "without a query"},
	{"power: {pdudaemon: {url: 'http://u:p@h', alias: a}}", "expected an address without user and password"},
	{"power: {exec: {on: [], off: [b]}}", "expected a program and its arguments"},
	{"power: {exec: {on: [a], off: [b], state: {command: [], on: x, off: y}}}", "expected a program and its arguments"},
	{"power: {exec: {on: [a], off: [b], state: {command: [c], on: '(', off: y}}}", "on: expected a regular expression"},
	{"power: {http: {url: 'http://h', on: {path: /}, off: {path: '/a b'}}}", "path: expected a path"},
	{"power: {http: {url: 'http://h', on: {path: x}, off: {path: /}}}", "path: expected a path"},
	{"power: {http: {url: 'http://h', pinned-key: " PIN ", on: {path: /}, off: {path: /}}}", "pinned-key: expected none"},
	{"power: {http: {url: 'https://h', pinned-key: sha256//AA=, on: {path: /}, off: {path: /}}}", "pinned-key: expected"},
	{"power: {http: {url: 'https://h', pinned-key: " PIN ";, on: {path: /}, off: {path: /}}}", "pinned-key: expected"},
	{"power: {http: {url: 'http://h', headers: [x], on: {path: /}, off: {path: /}}}", "expected \"Name: value\""},
	{"power: {http: {url: 'http://h', on: {path: /, headers: ['Cookie: a']}, off: {path: /}}}", "a header with a secret"},
	{"power: {http: {url: 'http://h', on: {path: '/{secret}'}, off: {path: /}}}", "expected a \"secret\""},
	{"power: {http: {url: 'http://h', on: {path: /, body: '{secret}'}, off: {path: /}}}", "expected a \"secret\""},
	{"power: {http: {url: 'http://h', on: {path: /, method: GET, body: x}, off: {path: /}}}", "body: expected none"},
	{"power: {http: {url: 'http://h', secret: {env: 'A B'}, on: {path: /}, off: {path: /}}}", "environment variable"},
	{"power: {http: {url: 'http://h', secret: word, on: {path: /}, off: {path: /}}}", "does not belong into this file"},
	{"power: {http: {url: 'http://h', login: {}, on: {path: /}, off: {path: /}}}", "basic"},
	{"power: {http: {url: 'http://h', on: {path: /}, off: {path: /}, state: {path: /, value: on, on: [a], off: [b]}}}",
	 "a JSON path begins with $"},
	{"power: {http: {url: 'http://h', on: {path: /}, off: {path: /}, state: {path: /, value: $.a, on: [a], off: [a]}}}",
	 "\"a\" means on already"},
	{"reset: {exec: {command: []}}", "expected a program and its arguments"},
	{"reset: {http: {url: 'http://h', path: '/{secret}'}}", "expected a \"secret\""},
};

START_TEST(a_mistake_is_told)
{
	char *text = xasprintf(FIXTURE_ROCK "%s\n", mistakes[_i].sections);
	bool told = false;

	fixture_write(&f, FIXTURE_UNIT, text);
	free(text);
	ck_assert_int_eq(fixture_load(&f), -1);
	for (size_t i = 0; i < f.errors.count; i++)
		told |= strstr(f.errors.items[i].what, mistakes[_i].says) || strstr(f.errors.items[i].hint, mistakes[_i].says);
	if (!told)
		err_list_print(stderr, &f.errors);
	ck_assert_msg(told, "%s", mistakes[_i].sections);
}
END_TEST

START_TEST(a_machine_of_qemu_is_its_own_switch)
{
	fixture_write(&f, FIXTURE_UNIT, "unit: rock-1\nkind: virt\npower: {manual: {}}\nreset: {exec: {command: [a]}}\n");
	fixture_change(&f, "boards/kinds/virt.yaml", "qemu:\n", "discharge: 1s\nqemu:\n");
	ck_assert_int_eq(fixture_load(&f), -1);
	ck_assert_uint_eq(f.errors.count, 3);
	ck_assert_ptr_nonnull(strstr(f.errors.items[0].what, "discharge: expected none"));
	ck_assert_ptr_nonnull(strstr(f.errors.items[1].what, "power: expected none"));
	ck_assert_ptr_nonnull(strstr(f.errors.items[2].what, "reset: expected none"));
}
END_TEST

/* ---- secrets ---- */

static void secret_in(const char *text, mode_t mode, struct secret *s, char path[96])
{
	fixture_write(&f, "word", text);
	snprintf(path, 96, "%s/word", f.root);
	ck_assert_int_eq(chmod(path, mode), 0);
	*s = (struct secret){.place = SECRET_FILE, .file = path};
}

START_TEST(a_secret_is_the_first_line_of_its_file)
{
	struct secret s;
	char path[96], *word;

	secret_in("open sesame\r\nmore\n", 0600, &s, path);
	word = secret_read(&s, NULL);
	ck_assert_str_eq(word, "open sesame");
	secret_forget(word);
	secret_in("x", 0400, &s, path);
	word = secret_read(&s, NULL);
	ck_assert_str_eq(word, "x");
	secret_forget(word);
	secret_forget(NULL);
}
END_TEST

static const struct {
	const char *text;
	mode_t mode;
	const char *says;
} unfit[] = {
	{"word\n", 0640, "can be used by others"}, {"word\n", 0604, "can be used by others"},
	{"word\n", 0620, "can be used by others"}, {"", 0600, "begins with an empty line"},
	{"\nword\n", 0600, "begins with an empty line"},
};

START_TEST(a_secret_file_that_is_unfit_is_refused)
{
	struct secret s;
	struct err e = {0};
	char path[96];

	secret_in(unfit[_i].text, unfit[_i].mode, &s, path);
	ck_assert_ptr_null(secret_read(&s, &e));
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_msg(strstr(e.what, unfit[_i].says), "%s", e.what);
	ck_assert_ptr_null(strstr(e.what, "word\n"));
}
END_TEST

START_TEST(a_secret_may_be_in_the_environment)
{
	struct secret s = {.place = SECRET_ENV, .env = "RUNTEST_TEST_WORD"};
	struct err e = {0};
	char *word;

	unsetenv(s.env);
	ck_assert_ptr_null(secret_read(&s, &e));
	ck_assert_ptr_nonnull(strstr(e.what, "RUNTEST_TEST_WORD is not set"));
	setenv(s.env, "", 1);
	ck_assert_ptr_null(secret_read(&s, &e));
	setenv(s.env, "a\nb", 1);
	ck_assert_ptr_null(secret_read(&s, &e));
	ck_assert_ptr_null(strstr(e.what, "a\nb"));
	setenv(s.env, "sesame", 1);
	word = secret_read(&s, &e);
	ck_assert_str_eq(word, "sesame");
	secret_forget(word);
}
END_TEST

Suite *power_section_test(void)
{
	Suite *s = suite_create("power_section");
	TCase *c = tcase_create("power_section");

	tcase_add_checked_fixture(c, begin, end);
	tcase_add_test(c, an_outlet_of_pdudaemon);
	tcase_add_test(c, a_switch_with_an_http_api);
	tcase_add_test(c, programs_lab_hosts_and_persons);
	tcase_add_test(c, a_board_discharges_as_its_kind_says_unless_the_unit_does);
	tcase_add_loop_test(c, a_mistake_is_told, 0, sizeof mistakes / sizeof mistakes[0]);
	tcase_add_test(c, a_machine_of_qemu_is_its_own_switch);
	tcase_add_test(c, a_secret_is_the_first_line_of_its_file);
	tcase_add_loop_test(c, a_secret_file_that_is_unfit_is_refused, 0, sizeof unfit / sizeof unfit[0]);
	tcase_add_test(c, a_secret_may_be_in_the_environment);
	suite_add_tcase(s, c);
	return s;
}
