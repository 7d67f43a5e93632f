/*
 * How long pages of `runtest serve` take when one of the runs has 10,000 sessions and a console of 50 MB, and what memory the server
 * and the processes that make its pages come to:
 *     tests/browser/run.sh && NODE_PATH=build/browser/node_modules node tests/bench/dashboard.js build/browser [SECONDS]
 * SECONDS after its start, by which time it has made what takes long; without, at once.
 * For each page: the first answer and the median of five later ones (whole, over loopback), its size, the peak of the process that
 * made it first, and the first contentful paint in Chromium with nothing cached.
 */
"use strict";
const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const {execFileSync} = require("node:child_process");
const {launch, Test} = require("../browser/browser.js");
const {serve, runs, stop} = require("../browser/served.js");

const LARGE = "20260601-000000-10000", SESSION = "pd-survives.patched.qemu_virt_aarch64.debug.1";
const LONG = /^LONG = .*"(.*)"/m.exec(fs.readFileSync(path.join(__dirname, "../browser/makeruns.py"), "utf8"))[1];
const ms = (n) => `${Math.round(n)} ms`, mib = (kib) => `${(kib / 1024).toFixed(1)} MiB`;
const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];

function get(url) {
	const begin = performance.now();
	return new Promise((done, fail) => http.get(url, (r) => {
		let size = 0;
		r.on("data", (d) => { size += d.length; });
		r.on("end", () => done({took: performance.now() - begin, size, status: r.statusCode}));
	}).on("error", fail));
}

const status = (pid, key) => Number(new RegExp(`^${key}:\\s+(\\d+) kB`, "m").exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] || 0);

/* The highest peak of any child of the server while body() takes. */
async function peak(pid, body) {
	let most = 0;
	const look = setInterval(() => {
		try {
			for (const child of fs.readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean))
				most = Math.max(most, status(child, "VmHWM"));
		} catch { /* it has ended */ }
	}, 5);
	const result = await body();
	clearInterval(look);
	return [result, most];
}

async function paint(t, url) {
	const page = await t.open(url);
	await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length, null, {timeout: 60000});
	const at = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime);
	await page.context().close();
	return at;
}

(async () => {
	const browser = await launch(), t = new Test(browser, path.resolve(process.argv[2]), path.resolve(__dirname, "../.."));
	try {
		const results = runs(t, "dashboard-bench", [["passing", "20260501-000000-0001"], ["failing", "20260502-000000-0002"]]);
		execFileSync("cp", ["-al", path.join(t.results, "large"), path.join(results, LARGE)]);
		fs.rmSync(path.join(results, LARGE, "report.html"), {force: true});
		execFileSync(path.join(t.root, "runtest"), ["history", "--import", "--results", results]);
		const url = await serve(t, results), pid = t.children[0].pid, begun = status(pid, "VmRSS");
		await new Promise((go) => setTimeout(go, Number(process.argv[3] || 0) * 1000));
		for (const where of ["/", `/runs/${LARGE}/live`, `/runs/${LARGE}/`, `/live/${LARGE}/${LONG}`, `/live/${LARGE}/${SESSION}`, "/trends",
			"/trends/pd-survives", "/flaky", "/regressions", "/boards", `/runs/${LARGE}/${LONG}/1/console.log`]) {
			const [first, memory] = await peak(pid, () => get(url + where)), later = [];
			for (let i = 0; i < 5; i++)
				later.push((await get(url + where)).took);
			const painted = where.startsWith("/api") || where.endsWith(".log") ? "–" : ms(await paint(t, url + where));
			console.log(`| \`${where.replace(LARGE, "RUN").replace(LONG, "LONG").replace(SESSION, "SESSION")}\` | ${first.status} | ${ms(first.took)} | ${ms(median(later))} | ` +
				`${mib(first.size / 1024)} | ${mib(memory)} | ${painted} |`);
		}
		const before = status(pid, "VmRSS");
		for (let i = 0; i < 200; i++)
			await get(`${url}/${["", "flaky", "trends/pd-survives", `runs/${LARGE}/`, `live/${LARGE}/${LONG}`][i % 5]}`);
		console.log(`resident memory of the server: ${mib(begun)} at first, ${mib(before)} after those, ${mib(status(pid, "VmRSS"))} after 200 more`);
	} finally {
		await t.end();
		stop(t);
		await browser.close();
	}
})();
