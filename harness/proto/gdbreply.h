/*
 * What a GDB server answers: errors, stop replies, what it supports, memory and registers in hexadecimal digits. Contents
 * of packets (proto/gdbpacket.h) in, structs out; nothing here trusts a length or a digit.
 */
#ifndef RUNTEST_PROTO_GDBREPLY_H
#define RUNTEST_PROTO_GDBREPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum gdb_reply_kind {
	GDB_REPLY_DATA,        /* none of the following: what was asked for */
	GDB_REPLY_OK,          /* "OK" */
	GDB_REPLY_UNSUPPORTED, /* empty: the server does not know the command */
	GDB_REPLY_ERROR,       /* "E NN" in three characters, or "E.text" */
};

enum gdb_reply_kind gdb_reply_kind(const char *reply, size_t n);

/* "error 01", or the text of "E.text", made printable, into out. */
void gdb_reply_error_text(const char *reply, size_t n, char *out, size_t size);

/* Hexadecimal digits to bytes. -1: an odd number of them, something else between them (a register that cannot be had is
 * "xx"), or more than `size`; else the number of bytes. */
long gdb_reply_bytes(const char *reply, size_t n, void *out, size_t size);

enum gdb_stop_kind {
	GDB_STOP_SIGNAL, /* T or S: it stands still */
	GDB_STOP_EXITED, /* W: what ran has ended; `signal` is its status */
	GDB_STOP_KILLED, /* X: ended by a signal */
	GDB_STOP_OUTPUT, /* O: text from the target, in digits; it still runs */
	GDB_STOP_NONE,   /* N: nothing is left that could run */
};

enum gdb_stop_reason {
	GDB_REASON_NONE,
	GDB_REASON_WATCH,      /* a write to what is watched: `address` is that of the watchpoint, not of the access */
	GDB_REASON_READ_WATCH,
	GDB_REASON_ACCESS_WATCH,
	GDB_REASON_BREAKPOINT, /* hwbreak, swbreak */
	GDB_REASON_LOG_ENDS,   /* replaylog: the record has no more, in this direction */
};

struct gdb_stop {
	enum gdb_stop_kind kind;
	int signal; /* GDB's own numbers: 2 interrupt, 5 trap */
	enum gdb_stop_reason reason;
	uint64_t address;
	char thread[32]; /* as the server spells it; "" if it did not say */
};

enum { GDB_SIGNAL_INTERRUPT = 2, GDB_SIGNAL_TRAP = 5 };

/* False: that is no stop reply. */
bool gdb_stop_read(struct gdb_stop *s, const char *reply, size_t n);

/* The answer to qSupported. */
struct gdb_supported {
	size_t packet_size; /* bytes of a packet's contents that the server takes; 0: it did not say */
	bool no_ack, vcont, features, reverse_step, reverse_continue, error_text;
};

/* False: some feature is not spelled as features are; what could be read is there. */
bool gdb_supported_read(struct gdb_supported *s, const char *reply, size_t n);

#endif
