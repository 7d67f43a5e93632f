/* A dashboard to look at: runs to show, one that goes on, and `runtest serve` over them. */
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const {spawn, execFileSync} = require("node:child_process");

const SESSION = "pd-survives.patched.qemu_virt_aarch64.debug.1";

/* `runtest serve` over a folder of runs, until the test has ended; its address. */
async function serve(t, results, token) {
	const child = spawn(path.join(t.root, "runtest"), ["--project", t.root, "serve", "--listen", "127.0.0.1:0", "--results", results],
		{env: {...process.env, RUNTEST_SERVE_TOKEN: token || "", RUNTEST_STATE: path.join(t.work, "farm-state")},
			stdio: ["ignore", "pipe", "inherit"]});
	t.children = [...(t.children || []), child];
	return new Promise((done, fail) => {
		let said = "";
		child.stdout.on("data", (d) => {
			said += d;
			const url = /^(http\S+)\//.exec(said);
			if (url && said.includes("\n"))
				done(url[1]);
		});
		child.on("exit", () => fail(new Error(`runtest serve has ended: ${said}`)));
	});
}

/* A folder with the runs of runs.sh, and a history of them. */
function runs(t, name) {
	const to = path.join(t.work, name);
	fs.rmSync(to, {recursive: true, force: true});
	fs.mkdirSync(to);
	for (const run of ["passing", "failing", "hostile"]) {
		const file = path.join(to, run, "run.json");
		fs.cpSync(path.join(t.results, run), path.join(to, run), {recursive: true});
		/* as somebody would have typed it, without the folders of these tests */
		const o = JSON.parse(fs.readFileSync(file));
		o.command = ["runtest", "run", "pd-survives", "--board", "qemu_virt_*"];
		fs.writeFileSync(file, JSON.stringify(o));
	}
	execFileSync(path.join(t.root, "runtest"), ["history", "--import", "--results", to]);
	return to;
}

/* A run that goes on, as far as anybody can see: its journal is locked, one session has begun, and its console grows. */
function goingOn(t, results) {
	const dir = path.join(results, "20270101-000000-live"), session = path.join(dir, SESSION, "1");
	const run = JSON.parse(fs.readFileSync(path.join(results, "passing", "run.json")));
	fs.mkdirSync(session, {recursive: true});
	run.run = path.basename(dir);
	fs.writeFileSync(path.join(dir, "run.json"), JSON.stringify(run));
	const journal = path.join(dir, "journal.jsonl"), console = path.join(session, "console.log");
	fs.writeFileSync(journal, JSON.stringify({event: "session-started", at: "2027-01-01T00:00:01.000Z", session: SESSION}) + "\n");
	fs.writeFileSync(console, "");
	t.children = [...(t.children || []), spawn("flock", ["--no-fork", journal, "sleep", "120"])];
	const events = fs.readFileSync(path.join(results, "passing", "journal.jsonl"), "utf8").split("\n").filter(Boolean).map((l) => JSON.parse(l));
	return {
		name: run.run,
		print: (text) => fs.appendFileSync(console, text),
		end: (name) => {
			const e = events.find((o) => o.event === "session-ended" && o.result.session.endsWith(`/${name}`) || o.result?.session === name);
			e.result.session = e.result.session.includes("/") ? `${run.run}/${name}` : name;
			e.result.run = run.run;
			fs.appendFileSync(journal, JSON.stringify(e) + "\n");
		},
	};
}

/* Everything that was started for the test. */
function stop(t) {
	for (const c of t.children || []) {
		c.removeAllListeners("exit");
		c.kill();
	}
}

module.exports = {serve, runs, goingOn, stop, SESSION};
