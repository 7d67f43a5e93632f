/* What the places of the images cost. */
#ifndef MONITOR_PLACES_H
#define MONITOR_PLACES_H

/* One line for each protection domain: bytes of copies of its image beside the one that runs. */
void places_print(void);

#endif
