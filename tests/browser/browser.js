/*
 * What tests of pages share: Debian's Chromium, pages that take note of every error, the judgement of axe-core.
 * A test file NAME.test.js exports {NAME: async (t) => { ... }}; whatever it throws, and any error that one of its pages noted, fails it.
 */
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const {chromium} = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
/* Milliseconds for what happens at once where nothing else keeps the machine busy. */
const PATIENCE = 120000;
const launch = () => chromium.launch({executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ARGS});

class Test {
	constructor(browser, work, root) {
		Object.assign(this, {browser, work, root, errors: [], contexts: []});
	}

	/* The folder of the runs that runs.sh has made, and the page of one of them. */
	get results() { return path.join(this.work, "results"); }
	report(run) { return `file://${this.results}/${run}/report.html`; }

	/* A page in a context of its own. o: width, height, dark, javaScript (false: scripts are off), and whatever else newContext takes. */
	async open(url, o = {}) {
		const {width = 1280, height = 900, dark = false, javaScript = true, ...rest} = o;
		const context = await this.browser.newContext({viewport: {width, height}, colorScheme: dark ? "dark" : "light", javaScriptEnabled: javaScript, ...rest});
		context.setDefaultTimeout(PATIENCE);
		const page = await context.newPage();
		this.contexts.push(context);
		page.on("console", (m) => { if (["error", "warning"].includes(m.type())) this.errors.push(`console: ${m.text()}`); });
		page.on("pageerror", (e) => this.errors.push(`exception: ${e.message}`));
		page.on("requestfailed", (r) => this.errors.push(`request: ${r.url()}: ${r.failure().errorText}`));
		if (url)
			await page.goto(url);
		return page;
	}

	/* Nothing that axe-core finds, of any weight. Evaluated by the debugger, which the page's policy does not bind. */
	async accessible(page, what) {
		await page.evaluate(axe);
		const found = await page.evaluate(() => globalThis.axe.run(document, {resultTypes: ["violations"]}));
		for (const v of found.violations)
			this.errors.push(`axe: ${what}: ${v.id} (${v.impact}): ${v.help}: ${v.nodes.slice(0, 3).map((n) => `${n.target} ${n.failureSummary.replace(/\s+/g, " ")}`).join("; ")}`);
	}

	/* Nothing sticks out to the right: on a phone only what scrolls by itself may be wider. */
	async fits(page) {
		const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
		this.equal(wide, 0, "pixels that the page is wider than the window");
	}

	equal(got, want, what) {
		if (got !== want)
			throw new Error(`${what || "value"}: ${JSON.stringify(got)}, wanted ${JSON.stringify(want)}`);
	}

	/* What get() comes to, once good() takes it: what a click brings may come a frame later. */
	async until(get, good, what) {
		const end = Date.now() + PATIENCE;
		let n;
		while (!good(n = await get())) {
			if (Date.now() > end)
				throw new Error(`${what}: ${n}`);
			await new Promise((go) => setTimeout(go, 20));
		}
		return n;
	}

	counts(locator, good, what) { return this.until(() => locator.count(), good, what); }

	ok(value, what) {
		if (!value)
			throw new Error(what);
	}

	async end() {
		for (const c of this.contexts.splice(0))
			await c.close();
	}
}

module.exports = {launch, Test};
