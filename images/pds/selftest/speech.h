/*
 * Printing what may be interrupted: others speak on the same console, and this kernel changes threads only when one
 * waits. So a self-test waits once, in the middle of a line.
 */
#ifndef SELFTEST_SPEECH_H
#define SELFTEST_SPEECH_H

void speech_break_soon(void); /* the next speech_break() is one */
void speech_break(void);      /* here, if one is due, everybody else has a turn */

#endif
