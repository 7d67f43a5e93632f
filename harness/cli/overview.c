#include "cli/overview.h"

#include "cli/option_table.h"

const char overview_synopsis[] = "[--project DIR] [--lab ID] COMMAND [ARGUMENT...]\n[--project DIR] [--lab ID] SCENARIO...";
const char overview_about[] = "boot variants of seL4 and Microkit systems, and judge what became of their memory";

void overview_head(struct buf *out)
{
	buf_adds(out,
		 "Boots variants of seL4 and Microkit systems and says, with evidence from the console and from memory,\n"
		 "whether protection domains' code survived. With a SCENARIO instead of a command it is `runtest run`.\n");
}

void overview_tail(struct buf *out)
{
	buf_adds(out,
		 "`runtest COMMAND --help` explains a command.\n"
		 "\n"
		 "Options, before the command (--color behind it, too):\n"
		 "  --project DIR  the project's folder, or one below it; without it: found upward from the current folder\n"
		 "  --lab ID       whose lab-... boards, where several labs run\n"
		 "  --color WHEN   colours: auto (on a terminal, where NO_COLOR is not set), always or never\n"
		 "  --help         this text; behind a command: that command's\n"
		 "  --version      which version of runtest it is\n"
		 "\n"
		 "Environment:\n"
		 "  RUNTEST_STATE     the folder of locks, queues and reservations (/var/lib/runtest where that can be written)\n"
		 "  RUNTEST_TOKEN     tokens of reservations to use, with commas between\n"
		 "  RUNTEST_DATABASE  where the history is kept: sqlite:PATH or postgresql://HOST/DATABASE\n"
		 "  NO_COLOR          set to anything: no colours\n"
		 "\n"
		 "Exit status: 0 as demanded; 1 a verdict is not ok, or everything was skipped; 2 usage or configuration;\n"
		 "3 the lab or the file system; 4 no board or no time was to be had; 5 flaky, with --flaky-exit; 130 and 143\n"
		 "cancelled by SIGINT or another signal.\n");
}

void overview_of_command(const struct command *c, struct buf *out)
{
	buf_adds(out, c->help);
	if (c->options) {
		buf_addc(out, '\n');
		option_table_text(c->options, out);
	}
	if (c->help_after)
		buf_printf(out, "\n%s", c->help_after);
}
