/* Completion for shells: each script hands the words of the line to `runtest completion --answer`, and shows its lines. */
#ifndef RUNTEST_CLI_SHELLSCRIPTS_H
#define RUNTEST_CLI_SHELLSCRIPTS_H

struct shell_script {
	const char *shell, *text;
};

extern const struct shell_script shell_scripts[]; /* ends with {0} */

#endif
