/* What the files of this room share: the running session. Nobody outside the room includes this. */
#ifndef RUNTEST_SESSION_STATE_H
#define RUNTEST_SESSION_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "board/board.h"
#include "config/part.h"
#include "farm/powered.h"
#include "match/watch.h"
#include "replay/recording.h"
#include "session/conlog.h"
#include "session/echo.h"
#include "session/entries.h"
#include "session/handover.h"
#include "session/judge.h"
#include "session/markers.h"
#include "session/facts.h"
#include "session/session.h"
#include "session/shown.h"
#include "session/sightings.h"
#include "session/survivor.h"
#include "session/typed.h"
#include "util/template.h"
#include "witness/looks.h"

enum { CHECKSUMS_MOST = 64 }; /* protection domains whose own checksums are kept in mind */

struct session {
	const struct session_spec *spec; /* `own` */
	struct session_spec own;       /* as it was given; the unit is the claimed one, once there is one */
	struct session_result *result; /* its arena owns every string below */
	struct unit_lock lock;         /* of hardware, from session_claim on */
	struct lease_watch lease;      /* of a machine without a lock: the reservation that let it in */
	int64_t guard_ms;              /* when that and the lock are looked at next, on clock_ms() */
	struct board board;
	bool powered;                  /* the unit is marked as powered, by us or by who had it before */
	bool is_off;                   /* hardware: off for certain, or told to be and not believed (the session has ended then) ... */
	int64_t waited_us;             /* for the lock */
	bool waits;                    /* for it, and said so */
	int64_t off_ms;                /* ... since when, on clock_ms(); 0: longer than anybody knows */
	struct board_boot boot;        /* what the board is to boot; its strings are the arena's */
	struct conlog log;
	struct typed typed;
	struct recording recording;    /* what is kept so that the boots can be run again */
	struct echo echo;
	struct shown shown;            /* its last line, for who looks on */
	struct watch *watch;
	uint64_t stale;                /* bytes of the log that were on the line before power went on */
	uint64_t heard_from;           /* where in the log the first boot begins */
	uint64_t taken;                /* bytes of the log up to the end of the last expected text */
	struct handover *handover;     /* while a script has the console, else NULL */
	bool aside;                    /* what comes is logged and lent, and is none of the scenario's */
	struct buf *lent;              /* gets the console too while a load driver talks on it, else NULL */
	char *dir;                     /* absolute */

	int64_t power_on_us;           /* monotonic; of the first boot */
	bool unstarted;                /* the image was not handed the board: what is in RAM says nothing of it */
	int boot_number;               /* from 1: how often the session has started the board */
	int64_t deadline_ms;           /* of the session, monotonic */
	int64_t phase_deadline_ms;     /* of the phase, monotonic */

	bool trickles;                 /* the last read was short: more is on its way */
	int64_t heard_us, talks_us;    /* clock_us() of the last read, and since when it has talked without a pause */
	bool console_ended, power_lost;
	struct power_loss loss;

	/* How it ends: the first cause stays. */
	bool ended;
	bool forestalled;              /* END_DENIED: because an awaited text had not come before */
	enum ending ending;
	enum cause console_cause;
	enum unit_part works_on;       /* the part of the board that is used just now: to blame where it fails */
	enum unit_part ill;            /* the one that ended the session */

	const struct deny **denies;    /* by the id given to the watch */
	size_t deny_count, deny_room;
	struct markers markers;
	struct entries entries;
	bool settles;                  /* a step of it waits for no text: execution is a witness */
	bool settled;                  /* and ended because all seemed to have come, not at its deadline */
	unsigned execution;            /* set of EXECUTION_* */
	unsigned entered_memory;       /* set of MEMORY_*: of the pages that protection domains were entered in; 0: unknown */
	size_t denied_room, note_count, note_room, tests_room;

	const char *awaited, *awaited_file; /* what is waited for; borrowed until the session's end */
	int awaited_line;
	struct sightings seen;         /* expected texts that came */
	struct facts facts;
	struct variable *variables;    /* parameters, and what repetitions count, the innermost last */
	size_t variable_count, variable_room;
	struct buf filled;             /* the last text that variables were filled in */
	struct buf sought;             /* what is looked for where a text can be forestalled by another */

	struct versions versions;      /* what each protection domain is to run */
	struct before before;          /* what memory held before a restart */
	struct looks looks;
	unsigned memory;               /* set of MEMORY_* so far */
	unsigned looks_missed;         /* demanded ones that did not take place */
	uint64_t checksummed;          /* a bit for each of the image's first protection domains that said its own checksum */
	struct survivor survivor;      /* what became of every page, between the looks too */
};

/* What fails from here on lies with that part of the board, where the error does not say otherwise. Returns the one before. */
enum unit_part session_works_on(struct session *s, enum unit_part part);

/* Since power-on; 0 before. */
int64_t session_ms(const struct session *s);

/* The session ends this way; the first cause stays. `why` is copied into the result unless one is there. */
void session_end(struct session *s, enum ending how, enum cause console_cause, const char *why);
void session_end_error(struct session *s, const struct err *e); /* infra, or cancelled */
void session_end_about(struct session *s, enum unit_part part, const struct err *e); /* the same, and that part is to blame */
bool session_is_stopped(struct session *s); /* see cancel_comes(); then it ends as cancelled */
void session_note(struct session *s, const char *text);         /* a further sentence of evidence; copied */

/* guard.c: has the board been taken away? Ends the session when it has; looks now and then only. */
void session_guard(struct session *s);
int64_t session_guard_due(const struct session *s, int64_t due_ms); /* wake for that, or for due_ms if that is sooner */
bool session_board_is_lost(struct session *s); /* the lock is, at this moment: nothing may be done to the board */

/* pump.c: one loop over console, control socket, power and cancellation. */
enum pump { PUMP_MET, PUMP_DEADLINE, PUMP_ENDED };
/* Run until `met` says so (asked after every event), the deadline (monotonic ms) passes or the session ends. */
enum pump session_pump(struct session *s, int64_t deadline_ms, bool (*met)(struct session *s, void *arg), void *arg);
/* The line is dead. When power went with it, how it went is the cause: that news may be behind. Where none comes the session
 * ends with the line's own reason; `when`: as session_console_dead. */
void session_await_news(struct session *s, const char *when);
/* A denied text has come: evidence, and the session's end. */
void session_denied(struct session *s, const struct deny *d, const struct watch_hit *hit);
/* Take what the console still holds, without waiting; denied texts are noted. */
void session_drain(struct session *s);
/* Nothing more will come: what a pattern was only waiting for is decided. */
void session_console_over(struct session *s);
/* Bytes have gone to the console, which had said so much (session_now) when they were typed: kept as evidence. */
void session_typed(struct session *s, struct typed_moment when, const char *bytes, size_t n);
struct typed_moment session_now(const struct session *s);
/* Send bytes to the console; waits (and reads meanwhile) when the line is full. */
enum pump session_send(struct session *s, const char *bytes, size_t n, int64_t deadline_ms);

/* hearing.c: power is about to go on. The console is opened and heard out where there is one without power. */
void session_hear_out(struct session *s);
/* Power has gone off: is the console silent for so long? What comes goes to the log. Cancellation does not matter here. */
enum hearing { HEARD_SILENCE, HEARD_TALK, HEARD_NOTHING /* the console is dead */ };
enum hearing session_hear_off(struct session *s, int64_t silence_ms);
/* The console is dead: ends the session with what is known of why. `when`: "while the board had power". */
void session_console_dead(struct session *s, const char *when);
/* A console that was away may have missed something, which gives nobody a pass. */
void session_check_console(struct session *s);

/* loading.c: the console as drivers borrow it for a dialogue. */
struct lent_line {
	struct load_line base;
	struct session *session;
	struct buf came; /* since the driver last asked */
};
void session_lend(struct session *s, struct lent_line *line);
void session_take_back(struct session *s, struct lent_line *line);
void session_boot_describe(struct session *s); /* fills s->boot */
/* At the next delivery hardware's U-Boot fills these regions first (WITNESS_*; none for 0, all for WITNESS_EVERYTHING). */
#define WITNESS_EVERYTHING (~0u)
void session_fill_at_prompt(struct session *s, unsigned regions);
/* The board has been switched on or reset: bring the image in and start it. Ends the session where that fails. */
void session_load(struct session *s, int64_t deadline_ms);

/* reset.c: start the board anew, and load it again. */
void session_reset(struct session *s, unsigned poisoned_regions, int64_t deadline_ms); /* RAM stays; WITNESS_* */
void session_power_cycle(struct session *s, int64_t deadline_ms);                     /* RAM is lost */
/* Only the reset itself, RAM kept. False: it did not take place, and e says why. */
bool session_restart_board(struct session *s, int64_t deadline_ms, struct err *e);
/* Where the console alone accuses, is it the line that is bad? Then the session ends as infra. The board is started anew. */
void session_test_line(struct session *s);

/* restarts.c: hardware that starts anew though nobody asked it to is seen by what its U-Boot begins with. */
enum { RESTARTS_ID = MARKERS_FROM - 1 };
int session_watch_restarts(struct session *s);
void session_started_anew(struct session *s); /* that text has come */

/* power.c: hardware is on only while its session runs, and off for certain before and after. */
bool session_claim(struct session *s);      /* it is ours from here on; false: the session has ended */
bool session_begin_off(struct session *s);  /* the console is open: off for certain, whatever state it was found in */
bool session_switch_on(struct session *s);
/* Off, and silent. Infra where it is not. Safe to call twice. */
void session_switch_off(struct session *s);

/* flight.c: every boot of QEMU's is recorded, unless something forbids it: then the result says what. */
void session_record_open(struct session *s); /* the board is open, and off */
void session_record_boot(struct session *s); /* power is about to go on */
void session_record_end(struct session *s);  /* and to go off */
void session_record_write(struct session *s);

/* settle.c: until every protection domain has come to its entry, and settle_ms longer; by the deadline (monotonic) in any
 * case, which is no time-out. */
void session_settle(struct session *s, int64_t settle_ms, int64_t deadline_ms);
/* Before the last look of a session that saw nothing of the boot: until the image is in memory, or the session's deadline;
 * where something was waited for, and did not come, until the machine has had a processor for a moment. */
void session_let_load(struct session *s);

/* execution.c: what became of protection domains, of a session that settles. Before the verdict; waits for QEMU's end. */
void session_execution(struct session *s);

/* blame.c: a clear that nobody expected, or any with --culprit. After the verdict; waits for QEMU's end. */
void session_blame(struct session *s);

/* lostnames.c: what lay in the pages that were first found at fault, by the names in their ELFs. */
void session_name_pages(struct session *s);

/* steps.c */
int session_deny(struct session *s, const struct deny *d);
void session_steps(struct session *s);

/* What the session waits for, for a report of its end; NULL: nothing any more. */
void session_awaits(struct session *s, const char *what, const char *file, int line);
/* The deadline (monotonic ms) passed, and nothing else explains why. */
void session_end_timeout(struct session *s, int64_t deadline_ms);
/* The console is dead: ends the session with the reason. */
void session_hang_up(struct session *s);

/* The text with its variables filled in: itself where there are none, else valid until the next call (s->filled). */
const char *session_fill(struct session *s, const char *text, size_t n);
int64_t session_amount(const struct session *s, const struct amount *a);
/* Wait for a text; `unless` (or NULL) must not come before it. False: the session has ended, with the cause. */
bool session_await(struct session *s, const struct text_pattern *p, const struct deny *unless, int64_t deadline_ms);

/* compare.c: the last match, held against the image or a text, and what is kept of it. */
void session_compare(struct session *s, const struct step *step);
void session_keep(struct session *s, const struct step *step);

/* update.c */
void session_send_file(struct session *s, const struct step_file *f, int64_t deadline_ms);
void session_holds(struct session *s, const struct step_holds *h);

/* cases.c: read the guest's own test results; those that failed, or are not whole, end the session. */
void session_cases(struct session *s, const struct step *step, int64_t deadline_ms);

/* look.c */
void session_poison(struct session *s);
/* Stop the machine. True: it does not move any more. */
bool session_stand_still(struct session *s, int64_t deadline_ms);
/* Look while the machine stands still because the guest waits, or (stop) after stopping it; continues it if `resume`. */
void session_look(struct session *s, const struct witness_spec *w, bool stop, bool resume, int64_t deadline_ms);
void session_look_finally(struct session *s);
/* Is there, on a board whose memory can be seen at any time, a page that nothing has written since it was filled? */
bool session_is_unloaded(struct session *s);
void session_looks_write(struct session *s); /* witness.json */
bool session_take_look(struct session *s, const struct witness_spec *w); /* nothing moves; not weighed. False: infra */

/* afterreset.c: the last look of a board whose RAM can be seen only when the system is gone. */
void session_look_after_reset(struct session *s, const struct witness_spec *specs, size_t count);

/* told.c: which untypeds were cleared, by what the board printed of them where it did. */
void session_untypeds(struct session *s);

/* survivor.c: memory is sampled while the guest runs, where it can be; else the result says why not. */
void session_survival_open(struct session *s); /* memory is poisoned, and power off */
/* Take a sample if one is due, and say when this session has to wake: at the deadline (monotonic ms), or before. */
int64_t session_survival_wake(struct session *s, int64_t deadline_ms);
void session_survival_look(struct session *s, const char *moment); /* nothing moves: an exact sample, and a mark */
void session_survival_reset(struct session *s);   /* stands still, to be reset */
void session_survival_suspend(struct session *s); /* its memory is about to be lost */
void session_survival_power_cycle(struct session *s); /* there is fresh memory */
void session_survival_write(struct session *s);

/* conclude.c: evidence and verdict into the result. */
void session_conclude(struct session *s);

#endif
