#include "config/power.h"

#include <string.h>

#include "config/description.h"
#include "config/read.h"
#include "config/scalar.h"
#include "proto/jsonpath.h"

enum { MANUAL_DEADLINE_MS = 10 * 60 * 1000 }; /* a person may have to walk there */

static void check_command(struct reader *r, const char *const *const *field)
{
	if (reader_has(r, field) && *field && !(*field)[0])
		reader_mistake(r, field, "expected a program and its arguments");
}

/* ---- pdudaemon ---- */

/* What may stand in its configuration is not restricted; what is sent is escaped. */
static const struct schema outlet_port = {
	.name = "number",
	.expected = "an outlet's number from 0 to 65535",
	.size = sizeof(int),
	.parse = scalar_parse_integer,
	.number = true,
	.max = 65535,
};

static void check_pdudaemon(struct reader *r, void *record)
{
	const struct power_pdudaemon *p = record;
	bool alias = reader_has(r, &p->alias), hostname = reader_has(r, &p->hostname);

	if (alias && (hostname || p->port))
		reader_mistake(r, &p->alias, "alias: expected either alias, or hostname and port");
	else if (!alias && !(hostname && p->port))
		reader_mistake(r, p, "expected alias, or hostname and port, in this pdudaemon section");
}

static const struct schema_key pdudaemon_keys[] = {
	{"url", "where pdudaemon listens", &schema_http_url, .at = offsetof(struct power_pdudaemon, url), .required = true},
	{"alias", "the outlet, as its configuration calls it", &scalar_line, .at = offsetof(struct power_pdudaemon, alias)},
	{"hostname", "the PDU, as its configuration calls it", &scalar_line,
	 .at = offsetof(struct power_pdudaemon, hostname)},
	{"port", "the outlet's number there", &outlet_port, .at = offsetof(struct power_pdudaemon, port), .boxed = true},
	{0},
};

static const struct schema pdudaemon = {
	.shape = SCHEMA_RECORD,
	.name = "pdudaemon outlet",
	.expected = "a mapping with url and alias, or url, hostname and port",
	.doc = "pdudaemon answers before it knows whether the PDU obeyed: only the console tells whether it did.",
	.size = sizeof(struct power_pdudaemon),
	.keys = pdudaemon_keys,
	.check = check_pdudaemon,
};

/* ---- http ---- */

static void parse_value_path(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	struct err e = {0};

	if (strlen(n->text) == n->text_len && jsonpath_check(n->text, &e) == 0) {
		*(const char **)out = arena_strndup(r->arena, n->text, n->text_len);
		return;
	}
	reader_refuse(r, s, n);
	if (e.what[0])
		reader_hint(r, "%s", e.what);
}

static const struct schema value_path = {
	.name = "JSON path",
	.expected = "a path such as $.POWER or $.Outputs[0].State",
	.doc = "Keys behind dots or as [\"key\"], places in arrays as [0]; it leads to a text, a number, true, false or null.",
	.size = sizeof(char *),
	.parse = parse_value_path,
	.pattern = "^\\$",
};

static const struct schema values = {
	.shape = SCHEMA_LIST, .expected = "a list of values", .size = sizeof(char **), .item = &scalar_line, .least = 1};

static const struct schema_key http_state_keys[] = {
	HTTP_OWN_REQUEST_KEYS(struct power_http_state, request),
	{"value", "where the answer says it", &value_path, .at = offsetof(struct power_http_state, value), .required = true},
	{"on", "what it says of one that is on: the texts, numbers or words", &values,
	 .at = offsetof(struct power_http_state, on), .required = true},
	{"off", "what it says of one that is off", &values, .at = offsetof(struct power_http_state, off), .required = true},
	{0},
};

static void check_http_state(struct reader *r, void *record)
{
	const struct power_http_state *s = record;

	for (const char *const *on = s->on; on && *on; on++)
		for (const char *const *off = s->off; off && *off; off++)
			if (strcmp(*on, *off) == 0)
				reader_mistake(r, &s->off, "off: \"%s\" means on already", *off);
}

static const struct schema http_state = {
	.shape = SCHEMA_RECORD,
	.name = "state request",
	.expected = "a mapping with path, value, on and off",
	.size = sizeof(struct power_http_state),
	.keys = http_state_keys,
	.check = check_http_state,
};

static void check_http(struct reader *r, void *record)
{
	const struct power_http *h = record;

	http_check_server(r, &h->server);
	http_check_request(r, &h->server, h->on);
	http_check_request(r, &h->server, h->off);
	http_check_request(r, &h->server, h->state ? &h->state->request : NULL);
}

static const struct schema_key http_keys[] = {
	HTTP_SERVER_KEYS(struct power_http, server),
	{"on", "the request that switches on", &schema_http_request, .at = offsetof(struct power_http, on), .boxed = true,
	 .required = true},
	{"off", "the request that switches off", &schema_http_request, .at = offsetof(struct power_http, off), .boxed = true,
	 .required = true},
	{"state", "the request that says whether it is on; without it only the console tells", &http_state,
	 .at = offsetof(struct power_http, state), .boxed = true},
	{0},
};

static const struct schema http = {
	.shape = SCHEMA_RECORD,
	.name = "http switch",
	.expected = "a mapping with url, on and off",
	.doc = "Any switch with an HTTP API; docs/power.md has recipes.",
	.size = sizeof(struct power_http),
	.keys = http_keys,
	.check = check_http,
};

/* ---- exec ---- */

#define READING_KEYS(TYPE) \
	{"on", "what its output has when it is on", &scalar_regex, .at = offsetof(TYPE, on), .required = true}, \
	{"off", "what its output has when it is off", &scalar_regex, .at = offsetof(TYPE, off), .required = true}

static void check_exec_state(struct reader *r, void *record)
{
	check_command(r, &((struct power_exec_state *)record)->command);
}

static const struct schema_key exec_state_keys[] = {
	{"command", "program and arguments", &scalar_lines, .at = offsetof(struct power_exec_state, command),
	 .required = true},
	READING_KEYS(struct power_exec_state),
	{0},
};

static const struct schema exec_state = {
	.shape = SCHEMA_RECORD,
	.name = "state command",
	.expected = "a mapping with command, on and off",
	.size = sizeof(struct power_exec_state),
	.keys = exec_state_keys,
	.check = check_exec_state,
};

static void check_exec(struct reader *r, void *record)
{
	const struct power_exec *x = record;

	check_command(r, &x->on);
	check_command(r, &x->off);
}

static const struct schema_key exec_keys[] = {
	{"on", "program and arguments that switch on", &scalar_lines, .at = offsetof(struct power_exec, on), .required = true},
	{"off", "program and arguments that switch off", &scalar_lines, .at = offsetof(struct power_exec, off),
	 .required = true},
	{"state", "a program whose output says whether it is on; without it only the console tells", &exec_state,
	 .at = offsetof(struct power_exec, state), .boxed = true},
	{0},
};

static const struct schema exec = {
	.shape = SCHEMA_RECORD,
	.name = "exec switch",
	.expected = "a mapping with on and off",
	.doc = "Any program of this machine; it has switched when it ends with status 0. docs/power.md has recipes.",
	.size = sizeof(struct power_exec),
	.keys = exec_keys,
	.check = check_exec,
};

/* ---- ssh ---- */

static const struct schema_key ssh_state_keys[] = {
	{"command", "what is run there", &scalar_line, .at = offsetof(struct power_ssh_state, command), .required = true},
	READING_KEYS(struct power_ssh_state),
	{0},
};

static const struct schema ssh_state = {
	.shape = SCHEMA_RECORD,
	.name = "state command",
	.expected = "a mapping with command, on and off",
	.size = sizeof(struct power_ssh_state),
	.keys = ssh_state_keys,
};

static const struct schema_key ssh_keys[] = {
	SSH_HOST_KEYS(struct power_ssh, at),
	{"on", "the command that switches on", &scalar_line, .at = offsetof(struct power_ssh, on), .required = true},
	{"off", "the command that switches off", &scalar_line, .at = offsetof(struct power_ssh, off), .required = true},
	{"state", "a command whose output says whether it is on; without it only the console tells", &ssh_state,
	 .at = offsetof(struct power_ssh, state), .boxed = true},
	{0},
};

static const struct schema ssh = {
	.shape = SCHEMA_RECORD,
	.name = "ssh switch",
	.expected = "a mapping with host, on and off",
	.doc = "Commands on a lab host; one has switched when it ends with status 0.",
	.size = sizeof(struct power_ssh),
	.keys = ssh_keys,
};

/* ---- manual ---- */

static const struct schema_key manual_keys[] = {
	{"what", "what the person is to switch; the unit's name without it", &scalar_line,
	 .at = offsetof(struct power_manual, what)},
	{0},
};

static const struct schema manual = {
	.shape = SCHEMA_RECORD,
	.name = "manual switch",
	.expected = "a mapping, {} for one",
	.doc = "The person at the terminal is asked to do it.",
	.size = sizeof(struct power_manual),
	.keys = manual_keys,
};

/* ---- the section `power` ---- */

static void check_power(struct reader *r, void *record)
{
	struct unit_power *p = record;

	if (p->way == POWER_BY_MANUAL && p->manual && !reader_has(r, &p->deadline_ms))
		p->deadline_ms = MANUAL_DEADLINE_MS;
}

static const struct schema_key power_keys[] = {
	{"pdudaemon", "an outlet that pdudaemon switches", &pdudaemon, .at = offsetof(struct unit_power, pdudaemon),
	 .boxed = true, .choice = true, .chosen = POWER_BY_PDUDAEMON},
	{"http", "a switch with an HTTP API", &http, .at = offsetof(struct unit_power, http), .boxed = true, .choice = true,
	 .chosen = POWER_BY_HTTP},
	{"exec", "a program of this machine", &exec, .at = offsetof(struct unit_power, exec), .boxed = true, .choice = true,
	 .chosen = POWER_BY_EXEC},
	{"ssh", "a command on a lab host", &ssh, .at = offsetof(struct unit_power, ssh), .boxed = true, .choice = true,
	 .chosen = POWER_BY_SSH},
	{"manual", "the person at the terminal", &manual, .at = offsetof(struct unit_power, manual), .boxed = true,
	 .choice = true, .chosen = POWER_BY_MANUAL},
	{"deadline", "how long one call to the switch may take; 10m for manual unless it is said", &scalar_duration,
	 .at = offsetof(struct unit_power, deadline_ms), .fallback = "20s"},
	{"silence", "how long the console must be silent after off", &scalar_duration,
	 .at = offsetof(struct unit_power, silence_ms), .fallback = "500ms"},
	{"discharge", "how long it must stay off before on again; as the kind says without it", &scalar_duration,
	 .at = offsetof(struct unit_power, discharge_ms)},
	{0},
};

const struct schema schema_unit_power = {
	.shape = SCHEMA_RECORD,
	.name = "power",
	.expected = "a mapping with one of: pdudaemon, http, exec, ssh, manual",
	.size = sizeof(struct unit_power),
	.keys = power_keys,
	.choice = true,
	.choice_at = offsetof(struct unit_power, way),
	.line_at = offsetof(struct unit_power, line),
	.check = check_power,
};

/* ---- the section `reset` ---- */

static void check_reset_exec(struct reader *r, void *record)
{
	check_command(r, &((struct reset_exec *)record)->command);
}

static const struct schema_key reset_exec_keys[] = {
	{"command", "program and arguments", &scalar_lines, .at = offsetof(struct reset_exec, command), .required = true},
	{0},
};

static const struct schema reset_exec = {
	.shape = SCHEMA_RECORD,
	.name = "exec reset",
	.expected = "a mapping with command",
	.size = sizeof(struct reset_exec),
	.keys = reset_exec_keys,
	.check = check_reset_exec,
};

static const struct schema_key reset_ssh_keys[] = {
	SSH_HOST_KEYS(struct reset_ssh, at),
	{"command", "what is run there", &scalar_line, .at = offsetof(struct reset_ssh, command), .required = true},
	{0},
};

static const struct schema reset_ssh = {
	.shape = SCHEMA_RECORD,
	.name = "ssh reset",
	.expected = "a mapping with host and command",
	.size = sizeof(struct reset_ssh),
	.keys = reset_ssh_keys,
};

static void check_reset_http(struct reader *r, void *record)
{
	const struct reset_http *h = record;

	http_check_server(r, &h->server);
	http_check_request(r, &h->server, &h->request);
}

static const struct schema_key reset_http_keys[] = {
	HTTP_SERVER_KEYS(struct reset_http, server),
	HTTP_REQUEST_KEYS(struct reset_http, request),
	{0},
};

static const struct schema reset_http = {
	.shape = SCHEMA_RECORD,
	.name = "http reset",
	.expected = "a mapping with url and path",
	.size = sizeof(struct reset_http),
	.keys = reset_http_keys,
	.check = check_reset_http,
};

static const struct schema_key reset_keys[] = {
	{"exec", "a program of this machine", &reset_exec, .at = offsetof(struct unit_reset, exec), .boxed = true,
	 .choice = true, .chosen = RESET_BY_EXEC},
	{"ssh", "a command on a lab host", &reset_ssh, .at = offsetof(struct unit_reset, ssh), .boxed = true, .choice = true,
	 .chosen = RESET_BY_SSH},
	{"http", "a request to a device with an HTTP API", &reset_http, .at = offsetof(struct unit_reset, http),
	 .boxed = true, .choice = true, .chosen = RESET_BY_HTTP},
	{"deadline", "how long it may take to be told", &scalar_duration, .at = offsetof(struct unit_reset, deadline_ms),
	 .fallback = "20s"},
	{0},
};

const struct schema schema_unit_reset = {
	.shape = SCHEMA_RECORD,
	.name = "reset",
	.expected = "a mapping with one of: exec, ssh, http",
	.doc = "A reset that keeps RAM: the reset line of the board, as a debug probe or a relay drives it.",
	.size = sizeof(struct unit_reset),
	.keys = reset_keys,
	.choice = true,
	.choice_at = offsetof(struct unit_reset, way),
	.line_at = offsetof(struct unit_reset, line),
};
