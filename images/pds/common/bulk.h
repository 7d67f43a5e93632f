/*
 * Code that fills pages. A PD as small as these would have a single page of it, and a witness that counts pages could
 * not tell one lost page from all lost. Every instruction of it runs each time, so a page that is lost is missed. It
 * also has .data and .bss of several pages, and leaves every word of them changed.
 */
#ifndef PDS_BULK_H
#define PDS_BULK_H

void bulk_run(void);

#endif
