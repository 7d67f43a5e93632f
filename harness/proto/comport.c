#include "proto/comport.h"

enum { BAUD_BYTES = 4 };

void comport_request(struct telnet *t, enum comport_command command, uint32_t value)
{
	uint8_t bytes[1 + BAUD_BYTES] = {(uint8_t)command};
	size_t n = command == COMPORT_SET_BAUDRATE ? BAUD_BYTES : 1;

	for (size_t i = 0; i < n; i++)
		bytes[1 + i] = (uint8_t)(value >> 8 * (n - 1 - i));
	telnet_tell(t, TELNET_COM_PORT, bytes, 1 + n);
}

bool comport_read(const uint8_t *bytes, size_t n, struct comport_answer *out)
{
	size_t wanted;

	if (!n || bytes[0] < COMPORT_ANSWER + COMPORT_SET_BAUDRATE || bytes[0] > COMPORT_ANSWER + COMPORT_SET_CONTROL)
		return false;
	*out = (struct comport_answer){.command = (enum comport_command)(bytes[0] - COMPORT_ANSWER)};
	wanted = out->command == COMPORT_SET_BAUDRATE ? BAUD_BYTES : 1;
	if (n != 1 + wanted)
		return false;
	for (size_t i = 1; i < n; i++)
		out->value = out->value << 8 | bytes[i];
	return true;
}
