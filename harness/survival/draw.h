/* A survival map drawn: as text for a terminal, as a picture (SVG 1.1), as JSON for other programs. */
#ifndef RUNTEST_SURVIVAL_DRAW_H
#define RUNTEST_SURVIVAL_DRAW_H

#include <stdbool.h>
#include <stddef.h>

#include "survival/map.h"
#include "util/buf.h"

/* At most `width` columns wide (at least 60). `colour`: with SGR sequences besides the characters that say it all. */
void map_draw_text(struct buf *out, const struct survival_map *m, size_t width, bool colour);

/* One <svg> document, with title and description for who cannot see it. */
void map_draw_svg(struct buf *out, const struct survival_map *m);

/* Every page's states with their times (docs/survival-map.md). */
void map_draw_json(struct buf *out, const struct survival_map *m);

#endif
