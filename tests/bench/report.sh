# Reports of 10,000 sessions in a browser's form, against packing the run's journal alone. Sourced by run.sh.
# shellcheck shell=bash disable=SC2154
LARGE=$(count 10000) tests/browser/runs.sh "$work/report" >/dev/null
report_runs=$work/report/results
tests/browser/makeruns.py large "$report_runs/passing" "$report_runs/well" "$(count 10000)"
for run in well large; do
	"$bin/pairs" "$(count 20)" ./runtest report --html "$report_runs/$run" -- gzip -1 -k -f "$report_runs/$run/journal.jsonl" >"$work/report.pairs"
	case $run in
	well) what="as demanded" ;;
	large) what="two thirds not, a console of 50 MiB" ;;
	esac
	pairs_report "runtest report --html, $(count 10000) sessions, $what: against gzip -1 of the journal" ms "$work/report.pairs"
done
