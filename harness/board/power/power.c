#include "board/power/power.h"

void power_destroy(struct power *p)
{
	if (p)
		p->ops->destroy(p);
}
