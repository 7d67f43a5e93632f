#include "config/fixture.h"

#include <unistd.h>

#include "image/update.h"

Suite *project_test(void);

static struct fixture f;

static void begin(void)
{
	fixture_init(&f);
}

static void end(void)
{
	fixture_finish(&f);
}

static const struct project *load(void)
{
	int rc = fixture_load(&f);

	err_list_print(stderr, &f.errors);
	ck_assert_int_eq(rc, 0);
	return &f.project;
}

START_TEST(every_file_is_read_and_names_are_sorted)
{
	const struct project *p = load();

	ck_assert_uint_eq(p->file_count, 5);
	ck_assert_uint_eq(p->kind_count, 2);
	ck_assert_str_eq(p->kinds[0].name, "rock");
	ck_assert_str_eq(p->kinds[1].name, "virt");
	ck_assert_uint_eq(p->variant_count, 2);
	ck_assert_str_eq(p->variants[0].name, "bad");
	ck_assert_uint_eq(p->scenario_count, 1);
	ck_assert_ptr_eq(project_variant(p, "good"), &p->variants[1]);
	ck_assert_ptr_null(project_scenario(p, "dem"));
}
END_TEST

START_TEST(a_kind_says_where_an_image_goes)
{
	const struct board_kind *k = project_kind(load(), "virt");

	ck_assert_str_eq(k->about, "a machine");
	ck_assert_int_eq(k->arch, ARCH_AARCH64);
	ck_assert_str_eq(k->entry, "el2");
	ck_assert_uint_eq(k->memory.base, 0x40000000u);
	ck_assert_uint_eq(k->memory.size, 2147483648u);
	ck_assert_uint_eq(k->load_address, 0x70000000u);
	ck_assert_str_eq(k->qemu->machine, "virt");
	ck_assert_ptr_null(k->qemu->cpu);
	ck_assert_int_eq(k->qemu->cpus, 1);
	ck_assert_int_eq(k->qemu->deliver, QEMU_DELIVER_LOADER);
	ck_assert_ptr_null(k->qemu->args[0]);
	ck_assert_str_eq(k->file, "boards/kinds/virt.yaml");
	ck_assert_int_eq(k->line, 1);
}
END_TEST

START_TEST(a_qemu_kind_is_its_own_unit_and_hardware_is_not)
{
	const struct project *p = load();
	const struct board_unit *u = project_unit(p, "virt");

	ck_assert_uint_eq(p->unit_count, 2);
	ck_assert(u->implied);
	ck_assert_ptr_eq(u->kind, project_kind(p, "virt"));
	ck_assert_ptr_null(project_unit(p, "rock"));
	u = project_unit(p, "rock-1");
	ck_assert(!u->implied);
	ck_assert_ptr_eq(u->kind, project_kind(p, "rock"));
	ck_assert_ptr_null(u->qemu_program);
}
END_TEST

START_TEST(a_variant_has_absolute_sources_and_relative_artefacts)
{
	const struct variant *v = project_variant(load(), "good");
	char *root = realpath(f.root, NULL), *tree = xasprintf("%s/images/tree", root);
	char *patch = xasprintf("%s/images/one.patch", root);

	ck_assert_str_eq(v->source.path, tree);
	ck_assert_str_eq(v->patches[0].file, patch);
	ck_assert_uint_eq(v->patch_count, 1);
	ck_assert_str_eq(v->build[2], "2");
	ck_assert_ptr_null(v->build[3]);
	ck_assert_str_eq(v->configs[1], "release");
	ck_assert_str_eq(v->image, "loader.img");
	ck_assert_ptr_null(v->report);
	ck_assert_ptr_null(v->placement);
	ck_assert_uint_eq(v->elf_count, 2);
	ck_assert_str_eq(v->elfs[0].name, "kernel");
	ck_assert_str_eq(v->elfs[1].name, "hello");
	ck_assert_int_eq(v->line, 2);
	ck_assert_ptr_null(project_variant(&f.project, "bad")->tools[0]);
	free(patch);
	free(tree);
	free(root);
}
END_TEST

/* Written before what they are like, so that the order in the file cannot matter. */
static const char like[] =
	"variants:\n"
	"  - variant: grandchild\n"
	"    about: a chain\n"
	"    like: child\n"
	"    not-for: [{boards: [rock], because: it is wet}]\n"
	"    artefacts:\n"
	"      updates: [{name: hello-v2, pd: hello, path: hello-v2.upd}]\n"
	"  - variant: child\n"
	"    about: a copy\n"
	"    like: good\n"
	"    build: [make, other]\n"
	"    patches: [one.patch]\n";

START_TEST(a_variant_inherits_every_key_it_is_not_given)
{
	const struct variant *good, *child, *grandchild;
	char *text = xasprintf("%s%s", like, strchr(fixture_text("images/variants.yaml"), '\n') + 1);

	fixture_write(&f, "images/variants.yaml", text);
	free(text);
	good = project_variant(load(), "good");
	child = project_variant(&f.project, "child");
	grandchild = project_variant(&f.project, "grandchild");
	ck_assert_str_eq(child->about, "a copy");
	ck_assert_str_eq(child->source.path, good->source.path);
	ck_assert_str_eq(child->build[1], "other");
	ck_assert_str_eq(grandchild->build[1], "other");
	ck_assert_str_eq(good->build[1], "-j");
		ck_assert_uint_eq(grandchild->patch_count, 2);
	ck_assert_uint_eq(good->patch_count, 1);
	ck_assert_str_eq(grandchild->image, "loader.img");
	ck_assert_uint_eq(grandchild->elf_count, 2);
	ck_assert_uint_eq(grandchild->update_count, 1);
	ck_assert_str_eq(variant_update(grandchild, "hello-v2")->path, "hello-v2.upd");
	ck_assert_ptr_null(variant_update(grandchild, "hello"));
	ck_assert_uint_eq(child->update_count, 0);
	ck_assert_str_eq(variant_not_for(grandchild, "rock"), "it is wet");
	ck_assert(!variant_is_for(grandchild, "rock") && variant_is_for(grandchild, "virt"));
	ck_assert(variant_is_for(child, "rock"));
	ck_assert_int_eq(grandchild->line, 2);
}
END_TEST

/* An empty list is given, too: it clears what would be inherited. A chain below it has what is left. */
START_TEST(an_empty_list_clears_what_is_inherited)
{
	static const char more[] =
		"  - {variant: kept, about: x, like: good}\n"
		"  - {variant: bare, about: x, like: good, patches: [], artefacts: {elfs: []}}\n"
		"  - {variant: below, about: x, like: bare}\n"
		"  - {variant: again, about: x, like: bare, patches: [one.patch]}\n";
	char *text = xasprintf("variants:\n%s%s", more, strchr(fixture_text("images/variants.yaml"), '\n') + 1);

	fixture_write(&f, "images/variants.yaml", text);
	free(text);
	ck_assert_uint_eq(project_variant(load(), "kept")->patch_count, 1);
	ck_assert_uint_eq(project_variant(&f.project, "kept")->elf_count, 2);
	ck_assert_uint_eq(project_variant(&f.project, "bare")->patch_count, 0);
	ck_assert_uint_eq(project_variant(&f.project, "bare")->elf_count, 0);
	ck_assert_uint_eq(project_variant(&f.project, "below")->patch_count, 0);
	ck_assert_uint_eq(project_variant(&f.project, "below")->elf_count, 0);
	ck_assert_uint_eq(project_variant(&f.project, "again")->patch_count, 1);
}
END_TEST

START_TEST(a_payload_goes_to_a_reserved_region_of_its_boards)
{
	const struct board_kind *virt;

	fixture_change(&f, "boards/kinds/virt.yaml", "load-address",
		       "reserved-memory: [{name: pd-images, base: 0x90000000, size: 2M}]\nload-address");
	fixture_change(&f, "images/variants.yaml", "    artefacts: {image: loader.img}\n",
		       "    artefacts: {image: loader.img, payloads: [{path: pds.bin, reserved: pd-images}]}\n");
	virt = project_kind(load(), "virt");
	ck_assert_uint_eq(board_kind_reserved(virt, "pd-images")->base, 0x90000000u);
	ck_assert_uint_eq(board_kind_reserved(virt, "pd-images")->size, 0x200000u);
	ck_assert_ptr_null(board_kind_reserved(virt, "pd"));
	ck_assert_str_eq(project_variant(&f.project, "bad")->payloads[0].path, "pds.bin");
}
END_TEST

START_TEST(a_scenario_repeats_steps_and_sends_updates)
{
	const struct scenario *s;
	const struct step *step;

	fixture_change(&f, "images/variants.yaml", "image: loader.img\n      elfs",
		       "image: loader.img\n      updates: [{name: hello-v2, pd: hello, path: u}]\n      elfs");
	fixture_change(&f, "scenarios/demo.yaml", "  bad: {fails-with: pd-code-cleared}\n", "");
	load();
	project_finish(&f.project);
	fixture_write(&f, "scenarios/demo.yaml",
		      "scenario: demo\nabout: x\ndeadline: 9s\n"
		      "parameters: {often: {about: how often, default: 10, most: 10000}}\n"
		      "phases:\n"
		      "  - phase: one\n"
		      "    deadline: 5s\n"
		      "    steps:\n"
		      "      - repeat:\n"
		      "          times: ${often}\n"
		      "          as: run\n"
		      "          from: 2\n"
		      "          steps:\n"
		      "            - send: \"again ${run} of ${often}\\n\"\n"
		      "            - witness: {after: a, stop: guest, of: hello, regions: [pd-run], demand: report}\n"
		      "            - witness: {after: b, stop: guest, of: hello, regions: [pd-run, pd-pristine], demand: fresh}\n"
		      "            - expect: 'starts=(?<starts>[0-9]+)'\n"
		      "              keep: [starts]\n"
		      "              compare: {capture: starts, is: '${run}', cause: stale-image}\n"
		      "      - send-file: {file: hello-v2, alter: too-large, bytes: 5, command: \"u ${size}\", prompt: 'go'}\n"
		      "      - holds: {pd: hello, image: hello-v2}\n"
		      "variants: {good: pass}\n");
	s = project_scenario(load(), "demo");
	ck_assert_int_eq(scenario_parameter(s, "often")->fallback, 10);
	ck_assert_int_eq(scenario_parameter(s, "often")->least, 1);
	ck_assert_ptr_null(scenario_parameter(s, "run"));
	step = s->phases[0].steps;
	ck_assert_int_eq(step[0].kind, STEP_REPEAT);
	ck_assert_str_eq(step[0].repeat.times.parameter, "often");
	ck_assert_int_eq(step[0].repeat.from.number, 2);
	ck_assert_uint_eq(step[0].repeat.step_count, 4);
	ck_assert_uint_eq(step[0].repeat.steps[2].witness.regions, WITNESS_PD_RUN | WITNESS_PD_PRISTINE);
	ck_assert_int_eq(step[0].repeat.steps[2].witness.demand, DEMAND_FRESH);
	ck_assert_str_eq(step[0].repeat.steps[2].witness.of, "hello");
	ck_assert_str_eq(step[0].repeat.steps[3].keep[0], "starts");
	ck_assert_str_eq(step[0].repeat.steps[3].compare.is, "${run}");
	ck_assert_int_eq(step[0].repeat.steps[3].compare.cause, CAUSE_STALE_IMAGE);
	ck_assert_int_eq(step[1].kind, STEP_SEND_FILE);
	ck_assert_int_eq(step[1].file.alter, ALTER_TOO_LARGE);
	ck_assert_int_eq(step[1].file.bytes.number, 5);
	ck_assert_str_eq(step[1].file.prompt.regex, "go");
	ck_assert_int_eq(step[2].kind, STEP_HOLDS);
	ck_assert_str_eq(step[2].holds.image, "hello-v2");
}
END_TEST

START_TEST(a_scenario_has_phases_steps_and_demands)
{
	const struct scenario *s = project_scenario(load(), "demo");
	const struct step *step = s->phases[0].steps;

	ck_assert_int_eq(s->deadline_ms, 20000);
	ck_assert_str_eq(s->tags[0], "spine");
	ck_assert_uint_eq(s->deny_count, 2);
	ck_assert_int_eq(s->denies[0].cause, CAUSE_KERNEL_PANIC);
	ck_assert_int_eq(s->denies[1].cause, CAUSE_UNEXPECTED_OUTPUT);
	ck_assert_int_eq(s->denies[1].text.line, 7);
	ck_assert_uint_eq(s->phase_count, 2);
	ck_assert_uint_eq(s->phases[0].step_count, 3);
	ck_assert_int_eq(step[0].kind, STEP_EXPECT);
	ck_assert_str_eq(step[0].expect.regex, "crc=(?<crc>[0-9a-f]+)");
	ck_assert_str_eq(step[0].expect.file, "scenarios/demo.yaml");
	ck_assert_int_eq(step[0].within_ms, 2000);
	ck_assert_int_eq(step[0].compare.with, COMPARE_RO_CRC32);
	ck_assert_str_eq(step[0].compare.of, "hello");
	ck_assert_int_eq(step[1].kind, STEP_WITNESS);
	ck_assert_str_eq(step[1].witness.moment, "up");
	ck_assert_int_eq(step[1].witness.stop, WITNESS_STOP_GUEST);
	ck_assert_uint_eq(step[1].witness.regions, WITNESS_PD | WITNESS_TABLE);
	ck_assert_int_eq(step[1].witness.demand, DEMAND_INTACT);
	ck_assert_int_eq(step[1].line, 15);
	ck_assert_int_eq(step[2].kind, STEP_WAIT);
	ck_assert_int_eq(step[2].wait_ms, 3000);
	ck_assert_str_eq(s->finally[0].moment, "end");
	ck_assert_int_eq(s->finally[0].stop, WITNESS_STOP_MACHINE);
	ck_assert_uint_eq(s->variant_count, 2);
	ck_assert(!s->variants[0].want.control);
	ck_assert(s->variants[1].want.control);
	ck_assert_int_eq(s->variants[1].want.cause, CAUSE_PD_CODE_CLEARED);
	ck_assert_int_eq(s->variants[1].line, 28);
}
END_TEST

START_TEST(a_step_sends_bytes_and_runs_scripts_beside_its_file)
{
	const struct step *step = project_scenario(load(), "demo")->phases[1].steps;
	char *root = realpath(f.root, NULL), *script = xasprintf("%s/scenarios/talk.exp", root);

	ck_assert_int_eq(step[0].kind, STEP_SEND);
	ck_assert_uint_eq(step[0].send_len, 4);
	ck_assert_mem_eq(step[0].send, "go\0\n", 4);
	ck_assert_int_eq(step[1].kind, STEP_DENY);
	ck_assert_int_eq(step[1].deny.cause, CAUSE_PD_FAULT);
	ck_assert_int_eq(step[2].kind, STEP_SCRIPT);
	ck_assert_str_eq(step[2].script, script);
	free(script);
	free(root);
}
END_TEST

START_TEST(a_step_that_reads_test_results)
{
	const struct step_cases *c;

	fixture_change(&f, "scenarios/demo.yaml", "- wait: 1s",
		       "- cases: {format: ktap, from: hello, prefix: 'PD|hello: ', others: ['MON|', 'PD|'], until: 'done$'}\n"
		       "        within: 2s\n"
		       "      - cases: {format: any}");
	load();
	ck_assert_int_eq(f.project.scenarios[0].phases[1].steps[3].kind, STEP_CASES);
	c = &f.project.scenarios[0].phases[1].steps[3].cases;
	ck_assert_str_eq(c->format, "ktap");
	ck_assert_str_eq(c->from, "hello");
	ck_assert_str_eq(c->prefix, "PD|hello: ");
	ck_assert_str_eq(c->others[0], "MON|");
	ck_assert_str_eq(c->others[1], "PD|");
	ck_assert_ptr_null(c->others[2]);
	ck_assert_str_eq(c->until.regex, "done$");
	ck_assert_int_eq(c->until.line, 23);
	ck_assert_int_eq(f.project.scenarios[0].phases[1].steps[3].within_ms, 2000);
	c = &f.project.scenarios[0].phases[1].steps[4].cases;
	ck_assert_ptr_null(c->format);
	ck_assert_ptr_null(c->from);
	ck_assert_ptr_null(c->until.regex);
}
END_TEST

START_TEST(words_that_yaml_1_1_takes_for_booleans_are_words)
{
	fixture_change(&f, "scenarios/demo.yaml", "tags: [spine]", "tags: [on, no, y, null]");
	fixture_change(&f, "boards/kinds/virt.yaml", "about: a machine", "about: off");
	load();
	ck_assert_str_eq(project_kind(&f.project, "virt")->about, "off");
	ck_assert_str_eq(f.project.scenarios[0].tags[0], "on");
	ck_assert_str_eq(f.project.scenarios[0].tags[1], "no");
	ck_assert_str_eq(f.project.scenarios[0].tags[3], "null");
}
END_TEST

START_TEST(a_kernel_needs_no_load_address)
{
	fixture_change(&f, "boards/kinds/virt.yaml", "load-address: 0x70000000\nqemu:\n", "qemu:\n  deliver: kernel\n");
	ck_assert_uint_eq(project_kind(load(), "virt")->load_address, 0);
}
END_TEST

START_TEST(other_files_beside_the_yaml_are_left_alone)
{
	fixture_write(&f, "scenarios/README.md", "not: [yaml");
	fixture_write(&f, "scenarios/.demo.yaml.swp", "not: [yaml");
	fixture_write(&f, "scenarios/demo.yaml~", "not: [yaml");
	ck_assert_uint_eq(load()->scenario_count, 1);
}
END_TEST

START_TEST(units_are_optional)
{
	fixture_remove(&f, "boards/units");
	ck_assert_uint_eq(load()->unit_count, 1);
}
END_TEST

START_TEST(the_project_is_found_from_a_folder_below_it)
{
	char *below = xasprintf("%s/images/tree", f.root), *root = realpath(f.root, NULL);
	struct err e = {0};
	char *found = project_find(below, &e);

	ck_assert_ptr_nonnull(found);
	ck_assert_str_eq(found, root);
	free(found);
	free(root);
	free(below);
}
END_TEST

START_TEST(no_project_is_a_usage_error_that_says_what_makes_one)
{
	struct err e = {0};

	ck_assert_ptr_null(project_find("/", &e));
	ck_assert_int_eq(e.kind, ERR_USAGE);
	ck_assert_str_eq(e.what,
			 "no project here nor in any folder above: expected images/variants.yaml and scenarios/");
	ck_assert_ptr_null(project_find("/nowhere/at/all", &e));
	ck_assert_str_eq(e.where, "/nowhere/at/all");
}
END_TEST

Suite *project_test(void)
{
	Suite *s = suite_create("project");
	TCase *t = tcase_create("project");

	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, every_file_is_read_and_names_are_sorted);
	tcase_add_test(t, a_kind_says_where_an_image_goes);
	tcase_add_test(t, a_qemu_kind_is_its_own_unit_and_hardware_is_not);
	tcase_add_test(t, a_variant_has_absolute_sources_and_relative_artefacts);
	tcase_add_test(t, a_variant_inherits_every_key_it_is_not_given);
	tcase_add_test(t, an_empty_list_clears_what_is_inherited);
	tcase_add_test(t, a_payload_goes_to_a_reserved_region_of_its_boards);
	tcase_add_test(t, a_scenario_repeats_steps_and_sends_updates);
	tcase_add_test(t, a_scenario_has_phases_steps_and_demands);
	tcase_add_test(t, a_step_sends_bytes_and_runs_scripts_beside_its_file);
	tcase_add_test(t, a_step_that_reads_test_results);
	tcase_add_test(t, words_that_yaml_1_1_takes_for_booleans_are_words);
	tcase_add_test(t, a_kernel_needs_no_load_address);
	tcase_add_test(t, other_files_beside_the_yaml_are_left_alone);
	tcase_add_test(t, units_are_optional);
	tcase_add_test(t, the_project_is_found_from_a_folder_below_it);
	tcase_add_test(t, no_project_is_a_usage_error_that_says_what_makes_one);
	suite_add_tcase(s, t);
	return s;
}
