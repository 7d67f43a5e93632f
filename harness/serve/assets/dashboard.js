/*
 * What every page of the dashboard does by itself: times in the reader's own zone, finding in a table, and, where something goes
 * on, asking for the page again and putting what has changed in its place. Without this script the pages say the same.
 */
"use strict";
(() => {
	const $ = (query, from) => (from || document).querySelector(query);
	const $$ = (query, from) => [...(from || document).querySelectorAll(query)];

	/* ---- times ---- */
	function localTimes(from) {
		for (const el of $$("time:not([data-local])", from)) {
			const at = new Date(el.dateTime);
			if (isNaN(at))
				continue;
			el.dataset.local = "";
			el.textContent = at.toLocaleString("en-GB", {year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit"});
		}
	}

	/* ---- finding ---- */
	function find(input) {
		const words = input.value.toLowerCase().split(/\s+/).filter(Boolean), rows = $$(`#${input.dataset.finds} [data-find]`);
		let shown = 0;
		for (const row of rows) {
			const text = row.textContent.toLowerCase();
			row.hidden = !words.every((w) => text.includes(w));
			shown += !row.hidden;
		}
		const said = $("#found");
		if (said)
			said.textContent = words.length ? `${shown} of ${rows.length}` : "";
		const url = new URL(location.href);
		if (words.length)
			url.searchParams.set("find", input.value);
		else
			url.searchParams.delete("find");
		history.replaceState(null, "", url);
	}

	function findAll() {
		for (const input of $$("[data-finds]"))
			if (input.value)
				find(input);
	}

	function setUpFinding() {
		const input = $("[data-finds]");
		if (!input)
			return;
		input.addEventListener("input", () => find(input));
		input.value = new URL(location.href).searchParams.get("find") || "";
		if (input.value)
			find(input);
		addEventListener("keydown", (ev) => {
			if (ev.key === "/" && !ev.ctrlKey && !ev.metaKey && !ev.altKey && !/^(INPUT|TEXTAREA|SELECT)$/.test(ev.target.tagName)) {
				ev.preventDefault();
				input.focus();
			}
		});
	}

	/* ---- keeping fresh ---- */
	const fresh = $("#fresh");
	let failed = 0;

	/* The parts that are kept are asked about nothing: what is typed in them stays. */
	function replacePart(old, now) {
		const kept = $("[data-keep]", old), place = $("[data-keep]", now);
		if (kept && place)
			place.replaceWith(kept);
		const at = document.activeElement, href = old.contains(at) && at.getAttribute("href"), typing = kept && kept.contains(at) ? at : null;
		const scrolled = $(".wide", old), left = scrolled ? scrolled.scrollLeft : 0;
		old.replaceWith(now);
		if (typing)
			typing.focus();
		else if (href)
			$(`a[href="${CSS.escape(href)}"]`, now)?.focus();
		if (left)
			$(".wide", now).scrollLeft = left;
	}

	function merge(page) {
		const main = $("#main"), parts = new Map($$("[data-part]", main).map((el) => [el.dataset.part, el]));
		let before = null;
		for (const now of $$("[data-part]", $("#main", page))) {
			const old = parts.get(now.dataset.part), source = now.outerHTML;
			parts.delete(now.dataset.part);
			if (old && old.rtSource === source) {
				before = old;
				continue;
			}
			const put = document.adoptNode(now);
			put.rtSource = source;
			if (old)
				replacePart(old, put);
			else if (before)
				before.after(put);
			else
				$("[data-part]", main) ? $("[data-part]", main).before(put) : main.append(put);
			before = put;
		}
		for (const gone of parts.values())
			gone.remove();
		document.title = page.title;
		document.body.toggleAttribute("data-live", page.body.hasAttribute("data-live"));
		localTimes();
		findAll();
	}

	async function again() {
		const begun = performance.now();
		try {
			const answer = await fetch(location.href, {headers: {Accept: "text/html"}});
			if (answer.status === 401)
				location.reload();
			if (!answer.ok)
				throw new Error(String(answer.status));
			merge(new DOMParser().parseFromString(await answer.text(), "text/html"));
			failed = 0;
		} catch {
			failed++;
		}
		fresh.classList.toggle("stale", failed > 1);
		const said = failed > 1 ? "No answer from the dashboard: this is as it was" : document.body.hasAttribute("data-live") ? "live" : "";
		if (fresh.textContent !== said)
			fresh.textContent = said;
		/* What takes long to make is asked for less often; once may have been an accident. */
		next(Math.min(Math.max(2000, (performance.now() - begun) * 20), 30000) * Math.min(1 + failed, 8));
	}

	function next(ms) {
		setTimeout(() => {
			if (document.hidden)
				document.addEventListener("visibilitychange", () => next(0), {once: true});
			else if (document.body.hasAttribute("data-live"))
				again();
		}, ms);
	}

	/* ---- the bar ---- */
	function setUpBar() {
		const bar = $(".bar");
		if (!bar)
			return;
		if (typeof RT !== "undefined")
			bar.append(RT.themeButton());
		if (!document.body.hasAttribute("data-token"))
			return;
		const out = document.createElement("button");
		out.type = "button";
		out.className = "plain";
		out.textContent = "Sign out";
		out.addEventListener("click", async () => {
			await fetch("/login/out");
			location.href = "/login";
		});
		bar.append(out);
	}

	for (const el of $$("[data-part]"))
		el.rtSource = el.outerHTML;
	setUpBar();
	localTimes();
	setUpFinding();
	if (document.body.hasAttribute("data-live")) {
		fresh.textContent = "live";
		next(2000);
	}
})();
