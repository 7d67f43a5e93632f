/* The registers that a report of a fault shows, by the architecture's names. */
#ifndef MONITOR_REGISTERS_H
#define MONITOR_REGISTERS_H

struct register_line {
	const char *name;
	unsigned number; /* as of enum register_name */
};

extern const struct register_line register_lines[]; /* ended by one without a name */

#endif
