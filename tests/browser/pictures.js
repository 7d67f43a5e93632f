/* The pictures of docs/report.md: node pictures.js FOLDER TO. FOLDER has the runs of runs.sh. */
"use strict";
const path = require("node:path");
const {launch, Test} = require("./browser.js");

const [, , work, to] = process.argv;
const FAILED = "#s/pd-survives.unpatched.qemu_virt_aarch64.debug.1";
const PICTURES = [
	{name: "report-passing", run: "passing", height: 860},
	{name: "report-failing", run: "failing", height: 1000},
	{name: "report-session", run: "failing", hash: FAILED, height: 1000},
	{name: "report-map", run: "failing", hash: `${FAILED}/map`, height: 640},
	{name: "report-console", run: "failing", hash: `${FAILED}/L26`, height: 760},
	{name: "report-dark", run: "failing", height: 900, dark: true},
	{name: "report-phone", run: "failing", width: 390, height: 844, isMobile: true, hasTouch: true, deviceScaleFactor: 2},
];

/* Which folder this machine has them in is nobody's news. */
function forget(page, folder) {
	return page.evaluate((folder) => {
		const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		for (let n; (n = texts.nextNode());)
			n.data = n.data.replace(/--project \S+ /g, "").replaceAll(`${folder}/`, "");
	}, folder);
}

(async () => {
	const browser = await launch();
	const t = new Test(browser, path.resolve(work), "");
	for (const {name, run, hash = "", ...o} of PICTURES) {
		const page = await t.open(t.report(run) + hash, o);
		await page.locator(hash ? ".console .ln" : "#all .item").first().waitFor();
		await forget(page, path.resolve(work));
		await page.waitForTimeout(200);
		await page.screenshot({path: path.join(to, `${name}.png`)});
	}
	await t.end();
	await browser.close();
	if (t.errors.length)
		throw new Error(t.errors.join("\n"));
})();
