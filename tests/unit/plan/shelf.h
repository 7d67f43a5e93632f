/* A project made by hand for tests of plans: a QEMU kind, hardware of two kinds with several units, two scenarios. */
#ifndef TESTS_PLAN_SHELF_H
#define TESTS_PLAN_SHELF_H

#include "plan/plan.h"

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

static const struct qemu_board shelf_qemu;
static const struct unit_reset shelf_reset;
static const struct board_kind shelf_kinds[] = {
	{.name = "rock", .discharge_ms = 3000},
	{.name = "star"},
	{.name = "stone"}, /* nobody has one */
	{.name = "virt", .qemu = &shelf_qemu},
};
static const struct board_unit shelf_units[] = {
	{.name = "left", .kind = &shelf_kinds[0]},
	{.name = "lone", .kind = &shelf_kinds[1]},
	{.name = "right", .kind = &shelf_kinds[0], .reset = &shelf_reset},
	{.name = "upper", .kind = &shelf_kinds[0], .reset = &shelf_reset},
	{.name = "virt", .kind = &shelf_kinds[3], .implied = true},
};
static const struct variant shelf_variants[] = {
	{.name = "bad", .boards = LIST("*"), .configs = LIST("debug")},
	{.name = "good", .boards = LIST("*"), .configs = LIST("debug", "release")},
	{.name = "loose", .boards = LIST("*"), .configs = LIST("debug")},
};
static const struct variant_demand shelf_demands[] = {
	{.variant = "bad", .want = {.control = true, .cause = CAUSE_PD_FAULT}},
	{.variant = "good"},
};
static const struct step shelf_waits[] = {{.kind = STEP_WAIT, .wait_ms = 1000}, {.kind = STEP_SETTLE, .settle_ms = 500}};
static const struct step shelf_resets[] = {
	{.kind = STEP_REPEAT, .repeat = {.times = {.parameter = "times"}, .steps = &(const struct step){.kind = STEP_RESET}, .step_count = 1}}};
static const struct phase shelf_waiting[] = {{.name = "wait", .steps = shelf_waits, .step_count = 2}};
static const struct phase shelf_resetting[] = {{.name = "reset", .steps = shelf_resets, .step_count = 1}};
static const struct parameter shelf_times[] = {{.name = "times", .fallback = 2, .least = 1, .most = 1000000}};
static const struct scenario shelf_scenarios[] = {
	{.name = "boots", .file = "scenarios/boots.yaml", .tags = LIST("quick", "spine"), .deadline_ms = 60000, .phases = shelf_waiting,
	 .phase_count = 1, .variants = shelf_demands, .variant_count = 2},
	{.name = "resets", .file = "scenarios/resets.yaml", .tags = LIST("slow"), .deadline_ms = 100000, .phases = shelf_resetting,
	 .phase_count = 1, .variants = shelf_demands, .variant_count = 2, .parameters = shelf_times, .parameter_count = 1},
};
static const struct project shelf = {
	.kinds = (struct board_kind *)shelf_kinds, .kind_count = 4, .units = (struct board_unit *)shelf_units, .unit_count = 5,
	.variants = (struct variant *)shelf_variants, .variant_count = 3,
	.scenarios = (struct scenario *)shelf_scenarios, .scenario_count = 2,
};

#endif
