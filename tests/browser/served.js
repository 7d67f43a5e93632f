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

const read = (file) => JSON.parse(fs.readFileSync(file, "utf8"));
const lines = (file) => fs.readFileSync(file, "utf8").split("\n").filter(Boolean).map((l) => JSON.parse(l));
const night = (day) => new Date(`2026-11-${day}T01:30:00Z`);

/* As somebody would have typed it, without the folders of these tests. */
const COMMAND = ["runtest", "run", "pd-survives", "--board", "qemu_virt_*"];

/* A copy of one of the runs of runs.sh, under a name and as if it had begun at another time. */
function copyRun(from, to, at, image) {
	fs.cpSync(from, to, {recursive: true});
	const run = read(path.join(from, "run.json")), by = at - new Date(run.started);
	const moved = (text) => new Date(Number(new Date(text)) + by).toISOString();
	fs.writeFileSync(path.join(to, "run.json"), JSON.stringify({...run, run: path.basename(to), started: at.toISOString(), command: COMMAND}));
	fs.writeFileSync(path.join(to, "journal.jsonl"), lines(path.join(from, "journal.jsonl")).map((e) => {
		e.at = moved(e.at);
		if (e.result?.started)
			e.result.started = moved(e.result.started);
		if (image && e.result?.paths)
			e.result.paths.image_sha256 = image;
		return `${JSON.stringify(e)}\n`;
	}).join(""));
}

/* One night after the other: the run of runs.sh, what it is called here, and the SHA-256 of its images, unless it is their own. */
const NIGHTS = [["passing", "passing"], ["failing", "failing"], ["hostile", "hostile"]];

/* A folder with these runs, and a history of them. The last one is of the night before the run that goes on. */
function runs(t, name, nights = NIGHTS) {
	const to = path.join(t.work, name);
	fs.rmSync(to, {recursive: true, force: true});
	fs.mkdirSync(to);
	nights.forEach(([run, as, image], i) => copyRun(path.join(t.results, run), path.join(to, as), night(28 - nights.length + i), image));
	execFileSync(path.join(t.root, "runtest"), ["history", "--import", "--results", to]);
	return to;
}

/* A bisection as `runtest bisect` leaves it, of one session, that began on a day of that November. */
function bisection(results, day, session, culprit, subject) {
	const [scenario, variant, unit, config] = session.split(".");
	const dir = path.join(results, `bisect-202611${day}-090000-77aa`);
	fs.mkdirSync(dir);
	fs.writeFileSync(path.join(dir, "bisect.json"), JSON.stringify({format: 1, repository: "/src/kernel", good: "2f".repeat(20), bad: "e1".repeat(20), scenario, variant, unit,
		config, repeat: 1, timeout_ms: 0, recipe: "00", culprit, subject, tests: []}));
}

/* A process that has the file locked until the test has ended. */
function locked(t, file) {
	const child = spawn("flock", ["--no-fork", file, "sh", "-c", "echo locked; exec sleep 10000"], {stdio: ["ignore", "pipe", "inherit"]});
	t.children = [...(t.children || []), child];
	return new Promise((done, fail) => {
		child.stdout.once("data", done);
		child.on("exit", () => fail(new Error(`nobody has locked ${file}`)));
	});
}

/* A run that goes on, as far as anybody can see: its journal is locked, one session has begun, and its console grows. */
async function goingOn(t, results) {
	const dir = path.join(results, "20261128-013000-4f2a"), session = path.join(dir, SESSION, "1"), source = path.join(t.results, "passing");
	const name = path.basename(dir), at = (s) => new Date(Number(night(28)) + s * 1000).toISOString();
	const run = {...read(path.join(source, "run.json")), run: name, started: at(0), command: COMMAND};
	fs.mkdirSync(session, {recursive: true});
	fs.writeFileSync(path.join(dir, "run.json"), JSON.stringify(run));
	const journal = path.join(dir, "journal.jsonl"), console = path.join(session, "console.log");
	const note = (o) => fs.appendFileSync(journal, `${JSON.stringify(o)}\n`);
	note({event: "session-started", at: at(41), session: SESSION});
	fs.writeFileSync(console, "");
	await locked(t, journal);
	const ended = lines(path.join(source, "journal.jsonl")).filter((o) => o.event === "session-ended"), plain = (o) => o.result.session.split("/").pop();
	return {
		name,
		sessions: ended.map(plain),
		print: (text) => fs.appendFileSync(console, text),
		end: (which) => {
			const e = ended.find((o) => plain(o) === which);
			note({...e, at: at(42), result: {...e.result, session: `${name}/${which}`, started: at(41)}});
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

module.exports = {serve, runs, bisection, goingOn, stop, SESSION};
