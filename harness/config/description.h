/* The descriptions of the project's files; each stands in the file that is named after its noun. */
#ifndef RUNTEST_CONFIG_DESCRIPTION_H
#define RUNTEST_CONFIG_DESCRIPTION_H

#include "config/schema.h"
#include "config/variant.h"

extern const struct schema schema_marker_table; /* struct marker_table; marker.c */
extern const struct schema schema_board_kind; /* struct board_kind; board.c */
extern const struct schema schema_uboot;      /* struct uboot_board; uboot.c */
extern const struct schema schema_reserved;   /* list of struct reserved_region; reserved.c */
extern const struct schema schema_unit_console; /* struct unit_console; console.c */
extern const struct schema schema_unit_memory; /* struct unit_memory; memory.c */
extern const struct schema schema_unit_power; /* struct unit_power; power.c */
extern const struct schema schema_unit_reset; /* struct unit_reset; power.c */
extern const struct schema schema_unit_mq;      /* struct unit_mq; mq.c */
extern const struct schema schema_unit_load;  /* struct unit_load; load.c */
extern const struct schema schema_openocd;    /* struct openocd_board; load.c */
extern const struct schema schema_fastboot;   /* struct fastboot_board; load.c */
extern const struct schema schema_board_unit; /* struct board_unit; board.c */
extern const struct schema schema_variants;   /* struct variant_list; variant.c */
extern const struct schema schema_scenario;   /* struct scenario; scenario.c */
extern const struct schema schema_quarantine; /* struct quarantine; quarantine.c */
extern const struct schema schema_mutants;    /* struct variant_list; mutant.c */

extern const struct schema schema_nightly;    /* struct nightly; nightly.c */

/* What several files have in them. */
extern const struct schema schema_variant;  /* struct variant; variant.c */
extern const struct schema schema_want;     /* struct expectation; scenario.c */
extern const struct schema schema_cause;    /* enum cause; scenario.c */
extern const struct schema schema_marker_references; /* array of struct marker_table *, NULL-terminated; marker.c */

/* What images/variants.yaml and images/mutants.yaml become. */
struct variant_list {
	struct variant *items;
	size_t count;
};

#endif
