#include "history/db.h"

#include <string.h>

#include "util/buf.h"
#include "util/module.h"

static const struct {
	const char *module, *package;
} modules[] = {
	[DATABASE_SQLITE] = {"sqlite", "libsqlite3-dev"},
	[DATABASE_POSTGRESQL] = {"postgresql", "libpq-dev"},
};

int db_open(struct db *db, const struct database_url *u, bool make, struct err *e)
{
	*db = (struct db){.ops = module_load(modules[u->kind].module, DB_MODULE_SYMBOL, modules[u->kind].package, e)};
	if (!db->ops)
		return -1;
	db->link = db->ops->open(u->where, make, e);
	return db->link ? 0 : -1;
}

void db_close(struct db *db)
{
	if (db->link)
		db->ops->close(db->link);
	db->link = NULL;
}

/* The words in braces, replaced. */
static void translate(const struct db_dialect *d, const char *sql, struct buf *out)
{
	const struct {
		const char *word, *own;
	} words[] = {{"{id}", d->id}, {"{bytes}", d->bytes}, {"{keyed}", d->keyed}};

	while (*sql) {
		size_t i = 0;

		while (i < sizeof words / sizeof words[0] && strncmp(sql, words[i].word, strlen(words[i].word)) != 0)
			i++;
		if (i < sizeof words / sizeof words[0]) {
			buf_adds(out, words[i].own);
			sql += strlen(words[i].word);
		} else {
			buf_addc(out, *sql++);
		}
	}
}

int db_exec(struct db *db, const char *sql, struct err *e)
{
	struct buf own;
	int rc;

	buf_init(&own);
	translate(&db->ops->dialect, sql, &own);
	rc = db->ops->exec(db->link, own.data, e);
	buf_finish(&own);
	return rc;
}

struct db_statement *db_prepare(struct db *db, const char *sql, struct err *e)
{
	return db->ops->prepare(db->link, sql, e);
}

int db_begin(struct db *db, struct err *e)
{
	if (db->ops->exec(db->link, db->ops->dialect.begin_write, e) < 0)
		return -1;
	db->writing = true;
	return 0;
}

int db_end(struct db *db, int rc, struct err *e)
{
	struct err ignored;

	if (!db->writing)
		return rc;
	db->writing = false;
	if (rc == 0)
		rc = db->ops->settle(db->link, e);
	else
		db->ops->settle(db->link, &ignored);
	if (rc == 0)
		rc = db->ops->exec(db->link, "COMMIT", e);
	if (rc < 0)
		db->ops->exec(db->link, "ROLLBACK", &ignored);
	return rc;
}
