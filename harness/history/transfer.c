#include <string.h>

#include "history/open.h"

static int in_transaction(struct history *h, struct db_statement *s, struct err *e)
{
	int rc = db_begin(&h->db, e);

	if (rc == 0)
		rc = db_end(&h->db, h->db.ops->run(s, e), e);
	h->db.ops->finish(s);
	return rc;
}

static void set_key(const struct db_ops *ops, struct db_statement *s, const struct history_transfer *t)
{
	ops->set_text(s, 1, t->run);
	ops->set_text(s, 2, t->session);
	ops->set_integer(s, 3, t->attempt);
}

int history_transfer_put(struct history *h, const struct history_transfer *t, struct err *e)
{
	const struct db_ops *ops = h->db.ops;
	struct db_statement *s = db_prepare(&h->db,
		"INSERT INTO transfers (run, session, attempt, result, archive) VALUES ($1, $2, $3, $4, $5)"
		" ON CONFLICT (run, session, attempt) DO UPDATE SET result = excluded.result, archive = excluded.archive", e);

	if (!s)
		return -1;
	set_key(ops, s, t);
	ops->set_text(s, 4, t->result);
	ops->set_bytes(s, 5, t->archive, t->archive_size);
	return in_transaction(h, s, e);
}

static void keep(const struct db_ops *ops, struct db_statement *s, struct arena *a, struct history_transfer *t)
{
	const void *archive;

	t->session = arena_strdup(a, ops->text(s, 0));
	t->attempt = (int)ops->integer(s, 1);
	t->result = arena_strdup(a, ops->text(s, 2));
	archive = ops->bytes(s, 3, &t->archive_size);
	t->archive = archive ? memcpy(arena_alloc(a, t->archive_size + 1), archive, t->archive_size) : NULL;
}

int history_transfer_next(struct history *h, const char *run, struct arena *a, struct history_transfer *t, struct err *e)
{
	const struct db_ops *ops = h->db.ops;
	struct db_statement *s = db_prepare(&h->db, "SELECT session, attempt, result, archive FROM transfers WHERE run = $1"
						    " ORDER BY id LIMIT 1", e);
	int rc;

	if (!s)
		return -1;
	ops->set_text(s, 1, run);
	rc = ops->step(s, e);
	if (rc > 0) {
		*t = (struct history_transfer){.run = arena_strdup(a, run)};
		keep(ops, s, a, t);
		ops->reset(s);
	}
	ops->finish(s);
	return rc;
}

int history_transfer_drop(struct history *h, const struct history_transfer *t, struct err *e)
{
	const struct db_ops *ops = h->db.ops;
	struct db_statement *s = db_prepare(&h->db, "DELETE FROM transfers WHERE run = $1 AND session = $2 AND attempt = $3", e);

	if (!s)
		return -1;
	set_key(ops, s, t);
	return in_transaction(h, s, e);
}
