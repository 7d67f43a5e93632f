/* The dashboard (docs/dashboard.md) in a browser: pages, search, a run and a console that go on, signing in. */
"use strict";
const {serve, runs, bisection, goingOn, stop, SESSION} = require("./served.js");

const TOKEN = "0123456789abcdef0123456789abcdef";

/* Ends what it has started, also when it fails. */
const test = (body) => async (t) => {
	try {
		await body(t);
	} finally {
		await t.end(); /* pages first: one that still listens would note that its server has gone */
		noise(t, /^request: .*: net::ERR_ABORTED/); /* of a page that was left before it came */
		stop(t);
	}
};

const text = (page, selector) => page.locator(selector).first().innerText();
const noise = (t, what) => { t.errors = t.errors.filter((e) => !what.test(e)); };

module.exports = {
	"dashboard: runs, found and opened": test(async (t) => {
		const url = await serve(t, runs(t, "dashboard-runs")), page = await t.open(url);
		t.ok(/newest run is (ok|not ok)/.test(await text(page, "h1")), `answer: ${await text(page, "h1")}`);
		t.equal(await page.locator("#runs-table tbody tr").count(), 3, "runs");
		await page.keyboard.press("/");
		await page.keyboard.type("failing");
		await page.waitForFunction(() => document.querySelector("#found").textContent === "1 of 3");
		t.ok(page.url().includes("find=failing"), "what is looked for is not in the address");
		await page.reload();
		await page.waitForFunction(() => document.querySelector("#found").textContent === "1 of 3");
		await page.locator("#runs-table a", {hasText: "failing"}).click();
		await page.locator(".matrix").waitFor();
		t.ok(/sessions failed/.test(await text(page, "h1")), "the report is another run's");
		await page.locator(".problems a").first().click();
		await page.locator(".console .ln").first().waitFor();
		const session = page.url();
		await page.goto("about:blank");
		await page.goto(session);
		await page.locator(".console .ln").first().waitFor();
		await page.locator(".bar .brand").click();
		await page.locator("#runs-table").waitFor();
	}),

	"dashboard: every page is for everybody, light, dark and on a phone": test(async (t) => {
		const url = await serve(t, runs(t, "dashboard-pages"));
		for (const where of ["/", "/runs/failing/live", "/regressions", "/trends", "/trends/pd-survives", "/flaky", "/boards", `/live/passing/${SESSION}`, "/nothing"])
			for (const o of [{}, {dark: true, width: 360, height: 740}]) {
				const page = await t.open(url + where, o);
				if (where.startsWith("/live/"))
					await page.locator(".console .ln").first().waitFor();
				if (where !== "/nothing")
					await t.accessible(page, `${where} ${JSON.stringify(o)}`);
				await t.fits(page).catch((e) => { throw new Error(`${where} ${JSON.stringify(o)}: ${e.message}`); });
				await page.context().close();
			}
		noise(t, /status of 404/);
	}),

	"dashboard: what got worse, since when, and what did it": test(async (t) => {
		const results = runs(t, "dashboard-worse", [["passing", "first"], ["failing", "second"], ["failing", "third"]]), worse = "pd-survives.unpatched.qemu_virt_aarch64.debug";
		bisection(results, 27, worse, "d".repeat(40), "kernel: <b>clears</b> what it must not");
		bisection(results, 24, "pd-survives.unpatched.qemu_virt_riscv64.debug", "f".repeat(40), "before it got worse");
		const url = await serve(t, results), page = await t.open(url);
		await page.getByRole("link", {name: "Regressions"}).click();
		await page.locator("#worse").waitFor();
		const n = await page.locator("#worse tbody tr").count();
		t.equal(await text(page, "h1"), `${n} sessions got worse`, "answer");
		await page.locator("#find").fill(worse);
		await page.waitForFunction(() => document.querySelector("#found").textContent.startsWith("1 of "));
		const row = page.locator("#worse tbody tr:visible");
		t.ok((await row.innerText()).includes("dddddddddddd kernel: <b>clears</b> what it must not"), "no culprit");
		t.ok(!(await page.locator("#worse").innerText()).includes("ffffffff"), "what an older bisection found is taken for the culprit");
		/* what is as it was, and as demanded, is none of it: the same session of the variant that works */
		await page.locator("#find").fill(SESSION.replace(/\.1$/, ""));
		await page.waitForFunction(() => document.querySelector("#found").textContent.startsWith("0 of "));
		await page.locator("#find").fill(worse);
		await row.getByRole("link", {name: "second"}).click(); /* since then: that session in that run's report */
		await page.locator(".console .ln").first().waitFor();
		t.ok(page.url().includes(`/runs/second/#s/${worse}.1`), `came to ${page.url()}`);
		await page.goBack();
		await row.getByRole("link", {name: worse}).click(); /* the newest console */
		await page.locator(".console .ln").first().waitFor();
		t.ok(page.url().endsWith(`/live/third/${worse}.1`), `came to ${page.url()}`);
		await page.goto(`${url}/regressions?find=${worse}`);
		await page.getByRole("link", {name: "bisection"}).first().click();
		t.ok((await page.content()).includes("d".repeat(40)), "the bisection's own file is not there");
		noise(t, /favicon|Content Security Policy/);
	}),

	"dashboard: nothing got worse": test(async (t) => {
		const page = await t.open(`${await serve(t, runs(t, "dashboard-well", [["failing", "first"], ["passing", "second"]]))}/regressions`);
		t.equal(await text(page, "h1"), "No session got worse", "answer");
		t.equal(await page.locator("table").count(), 0, "tables");
	}),

	"dashboard: a run that goes on changes before one's eyes": test(async (t) => {
		const results = runs(t, "dashboard-live"), live = await goingOn(t, results), url = await serve(t, results), page = await t.open(url);
		await page.getByText(`Going on: ${live.name}`).waitFor();
		t.equal(await page.locator(".running a").count(), 1, "running sessions");
		await page.locator("#find").fill("20261128");
		await page.evaluate(() => { window.unharmed = true; });
		live.end(SESSION);
		await page.waitForFunction(() => !document.querySelector(".running"));
		t.ok(await page.evaluate(() => window.unharmed), "the page was loaded anew");
		t.equal(await page.locator("#find").inputValue(), "20261128", "what was typed");
		await t.counts(page.locator("#runs-table tbody tr:visible"), (n) => n === 1, "runs found");
		await page.locator("h2 a").first().click();
		await page.locator("#sessions").waitFor();
		await t.counts(page.locator("#sessions tbody tr"), (n) => n === 1, "ended sessions");
	}),

	"dashboard: a console is seen while it is written": test(async (t) => {
		const results = runs(t, "dashboard-console"), live = await goingOn(t, results), url = await serve(t, results);
		live.print("first line\n<b>no markup</b>\x1b[2J\n");
		const page = await t.open(`${url}/live/${live.name}/${SESSION}`);
		await page.getByText("<b>no markup</b>").waitFor();
		await page.locator("#state", {hasText: "running"}).waitFor();
		live.print("second ");
		live.print("line\n");
		await page.getByText("second line").waitFor();
		for (let i = 0; i < 400; i++)
			live.print(`step ${i}\n`);
		await page.getByText("step 399", {exact: true}).waitFor(); /* at the end, which is followed */
		await page.locator(".console .lines").evaluate((box) => { box.scrollTop = 0; });
		await page.waitForFunction(() => document.querySelector("button[aria-pressed=false]"));
		live.print("unseen\n");
		await page.waitForTimeout(500);
		t.equal(await page.getByText("unseen", {exact: true}).count(), 0, "who reads above is dragged to the end");
		await page.getByRole("button", {name: "Follow"}).click();
		await page.getByText("unseen", {exact: true}).waitFor();
		await page.locator(".console input[type=search]").fill("step 77");
		await page.locator("mark").first().waitFor();
		live.end(SESSION);
		await page.locator("#state .v.good").waitFor();
		t.ok(/pass/.test(await text(page, "#state")), "no verdict");
		await page.goto("about:blank");
		await page.goto(`${url}/live/${live.name}/${SESSION}#L200`);
		await page.locator(".ln.here[data-line='200']").waitFor();
	}),

	"dashboard: what boards print breaks out of no page": test(async (t) => {
		const url = await serve(t, runs(t, "dashboard-hostile"));
		for (const where of ["/", "/runs/hostile/live", "/runs/hostile/", "/regressions"]) {
			const page = await t.open(url + where);
			await page.waitForTimeout(200);
			t.ok((await page.title()) !== "broken out" && !(await page.locator("img[src=x]").count()), `${where}: it broke out`);
		}
	}),

	"dashboard: signing in, by form, by link, and with a deep link": test(async (t) => {
		const url = await serve(t, runs(t, "dashboard-login"), TOKEN), page = await t.open();
		await page.goto(`${url}/runs/failing/?x=1#all`);
		await page.locator("#token").waitFor();
		await t.accessible(page, "signing in");
		await page.locator("#token").fill("not the token, but as long");
		await page.getByRole("button", {name: "Sign in"}).click();
		await page.getByText("That is not the token.").waitFor();
		await page.locator("#token").fill(TOKEN);
		await page.getByRole("button", {name: "Sign in"}).click();
		await page.locator(".matrix").waitFor();
		t.ok(page.url().endsWith("/runs/failing/?x=1#all"), `came to ${page.url()}`);
		t.equal(await page.evaluate(() => document.cookie), "", "cookies that scripts see");
		await page.goto(url);
		await page.getByRole("button", {name: "Sign out"}).click();
		await page.locator("#token").waitFor();
		await page.goto("about:blank");
		await page.goto(`${url}/login#${TOKEN}`);
		await page.locator("#runs-table").waitFor();
		t.ok(!page.url().includes(TOKEN), "the token stays in the address");
		/* From another site the cookie does not come along; the way leads to the page all the same. */
		await page.goto(`data:text/html,<a href="${url}/boards">boards</a>`);
		await page.getByText("boards").click();
		await page.locator("h1", {hasText: "busy"}).waitFor();
		noise(t, /status of 401/); /* refused, as it must be */
	}),
};
