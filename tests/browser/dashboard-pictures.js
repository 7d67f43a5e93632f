/* The pictures of docs/dashboard.md: node dashboard-pictures.js FOLDER TO. FOLDER has the runs of runs.sh. */
"use strict";
const path = require("node:path");
const {launch, Test} = require("./browser.js");
const {serve, runs, goingOn, stop, SESSION} = require("./served.js");

const [, , work, to] = process.argv;

(async () => {
	const browser = await launch(), t = new Test(browser, path.resolve(work), path.resolve(__dirname, "../.."));
	try {
		const results = runs(t, "dashboard-pictures"), live = goingOn(t, results), url = await serve(t, results);
		live.print("LDR|INFO: jumping to kernel\nBootstrapping kernel\n");
		const pictures = [
			{name: "dashboard", where: "/", height: 760},
			{name: "dashboard-phone", where: "/", width: 390, height: 844, dark: true, deviceScaleFactor: 2},
			{name: "dashboard-console", where: `/live/failing/${SESSION}`, height: 760},
		];
		for (const {name, where, ...o} of pictures) {
			const page = await t.open(url + where, o);
			await page.waitForTimeout(800);
			await page.screenshot({path: path.join(to, `${name}.png`)});
		}
	} finally {
		stop(t);
		await t.end();
		await browser.close();
	}
})();
