#include "cli/shellscripts.h"

/*
 * bash cuts words at = and :, so the line is taken apart at its spaces, and what bash holds for done is cut off the answers.
 * A quote that is open is bash's to close.
 */
static const char bash[] =
	"# Completion of runtest for bash: source <(runtest completion bash)\n"
	"_runtest() {\n"
	"	local line=${COMP_LINE:0:COMP_POINT} word value done\n"
	"	local -a words\n"
	"	read -ra words <<<\"$line\"\n"
	"	[[ $line == *[[:space:]] ]] && words+=('')\n"
	"	word=${words[${#words[@]} - 1]#[\\'\\\"]}\n"
	"	words[${#words[@]} - 1]=$word\n"
	"	done=${word%\"${word##*[\"$COMP_WORDBREAKS\"]}\"}\n"
	"	COMPREPLY=()\n"
	"	while IFS=$'\\t' read -r value _; do\n"
	"		case $value in\n"
	"		:files) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"${word#\"$done\"}\") ;;\n"
	"		:folders) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- \"${word#\"$done\"}\") ;;\n"
	"		*[=/]) compopt -o nospace; COMPREPLY+=(\"${value#\"$done\"}\") ;;\n"
	"		*) COMPREPLY+=(\"${value#\"$done\"}\") ;;\n"
	"		esac\n"
	"	done < <(\"${words[0]/#~/$HOME}\" completion --answer -- \"${words[@]:1}\" 2>/dev/null)\n"
	"}\n"
	"complete -F _runtest runtest\n";

static const char zsh[] =
	"#compdef runtest\n"
	"# Completion of runtest for zsh: source <(runtest completion zsh), or as a file _runtest in a folder of $fpath\n"
	"_runtest() {\n"
	"	local value about program=${(Q)words[1]}\n"
	"	local -a whole open\n"
	"	while IFS=$'\\t' read -r value about; do\n"
	"		case $value in\n"
	"		(:files) _files ;;\n"
	"		(:folders) _files -/ ;;\n"
	"		(*[=/]) open+=(\"${value//:/\\\\:}${about:+:$about}\") ;;\n"
	"		(*) whole+=(\"${value//:/\\\\:}${about:+:$about}\") ;;\n"
	"		esac\n"
	"	done < <(${program/#\\~/$HOME} completion --answer -- \"${(@Q)words[2,CURRENT-1]}\" \"${(Q)PREFIX}\" 2>/dev/null)\n"
	"	(( ${#whole} )) && _describe runtest whole\n"
	"	(( ${#open} )) && _describe runtest open -S ''\n"
	"	return 0\n"
	"}\n"
	"if [[ ${funcstack[1]} == _runtest ]]; then _runtest \"$@\"; else compdef _runtest runtest; fi\n";

static const char fish[] =
	"# Completion of runtest for fish: runtest completion fish | source\n"
	"function __runtest_answer\n"
	"	set -l words (commandline -opc)\n"
	"	set -l word (commandline -ct)\n"
	"	for line in ($words[1] completion --answer -- $words[2..-1] \"$word\" 2>/dev/null)\n"
	"		switch $line\n"
	"			case ':files'\n"
	"				__fish_complete_path (string replace -r '^--[^=]*=' '' -- $word)\n"
	"			case ':folders'\n"
	"				__fish_complete_directories (string replace -r '^--[^=]*=' '' -- $word)\n"
	"			case '*'\n"
	"				echo $line\n"
	"		end\n"
	"	end\n"
	"end\n"
	"complete -c runtest -f -a '(__runtest_answer)'\n";

const struct shell_script shell_scripts[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}, {0}};
