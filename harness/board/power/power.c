#include "board/power/power.h"

void power_destroy(struct power *p)
{
	if (p)
		p->ops->destroy(p);
}

int power_state(struct power *p, enum power_state *state, struct err *e)
{
	*state = POWER_UNKNOWN;
	return p->ops->state ? p->ops->state(p, state, e) : 0;
}

const char *power_state_name(enum power_state s)
{
	static const char *const names[] = {[POWER_OFF] = "off", [POWER_ON] = "on", [POWER_UNKNOWN] = "unknown"};

	return names[s];
}
