# The dashboard, asked as browsers and programs would, and as those would who mean no good.
# shellcheck shell=bash disable=SC2154 # root and T come from run.sh

# serve OPTION...: in the background; its address in $url.
serve() {
	rm -f "$T/serve.out" # of one before
	TMPDIR=$T "$RUNTEST" --project "$root" serve --results "$T/results" --listen 127.0.0.1:0 "$@" >"$T/serve.out" 2>"$T/serve.err" &
	server=$!
	wait_for 60 grep -qs 'shows' "$T/serve.out"
	url=$(cut -d' ' -f1 "$T/serve.out")
}

# ask <<PY: Python with a Dashboard `d`.
ask() {
	{
		echo 'import sys; sys.path.insert(0, sys.argv[1]); from dashboard import *; d = Dashboard(sys.argv[2]); T = sys.argv[3]'
		cat
	} >"$T/ask.py"
	python3 "$T/ask.py" "$root/tests/e2e" "$url" "$T" || fail "see above; $(cat "$T/serve.err")"
}

past_run() {
	python3 "$root/tests/e2e/pastrun.py" "$T/results" "$@"
}

test_serve_shows_what_is_there_and_changes_nothing() {
	past_run 20260101-000000-aaaa 30 'boots.good.b1.debug=pass' 'boots.<b>x<i>.b1.debug=fail'
	past_run 20260201-000000-bbbb 1 'boots.good.b1.debug=pass' 'boots.other.b1.debug=pass'
	mkdir -p "$T/results/20260201-000000-bbbb/boots.good.b1.debug.1/1"
	echo '<script>alert(1)</script>' >"$T/results/20260201-000000-bbbb/boots.good.b1.debug.1/1/console.log"
	echo secret >"$T/outside"
	ln -s ../../outside "$T/results/20260201-000000-bbbb/link"
	serve
	touch "$T/before"
	ask <<'PY'
page = hardened(d.get("/")).text
no_inline(page)
assert "The newest run is ok" in page and "20260101-000000-aaaa" in page and "not ok" not in page.split("20260101")[0], page
assert page.index("20260201-000000-bbbb") < page.index("20260101-000000-aaaa")
no_inline(hardened(d.get("/runs/20260101-000000-aaaa/live")).text)
assert "&lt;b&gt;x&lt;i&gt;" in d.get("/runs/20260101-000000-aaaa/live").text and "<b>" not in d.get("/runs/20260101-000000-aaaa/live").text
report = hardened(d.get("/runs/latest/"))
assert "sha256-" in report.text and "20260201-000000-bbbb" in report.text
assert d.get("/runs/latest", 308).headers["Location"] == "/runs/latest/"
for path in "/boards", "/login", "/live/20260201-000000-bbbb/boots.good.b1.debug.1":
    no_inline(hardened(d.get(path)).text)
assert "no history yet" in d.get("/trends").text and "no history yet" in d.get("/flaky").text
for path in "/assets/style.css", "/assets/ui.js", "/assets/console.js", "/assets/dashboard.js", "/assets/live.js", "/assets/icon.svg":
    hardened(d.get(path))
# what a board has printed is text, and no script in it would run
log = hardened(d.get("/runs/latest/boots.good.b1.debug.1/1/console.log"))
assert log.headers["Content-Type"].startswith("text/plain") and "sandbox" in log.headers["Content-Security-Policy"], log.headers
assert d.get("/runs/latest/journal.jsonl").headers["Content-Type"].startswith("text/plain")
# the same for programs
runs = hardened(d.get("/api/runs")).json()
assert [r["run"] for r in runs["runs"]] == ["20260201-000000-bbbb", "20260101-000000-aaaa"] and not runs["more"], runs
assert runs["runs"][0]["totals"] == {"pass": 2} and runs["runs"][0]["state"] == "ok", runs
assert runs["runs"][1]["totals"] == {"pass": 1, "fail": 1}, runs
assert d.get("/api/runs?before=20260201-000000-bbbb").json()["runs"][0]["run"] == "20260101-000000-aaaa"
assert len(d.get("/api/runs/latest").json()["sessions"]) == 2
brief = hardened(d.get("/api/runs/20260101-000000-aaaa/sessions")).json()
assert not brief["goes_on"] and sorted(s["verdict"] for s in brief["sessions"]) == ["fail", "pass"], brief
for s in brief["sessions"]:
    assert s["state"] == "ended" and "duration_ms" in s and s["why"] == "it came to " + s["verdict"], brief
session = d.get("/api/runs/latest/sessions/boots.good.b1.debug.1").json()
assert session["state"] == "ended" and session["verdict"] == "pass" and not session["goes_on"], session
assert d.get("/api/boards").json()["boards"]
# what is not there
for path in "/nothing", "/runs/none/", "/runs/latest/none", "/assets/none", "/trends/x/y", "/live/none/x", "/runs/latest/link", "/runs/latest/.":
    assert hardened(d.ask(path)).status in (400, 404), path
for path in "/api/runs/none", "/api/runs/none/sessions", "/api/runs/latest/sessions/none", "/api/flaky":
    assert d.get(path, 404).json()["error"], path
PY
	[ -z "$(find "$T/results" -newer "$T/before" ! -path "$T/results")" ] || fail "changed: $(find "$T/results" -newer "$T/before")"
	kill "$server"
	wait "$server" || fail "exit status $?"
	expect_no_text "$T/serve.err" runtest
	[ -z "$(find "$T" -maxdepth 1 -name 'runtest-serve.*')" ] || fail "its scratch folder is still there"
}

test_serve_trends_and_flaky_sessions_from_the_history() {
	python3 "$root/tests/bench/historyruns.py" "$T/results" --runs 4 --sessions 40 --repeats 2
	"$RUNTEST" history --import --results "$T/results" >/dev/null
	serve
	ask <<'PY'
page = d.get("/trends").text
no_inline(page)
assert page.count("<svg") == 20 and 'href="/trends/scenario-1"' in page, page[:3000]
page = d.get("/trends/scenario-1").text
no_inline(page)
assert page.count("<title>") > 8 and "Run by run" in page
assert "did you mean scenario-1?" in d.get("/trends/scenarioo-1", 404).text
assert len(d.get("/api/trends/scenario-1").json()["runs"]) == 4
no_inline(d.get("/flaky").text)
assert d.get("/api/flaky").json()["results"] == 160
assert d.get("/api/trends/none", 404).json()["error"]
PY
}

# bisection NAME SCENARIO CULPRIT SUBJECT: as `runtest bisect` leaves it; without CULPRIT it goes on.
bisection() {
	mkdir -p "$T/results/$1"
	python3 - "$@" >"$T/results/$1/bisect.json" <<'PY'
import json, sys
name, scenario, *found = sys.argv[1:]
test = {"commit": "a" * 40, "tree": "1", "mark": "good", "verdict": "pass", "cause": "", "boots": 1}
print(json.dumps({"format": 1, "repository": "/src/k", "good": "b" * 40, "bad": "c" * 40, "scenario": scenario, "variant": "v", "unit": "b1",
                  "config": "debug", "repeat": 1, "timeout_ms": 1, "recipe": "ff", "tests": [test], **dict(zip(("culprit", "subject"), found))}))
PY
}

test_serve_regressions_with_the_run_since_which_and_the_culprit() {
	sessions=(good.v.b1.debug=pass mended.v.b1.debug=fail 'broken.v.b1.debug=pass' '<i>odd.v.b1.debug=pass' gone.v.b1.debug=pass always.v.b1.debug=fail)
	past_run 20260101-000000-aaaa 30 "${sessions[@]}"
	past_run 20260102-000000-bbbb 20 good.v.b1.debug=pass mended.v.b1.debug=pass 'broken.v.b1.debug=fail' '<i>odd.v.b1.debug=timeout' gone.v.b1.debug=fail
	past_run 20260103-000000-cccc 10 good.v.b1.debug=pass 'broken.v.b1.debug=fail' '<i>odd.v.b1.debug=infra' always.v.b1.debug=fail
	"$RUNTEST" history --import --results "$T/results" >/dev/null
	later=$(date -u -d '-5 days' +%Y%m%d-%H%M%S)
	bisection "bisect-$later-0001" broken "$(printf 'd%.0s' {1..40})" 'kernel: <script>alert(1)</script>'
	bisection "bisect-$(date -u -d '-25 days' +%Y%m%d-%H%M%S)-0002" gone "$(printf 'e%.0s' {1..40})" 'an earlier change'
	bisection "bisect-$later-0003" '<i>odd'
	rm -r "$T/results/20260101-000000-aaaa" # cleared away: the history knows it still
	serve
	LATER=$later ask <<'PY'
import os
page = hardened(d.get("/regressions")).text
no_inline(page)
assert "3 sessions got worse" in page and "1 more was not as demanded in any of them" in page, page
assert page.count("<tr data-find>") == 3, page
broken = next(r for r in page.split("<tr data-find>")[1:] if "broken.v.b1.debug" in r)
assert 'href="/live/20260103-000000-cccc/broken.v.b1.debug.1"' in broken and "2 runs" in broken, broken
assert 'href="/runs/20260102-000000-bbbb/#s/broken.v.b1.debug.1"' in broken, broken
assert "20260101-000000-aaaa" in broken and "/runs/20260101" not in broken, broken
assert "<code>dddddddddddd</code>" in broken and "&lt;script&gt;alert(1)" in broken and "<script>alert" not in page, broken
found = f"/runs/bisect-{os.environ['LATER']}-0001/bisect.json"
assert found in broken and hardened(d.get(found)).json()["culprit"] == "d" * 40
gone = next(r for r in page.split("<tr data-find>")[1:] if "gone.v.b1.debug" in r)
assert "not looked for" in gone and "eeee" not in page, gone # that bisection is older: it was of another change
odd = next(r for r in page.split("<tr data-find>")[1:] if "odd.v.b1.debug" in r)
assert "after <code>aaaaaaaaaaaa</code>" in odd and "cccccccccccc" in odd and "&lt;i&gt;odd" in odd and "timeout" in odd, odd
# what is good, good again, or was never good is none of it
for name in "good.v", "mended.v", "always.v":
    assert name not in page, name
all = d.get("/api/regressions").json()
assert {r["session"] for r in all["regressions"]} == {"broken.v.b1.debug", "gone.v.b1.debug", "<i>odd.v.b1.debug"}, all
one = next(r for r in all["regressions"] if r["session"] == "broken.v.b1.debug")
assert (one["good"]["run"], one["since"]["run"], one["now"]["run"]) == ("20260101-000000-aaaa", "20260102-000000-bbbb", "20260103-000000-cccc")
assert one["bisection"]["culprit"] == "d" * 40 and one["why"] == "it came to fail" and not one["other_image"], one
assert "bisection" not in next(r for r in all["regressions"] if r["session"].startswith("gone"))
PY
}

test_serve_nothing_got_worse() {
	past_run 20260101-000000-aaaa 3 good.v.b1.debug=pass mended.v.b1.debug=fail
	serve
	ask <<'PY'
assert "no history yet" in d.get("/regressions").text
d.get("/api/regressions", 404)
PY
	past_run 20260102-000000-bbbb 2 good.v.b1.debug=pass mended.v.b1.debug=pass
	"$RUNTEST" history --import --results "$T/results" >/dev/null
	ask <<'PY'
page = d.get("/regressions").text
assert "No session got worse" in page and "<table" not in page, page
assert d.get("/api/regressions").json()["regressions"] == []
PY
}

kept() {
	compgen -G "$T/runtest-serve.*/$1" >/dev/null
}

# The first who looks need not wait for what takes long; a run that goes on changes, and is none of it.
test_serve_makes_what_takes_long_before_anybody_asks() {
	past_run 20260101-000000-aaaa 3 good.v.b1.debug=pass
	past_run 20260102-000000-bbbb 2 good.v.b1.debug=pass
	past_run 20260103-000000-cccc 1 good.v.b1.debug=pass
	flock --no-fork "$T/results/20260103-000000-cccc/journal.jsonl" sleep 1000 &
	holder=$!
	wait_for 60 sh -c "! flock -n -s '$T/results/20260103-000000-cccc/journal.jsonl' true"
	serve
	wait_for 60 kept '20260102-000000-bbbb.*.html'
	kept 20260101-000000-aaaa.summary || fail "no summary"
	kept 20260102-000000-bbbb.summary || fail "no summary"
	if kept '20260103*' || kept '20260101*.html'; then
		fail "more than that"
	fi
	kill "$holder"
}

# Whoever asks in the moment in which a run ends is told that it goes on, or how it ended, and never that it was cut short: pages
# ask no more then.
test_serve_a_run_that_ends_while_it_is_looked_at_was_not_cut_short() {
	past_run 20260101-000000-aaaa 1 good.v.b1.debug=pass
	serve
	ask <<'PY'
import fcntl, json, threading, time
journal = T + "/results/20260101-000000-aaaa/journal.jsonl"
last_words = open(journal).read()
began = json.dumps({"event": "session-started", "at": "2026-01-01T00:00:00.000Z", "session": "good.v.b1.debug.1"}) + "\n"
for delay in (0.004 * n for n in range(20)):
    said = {}
    asks = [threading.Thread(target=lambda path=path: said.update({path: d.get(path).text}))
            for path in ("/api/runs/20260101-000000-aaaa/sessions/good.v.b1.debug.1", "/runs/20260101-000000-aaaa/live")]
    with open(journal, "w") as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        f.write(began * 10000) # it takes a while to read
        f.flush()
        for one in asks:
            one.start()
        time.sleep(delay)
        f.write(last_words)
    for one in asks:
        one.join()
    assert len(said) == 2 and not any("ut short" in text for text in said.values()), said
PY
}

test_serve_refuses_other_names_other_sites_and_whatever_changes_something() {
	past_run 20260101-000000-aaaa 1 'boots.good.b1.debug=pass'
	serve --host Lab.example -v
	ask <<'PY'
port = d.url.port
for host in f"localhost:{port}", "127.0.0.1", "lab.example:443", "localhost:1":
    d.get("/", host=host)
for host in "evil.example", f"evil.example:{port}", "127.0.0.1.evil.example":
    hardened(d.get("/", 421, host=host))
    d.get("/assets/ui.js", 421, host=host)
assert d.ask("/", host=None).status in (400, 421)
for method in "POST", "PUT", "DELETE", "OPTIONS", "PATCH":
    assert hardened(d.ask("/", method, b"a=b")).status == 405
    assert d.ask("/login/check", method).status == 405
d.get("/", 403, sec_fetch_site="cross-site", sec_fetch_mode="no-cors")
d.get("/api/runs", 403, sec_fetch_site="cross-site", sec_fetch_mode="cors")
d.get("/", sec_fetch_site="cross-site", sec_fetch_mode="navigate")
for path in ("/runs/latest/../../outside", "/runs/%2e%2e/outside", "/runs/latest/..%2f..%2foutside", "//etc/passwd", "/runs/latest/%00",
             "/assets/../web.h", "/assets/..%2fweb.h", "/runs/latest/\\..\\outside", "/%0d%0aX-Evil:1", "/" + "a" * 5000):
    assert d.ask(path).status in (400, 404, 414), path
# a head without end, and one that is nonsense, are answered or hung up on, and others are served as before
import socket
for nonsense in b"\0\xff\xfe\r\n\r\n", b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 100000 + b"\r\n\r\n", b"GET\r\n\r\n":
    with socket.create_connection((d.url.hostname, port), timeout=60) as s:
        try:
            s.sendall(nonsense)
            s.settimeout(0.5)
            said = s.recv(100)
        except (ConnectionError, TimeoutError):
            said = b""
        assert not said or said.startswith(b"HTTP/1.") and said[9:12] in (b"400", b"413", b"414", b"431"), said
d.get("/")
PY
	expect_text "$T/serve.err" "runtest: 421 GET /assets/ui.js"
}

test_serve_beyond_this_machine_takes_a_token_and_tls() {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$T/key" -out "$T/cert" -subj /CN=localhost -days 2 2>/dev/null
	openssl rand -hex 32 >"$T/token"
	chmod 600 "$T/token"
	tls=(--tls-cert "$T/cert" --tls-key "$T/key")
	expect_status 2 "$RUNTEST" serve --listen 0.0.0.0:0
	expect_text "$T/err" "takes a token and TLS"
	expect_status 2 "$RUNTEST" serve --listen '[::]:0' --token-file "$T/token"
	expect_text "$T/err" "takes TLS"
	expect_status 2 "$RUNTEST" serve --listen 0.0.0.0:0 "${tls[@]}"
	expect_text "$T/err" "takes a token"
	expect_status 2 "$RUNTEST" serve --tls-cert "$T/cert"
	expect_text "$T/err" "go together"
	RUNTEST_SERVE_TOKEN=short expect_status 2 "$RUNTEST" serve
	expect_text "$T/err" "too short"
	expect_status 2 "$RUNTEST" serve --listen nowhere
	expect_text "$T/err" "--listen takes ADDRESS:PORT"
	expect_status 3 "$RUNTEST" serve --listen 127.0.0.1:0 --tls-cert "$T/key" --tls-key "$T/cert"
	expect_text "$T/err" "certificate"
	chmod 644 "$T/token"
	expect_status 3 "$RUNTEST" serve --token-file "$T/token"
	expect_text "$T/err" "can be used by others"
}

test_serve_with_token_and_tls_lets_in_who_has_it() {
	past_run 20260101-000000-aaaa 1 'boots.good.b1.debug=pass'
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$T/key" -out "$T/cert" -subj /CN=localhost -days 2 2>/dev/null
	openssl rand -hex 32 >"$T/token"
	chmod 600 "$T/token"
	serve --token-file "$T/token" --tls-cert "$T/cert" --tls-key "$T/key"
	ask <<'PY'
assert d.url.scheme == "https"
token = open(T + "/token").read().strip()
for path in "/", "/runs/latest/", "/boards", "/nothing":
    page = hardened(d.get(path, 401))
    assert "Sign in" in page.text and "20260101" not in page.text, page.text
    no_inline(page.text)
for path in "/api/runs", "/live/latest/x/events", "/runs/latest/run.json":
    assert "20260101" not in d.get(path, 401).text
d.get("/login"), d.get("/assets/login.js")
for wrong in "", "x" * len(token), token[:-1], token + "0":
    refused = d.get("/login/check", 401, authorization="Bearer " + wrong)
    assert "Set-Cookie" not in refused.headers
    d.get("/api/runs", 401, authorization="Bearer " + wrong)
assert d.get("/api/runs", authorization="Bearer " + token).json()["runs"]
given = d.get("/login/check", 204, authorization="Bearer " + token).headers["Set-Cookie"]
for word in "HttpOnly", "SameSite=Strict", "Secure", "Path=/", "Max-Age=", "__Host-":
    assert word in given, given
assert token not in given
cookie = given.split(";")[0]
assert "20260101" in d.get("/", cookie=cookie).text
d.get("/login/check", 204, cookie=cookie)
d.get("/", 401, cookie=cookie[:-1])
d.get("/", 421, host="evil.example", cookie=cookie)
assert "Max-Age=0" in d.get("/login/out", 204).headers["Set-Cookie"]
import socket, ssl
with socket.create_connection((d.url.hostname, d.url.port), timeout=60) as s: # in the clear
    s.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    try:
        said = s.recv(1000)
    except ConnectionError:
        said = b""
    assert b"HTTP/1" not in said, said
old = ssl._create_unverified_context()
old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
try:
    old.wrap_socket(socket.create_connection((d.url.hostname, d.url.port), timeout=60))
except (ssl.SSLError, ConnectionError):
    pass
else:
    raise AssertionError("TLS 1.1 is spoken")
PY
}

test_serve_streams_a_console_and_drops_who_does_not_read_it() {
	past_run 20260101-000000-aaaa 1 'boots.good.b1.debug=pass'
	dir=$T/results/20260101-000000-aaaa/boots.good.b1.debug.1/1
	mkdir -p "$dir"
	head -c 30000000 /dev/urandom >"$dir/console.log"
	printf '0 100\n50 200\n' >"$dir/console.idx"
	serve
	ask <<'PY'
import base64
log = T + "/results/20260101-000000-aaaa/boots.good.b1.debug.1/1/console.log"
target = "/live/20260101-000000-aaaa/boots.good.b1.debug.1/events"

def viewer(target, **headers):
    c = d.connect()
    c.request("GET", target, headers={k.replace("_", "-"): v for k, v in headers.items()})
    r = c.getresponse()
    assert r.status == 200 and hardened_stream(r), r.status
    return r

def hardened_stream(r):
    return r.headers["Content-Type"] == "text/event-stream" and r.headers["X-Content-Type-Options"] == "nosniff"

want, got, last, index = open(log, "rb").read(), bytearray(), None, ""
r = viewer(target)
for event, data, at in events(r):
    if event == "bytes":
        got += base64.b64decode(data)
        last = at
    elif event == "index":
        index += data + "\n"
    if len(got) == len(want):
        break
assert got == want and index == "0 100\n50 200\n", (len(got), index)
with open(log, "ab") as f:
    f.write(b"more\n")
event, data, at = next(events(r))
assert (event, base64.b64decode(data)) == ("bytes", b"more\n"), (event, data)
# who was cut off goes on where it was
event, data, at = next(events(viewer(target, Last_Event_ID=last)))
assert base64.b64decode(data) == b"more\n"
# the end of it alone
for event, data, at in events(viewer(target + "?from=30000000")):
    if event == "bytes":
        assert base64.b64decode(data) == b"more\n"
        break
d.get("/live/20260101-000000-aaaa/none/events", 404)
PY
	# One that reads nothing is let go in the end, though it is still there; the console's file was the only buffer.
	serve --idle 1s -v
	ask <<'PY'
import socket, time
idle = socket.create_connection((d.url.hostname, d.url.port), timeout=60)
idle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
idle.sendall(b"GET /live/20260101-000000-aaaa/boots.good.b1.debug.1/events?reads=nothing HTTP/1.1\r\nHost: localhost\r\n\r\n")
end = time.monotonic() + 120
while "reads=nothing" not in open(T + "/serve.err").read():
    assert time.monotonic() < end, "it is still served"
    time.sleep(0.05)
PY
}
