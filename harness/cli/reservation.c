#include "cli/reservation.h"

#include "farm/wallclock.h"
#include "util/grid.h"

void reservations_table(const struct reservation *all, size_t n, struct buf *out)
{
	char ends[CLOCK_ISO_SIZE];
	struct grid g;

	grid_init(&g, "lllll");
	grid_add_all(&g, (const char *const[]){"RESERVED", "BY", "UNTIL", "UNUSED, IT ENDS", "FOR", NULL});
	for (size_t i = 0; i < n; i++) {
		const struct lease *l = &all[i].lease;

		grid_add(&g, all[i].unit);
		grid_add(&g, l->user);
		grid_add(&g, l->until);
		grid_add(&g, l->ends_ms < l->until_ms ? wallclock_text(l->ends_ms, ends) : "-");
		grid_add(&g, l->why);
	}
	grid_print(&g, "", out);
	grid_finish(&g);
}

json_t *reservation_json(const struct lease *l)
{
	char ends[CLOCK_ISO_SIZE];
	json_t *o = json_object();

	json_object_set_new(o, "user", json_string(l->user));
	json_object_set_new(o, "since", json_string(l->since));
	json_object_set_new(o, "until", json_string(l->until));
	json_object_set_new(o, "ends", json_string(wallclock_text(l->ends_ms, ends)));
	json_object_set_new(o, "idle", l->idle ? json_string(l->idle) : json_null());
	json_object_set_new(o, "for", json_string(l->why));
	return o;
}
