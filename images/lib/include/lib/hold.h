/*
 * A moment for a witness: print `HOLD|name` and stand still until one byte arrives, which is consumed. Nothing in
 * memory changes in between except the holder's own stack and registers.
 */
#ifndef LIB_HOLD_H
#define LIB_HOLD_H

void hold(const char *name);

#endif
