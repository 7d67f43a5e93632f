/*
 * How the console of a board is reached, as the `console` section of a board unit says: exactly one driver, and what
 * that one has to know. All strings live in the project's arena.
 */
#ifndef RUNTEST_CONFIG_CONSOLE_H
#define RUNTEST_CONFIG_CONSOLE_H

#include <stdint.h>

#include "config/ssh.h"

enum console_driver { CONSOLE_TTY, CONSOLE_TCP, CONSOLE_SSH, CONSOLE_EXEC, CONSOLE_REPLAY, CONSOLE_DRIVERS };

/* What a modem control line is to be while the console is open. */
enum console_signal { SIGNAL_LEAVE, SIGNAL_HIGH, SIGNAL_LOW };

/* How the device of a tty is found. */
enum tty_place { TTY_DEVICE, TTY_SERIAL_NUMBER, TTY_UDEV };

struct console_tty {
	enum tty_place place;
	const char *device;        /* TTY_DEVICE: a path, links included */
	const char *serial_number; /* TTY_SERIAL_NUMBER: of the USB adapter */
	const char *udev;          /* TTY_UDEV: a name below /dev/serial/by-path or /dev/serial/by-id */
	const int *interface;      /* of an adapter with several ports: which, from 0; NULL: it has one */
	int baud;
	enum console_signal dtr, rts;
	int64_t reopen_ms;         /* how long the device may be away before it is given up */
};

enum tcp_protocol { TCP_RAW, TCP_TELNET, TCP_RFC2217 };

struct console_tcp {
	const char *host;
	int port;
	enum tcp_protocol protocol;
	int baud;                  /* RFC 2217 only; 0: as the server has it */
	enum console_signal dtr, rts; /* RFC 2217 only */
};

enum ssh_terminal { SSH_TERMINAL_PTY, SSH_TERMINAL_NONE };

struct console_ssh {
	struct ssh_host at;
	const char *command;       /* run there by the user's shell: it is the console */
	enum ssh_terminal terminal; /* whether it gets one: microcom and picocom want it */
};

struct console_exec {
	const char *const *command; /* NULL-terminated */
};

enum replay_pace { REPLAY_REAL_TIME, REPLAY_AT_ONCE };

struct console_replay {
	const char *file;          /* a console.log, absolute; console.idx stands beside it */
	enum replay_pace pace;
};

struct unit_console {
	enum console_driver driver;
	const struct console_tty *tty; /* the driver's own, the others are NULL */
	const struct console_tcp *tcp;
	const struct console_ssh *ssh;
	const struct console_exec *exec;
	const struct console_replay *replay;
	int64_t settle_ms;         /* how long the line must be silent before power goes on; 0: the driver's own */
	int line;                  /* of its file */
};

#endif
