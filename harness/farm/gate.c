#include "farm/gate.h"

#include <stdlib.h>

#include "farm/health.h"

struct gate_finding health_gate_unit(const struct board_unit *unit, struct arena *a)
{
	struct gate_finding f = {.unit = unit, .usable = true};
	struct health_record h;
	char *text;

	if (unit->implied)
		return f;
	if (unit_health_read(unit->name, &h, NULL) == 0 && h.state == HEALTH_SET_ASIDE) {
		text = health_text(&h);
		f.usable = false;
		f.why = arena_strdup(a, text);
		free(text);
	}
	health_finish(&h);
	return f;
}

size_t health_gate(const struct board_unit *const *units, size_t count, struct gate_finding *found, struct arena *a)
{
	size_t usable = 0;

	for (size_t i = 0; i < count; i++) {
		found[i] = health_gate_unit(units[i], a);
		usable += found[i].usable;
	}
	return usable;
}
