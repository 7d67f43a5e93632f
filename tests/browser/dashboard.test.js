/* The dashboard (docs/dashboard.md) in a browser: pages, search, a run and a console that go on, signing in. */
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const {spawn, execFileSync} = require("node:child_process");

const TOKEN = "0123456789abcdef0123456789abcdef";
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
	for (const run of ["passing", "failing", "hostile"])
		fs.cpSync(path.join(t.results, run), path.join(to, run), {recursive: true});
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

/* Ends what it has started, also when it fails. */
const test = (body) => async (t) => {
	try {
		await body(t);
	} finally {
		for (const c of t.children || []) {
			c.removeAllListeners("exit");
			c.kill();
		}
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
		for (const where of ["/", "/runs/failing/live", "/trends", "/trends/pd-survives", "/flaky", "/boards", `/live/passing/${SESSION}`, "/nothing"])
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

	"dashboard: a run that goes on changes before one's eyes": test(async (t) => {
		const results = runs(t, "dashboard-live"), live = goingOn(t, results), url = await serve(t, results), page = await t.open(url);
		await page.getByText(`Going on: ${live.name}`).waitFor();
		t.equal(await page.locator(".running a").count(), 1, "running sessions");
		await page.locator("#find").fill("20270101");
		await page.evaluate(() => { window.unharmed = true; });
		live.end(SESSION);
		await page.waitForFunction(() => !document.querySelector(".running"), null, {timeout: 20000});
		t.ok(await page.evaluate(() => window.unharmed), "the page was loaded anew");
		t.equal(await page.locator("#find").inputValue(), "20270101", "what was typed");
		t.equal(await page.locator("#runs-table tbody tr:visible").count(), 1, "runs found");
		await page.locator("h2 a").first().click();
		await page.locator("#sessions").waitFor();
		t.equal(await page.locator("#sessions tbody tr").count(), 1, "ended sessions");
	}),

	"dashboard: a console is seen while it is written": test(async (t) => {
		const results = runs(t, "dashboard-console"), live = goingOn(t, results), url = await serve(t, results);
		live.print("first line\n<b>no markup</b>\x1b[2J\n");
		const page = await t.open(`${url}/live/${live.name}/${SESSION}`);
		await page.getByText("<b>no markup</b>").waitFor();
		t.ok(/running/.test(await text(page, "#state")), "it does not run");
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
		await page.locator("#state .v.good").waitFor({timeout: 20000});
		t.ok(/pass/.test(await text(page, "#state")), "no verdict");
		await page.goto("about:blank");
		await page.goto(`${url}/live/${live.name}/${SESSION}#L200`);
		await page.locator(".ln.here[data-line='200']").waitFor();
		noise(t, /events.*ERR_ABORTED/); /* a stream ends when its page is left */
	}),

	"dashboard: what boards print breaks out of no page": test(async (t) => {
		const url = await serve(t, runs(t, "dashboard-hostile"));
		for (const where of ["/", "/runs/hostile/live", "/runs/hostile/"]) {
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
		noise(t, /status of 401|ERR_ABORTED/); /* refused, as it must be; and what a page that is left no longer waits for */
	}),
};
