# `runtest report --html`: one page that holds its run. How it looks and works: tests/browser (make check-all).
# shellcheck shell=bash disable=SC2154

test_a_run_becomes_one_page_that_needs_nothing() {
	expect_status 0 "$RUNTEST" run pd-survives --variant patched --board qemu_virt_aarch64 --results "$T/results"
	expect_status 0 "$RUNTEST" report --html --results "$T/results"
	expect_text "$T/out" /report.html
	local page=$T/results/latest/report.html
	expect_text "$page" 'The one session came out as demanded'
	expect_text "$page" "default-src 'none'"
	expect_no_text "$page" 'src="http'
	expect_no_text "$page" 'url('
	# The packed details are what results.json has of the session.
	python3 - "$page" "$T/results/latest/results.json" <<'PY'
import base64, json, re, sys, zlib
page, results = open(sys.argv[1]).read(), json.load(open(sys.argv[2]))
run = json.loads(re.search(r'id="run">(.*?)</script>', page)[1])
assert run["totals"] == results["totals"] and run["run"] == results["run"], run
packed = re.search(r'id="d0">(.*?)</script>', page)[1]
told = json.loads(zlib.decompress(base64.b64decode(packed)).split(b"\n")[0])["s"]
whole = results["sessions"][0]
assert told["verdict"] == "pass" and told["session"] == whole["session"], told
assert len(told["evidence"]["pages"]) == len(whole["evidence"]["pages"]) > 0
console = zlib.decompress(base64.b64decode(re.search(r'id="k0">(.*?)</script>', page)[1]))
assert b"MON|INFO: system is up" in console
PY
	# However many processors made it.
	cp "$page" "$T/page"
	expect_status 0 taskset -c "$(taskset -cp $$ | sed 's/.*[: ]\([0-9]*\).*/\1/')" "$RUNTEST" report --html --results "$T/results"
	cmp "$page" "$T/page" || fail "another page"
	expect_status 2 "$RUNTEST" report --html --format junit --results "$T/results"
	expect_status 2 "$RUNTEST" report --html --results "$T/results" no-such-run
}
