/* What a telnet client and server tell each other about a serial port (RFC 2217): requests, and what became of them. */
#ifndef RUNTEST_PROTO_COMPORT_H
#define RUNTEST_PROTO_COMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/telnet.h"

/* The commands of RFC 2217, as the client sends them; the server answers with the same and COMPORT_ANSWER more. */
enum comport_command {
	COMPORT_SET_BAUDRATE = 1,
	COMPORT_SET_DATASIZE = 2, /* bits */
	COMPORT_SET_PARITY = 3,   /* COMPORT_NO_PARITY */
	COMPORT_SET_STOPSIZE = 4, /* COMPORT_ONE_STOP_BIT */
	COMPORT_SET_CONTROL = 5,  /* COMPORT_*, below */
};

enum { COMPORT_ANSWER = 100, COMPORT_NO_PARITY = 1, COMPORT_ONE_STOP_BIT = 1 };

/* Values of COMPORT_SET_CONTROL. */
enum comport_control {
	COMPORT_NO_FLOW_CONTROL = 1,
	COMPORT_BREAK_ON = 5,
	COMPORT_BREAK_OFF = 6,
	COMPORT_DTR_ON = 8,
	COMPORT_DTR_OFF = 9,
	COMPORT_RTS_ON = 11,
	COMPORT_RTS_OFF = 12,
};

/* Queue the request in t->out. */
void comport_request(struct telnet *t, enum comport_command command, uint32_t value);

/* The server's word about a request. */
struct comport_answer {
	enum comport_command command;
	uint32_t value;
};

/* A subnegotiation about TELNET_COM_PORT. False: it answers no request of ours. */
bool comport_read(const uint8_t *bytes, size_t n, struct comport_answer *out);

#endif
