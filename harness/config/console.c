#include "config/console.h"

#include <string.h>

#include "config/description.h"
#include "config/read.h"
#include "config/scalar.h"

static const struct schema baud = {
	.name = "baud",
	.expected = "a rate from 50 to 20000000",
	.size = sizeof(int),
	.parse = scalar_parse_integer,
	.number = true,
	.min = 50,
	.max = 20000000,
};

static const char *const signal_words[] = {[SIGNAL_LEAVE] = "leave", [SIGNAL_HIGH] = "high", [SIGNAL_LOW] = "low", NULL};

static const struct schema line_signal = {
	.name = "word",
	.expected = "high, low or leave",
	.size = sizeof(enum console_signal),
	.parse = scalar_parse_word,
	.words = signal_words,
};

/* ---- tty ---- */

static void parse_device(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	if (n->text[0] != '/')
		reader_refuse(r, s, n);
	else
		scalar_parse_text(r, s, n, out);
}

static const struct schema device = {
	.name = "device",
	.expected = "an absolute path, such as /dev/ttyUSB0",
	.size = sizeof(char *),
	.parse = parse_device,
	.pattern = "^/",
};

static void parse_udev(struct reader *r, const struct schema *s, const struct yaml *n, void *out)
{
	if (strchr(n->text, '/') || n->text[0] == '.')
		reader_refuse(r, s, n);
	else
		scalar_parse_text(r, s, n, out);
}

static const struct schema udev_name = {
	.name = "udev name",
	.expected = "a name that stands in /dev/serial/by-path or /dev/serial/by-id",
	.size = sizeof(char *),
	.parse = parse_udev,
	.pattern = "^[^./][^/]*$",
};

static const struct schema interface = {
	.name = "number",
	.expected = "a number from 0 to 31",
	.size = sizeof(int),
	.parse = scalar_parse_integer,
	.number = true,
	.max = 31,
};

static const char *const beside_serial[] = {"serial-number", NULL};

static const struct schema_key tty_keys[] = {
	{"device", "its path; links that udev makes are followed at every opening", &device,
	 .at = offsetof(struct console_tty, device), .choice = true, .chosen = TTY_DEVICE},
	{"serial-number", "of the USB adapter, as `udevadm info` and lsusb -v show it", &scalar_line,
	 .at = offsetof(struct console_tty, serial_number), .choice = true, .chosen = TTY_SERIAL_NUMBER},
	{"udev", "name below /dev/serial/by-path (the socket it is plugged into) or /dev/serial/by-id", &udev_name,
	 .at = offsetof(struct console_tty, udev), .choice = true, .chosen = TTY_UDEV},
	{"interface", "which of the ports of an adapter that has several", &interface,
	 .at = offsetof(struct console_tty, interface), .boxed = true, .beside = beside_serial},
	{"baud", "any rate that the adapter can do", &baud, .at = offsetof(struct console_tty, baud), .fallback = "115200"},
	{"dtr", "the DTR line while the console is open; some boards are reset by it", &line_signal,
	 .at = offsetof(struct console_tty, dtr), .fallback = "leave"},
	{"rts", "the RTS line", &line_signal, .at = offsetof(struct console_tty, rts), .fallback = "leave"},
	{"reopen", "how long the device may be away (unplugged, or another one comes up) before it is given up",
	 &scalar_duration, .at = offsetof(struct console_tty, reopen_ms), .fallback = "10s"},
	{0},
};

static const struct schema tty = {
	.shape = SCHEMA_RECORD,
	.name = "tty console",
	.expected = "a mapping with device, serial-number or udev",
	.doc = "A serial port of this machine, 8N1 without flow control. Nobody else may have it open.",
	.size = sizeof(struct console_tty),
	.keys = tty_keys,
	.choice = true,
	.choice_at = offsetof(struct console_tty, place),
};

/* ---- tcp ---- */

static const char *const protocol_words[] = {[TCP_RAW] = "raw", [TCP_TELNET] = "telnet", [TCP_RFC2217] = "rfc2217", NULL};

static const struct schema protocol = {
	.name = "word",
	.expected = "raw, telnet or rfc2217",
	.size = sizeof(enum tcp_protocol),
	.parse = scalar_parse_word,
	.words = protocol_words,
};

static void check_tcp(struct reader *r, void *record)
{
	const struct console_tcp *t = record;
	const char *const keys[] = {"baud", "dtr", "rts"};
	const void *const fields[] = {&t->baud, &t->dtr, &t->rts};

	for (size_t i = 0; i < sizeof keys / sizeof keys[0] && t->protocol != TCP_RFC2217; i++)
		if (reader_has(r, fields[i])) {
			reader_mistake(r, fields[i], "%s: only \"protocol: rfc2217\" can set it from here", keys[i]);
			reader_hint(r, "else the server's own configuration says it");
		}
}

static const struct schema_key tcp_keys[] = {
	{"host", "where the console server runs", &schema_host, .at = offsetof(struct console_tcp, host), .required = true},
	{"port", "its port for this console", &schema_port, .at = offsetof(struct console_tcp, port), .required = true},
	{"protocol", "what is spoken there", &protocol, .at = offsetof(struct console_tcp, protocol), .fallback = "raw"},
	{"baud", "rfc2217 only: the rate that the server is asked for; as it stands there without it", &baud,
	 .at = offsetof(struct console_tcp, baud)},
	{"dtr", "rfc2217 only: the DTR line while the console is open; left alone without it", &line_signal,
	 .at = offsetof(struct console_tcp, dtr)},
	{"rts", "rfc2217 only: the RTS line", &line_signal, .at = offsetof(struct console_tcp, rts)},
	{0},
};

static const struct schema tcp = {
	.shape = SCHEMA_RECORD,
	.name = "tcp console",
	.expected = "a mapping with host and port",
	.doc = "ser2net, or a terminal server.",
	.size = sizeof(struct console_tcp),
	.keys = tcp_keys,
	.check = check_tcp,
};

/* ---- ssh ---- */

static const char *const terminal_words[] = {[SSH_TERMINAL_PTY] = "pty", [SSH_TERMINAL_NONE] = "none", NULL};

static const struct schema terminal = {
	.name = "word",
	.expected = "pty or none",
	.size = sizeof(enum ssh_terminal),
	.parse = scalar_parse_word,
	.words = terminal_words,
};

static const struct schema_key ssh_keys[] = {
	SSH_HOST_KEYS(struct console_ssh, at),
	{"command", "what is run there; its input and output are the console", &scalar_line,
	 .at = offsetof(struct console_ssh, command), .required = true},
	{"terminal", "whether the command gets a terminal there", &terminal, .at = offsetof(struct console_ssh, terminal),
	 .fallback = "pty"},
	{0},
};

static const struct schema ssh = {
	.shape = SCHEMA_RECORD,
	.name = "ssh console",
	.expected = "a mapping with host and command",
	.doc = "A command on a lab host, such as microcom -p /dev/ttyUSB0 -s 115200.",
	.size = sizeof(struct console_ssh),
	.keys = ssh_keys,
};

/* ---- exec and replay ---- */

static void check_exec(struct reader *r, void *record)
{
	const struct console_exec *x = record;

	if (reader_has(r, &x->command) && !x->command[0])
		reader_mistake(r, &x->command, "command: expected a program and its arguments");
}

static const struct schema_key exec_keys[] = {
	{"command", "program and arguments", &scalar_lines, .at = offsetof(struct console_exec, command), .required = true},
	{0},
};

static const struct schema exec = {
	.shape = SCHEMA_RECORD,
	.name = "exec console",
	.expected = "a mapping with command",
	.doc = "Any program of this machine, on a terminal of its own.",
	.size = sizeof(struct console_exec),
	.keys = exec_keys,
	.check = check_exec,
};

static const char *const pace_words[] = {[REPLAY_REAL_TIME] = "real-time", [REPLAY_AT_ONCE] = "at-once", NULL};

static const struct schema pace = {
	.name = "word",
	.expected = "real-time or at-once",
	.size = sizeof(enum replay_pace),
	.parse = scalar_parse_word,
	.words = pace_words,
};

static const struct schema_key replay_keys[] = {
	{"file", "the console.log of a session, with its console.idx beside it", &scalar_file,
	 .at = offsetof(struct console_replay, file), .required = true},
	{"speed", "as it came then, or without waiting", &pace, .at = offsetof(struct console_replay, pace),
	 .fallback = "at-once"},
	{0},
};

static const struct schema replay = {
	.shape = SCHEMA_RECORD,
	.name = "replayed console",
	.expected = "a mapping with file",
	.doc = "What another session's board said. It waits where that session typed, until as much has been typed again.",
	.size = sizeof(struct console_replay),
	.keys = replay_keys,
};

/* ---- the section ---- */

static const struct schema_key keys[] = {
	{"tty", "a serial port of this machine", &tty, .at = offsetof(struct unit_console, tty), .boxed = true,
	 .choice = true, .chosen = CONSOLE_TTY},
	{"tcp", "a console server", &tcp, .at = offsetof(struct unit_console, tcp), .boxed = true, .choice = true,
	 .chosen = CONSOLE_TCP},
	{"ssh", "a command on a lab host", &ssh, .at = offsetof(struct unit_console, ssh), .boxed = true, .choice = true,
	 .chosen = CONSOLE_SSH},
	{"exec", "a program of this machine", &exec, .at = offsetof(struct unit_console, exec), .boxed = true,
	 .choice = true, .chosen = CONSOLE_EXEC},
	{"replay", "a recorded console", &replay, .at = offsetof(struct unit_console, replay), .boxed = true,
	 .choice = true, .chosen = CONSOLE_REPLAY},
	{"settle", "how long the line must be silent before power goes on; by default 300ms for ssh and exec, else 50ms",
	 &scalar_duration, .at = offsetof(struct unit_console, settle_ms)},
	{0},
};

const struct schema schema_unit_console = {
	.shape = SCHEMA_RECORD,
	.name = "console",
	.expected = "a mapping with one of: tty, tcp, ssh, exec, replay",
	.size = sizeof(struct unit_console),
	.keys = keys,
	.choice = true,
	.choice_at = offsetof(struct unit_console, driver),
	.line_at = offsetof(struct unit_console, line),
};
