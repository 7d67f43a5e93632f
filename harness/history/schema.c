#include "history/schema.h"

#include <stdlib.h>

#include "util/mem.h"

/*
 * What version N adds to version N - 1. Once released, an entry is never changed: databases out there have been through
 * it. Names that come again and again stand once in `words`, a session's in `series`.
 */
static const char *const steps[SCHEMA_VERSION] = {
	/* 1: runs and their results */
	"CREATE TABLE words (id {id}, word TEXT NOT NULL UNIQUE);"
	"CREATE TABLE series (id {id}, name TEXT NOT NULL UNIQUE,"
	" scenario INTEGER NOT NULL REFERENCES words, variant INTEGER NOT NULL REFERENCES words,"
	" board INTEGER NOT NULL REFERENCES words, config INTEGER NOT NULL REFERENCES words,"
	" arch INTEGER NOT NULL REFERENCES words);"
	"CREATE INDEX series_scenario ON series (scenario);"
	"CREATE TABLE runs (id {id}, run TEXT NOT NULL UNIQUE, started_ms BIGINT NOT NULL, ended_ms BIGINT,"
	" exit_status INTEGER, planned INTEGER NOT NULL, jobs INTEGER NOT NULL, version TEXT, qemu_version TEXT,"
	" command TEXT NOT NULL, mutants INTEGER NOT NULL, image TEXT, journal_sha256 TEXT);"
	"CREATE INDEX runs_started ON runs (started_ms);"
	"CREATE TABLE sessions (run INTEGER NOT NULL REFERENCES runs, series INTEGER NOT NULL REFERENCES series,"
	" repeat INTEGER NOT NULL, attempt INTEGER NOT NULL, final INTEGER NOT NULL, verdict TEXT NOT NULL, cause TEXT,"
	" wanted TEXT, unit INTEGER NOT NULL REFERENCES words, image INTEGER REFERENCES words,"
	" parameters INTEGER REFERENCES words, why INTEGER REFERENCES words, quarantine INTEGER REFERENCES words,"
	" not_run TEXT, started_ms BIGINT, duration_ms BIGINT NOT NULL,"
	" boot_us BIGINT NOT NULL, machine_us BIGINT NOT NULL, PRIMARY KEY (run, series, repeat, attempt)) {keyed};"
	"CREATE INDEX sessions_series ON sessions (series, run);"
	"CREATE TABLE times (run INTEGER NOT NULL, series INTEGER NOT NULL,"
	" repeat INTEGER NOT NULL, attempt INTEGER NOT NULL, boot INTEGER NOT NULL, what INTEGER NOT NULL,"
	" ms BIGINT NOT NULL, PRIMARY KEY (run, series, repeat, attempt, boot, what)) {keyed};"
	"CREATE VIEW results AS SELECT runs.run AS run, series.name AS session, scenario.word AS scenario,"
	" variant.word AS variant, board.word AS board, config.word AS config, arch.word AS arch, sessions.repeat AS repeat,"
	" sessions.attempt AS attempt, sessions.final AS final, sessions.verdict AS verdict, sessions.cause AS cause,"
	" sessions.wanted AS wanted, unit.word AS unit, image.word AS image_sha256, parameters.word AS parameters,"
	" why.word AS why, quarantine.word AS quarantine, sessions.not_run AS not_run, sessions.started_ms AS started_ms, sessions.duration_ms AS duration_ms,"
	" sessions.boot_us AS boot_us, sessions.machine_us AS machine_us"
	" FROM sessions JOIN runs ON runs.id = sessions.run JOIN series ON series.id = sessions.series"
	" JOIN words AS scenario ON scenario.id = series.scenario JOIN words AS variant ON variant.id = series.variant"
	" JOIN words AS board ON board.id = series.board JOIN words AS config ON config.id = series.config"
	" JOIN words AS arch ON arch.id = series.arch JOIN words AS unit ON unit.id = sessions.unit"
	" LEFT JOIN words AS image ON image.id = sessions.image"
	" LEFT JOIN words AS parameters ON parameters.id = sessions.parameters"
	" LEFT JOIN words AS why ON why.id = sessions.why"
	" LEFT JOIN words AS quarantine ON quarantine.id = sessions.quarantine",

	/* 2: results on their way from another host */
	"CREATE TABLE transfers (id {id}, run TEXT NOT NULL, session TEXT NOT NULL, attempt INTEGER NOT NULL,"
	" result TEXT NOT NULL, archive {bytes}, UNIQUE (run, session, attempt))",
};

static int one_number(struct db *db, const char *sql, int64_t *number, struct err *e)
{
	struct db_statement *s = db_prepare(db, sql, e);
	int rc = s ? db->ops->step(s, e) : -1;

	if (rc > 0) {
		*number = db->ops->integer(s, 0);
		db->ops->reset(s);
	}
	db->ops->finish(s);
	return rc == 0 ? err_set(e, ERR_IO, "the history's database says nothing of its version") : rc < 0 ? -1 : 0;
}

int schema_version(struct db *db, int *version, struct err *e)
{
	int64_t number = 0;

	*version = 0;
	if (one_number(db, db->ops->dialect.has_version, &number, e) < 0)
		return -1;
	if (number && one_number(db, "SELECT version FROM schema_version", &number, e) < 0)
		return -1;
	if (number < 0)
		return err_set(e, ERR_IO, "the history's database has tables of version %lld, which there never was",
			       (long long)number);
	if (number > SCHEMA_VERSION) {
		err_set(e, ERR_USAGE, "the history was written by a newer version of runtest: its tables are version %lld, and "
				      "this one knows them up to version %d", (long long)number, SCHEMA_VERSION);
		return err_hint(e, "use that version, or another database: --database URL");
	}
	*version = (int)number;
	return 0;
}

static int note_version(struct db *db, int version, struct err *e)
{
	char *sql = xasprintf("DELETE FROM schema_version; INSERT INTO schema_version VALUES (%d)", version);
	int rc = db_exec(db, sql, e);

	free(sql);
	return rc;
}

static int take_steps(struct db *db, int version, struct err *e)
{
	int have = 0;

	/* Another process may have done it while this one waited for its turn. */
	if (schema_version(db, &have, e) < 0)
		return -1;
	if (have >= version)
		return 0;
	if (db_exec(db, "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)", e) < 0)
		return -1;
	for (; have < version && have < SCHEMA_VERSION; have++)
		if (db_exec(db, steps[have], e) < 0)
			return -1;
	return note_version(db, version, e);
}

int schema_migrate(struct db *db, int version, struct err *e)
{
	int have;

	if (schema_version(db, &have, e) < 0)
		return -1;
	if (have >= version)
		return 0;
	if (db_begin(db, e) < 0)
		return -1;
	return db_end(db, take_steps(db, version, e), e);
}
