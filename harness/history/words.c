#include "history/words.h"

#include <stdlib.h>
#include <string.h>

/* FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint64_t hash(const char *text)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 0x100000001b3u;
	return h;
}

static struct word_entry *place(const struct word_map *m, const char *text)
{
	size_t i = hash(text) & (m->room - 1);

	while (m->entries[i].text && strcmp(m->entries[i].text, text) != 0)
		i = (i + 1) & (m->room - 1);
	return &m->entries[i];
}

int64_t word_map_get(const struct word_map *m, const char *text)
{
	return m->room ? place(m, text)->id : 0;
}

static void enlarge(struct word_map *m)
{
	struct word_map larger = {m->arena, NULL, m->count, m->room ? m->room * 2 : 256};

	larger.entries = xcalloc(larger.room, sizeof *larger.entries);
	for (size_t i = 0; i < m->room; i++)
		if (m->entries[i].text)
			*place(&larger, m->entries[i].text) = m->entries[i];
	free(m->entries);
	*m = larger;
}

void word_map_put(struct word_map *m, const char *text, int64_t id)
{
	struct word_entry *e;

	if (m->count * 2 >= m->room)
		enlarge(m);
	e = place(m, text);
	m->count += !e->text;
	*e = (struct word_entry){e->text ? e->text : arena_strdup(&m->arena, text), id};
}

static void map_finish(struct word_map *m)
{
	free(m->entries);
	arena_finish(&m->arena);
	*m = (struct word_map){.count = 0};
	arena_init(&m->arena);
}

/* ---- in the database ---- */

void words_init(struct words *w, struct db *db)
{
	*w = (struct words){.db = db};
	arena_init(&w->words.arena);
	arena_init(&w->series.arena);
}

void words_forget(struct words *w)
{
	map_finish(&w->words);
	map_finish(&w->series);
}

void words_finish(struct words *w)
{
	struct db_statement *all[] = {w->add_word, w->find_word, w->add_series, w->find_series, w->read_word,
				      w->read_series};

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		if (all[i])
			w->db->ops->finish(all[i]);
	words_forget(w);
}

static int have_statement(struct words *w, struct db_statement **s, const char *sql, struct err *e)
{
	if (!*s)
		*s = db_prepare(w->db, sql, e);
	return *s ? 0 : -1;
}

static int found(const struct db_ops *ops, struct db_statement *s, int64_t *id, struct err *e)
{
	int rc = ops->step(s, e);

	if (rc <= 0)
		return rc < 0 ? -1 : err_set(e, ERR_IO, "the history's database forgets the names it is given");
	*id = ops->integer(s, 0);
	ops->reset(s);
	return 0;
}

int words_id(struct words *w, const char *word, int64_t *id, struct err *e)
{
	const struct db_ops *ops = w->db->ops;

	word = word ? word : "";
	*id = word_map_get(&w->words, word);
	if (*id)
		return 0;
	if (have_statement(w, &w->add_word, "INSERT INTO words (word) VALUES ($1) ON CONFLICT (word) DO NOTHING", e) < 0 ||
	    have_statement(w, &w->find_word, "SELECT id FROM words WHERE word = $1", e) < 0)
		return -1;
	ops->set_text(w->add_word, 1, word);
	ops->set_text(w->find_word, 1, word);
	if (ops->run(w->add_word, e) < 0 || found(ops, w->find_word, id, e) < 0)
		return -1;
	word_map_put(&w->words, word, *id);
	return 0;
}

static int add_series(struct words *w, const struct series_name *n, struct err *e)
{
	const char *parts[] = {n->scenario, n->variant, n->board, n->config, n->arch};

	w->db->ops->set_text(w->add_series, 1, n->name);
	for (int i = 0; i < (int)(sizeof parts / sizeof parts[0]); i++) {
		int64_t id;

		if (words_id(w, parts[i], &id, e) < 0)
			return -1;
		w->db->ops->set_integer(w->add_series, i + 2, id);
	}
	return w->db->ops->run(w->add_series, e);
}

int words_series(struct words *w, const struct series_name *n, int64_t *id, struct err *e)
{
	*id = word_map_get(&w->series, n->name);
	if (*id)
		return 0;
	if (have_statement(w, &w->add_series, "INSERT INTO series (name, scenario, variant, board, config, arch)"
			   " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (name) DO NOTHING", e) < 0 ||
	    have_statement(w, &w->find_series, "SELECT id FROM series WHERE name = $1", e) < 0 || add_series(w, n, e) < 0)
		return -1;
	w->db->ops->set_text(w->find_series, 1, n->name);
	if (found(w->db->ops, w->find_series, id, e) < 0)
		return -1;
	word_map_put(&w->series, n->name, *id);
	return 0;
}

/* ---- the other way round ---- */

static int text_of(struct words *w, struct db_statement *s, int64_t id, struct arena *a, const char **text, struct err *e)
{
	const struct db_ops *ops = w->db->ops;
	int rc;

	*text = "";
	ops->set_integer(s, 1, id);
	rc = ops->step(s, e);
	if (rc > 0) {
		*text = arena_strdup(a, ops->text(s, 0));
		ops->reset(s);
	}
	return rc < 0 ? -1 : 0;
}

int words_text(struct words *w, int64_t id, struct arena *a, const char **word, struct err *e)
{
	*word = "";
	if (!id)
		return 0;
	if (have_statement(w, &w->read_word, "SELECT word FROM words WHERE id = $1", e) < 0)
		return -1;
	return text_of(w, w->read_word, id, a, word, e);
}

int words_series_name(struct words *w, int64_t series, struct arena *a, const char **name, struct err *e)
{
	if (have_statement(w, &w->read_series, "SELECT name FROM series WHERE id = $1", e) < 0)
		return -1;
	return text_of(w, w->read_series, series, a, name, e);
}
