/*
 * An image that somebody else built (`run --image`): it stands in the plan as a variant of its own, which nothing builds
 * and no project knows. Its name is "image:" and the file's. docs/foreign-images.md
 */
#ifndef RUNTEST_CLI_FOREIGN_H
#define RUNTEST_CLI_FOREIGN_H

#include <stdbool.h>

#include "config/project.h"
#include "image/bootimage.h"
#include "plan/plan.h"
#include "result/journal.h"
#include "util/sha256.h"

/* What was given on the command line; paths as they came. */
struct foreign_files {
	const char *image;       /* NULL: none */
	const char *report;      /* NULL: none */
	const char *const *elfs; /* NAME=FILE; NULL-terminated; NULL: none */
};

struct foreign {
	struct arena arena;
	const char *path;             /* absolute; NULL: there is no such image */
	const char *report;           /* absolute, or NULL */
	const char *const *elfs;      /* NAME=FILE, absolute; NULL: none */
	struct image_files files;     /* the same, with the report, once the image is open */
	char sha256[SHA256_HEX];
	struct boot_image img;        /* where it is not damaged */
	const char *damage;           /* what is wrong with it, or NULL */
	struct variant variant;
};

/*
 * Read it, and all that explains it. ERR_USAGE for a file that is no boot image of any known kind, ERR_IMAGE for a report
 * or an ELF that does not belong to it, ERR_IO. A damaged image is no error here: `damage` says what it is. Close in any
 * case; one that was zeroed and never opened too.
 */
int foreign_open(struct foreign *f, const struct foreign_files *given, const struct project *project, struct err *e);
void foreign_close(struct foreign *f);

/* Can it go with the boards and scenarios that are wanted? ERR_USAGE: it is for no such board, or does not tell what a
 * scenario compares with. */
int foreign_check(const struct foreign *f, const struct project *project, const struct plan_request *want, struct err *e);

/* What run.json says of it, and the same read back: ERR_USAGE when the file is another one by now. */
void foreign_note(const struct foreign *f, struct run_settings *settings);
int foreign_reopen(struct foreign *f, const struct run_settings *settings, const struct project *project, struct err *e);

#endif
