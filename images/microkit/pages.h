/*
 * Code that fills pages: a protection domain as small as these would have one page of it, and a witness that counts
 * pages could not tell one lost page from all lost. Every instruction runs each time.
 */
#ifndef MICROKIT_PAGES_H
#define MICROKIT_PAGES_H

/* The sum that all of the code comes to, from this seed: the same on every run, unless code has changed. */
unsigned pages_run(unsigned seed);

/* Eight hex digits and a line end, on the debug console. */
void pages_print(unsigned sum);

#endif
