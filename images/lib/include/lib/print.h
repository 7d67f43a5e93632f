/* Console output: %s %c %d %u %x with zero padding, width and `l`. "\n" goes out as CR LF. */
#ifndef LIB_PRINT_H
#define LIB_PRINT_H

__attribute__((format(printf, 1, 2))) void print(const char *fmt, ...);

#endif
