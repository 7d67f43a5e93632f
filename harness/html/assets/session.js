/*
 * One session, told from top to bottom: what it came to and why, how to do it again, what happened when, memory, console, and
 * what it all ran on. `s` is an entry of `sessions` in results.json; keys may be missing that would be null or empty there.
 *
 * x: {told: text of `runtest report` about it, commands: [[what, command, purpose]], console: async () => {bytes, index, from, why},
 *     map: text of survival.jsonl, memory: `differences` of witness.json, build: manifest.json of the variant, settings,
 *     href: (path in the run's folder) => address or null, link: (line) => address of a line, line: to go to}
 */
"use strict";
RT.session = (() => {
	const {h, span, since, plural} = RT;
	const list = (v) => v || [];
	const card = (id, title, note, ...body) => h("section", {class: "card", id, "aria-labelledby": `${id}-h`},
		h("h2", {id: `${id}-h`}, title, note && h("span", {class: "soft"}, note)), body);
	/* "#": its cells are numbers; "~": it needs no words for who sees it. */
	const head = (t) => h("th", {class: t.startsWith("#") ? "num" : null, scope: "col"}, t.startsWith("~") ? h("span", {class: "unseen"}, t.slice(1)) : t.replace(/^#/, ""));
	const table = (heads, rows, props) => h("div", {class: "wide"}, h("table", props || {}, h("thead", {}, h("tr", {},
		heads.map(head))), h("tbody", {}, rows)));
	const pairs = (entries) => h("dl", {class: "pairs"}, entries.filter(([, v]) => v !== null && v !== undefined && v !== "" && v !== false && !(Array.isArray(v) && !v.length))
		.map(([k, v, c]) => [h("dt", {}, k), h("dd", {class: c || null}, v)]));
	/* A moment that is missing is that of power-on; one that never was is null. */
	const at = (ms) => (ms === null ? "–" : `${((ms || 0) / 1000).toFixed(3)} s`);

	/* ---- the answer ---- */
	function answer(s) {
		const [kind, sign] = RT.looks(s.verdict), demand = s.expected || {};
		return h("header", {class: `card answer ${kind}`}, h("h1", {}, h("span", {class: "sign", "aria-hidden": "true"}, sign),
			h("span", {}, `${s.scenario} `, h("span", {class: "soft"}, `${s.variant} on ${s.unit || s.board}`))),
		h("p", {class: "lead"}, RT.verdict(s.verdict), s.cause ? [" ", h("span", {class: "cause"}, s.cause)] : null, s.why ? ` ${s.why}` : ""),
		s.quarantine && h("p", {}, `In quarantine until ${s.quarantine.until}: ${s.quarantine.reason} (${s.quarantine.where})`),
		h("p", {class: "facts"}, demand.verdict === "fail" && h("span", {}, `negative control: must fail${demand.cause ? ` with ${demand.cause}` : ""}`),
			s.started && h("span", {}, RT.moment(s.started)), s.duration_ms ? h("span", {}, `took ${span(s.duration_ms)}`) : null,
			s.attempts > 1 && h("span", {}, `attempt ${s.attempts}`), s.config && h("span", {}, `${s.config} configuration`),
			s.repeat > 1 && h("span", {}, `repeat ${s.repeat}`)));
	}

	/* "  label     text" lines as `runtest report` writes them: what was demanded, what came instead, since when. */
	function told(text, without) {
		const entries = [], tail = [];
		for (const line of (text || "").split("\n")) {
			const label = line.slice(2, 12).trim(), rest = line.slice(12);
			if (!line.startsWith("  "))
				continue;
			if (rest.startsWith("| ") || rest === "|")
				tail.push(rest.slice(2));
			else if (label)
				entries.push([label, [rest], label === "instead" ? "instead" : null]);
			else if (entries.length)
				entries[entries.length - 1][1].push(h("br"), rest);
		}
		return {entries: entries.filter(([label]) => !without.includes(label)), tail};
	}

	function reason(s, x) {
		/* The page tells these elsewhere, and better. */
		const {entries, tail} = told(x.told, ["why", "again", "replay", "log", "console", "culprit", "in", "from", "excused"]), ev = s.evidence || {};
		if (!entries.length && !ev.ground)
			return null;
		return card("reason", RT.isOk(s.verdict) ? "What it stands on" : "What went wrong", null,
			pairs([...entries, ["ground", entries.length ? null : ev.ground], ["witnesses", entries.length ? null : list(ev.witnesses).join(", ")]]),
			list(ev.notes).map((n) => h("p", {class: "soft"}, n)),
			tail.length ? [h("h3", {}, "The console's last lines"), h("pre", {class: "mono"}, tail.slice(-12).join("\n"))] : null);
	}

	function again(x) {
		return list(x.commands).length ? card("again", "Do it again", null, x.commands.map(([what, text, purpose]) => RT.command(what, text, purpose))) : null;
	}

	/* ---- when ---- */
	function phases(s) {
		const all = list(s.phases).map((p) => ({...p, start_ms: p.start_ms === undefined ? 0 : p.start_ms, end_ms: p.end_ms || 0})), marks = list(s.marks);
		if (!all.length)
			return null;
		const reached = all.filter((p) => p.start_ms !== null);
		const end = Math.max(1, ...reached.map((p) => p.end_ms || p.start_ms), ...marks.map((m) => m.at_ms || 0));
		const rows = all.map((p) => {
			const began = reached.includes(p), left = began ? p.start_ms / end * 100 : 0, wide = began ? ((p.end_ms || p.start_ms) - p.start_ms) / end * 100 : 0;
			return h("tr", {}, h("th", {scope: "row"}, p.name), h("td", {}, p.outcome === "done" ? "done" : h("strong", {}, p.outcome)),
				h("td", {class: "num"}, began ? at(p.start_ms) : "–"), h("td", {class: "num"}, began ? span(p.end_ms - p.start_ms) : "–"),
				h("td", {class: "bar-cell"}, h("div", {class: "track", "aria-hidden": "true"},
					began && h("i", {class: p.outcome, style: {left: `${left}%`, width: `${wide}%`}}),
					marks.filter((m) => m.at_ms >= (p.start_ms || 0) && m.at_ms <= (p.end_ms || 0) && began)
						.map((m) => h("b", {title: `${m.mark} ${at(m.at_ms)}`, style: {left: `${m.at_ms / end * 100}%`}})))));
		});
		return card("phases", "When", `${plural(reached.length, "phase")} of ${all.length}, ${span(end)} since power-on`,
			table(["Phase", "Outcome", "#Began", "#Took", "~Timeline"], rows, {class: "phases"}),
			marks.length ? h("details", {}, h("summary", {}, plural(marks.length, "mark")), table(["Mark", "Said by", "#Boot", "#Since power-on"],
				marks.map((m) => h("tr", {}, h("td", {}, m.mark), h("td", {}, m.by), h("td", {class: "num"}, m.boot), h("td", {class: "num"}, at(m.at_ms)))))) : null);
	}

	/* ---- memory ---- */
	const FAULTS = ["cleared", "partly-cleared", "changed", "stale", "other-version"];
	const faulty = (p) => p.judged && FAULTS.some((c) => (p.counts || {})[c]);

	function looks(s) {
		const all = list((s.evidence || {}).pages), bad = all.filter(faulty);
		if (!all.length)
			return null;
		const row = (p) => h("tr", {}, h("td", {}, p.moment, p.look > 1 ? ` (${p.look})` : ""), h("td", {class: "num"}, at(p.at_ms)), h("td", {}, p.region, p.pd ? h("span", {class: "soft"}, ` ${p.pd}`) : null),
			h("td", {class: "mono"}, p.paddr), h("td", {}, p.access, p.judged ? null : h("span", {class: "soft"}, " does not count")),
			h("td", {}, faulty(p) ? RT.verdict("fail", words(p.counts)) : words(p.counts)),
			h("td", {class: "mono"}, list(p.ranges).slice(0, 6).map((r, i) => [i ? h("br") : null, `${r.start}..${r.end} ${r.class}`]),
				list(p.ranges).length > 6 ? [h("br"), `and ${p.ranges.length - 6} more`] : null));
		const heads = ["Moment", "#Since power-on", "Region", "Address", "Access", "Pages", "Where not intact"];
		return [bad.length ? [h("h3", {}, "Regions with pages at fault"), table(heads, bad.slice(0, 100).map(row))] : null,
			h("details", {}, h("summary", {}, `All ${plural(all.length, "region")} that were looked at`), table(heads, all.slice(0, 1000).map(row)))];
	}
	const words = (counts) => Object.entries(counts || {}).filter(([, n]) => n).map(([c, n]) => `${n} ${c}`).join(", ") || "nothing";

	/* A line of 16 bytes, as the image has it and as memory had it; what differs stands out. */
	function hexLine(address, want, have) {
		const hex = (b, i) => b.toString(16).padStart(2, "0") + (i === 7 ? "  " : " ");
		/* Bytes side by side that differ are one element: a page has few of those, and thousands of bytes. */
		const side = (bytes, other) => {
			const cell = h("td");
			for (let i = 0; i < bytes.length;) {
				const differs = bytes[i] !== other[i];
				let run = "";
				for (; i < bytes.length && (bytes[i] !== other[i]) === differs; i++)
					run += hex(bytes[i], i);
				cell.append(differs ? h("span", {class: "d"}, run) : run);
			}
			return cell;
		};
		const chars = h("td", {}, [...have].map((b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : ".")).join(""));
		return h("tr", {}, h("th", {scope: "row"}, `0x${address.toString(16)}`), side(want, have), side(have, want), chars);
	}

	function hexView(d) {
		const bytes = (text) => Uint8Array.from(text.match(/../g) || [], (two) => parseInt(two, 16));
		const want = bytes(d.image), have = bytes(d.memory), start = BigInt(d.paddr), rows = [];
		let same = 0;
		const flush = () => {
			if (same)
				rows.push(h("tr", {class: "same"}, h("td", {colspan: 4}, `… ${plural(same, "line")} the same …`)));
			same = 0;
		};
		for (let i = 0; i < want.length; i += 16) {
			const a = want.subarray(i, i + 16), b = have.subarray(i, i + 16);
			if (a.every((v, k) => v === b[k])) {
				same++;
				continue;
			}
			flush();
			rows.push(hexLine(start + BigInt(i), a, b));
		}
		flush();
		const body = h("tbody"), el = h("details", {}, h("summary", {}, h("code", {}, d.paddr), ` ${d.region}${d.pd ? ` of ${d.pd}` : ""}, ${d.class} at ${d.moment}`), h("div", {class: "wide"}, h("table", {class: "hex"}, h("thead", {}, h("tr", {}, ["Address", "In the image", "In memory", "~As text"].map(head))), body)));
		el.addEventListener("toggle", () => { if (el.open && !body.children.length) body.append(...rows); });
		return el;
	}

	function differences(x) {
		const all = list(x.memory);
		const views = all.map(hexView);
		if (!views.length)
			return null;
		views[0].open = all[0].class !== "cleared"; /* zeros are no news */
		return [h("h3", {}, `${plural(all.length, "page")} that ${all.length === 1 ? "differs" : "differ"}, byte by byte`), views];
	}

	function culprits(s) {
		const all = list((s.evidence || {}).culprits);
		return all.length ? card("culprit", "Who did it", plural(all.length, "chain of calls", "chains of calls"), all.map((c) => [
			h("p", {}, `The store at `, h("code", {}, c.pc), c.level ? ` in ${c.level}` : "", ` took ${plural(c.pages, "page")}, `, h("code", {}, c.first_page),
				` first; ${plural(c.instruction, "instruction")} of the boot had run before.`),
			h("ol", {class: "calls"}, list(c.calls).map((t) => h("li", {}, t)))])) : null;
	}

	function memory(s, x) {
		const rows = looks(s), diff = differences(x), untypeds = list((s.evidence || {}).untypeds);
		if (!rows && !diff)
			return null;
		return card("memory", "Memory", null, rows, diff, untypeds.length ? [h("h3", {}, "Untypeds that were cleared"), table(["From", "To", "Told by", "Took along"],
			untypeds.map((u) => h("tr", {}, h("td", {class: "mono"}, u.start), h("td", {class: "mono"}, u.end), h("td", {}, u.told_by),
				h("td", {}, list(u.lost).map((l) => `${l.pd || l.owner || l.region}: ${plural(l.pages, "page")}`).join(", ")))))] : null);
	}

	function survival(s, x) {
		if (!x.map)
			return s.unmapped || (s.paths || {}).survival ? card("map", "Survival map", null, h("p", {class: "soft"},
				s.unmapped ? `There is none: ${s.unmapped}` : "It did not fit into this report; the command above shows it.")) : null;
		return card("map", "Survival map", "what became of every page, and when", new RT.Map(x.map).root);
	}

	/* ---- the guest ---- */
	function guest(s) {
		const all = list(s.guest_tests), says = {pass: "pass", fail: "fail", skip: "skipped", todo: "skipped"};
		return all.length ? card("guest", "The guest's own tests", null, all.map((t) => [h("p", {}, `${t.format || "tests"}${t.from ? ` from ${t.from}` : ""}: `,
			`${t.pass || 0} passed, ${t.fail || 0} failed, ${t.skip || 0} skipped, ${t.todo || 0} to do `, h("span", {class: "soft"}, t.where)),
		list(t.faults).map((f) => h("p", {}, RT.verdict("fail", f))),
		table(["Test", "Outcome", "Says"], list(t.cases).slice(0, 2000).sort((a, b) => (b.outcome === "fail") - (a.outcome === "fail")).map((c) => h("tr", {},
			h("td", {}, c.name), h("td", {}, RT.verdict(says[c.outcome] || "skipped", c.outcome)), h("td", {}, h("pre", {}, c.text || "")))))])) : null;
	}

	function execution(s) {
		const all = list((s.evidence || {}).execution);
		return all.length ? card("execution", "What became of the protection domains", null, table(["Protection domain", "Fate", "In words"],
			all.map((e) => h("tr", {}, h("td", {}, e.pd || "–"), h("td", {}, e.fate), h("td", {}, e.text))))) : null;
	}

	/* ---- the console ---- */
	function marksOf(s) {
		const ev = s.evidence || {}, c = ev.console || {};
		return [...list(s.phases).filter((p) => p.start_ms !== null).map((p) => ({offset: p.offset || 0, label: `phase ${p.name}`})),
			...list(s.marks).map((m) => ({offset: m.offset || 0, label: m.mark})),
			...list(c.seen).map((t) => ({offset: t.offset || 0, label: `awaited: ${t.where}`})),
			...list(c.denied).map((t) => ({offset: t.offset || 0, label: `never: ${t.where}`, bad: true}))].sort((a, b) => a.offset - b.offset);
	}

	function console_(s, x) {
		const paths = s.paths || {};
		if (!paths.console)
			return null;
		const raw = x.href(paths.console), place = h("div", {}, h("p", {class: "soft"}, "Unpacking …"));
		const open = raw ? h("a", {class: "button", href: raw}, "The file") : null;
		const card_ = card("console", "Console", null, place);
		card_.ready = x.console().then((c) => {
			if (!c || !c.bytes)
				return place.replaceChildren(h("p", {class: "soft"}, (c && c.why) || "It is not in this report.", " "), open || "");
			const view = new RT.Console({bytes: c.bytes, index: c.index, from: c.from, marks: marksOf(s), link: x.link, label: `Console of ${s.session}`, tools: [open]});
			place.replaceChildren(c.from ? h("p", {class: "soft"}, `The first ${RT.size(c.from)} of it are only in the file.`) : "", c.bytes.length ? view.root : h("p", {class: "soft"}, "The board said nothing."));
			card_.view = view;
			view.settle();
			if (x.line)
				view.goto(x.line);
			return view;
		}).catch((e) => place.replaceChildren(h("p", {}, `It cannot be shown: ${e.message} `), open || ""));
		return card_;
	}

	/* ---- what it ran on ---- */
	function attempts(s, x) {
		const all = list(s.tried);
		return all.length ? card("attempts", "Attempts", `${all.length + 1}, the last one counts`, table(["#Attempt", "Verdict", "Why", "Board", "#Took", "~Files"],
			[...all, {number: s.attempts, verdict: s.verdict, cause: s.cause, why: s.why, unit: s.unit, duration_ms: s.duration_ms, dir: (s.paths || {}).dir}].map((t) =>
				h("tr", {}, h("td", {class: "num"}, t.number), h("td", {}, RT.verdict(t.verdict), t.cause ? [" ", h("span", {class: "cause"}, t.cause)] : null), h("td", {}, t.why), h("td", {}, t.unit),
					h("td", {class: "num"}, span(t.duration_ms)), h("td", {}, t.dir && x.href(t.dir) ? h("a", {href: x.href(`${t.dir}/`)}, "files") : null))))) : null;
	}

	function environment(s, x) {
		const set = x.settings || {}, b = x.build || {}, p = s.paths || {}, commit = / at ([0-9a-f]{40,})$/.exec(b.source_tree ? b.source : "");
		const files = ["console", "index", "typed", "witness", "survival", "recording", "qemu_log", "qemu_args"].filter((k) => p[k])
			.map((k, i) => [i ? ", " : null, x.href(p[k]) ? h("a", {href: x.href(p[k])}, p[k].split("/").pop()) : p[k].split("/").pop()]);
		return card("environment", "Environment", null, pairs([["board", `${s.board}${s.unit && s.unit !== s.board ? ` (${s.unit})` : ""}${s.arch ? `, ${s.arch}` : ""}`],
			["QEMU", set.qemu_version], ["image", p.image && h("code", {}, p.image)], ["image SHA-256", p.image_sha256 && h("code", {}, p.image_sha256)],
			["source", b.source && h("code", {}, b.source)], ["commit", commit && h("code", {}, commit[1])], ["source SHA-256", b.source_sha256 && h("code", {}, b.source_sha256)],
			["patches", b.patches && (b.patches.length ? h("ul", {class: "calls"}, b.patches.map((t) => h("li", {}, typeof t === "string" ? t : `${t.path || t.name || t.file || ""} ${t.sha256 || ""}`))) : "none")],
			["built by", b.command && h("code", {}, b.command.join(" "))], ["built", b.built && RT.moment(b.built)],
			["tools", list(b.tools).length ? list(b.tools).map((t, i) => [i ? h("br") : null, t.version || t.tool]) : null],
			["parameters", list(s.parameters).map((v) => `${v.name} = ${v.value}`).join(", ")],
			["kept of what it said", list((s.evidence || {}).facts).map((f, i) => [i ? h("br") : null, `${f.name}: ${f.value}`])],
			["power-on to verdict", s.boot_us ? span(s.boot_us / 1000) : null], ["processor time of QEMU", s.machine_us ? span(s.machine_us / 1000) : null],
			["not recorded", s.unrecorded], ["files", files.length ? files : null]]));
	}

	const page = (s, x) => {
		const parts = [answer(s), reason(s, x), again(x), culprits(s), phases(s), survival(s, x), memory(s, x), execution(s), guest(s), console_(s, x), attempts(s, x),
			environment(s, x)].filter(Boolean);
		return {parts, console: parts.find((p) => p.id === "console")};
	};
	return {page, card, table, pairs, marksOf};
})();
