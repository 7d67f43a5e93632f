/* The pictures of docs/dashboard.md: node dashboard-pictures.js FOLDER TO. FOLDER has the runs of runs.sh. */
"use strict";
const path = require("node:path");
const {launch, Test} = require("./browser.js");
const {serve, runs, bisection, goingOn, stop, SESSION} = require("./served.js");

const [, , work, to] = process.argv;

(async () => {
	const browser = await launch(), t = new Test(browser, path.resolve(work), path.resolve(__dirname, "../.."));
	try {
		const nights = [["passing", "20261124-013000-91c0"], ["failing", "20261125-013000-0b7e"], ["failing", "20261126-013000-d52a"], ["passing", "20261127-013000-3e68"]];
		const results = runs(t, "dashboard-pictures", nights), live = await goingOn(t, results), url = await serve(t, results);
		const worse = runs(t, "dashboard-pictures-worse", [["passing", "20261124-013000-91c0"], ["passing", "20261125-013000-0b7e"], ["failing", "20261126-013000-d52a", "ab".repeat(32)], ["failing", "20261127-013000-3e68", "ab".repeat(32)]]), other = await serve(t, worse);
		bisection(worse, 27, "pd-survives.unpatched.qemu_virt_aarch64.debug", "8d04b1f6a2c37e95".padEnd(40, "0"), "untyped: clear the whole of it on reset");
		live.print("LDR|INFO: jumping to kernel\nBootstrapping kernel\n");
		live.sessions.filter((s) => s !== SESSION).slice(0, 9).forEach(live.end);
		const pictures = [
			{name: "dashboard", where: "/", height: 760},
			{name: "dashboard-phone", where: "/", width: 390, height: 844, dark: true, deviceScaleFactor: 2},
			{name: "dashboard-console", where: `/live/${nights[1][1]}/${SESSION}`, height: 760},
			{name: "dashboard-regressions", from: other, where: "/regressions?find=unpatched.qemu", height: 620},
		];
		for (const {name, from = url, where, ...o} of pictures) {
			const page = await t.open(from + where, o);
			await page.waitForTimeout(800);
			await page.screenshot({path: path.join(to, `${name}.png`)});
		}
	} finally {
		stop(t);
		await t.end();
		await browser.close();
	}
})();
