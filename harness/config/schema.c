#include "config/schema.h"

#include <string.h>

#include "config/description.h"

const struct schema_file schema_files[] = {
	{"markers", "boards/markers/NAME.yaml",
	 "What boot software prints: texts that show how far a boot has come, that the software failed and how, or that the "
	 "lab is in trouble. docs/markers.md explains them.",
	 &schema_marker_table},
	{"board-kind", "boards/kinds/NAME.yaml",
	 "A sort of board: what it is, where its memory lies, and how an image gets there. A kind with a `qemu` "
	 "section is its own unit; real hardware needs a unit file for every board on the desk.",
	 &schema_board_kind},
	{"board-unit", "boards/units/NAME.yaml", "One board that somebody can switch on.", &schema_board_unit},
	{"variants", "images/variants.yaml",
	 "The boot variants: a source tree, a patch series, a build command and the artefacts that it leaves.",
	 &schema_variants},
	{"scenario", "scenarios/NAME.yaml",
	 "What a session does on a board, what must never happen meanwhile, and what is demanded of every variant.",
	 &schema_scenario},
	{"quarantine", "scenarios/quarantine/NAME.yaml",
	 "Sessions whose failures are known, and do not fail a run until a given day. docs/history.md explains it.",
	 &schema_quarantine},
	{"mutants", "images/mutants.yaml",
	 "Variants with one planted mistake each, and the scenarios that must catch it: the proof that the checks can fail. "
	 "The file may be missing.",
	 &schema_mutants},
	{"nightly", "NAME.yaml, wherever you like",
	 "What `runtest nightly` does every night: jobs, how long they may take, what is kept of older results, and who is "
	 "told. docs/nightly.md explains it.",
	 &schema_nightly},
};

const size_t schema_file_count = sizeof schema_files / sizeof schema_files[0];

const struct schema_file *schema_file_find(const char *name)
{
	for (size_t i = 0; i < schema_file_count; i++)
		if (strcmp(schema_files[i].name, name) == 0)
			return &schema_files[i];
	return NULL;
}

const char *schema_word(const struct schema *s, int i)
{
	if (s->word_at)
		return s->word_at(i);
	return s->words ? s->words[i] : NULL;
}

int schema_word_number(const struct schema *s, const char *word)
{
	const char *w;

	for (int i = 0; (w = schema_word(s, i)); i++)
		if (strcmp(w, word) == 0)
			return s->first + i;
	return -1;
}
