#include "result/report.h"

#include <stdlib.h>

#include "result/results_folder.h"
#include "util/file.h"

int report_write_all(const struct run_record *r, struct err *e)
{
	static const struct {
		const char *file;
		void (*write)(struct buf *out, const struct run_record *r);
	} reports[] = {{"junit.xml", report_junit}, {"results.json", report_json}};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof reports / sizeof reports[0]; i++) {
		char *path = xasprintf("%s/%s", r->dir, reports[i].file);
		struct buf text;

		buf_init(&text);
		reports[i].write(&text, r);
		rc = file_write_atomic(path, text.data, text.len, false, e); /* no sync: it can be made again */
		if (rc < 0)
			results_hint(e, r->dir);
		buf_finish(&text);
		free(path);
	}
	return rc;
}
