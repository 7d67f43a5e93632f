#include "slurm/fate.h"

#include <string.h>

static const char *place(const struct fate_facts *f, struct arena *a)
{
	return f->node && *f->node ? arena_printf(a, " on %s", f->node) : "";
}

/* How far the session was. */
static const char *progress(const struct fate_facts *f)
{
	return f->began ? "while the session ran" : "before the session began";
}

static const char *cancelled(const struct fate_facts *f, struct arena *a)
{
	if (f->cancelled)
		return arena_printf(a, "the run was cancelled by %s, %s (Slurm's job %s%s)", f->cancelled, progress(f), f->job,
				    place(f, a));
	return arena_printf(a, "Slurm's job %s%s was cancelled %s", f->job, place(f, a), progress(f));
}

static const char *failed(const struct fate_facts *f, struct arena *a)
{
	return arena_printf(a, "Slurm's job %s%s ended (%s) without a result, %s%s%s", f->job, place(f, a), f->state.name,
			    progress(f), f->said ? "; it said: " : "", f->said ? f->said : "");
}

const char *fate_of(const struct fate_facts *f, enum verdict *verdict, struct arena *a)
{
	*verdict = VERDICT_INFRA;
	if (f->state.stage == STAGE_UNKNOWN) {
		*verdict = VERDICT_CANCELLED;
		return arena_printf(a, "Slurm no longer knows job %s, which left no result: its controller has lost it, or it ended long "
				       "ago", f->job);
	}
	switch (f->state.end) {
	case ENDED_CANCELLED:
		*verdict = VERDICT_CANCELLED;
		return cancelled(f, a);
	case ENDED_PREEMPTED:
		*verdict = VERDICT_CANCELLED;
		return arena_printf(a, "Slurm's job %s%s was preempted %s, and not put back into the queue", f->job, place(f, a),
				    progress(f));
	case ENDED_TIMEOUT:
		return arena_printf(a, "Slurm's limit of %d min for job %s%s was over %s", f->minutes, f->job, place(f, a),
				    progress(f));
	case ENDED_NODE_FAIL:
		return arena_printf(a, "node %s failed %s (Slurm's job %s)", f->node && *f->node ? f->node : "of the job",
				    progress(f), f->job);
	default:
		return failed(f, a);
	}
}

const char *fate_of_earlier(const char *job, const char *node, struct arena *a)
{
	return arena_printf(a, "Slurm put job %s back into its queue: its node (%s) failed, or it was preempted or requeued", job,
			    node ? node : "not known");
}
