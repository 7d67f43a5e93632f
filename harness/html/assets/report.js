/*
 * The report of one run: the answer, what went wrong, the matrix, all sessions; and behind an address each (#s/SESSION) what is
 * known of one session. The page holds everything: #run has one line per session, #d0, #d1, ... the details of some sessions
 * each, #kN and #iN the console of the Nth and its times; the latter are deflated and unpacked when they are looked at.
 */
"use strict";
(() => {
	const {h, plural, span} = RT;
	const run = JSON.parse(document.getElementById("run").textContent);
	const main = document.getElementById("main");
	const KEYS = ["session", "scenario", "variant", "board", "unit", "config", "repeat", "verdict", "cause", "why", "duration_ms", "excused", "attempts"];
	const AS_TEXT = new Set(["scenario", "variant", "board", "unit", "config", "verdict", "cause", "why"]);
	const sessions = run.sessions.map((row, n) => {
		const s = {n};
		KEYS.forEach((k, i) => { s[k] = AS_TEXT.has(k) ? (row[i] < 0 ? null : run.texts[row[i]]) : row[i]; });
		s.excused = Boolean(s.excused);
		return s;
	});
	const byName = new Map(sessions.map((s) => [s.session, s]));
	const needsCare = (s) => !RT.isOk(s.verdict) && !s.excused;
	const careful = sessions.filter(needsCare);
	const gravity = (s) => RT.GRAVITY.indexOf(s.verdict);
	const address = (s, rest) => `#s/${encodeURIComponent(s.session)}${rest ? `/${rest}` : ""}`;
	const href = (path) => (run.links === null || !path ? null : run.links + path.split("/").map(encodeURIComponent).join("/"));
	const filter = {verdict: "", text: ""};

	/* ---- details ---- */
	/* What the page has may still be on its way. */
	async function packed(id) {
		let el = document.getElementById(id);
		if (!el && document.readyState === "loading") {
			await new Promise((go) => document.addEventListener("DOMContentLoaded", go, {once: true}));
			el = document.getElementById(id);
		}
		return el ? RT.inflate(el.textContent) : null;
	}

	const chunks = new Map();
	async function details(s) {
		const id = Math.floor(s.n / run.chunk);
		if (!chunks.has(id)) {
			if (chunks.size > 20)
				chunks.clear();
			chunks.set(id, packed(`d${id}`).then((b) => RT.text(b).split("\n")));
		}
		return JSON.parse((await chunks.get(id))[s.n % run.chunk]);
	}

	let builds = null;
	async function buildOf(n) {
		if (n === undefined)
			return null;
		builds = builds || packed("builds").then((b) => JSON.parse(RT.text(b)));
		return (await builds)[n];
	}

	async function console_(s, d) {
		const bytes = await packed(`k${s.n}`);
		if (bytes)
			return {bytes, index: RT.text(await packed(`i${s.n}`) || new Uint8Array(0)), from: d.from || 0};
		const paths = d.s.paths || {};
		if (run.fetch && href(paths.console)) {
			const got = await fetch(href(paths.console));
			const index = paths.index ? await fetch(href(paths.index)) : null;
			if (got.ok)
				return {bytes: new Uint8Array(await got.arrayBuffer()), index: index && index.ok ? await index.text() : "", from: 0};
		}
		return {why: RT.isOk(s.verdict) ? "All is well with this session, so its console stayed in its file." : "It did not fit into this report any more."};
	}

	const word = (w) => (/^[\w./:=@%+,-]+$/.test(w) ? w : `'${w.replace(/'/g, "'\\''")}'`);

	/* As the terminal has them; and what only the evidence of the session tells: there is a store to stop at. */
	const NAMES = {again: "Run it again", replay: "Replay this very run", culprit: "Who did it", map: "Its survival map", anywhere: "Without this run"};
	function commands(d) {
		const known = d.commands || [], replay = known.find(([what]) => what === "replay");
		const all = known.map(([what, purpose, line]) => [NAMES[what] || what, line, purpose]);
		const at = (option, name) => [name, replay[2].replace(" replay ", () => ` replay ${option} `)];
		if (replay)
			all.push(at("--gdb", "Walk through it"));
		if (replay && ((d.s.evidence || {}).culprits || []).length)
			all.push(at("--at culprit", "Stop at the store"));
		return all;
	}

	/* ---- one session ---- */
	/* isWanted: nobody has gone elsewhere meanwhile. */
	async function sessionPage(s, rest, isWanted) {
		const d = await details(s), build = await buildOf(d.build), line = /^L(\d+)$/.exec(rest || "");
		if (!isWanted())
			return;
		const before = careful[careful.findIndex((c) => c.n >= s.n) - 1] || (s.n > (careful.at(-1) || {n: 1e9}).n ? careful.at(-1) : null);
		const after = careful.find((c) => c.n > s.n);
		const page = RT.session.page({...d.s, verdict: s.verdict}, {told: d.told, commands: commands(d), console: () => console_(s, d), map: d.map, memory: d.memory,
			build, settings: run.settings, href, link: (n) => address(s, `L${n}`), line: line ? Number(line[1]) : 0});
		main.replaceChildren(h("nav", {class: "row", "aria-label": "Sessions"}, h("a", {href: "#"}, "← All sessions"), h("code", {class: "soft"}, s.session),
			h("span", {class: "push row"}, before && h("a", {href: address(before), title: before.session}, "↑ the failure before"),
				after && h("a", {href: address(after), title: after.session}, "↓ the next failure"))), ...page.parts);
		document.title = `${RT.looks(s.verdict)[1]} ${s.session} · ${run.run}`;
		shown = {name: s.session, page};
		if (rest && page.console) {
			await page.console.ready;
			const part = line ? page.console : document.getElementById(rest);
			if (part && isWanted())
				part.scrollIntoView({block: "start"});
		} else {
			scrollTo(0, 0);
		}
	}

	/* ---- the run ---- */
	function answer() {
		const order = [...RT.GRAVITY].reverse(), t = run.totals, kind = (v) => (v === "expected-fail" ? "fine" : RT.looks(v)[0]);
		return h("header", {class: `card answer ${run.kind}`}, h("h1", {}, h("span", {class: "sign", "aria-hidden": "true"}, run.sign), h("span", {}, run.answer)),
			run.notes.map((n) => h("p", {class: "lead"}, n)),
			h("div", {class: "share", "aria-hidden": "true"}, order.filter((v) => t[v]).map((v) => h("i", {class: kind(v), style: {flex: `${t[v]} 1 0`}}))),
			h("div", {class: "row"}, order.filter((v) => t[v]).map((v) => h("span", {}, RT.verdict(v, `${t[v].toLocaleString("en")} ${v}`)))),
			h("p", {class: "facts"}, h("span", {}, RT.moment(run.started)), run.elapsed_ms >= 0 && h("span", {}, `${run.ended ? "took" : "for"} ${span(run.elapsed_ms)}`),
				h("span", {}, `exit status ${run.exit_status}`), h("span", {}, h("code", {}, run.command.map(word).join(" ")))));
	}

	/* Sessions that came to the same in the same scenario are one problem. */
	function problems() {
		const groups = new Map();
		for (const s of sessions.filter((x) => !RT.isOk(x.verdict))) {
			const key = [s.verdict, s.cause, s.scenario, s.why && s.why.replace(/0x[0-9a-f]+|\d+/g, "#"), s.excused].join("\n");
			groups.set(key, [...(groups.get(key) || []), s]);
		}
		const all = [...groups.values()].sort((a, b) => a[0].excused - b[0].excused || gravity(a[0]) - gravity(b[0]) || b.length - a.length), most = 30;
		if (!all.length)
			return null;
		const item = (g) => h("li", {class: RT.looks(g[0].verdict)[0]}, h("div", {class: "row"}, RT.verdict(g[0].verdict), h("strong", {}, g[0].scenario),
			g[0].cause && h("span", {class: "cause"}, g[0].cause), g[0].excused && h("span", {class: "soft"}, "in quarantine"), g.length > 1 && h("span", {class: "soft push"}, plural(g.length, "session"))),
		h("p", {class: "why"}, g[0].why),
		h("div", {class: "who"}, g.slice(0, 6).map((s) => h("a", {href: address(s)}, `${s.variant} on ${s.unit || s.board}${s.repeat > 1 ? ` #${s.repeat}` : ""}`)),
			g.length > 6 && h("a", {href: "#all", onclick: () => narrow({verdict: g[0].verdict, text: g[0].scenario})}, `and ${g.length - 6} more`)));
		return RT.session.card("problems", "What went wrong", all.length > 1 ? `${plural(all.length, "problem")}, the gravest first` : null,
			h("ul", {class: "problems"}, all.slice(0, most).map(item)), all.length > most && h("p", {class: "soft"}, `and ${plural(all.length - most, "more problem")}, in the list below`));
	}

	const group = (items, key) => {
		const m = new Map();
		for (const s of items) {
			if (!m.has(key(s)))
				m.set(key(s), []);
			m.get(key(s)).push(s);
		}
		return m;
	};

	function cell(items) {
		if (!items)
			return h("td", {}, h("span", {class: "gap soft", "aria-label": "not planned"}, "·"));
		const worst = items.reduce((a, b) => (gravity(b) < gravity(a) ? b : a)), [kind, sign] = RT.looks(worst.verdict);
		const same = items.filter((s) => s.verdict === worst.verdict).length;
		const count = items.length === 1 ? "" : same === items.length ? `${same}` : `${same}/${items.length}`;
		const words = `${worst.scenario} ${worst.variant} on ${worst.board}: ${items.length === 1 ? worst.verdict : `${same} of ${items.length} ${worst.verdict}`}`;
		return h("td", {}, h("a", {class: kind, href: items.length === 1 ? address(worst) : "#all", title: words, "aria-label": words,
			onclick: items.length === 1 ? null : () => narrow({verdict: "", text: `${worst.scenario} ${worst.variant} ${worst.board}`})}, sign, count && ` ${count}`));
	}

	function matrix() {
		const boards = [...new Set(sessions.map((s) => s.board))].sort();
		const rows = [];
		for (const [scenario, own] of group(sessions, (s) => s.scenario)) {
			rows.push(h("tr", {}, h("th", {class: "scenario", colspan: boards.length + 1, scope: "rowgroup"}, scenario)));
			for (const [variant, mine] of group(own, (s) => s.variant)) {
				const per = group(mine, (s) => s.board);
				rows.push(h("tr", {}, h("th", {class: "variant", scope: "row"}, variant), boards.map((b) => cell(per.get(b)))));
			}
		}
		const used = RT.GRAVITY.filter((v) => run.totals[v]);
		return RT.session.card("matrix", "Scenario, variant and board", null, h("div", {class: "wide", tabindex: "0", role: "group", "aria-label": "Matrix"}, h("table", {class: "matrix"},
			h("thead", {}, h("tr", {}, h("td", {}), boards.map((b) => h("th", {scope: "col"}, b.replace(/_/g, "_\u200b"))))), h("tbody", {}, rows))),
		h("div", {class: "legend"}, used.map((v) => h("span", {}, RT.verdict(v), ` ${RT.MEANS[v]}`))));
	}

	/* ---- all sessions ---- */
	let redrawList = () => {};
	function narrow(to) {
		Object.assign(filter, to);
		redrawList();
	}

	function matches(s, words) {
		if (filter.verdict && s.verdict !== filter.verdict)
			return false;
		if (!words.length)
			return true;
		s.hay = s.hay || [s.session, s.scenario, s.variant, s.board, s.unit, s.config, s.verdict, s.cause, s.why].filter(Boolean).join(" ").toLowerCase();
		return words.every((w) => s.hay.includes(w));
	}

	function item(s) {
		return h("a", {class: "item", href: address(s)}, h("span", {}, RT.verdict(s.verdict)), h("span", {class: "name", title: s.session}, h("b", {}, s.scenario), ` ${s.variant} `,
			h("span", {class: "soft"}, `on ${s.unit || s.board}${s.repeat > 1 ? ` #${s.repeat}` : ""}`)), h("span", {class: "cause soft", title: s.why}, s.cause || s.why || ""),
		h("span", {class: "right soft"}, s.duration_ms ? span(s.duration_ms) : "–"));
	}

	function allSessions() {
		const place = h("div"), count = h("span", {class: "count", role: "status"}), input = h("input", {type: "search", id: "find", placeholder: "Filter: words of scenario, variant, board, cause", "aria-label": "Filter sessions", spellcheck: "false"});
		const buttons = RT.GRAVITY.filter((v) => run.totals[v]).map((v) => h("button", {type: "button", "data-verdict": v, onclick: () => narrow({verdict: filter.verdict === v ? "" : v})}, RT.verdict(v)));
		let timer;
		input.addEventListener("input", () => { filter.text = input.value; clearTimeout(timer); timer = setTimeout(redrawList, 60); });
		redrawList = () => {
			const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean), found = sessions.filter((s) => matches(s, words));
			if (input.value !== filter.text)
				input.value = filter.text;
			buttons.forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.verdict === filter.verdict)));
			count.textContent = found.length === sessions.length ? plural(found.length, "session") : `${found.length.toLocaleString("en")} of ${plural(sessions.length, "session")}`;
			found.sort((a, b) => a.excused - b.excused || gravity(a) - gravity(b) || a.n - b.n);
			place.replaceChildren(found.length ? RT.list(found.length, (i) => item(found[i]), "Sessions") : h("p", {class: "soft"}, "No session is like that. ",
				h("button", {type: "button", onclick: () => narrow({verdict: "", text: ""})}, "Show all")));
		};
		redrawList();
		return h("section", {class: "card", id: "all", "aria-labelledby": "all-h"}, h("h2", {id: "all-h"}, "Sessions", count), h("div", {class: "filters"}, input, buttons), h("div", {style: {height: ".7rem"}}), place);
	}

	function environment() {
		const s = run.settings;
		return RT.session.card("environment", "Environment", null, RT.session.pairs([["runtest", s.version], ["QEMU", s.qemu_version], ["project", s.project && h("code", {}, s.project)],
			["configurations", s.configs.join(", ")], ["sessions at a time", s.jobs], ["parameters", s.set.join(", ")], ["image", s.image && h("code", {}, s.image)],
			["image SHA-256", s.image_sha256 && h("code", {}, s.image_sha256)], ["time limit", s.timeout_ms ? span(s.timeout_ms) : null], ["quarantine that has ended", s.expired.join(", ")],
			["started", RT.moment(run.started)], ["ended", run.ended ? RT.moment(run.ended) : "not yet, or it was cut short"],
			["files", href("results.json") && [h("a", {href: href("results.json")}, "results.json"), ", ", h("a", {href: href("junit.xml")}, "junit.xml"), ", ", h("a", {href: href("journal.jsonl")}, "journal.jsonl")]]]));
	}

	/* The first picture needs the answer alone; a long matrix comes right behind it. */
	function overview(rest) {
		document.title = `${run.sign} ${run.answer} · ${run.run}`;
		main.replaceChildren(...[answer(), problems()].filter(Boolean));
		const mine = shown = {name: ""};
		const others = () => {
			if (shown !== mine)
				return;
			main.append(matrix(), allSessions(), environment());
			const part = rest && document.getElementById(rest);
			if (part)
				part.scrollIntoView();
		};
		if (sessions.length > 500 && !rest)
			requestAnimationFrame(() => setTimeout(others));
		else
			others();
		if (!rest)
			scrollTo(0, 0);
	}

	/* ---- addresses ---- */
	let shown = {name: null}, asked = 0;
	async function go() {
		const mine = ++asked, isWanted = () => mine === asked;
		const m = /^#s\/([^/]+)(?:\/(.+))?$/.exec(location.hash), s = m && byName.get(decodeURIComponent(m[1]));
		const line = m && /^L(\d+)$/.exec(m[2] || "");
		if (s && shown.name === s.session && line) {
			const view = shown.page.console && await shown.page.console.ready;
			if (view && view.goto && isWanted())
				view.goto(Number(line[1]));
			return;
		}
		if (m && !s) {
			main.replaceChildren(h("p", {class: "card"}, `This run has no session ${decodeURIComponent(m[1])}. `, h("a", {href: "#"}, "All sessions")));
			shown = {name: null};
		} else if (s) {
			const first = shown.name === null;
			await sessionPage(s, m[2], isWanted);
			if (!first && isWanted())
				main.focus({preventScroll: true});
		} else {
			const rest = location.hash.slice(1);
			if (shown.name === "" && rest) {
				const part = document.getElementById(rest);
				if (part)
					part.scrollIntoView();
			} else {
				overview(rest);
			}
		}
	}

	function keys(e) {
		if (e.target.matches("input, select, textarea") || e.ctrlKey || e.metaKey || e.altKey)
			return;
		const find = document.getElementById("find") || document.querySelector(".console input");
		if (e.key === "/" && find) {
			e.preventDefault();
			find.focus();
		}
	}

	document.getElementById("bar").append(RT.themeButton());
	addEventListener("hashchange", go);
	addEventListener("keydown", keys);
	go();
})();
