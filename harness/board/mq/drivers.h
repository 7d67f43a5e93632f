/* Console, power and load of a board behind a machine queue: three faces of one struct mq, which the load driver owns. */
#ifndef RUNTEST_BOARD_MQ_DRIVERS_H
#define RUNTEST_BOARD_MQ_DRIVERS_H

#include "board/console/console.h"
#include "board/load/load.h"
#include "board/power/power.h"
#include "config/mq.h"

struct mq;

/* Preparing it takes the lock, which can be waited for; destroying it gives the lock back. `log` gets what the queue's client is
 * asked and says. All are borrowed. */
struct load *load_mq_create(const struct unit_mq *spec, const struct load_job *job, const char *log);
struct mq *load_mq_queue(struct load *l);

/* Borrow the queue. */
struct console *console_mq_create(struct mq *q);
struct power *power_mq_create(struct mq *q);

#endif
