/* The part of Microkit's interface that the programs of images/microkit use, for the stand-in SDK (README.md). */
#ifndef MICROKIT_H
#define MICROKIT_H

typedef unsigned microkit_channel;

/* A program has these two. */
void init(void);
void notified(microkit_channel ch);

void microkit_dbg_putc(int c);
void microkit_dbg_puts(const char *s);
void microkit_notify(microkit_channel ch); /* no one hears it: every program is notified once, when all have started */

#endif
