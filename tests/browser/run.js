/* Runs every *.test.js here: node run.js FOLDER [PATTERN...]. FOLDER has the runs of runs.sh; PATTERN is a part of FILE:NAME. */
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const {launch, Test} = require("./browser.js");

const [, , work, ...patterns] = process.argv;
const root = path.resolve(__dirname, "../..");
const wanted = (name) => !patterns.length || patterns.some((p) => name.includes(p));

async function attempt(browser, body) {
	const t = new Test(browser, path.resolve(work), root);
	const late = new Promise((_, fail) => { setTimeout(() => fail(new Error("no end after 10 minutes")), 600000).unref(); });
	try {
		await Promise.race([body(t), late]);
	} catch (e) {
		t.errors.unshift(e.stack || String(e));
	}
	await t.end();
	return t.errors;
}

(async () => {
	const browser = await launch();
	const count = {ok: 0, FAIL: 0};
	for (const file of fs.readdirSync(__dirname).filter((f) => f.endsWith(".test.js")).sort()) {
		for (const [name, body] of Object.entries(require(path.join(__dirname, file)))) {
			if (!wanted(`${file}:${name}`))
				continue;
			const begun = Date.now(), errors = await attempt(browser, body), word = errors.length ? "FAIL" : "ok";
			count[word]++;
			console.log(`${word.padEnd(4)} ${name} (${Date.now() - begun} ms)`);
			for (const e of errors.slice(0, 20))
				console.log(e.replace(/^/gm, "     | "));
		}
	}
	await browser.close();
	console.log(`end-to-end: ${count.ok} passed, ${count.FAIL} failed`);
	process.exit(count.FAIL || !count.ok ? 1 : 0);
})();
