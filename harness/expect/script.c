#include "expect/script.h"

#include <unistd.h>

/* No console prints this. It never reaches the console: dialogue_await() takes it out. */
#define READY "\001runtest: the script is ready\002"

/*
 * Runs in the interpreter in front of the script. The console is the controlling terminal, and the spawn id that
 * scripts talk to when they name none. Scripts that were written for people to start spawn a terminal program first,
 * with other options in every lab: the first program that a script spawns means the console, so its spawn hands out the
 * console instead of running it; every other program is spawned as ever.
 */
static const char prologue[] =
	"namespace eval ::runtest {\n"
	"	proc console {} {\n"
	"		::runtest::spawn -noecho -open [open /dev/tty r+]\n"
	"		return $spawn_id\n"
	"	}\n"
	"	proc own_terminal {words} {\n"
	"		variable terminal\n"
	"		set program [lindex [lsearch -all -inline -not -glob $words -*] 0]\n"
	"		if {[lsearch -regexp $words {^-(open|leaveopen|pty)$}] >= 0} { return 0 }\n"
	"		if {![info exists terminal]} { set terminal $program }\n"
	"		return [expr {$program eq $terminal}]\n"
	"	}\n"
	"}\n"
	"rename ::spawn ::runtest::spawn\n"
	"proc ::spawn args {\n"
	"	if {![::runtest::own_terminal $args]} { return [uplevel 1 [linsert $args 0 ::runtest::spawn]] }\n"
	"	puts stderr \"spawn $args: the console stands in for it\"\n"
	"	uplevel 1 [list set spawn_id [::runtest::console]]\n"
	"	return 0\n"
	"}\n"
	"proc ::interact args { puts stderr {interact: nobody sits here, going on} }\n"
	"set ::runtest::held [open /dev/tty r+]\n" /* the console ends with the interpreter, not before */
	"set spawn_id [::runtest::console]\n"
	"send -- $env(RUNTEST_SCRIPT_READY)\n"
	"unset env(RUNTEST_SCRIPT_READY)\n";

struct dialogue *script_start(const char *path, int log, int ready_ms, struct err *e)
{
	const char *argv[] = {"expect", "-N", "-n", "-c", prologue, "-f", path, NULL}; /* nobody's .expectrc */
	const char *env[] = {"RUNTEST_SCRIPT_READY=" READY, NULL};
	struct dialogue_spec spec = {.argv = argv, .env = env, .log = log, .on_tty = true};
	struct dialogue *d;

	if (access(path, R_OK) < 0) {
		err_sys(e, ERR_CONFIG, "cannot read the script");
		err_at(e, path, 0, 0);
		return NULL;
	}
	d = dialogue_start(&spec, e);
	if (d && dialogue_await(d, READY, ready_ms, e) < 0) {
		dialogue_end(d, 0);
		return NULL;
	}
	return d;
}
