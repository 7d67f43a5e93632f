/* The report of a run (docs/report.md): what it says, where its links lead, and that it is for everybody. */
"use strict";

const FAILED = "pd-survives.unpatched.qemu_virt_aarch64.debug.1";
const at = (t, run, hash) => t.report(run) + hash;
const text = (page, selector) => page.locator(selector).first().innerText();

async function sessionOf(t, run, name, rest, o) {
	const page = await t.open(at(t, run, `#s/${name}${rest || ""}`), o);
	await page.locator(".console .ln").first().waitFor();
	return page;
}

/* Lines of the console that are drawn. */
const lines = (page) => page.locator(".console .ln").evaluateAll((all) => all.map((l) => ({n: Number(l.dataset.line), text: l.querySelector(".tx").textContent,
	here: l.classList.contains("here")})));

module.exports = {
	"report: a passing run says so first": async (t) => {
		const page = await t.open(t.report("passing"));
		t.ok(/came out as demanded/.test(await text(page, "h1")), "no answer");
		t.equal(await page.locator("#problems").count(), 0, "problems of a passing run");
		t.ok(await page.locator(".answer.good").count(), "the answer is not green");
	},

	"report: a failing run says what went wrong, the gravest first": async (t) => {
		const page = await t.open(t.report("failing"));
		t.ok(/^✗\s*12 of 18 sessions failed/.test(await text(page, "h1")), `answer: ${await text(page, "h1")}`);
		const first = await text(page, ".problems > li");
		t.ok(/pd-code-cleared/.test(first) && /3 sessions/.test(first), `first problem: ${first}`);
		t.equal(await page.locator(".problems > li").count(), 4, "problems");
		await page.locator(".problems a").first().click();
		await page.locator("#again").waitFor();
		t.ok(/unpatched on qemu_virt_aarch64/.test(await text(page, "h1")), "the link leads elsewhere");
		await page.goBack();
		await page.locator("#problems").waitFor();
	},

	"report: who goes elsewhere before a session is there stays there": async (t) => {
		const page = await t.open(t.report("failing"));
		await page.evaluate((name) => {
			const {inflate} = RT;
			RT.inflate = async (text) => {
				await new Promise((go) => { window.goOn = go; });
				RT.inflate = inflate;
				return inflate(text);
			};
			location.hash = `#s/${name}`;
		}, FAILED);
		await page.waitForFunction(() => window.goOn);
		await page.evaluate(() => { location.hash = ""; });
		await page.locator("#problems").waitFor();
		await page.evaluate(() => window.goOn());
		await page.waitForTimeout(1000);
		t.equal(await page.locator("#again").count(), 0, "sessions");
		t.equal(await page.locator("#all").count(), 1, "lists of sessions");
		await page.locator(".matrix a[aria-label^='pd-survives unpatched on qemu_virt_riscv64']").click();
		await page.locator("#again").waitFor();
	},

	"report: the matrix leads to a session, and filters find some": async (t) => {
		const page = await t.open(t.report("failing"));
		t.equal(await page.locator(".matrix tbody a").count(), 18, "cells");
		await page.keyboard.press("/");
		await page.keyboard.type("says-goodbye riscv64");
		await page.waitForFunction(() => document.querySelector("#all .count").textContent.startsWith("1 of"));
		await page.locator("#find").fill("");
		await page.locator("#all .filters button[data-verdict=vacuous]").click();
		await page.waitForFunction(() => document.querySelector("#all .count").textContent.startsWith("3 of"));
		await t.counts(page.locator("#all .list .item"), (n) => n === 3, "rows");
		await page.locator("#find").fill("no such thing");
		await page.getByText("No session is like that").waitFor();
		await page.locator(".matrix a[aria-label^='pd-survives unpatched on qemu_virt_riscv64']").click();
		await page.locator("#again").waitFor();
		t.ok((await page.title()).includes("pd-survives.unpatched.qemu_virt_riscv64"), "another session");
	},

	"session: demand, commands, culprit, phases, map, memory and environment": async (t) => {
		const page = await sessionOf(t, "failing", FAILED);
		const reason = await text(page, "#reason");
		t.ok(/demanded/.test(reason) && /faulting PD/.test(reason) && /16 of 16 PD pages cleared/.test(reason), `reason: ${reason}`);
		const again = await text(page, "#again");
		// The run was begun with --project, so whoever repeats it must say so, too.
		for (const c of [" run --only failing/", " replay failing/", " replay --gdb failing/", " replay --at culprit failing/", " map failing/"])
			t.ok(new RegExp(`runtest --project \\S+${c}\\S+ --results `).test(again), `no command ${c}: ${again}`);
		t.ok(/memzero/.test(await text(page, "#culprit")), "no culprit");
		t.ok(/untyped/.test(await text(page, "#culprit")), "no call chain");
		t.equal(await page.locator("#phases tbody tr").count() > 4, true, "phases");
		t.ok(/cleared/.test(await text(page, "#memory")), "no pages");
		await page.locator("#memory summary code").first().click();
		await page.locator("#memory .hex").first().waitFor();
		await t.counts(page.locator("#memory .hex").first().locator("tbody tr"), (n) => n > 100, "lines of a cleared page");
		t.ok(/^0x60200000\s/.test(await text(page, "#memory .hex tbody tr")), "the page's address");
		t.ok(/QEMU emulator/.test(await text(page, "#environment")), "no QEMU version");
		t.ok(/source SHA-256/.test(await text(page, "#environment")), "nothing about the build");
	},

	"session: the survival map tells a page by the keyboard, and as a table": async (t) => {
		const page = await sessionOf(t, "failing", FAILED);
		await page.locator("#map canvas").focus();
		await page.keyboard.press("ArrowDown");
		const told = await text(page, "#map .told");
		t.ok(/hello-0.*0x6020.*cleared/.test(told), `told: ${told}`);
		await page.locator("#map summary").click();
		await t.counts(page.locator("#map tbody tr"), (n) => n > 5, "rows");
		const colours = await page.locator("#map canvas").evaluate((c) => new Set(c.getContext("2d").getImageData(0, 0, c.width, c.height).data).size);
		t.ok(colours > 10, "nothing is drawn");
	},

	"console: search, marks, times, links to lines": async (t) => {
		const page = await sessionOf(t, "failing", FAILED);
		await page.locator(".console input").fill("faulting");
		await page.waitForFunction(() => /of \d+ line/.test(document.querySelector(".console .hits").textContent));
		t.equal(await page.locator(".console mark.now").count() > 0, true, "the match is not marked");
		await page.locator(".console input").fill("/region [0-2]:/");
		await page.waitForFunction(() => document.querySelector(".console .hits").textContent === "1 of 3 lines");
		await page.keyboard.press("Enter");
		await page.waitForFunction(() => document.querySelector(".console .hits").textContent === "2 of 3 lines");
		t.ok(await page.locator(".console select[aria-label=Marks] option").count() > 10, "marks");
		t.ok(/^\d\.\d{6}$/.test(await text(page, ".console .ln .t")), "no time");
		await page.locator(".console select[aria-label=Times]").selectOption("off");
		t.equal(await page.locator(".console .ln .t").count(), 0, "times that are off");
		await page.locator(".console .ln[data-line='2'] a").click();
		await page.locator(".console .ln.here[data-line='2']").waitFor();
		const again = await t.open(page.url());
		await again.locator(".console .ln.here[data-line='2']").waitFor();
	},

	"console: nothing found is said": async (t) => {
		const page = await sessionOf(t, "failing", FAILED);
		await page.locator(".console input").fill("no such thing");
		await page.waitForFunction(() => document.querySelector(".console .hits").textContent === "nothing found");
		await page.locator(".console input").fill("/(/");
		await page.waitForFunction(() => document.querySelector(".console .hits").textContent === "no such pattern");
	},

	"report: what boards say stays text": async (t) => {
		const page = await t.open(t.report("hostile"));
		t.ok(/12 of 18/.test(await text(page, "h1")), "no answer");
		t.ok(/<script>/.test(await text(page, ".problems .why")), "the text is not there as it is");
		await page.locator(".problems a").first().click();
		await page.locator(".console .ln").first().waitFor();
		await page.locator(".console input").fill("the last line");
		await page.locator(".console mark.now").waitFor();
		const all = (await lines(page)).map((l) => l.text).join("\n");
		t.ok(all.includes("</script><script>"), "the console's text is not there as it is");
		t.ok(all.includes("the last line <b>"), "the last line");
		t.ok(!/[\x00-\x08\x0b-\x1f]/.test(all), "control characters");
		t.ok(/more on this line/.test(all), "a very long line is not cut");
		t.equal(await page.evaluate(() => document.querySelectorAll("img, main script, b.planted").length), 0, "elements that a board made");
		t.ok(!(await page.title()).includes("broken out"), "the board's script has run");
		const off = await t.open(t.report("hostile"), {javaScript: false});
		t.ok(/12 of 18/.test(await text(off, "h1")) && /<script>/.test(await text(off, "noscript pre")), "without scripts");
		t.ok(!(await off.title()).includes("broken out"), "markup of a board");
	},

	"report: the policy lets nothing else run": async (t) => {
		const page = await t.open(t.report("failing"));
		await page.evaluate(() => { const s = document.createElement("script"); s.textContent = "window.added = 1"; document.body.append(s); });
		t.equal(await page.evaluate(() => window.added === undefined), true, "an added script did not run");
		await page.evaluate(() => fetch("data:,x").then(() => { window.fetched = 1; }, () => {}));
		t.equal(await page.evaluate(() => window.fetched === undefined), true, "nothing can be fetched");
		await t.until(() => t.errors.filter((e) => /Content Security Policy/.test(e)), (refused) => refused.length >= 2, "what was refused");
		await t.end(); /* then no more comes */
		t.errors.length = 0;
	},

	"report: clean for axe-core, light and dark, run and session": async (t) => {
		for (const dark of [false, true]) {
			const page = await t.open(t.report("failing"), {dark});
			await t.accessible(page, `run, dark ${dark}`);
			const session = await sessionOf(t, "failing", FAILED, "", {dark});
			/* Of the pages byte by byte one stands for all. */
			await session.locator("#memory details:has(summary code)").first().evaluate((d) => { d.open = true; });
			await session.locator("#memory details:not(:has(summary code)), #map details").evaluateAll((all) => all.forEach((d) => { d.open = true; }));
			await t.accessible(session, `session, dark ${dark}`);
		}
		await t.accessible(await t.open(t.report("passing")), "passing run");
	},

	"report: a phone is wide enough": async (t) => {
		const phone = {width: 360, height: 740, hasTouch: true, isMobile: true};
		const page = await t.open(t.report("failing"), phone);
		await t.fits(page);
		await t.accessible(page, "phone");
		await t.fits(await sessionOf(t, "failing", FAILED, "", phone));
	},

	"report: keys alone lead to the evidence": async (t) => {
		const page = await t.open(t.report("failing"));
		await page.keyboard.press("Tab");
		t.equal(await page.evaluate(() => document.activeElement.className), "skip", "the first stop");
		await page.keyboard.press("Enter");
		for (let i = 0; i < 4 && !(await page.evaluate(() => document.activeElement.matches(".problems a"))); i++)
			await page.keyboard.press("Tab");
		await page.keyboard.press("Enter");
		await page.locator("#again").waitFor();
		t.equal(await page.evaluate(() => document.activeElement.id), "main", "the focus is at the new page");
	},

	"report: light and dark by the button, too": async (t) => {
		const page = await t.open(t.report("passing"));
		const back = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
		const before = await back();
		await page.locator("#bar button").click();
		t.ok(await back() !== before, "nothing changed");
	},

	"report: 10,000 sessions are shown, found and opened": async (t) => {
		const page = await t.open(t.report("large"));
		await page.locator("#all .item").first().waitFor();
		const paint = await (await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime)).jsonValue();
		console.log(`     | first paint ${Math.round(paint)} ms`);
		t.equal(await text(page, "#all .count"), "10,000 sessions", "count");
		t.ok(await page.locator("#all .item").count() < 100, "all of them are drawn");
		await page.locator("#find").fill("unpatched riscv64 .400");
		await page.waitForFunction(() => /^\d+ of 10,000/.test(document.querySelector("#all .count").textContent));
		await page.locator("#all .item").first().click();
		await page.locator("#phases").waitFor();
	},

	"console: 50 MB are searched and scrolled": async (t) => {
		const page = await sessionOf(t, "large", FAILED);
		await page.locator(".console input").fill("NEEDLE");
		await page.locator(".console mark.now").waitFor();
		t.ok((await lines(page)).some((l) => l.text.includes("NEEDLE")), "the needle is not in view");
		await page.locator(".console .lines").evaluate((b) => { b.scrollTop = b.scrollHeight; });
		await t.until(async () => (await lines(page)).at(-1).n, (n) => n > 500000, "the last line that is drawn");
	},
};
