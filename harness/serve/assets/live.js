/*
 * A session's console while it is written. The bytes come as server-sent events and go into the console that the report has, too;
 * who scrolls up is left where they are. What became of the session is asked for beside it.
 */
"use strict";
addEventListener("DOMContentLoaded", () => {
	const head = document.getElementById("session"), place = document.getElementById("console");
	const {run, session} = head.dataset, from = Number(head.dataset.from);
	const path = `/live/${encodeURIComponent(run)}/${encodeURIComponent(session)}`;
	const files = `/runs/${encodeURIComponent(run)}/${encodeURIComponent(session)}/`;
	const state = document.getElementById("state"), stream = document.getElementById("stream"), whole = document.getElementById("whole");
	let view = null, attempt = 0, source = null, ended = false, last = 0, marks = null, wanted = /^#L(\d+)$/.exec(location.hash);
	let bytes = [], index = "", drawing = false;

	/* ---- the console ---- */
	const follow = RT.h("button", {type: "button", "aria-pressed": "true", title: "Stay at the end", onclick: () => setFollow(!view.follow)}, "Follow");

	function setFollow(on) {
		view.follow = on;
		if (on)
			view.box.scrollTop = view.box.scrollHeight;
		showFollow();
	}

	function showFollow() {
		follow.setAttribute("aria-pressed", String(view.follow));
	}

	function begin(n) {
		const start = attempt || !from ? 0 : from;
		attempt = n;
		bytes = [];
		index = "";
		view?.root.remove();
		view = new RT.Console({from: start, follow: !wanted, label: `Console of ${session}`, tools: [follow]});
		view.box.addEventListener("scroll", showFollow, {passive: true});
		place.append(view.root);
		whole.replaceChildren(n > 1 ? `attempt ${n}, ` : "", RT.h("a", {href: `${files}${n}/console.log`}, "the whole log"),
			start ? ` (its first ${RT.size(start)} are not shown here)` : "");
		showFollow();
	}

	/* Many events may come between two pictures: they are drawn at once. */
	function draw() {
		drawing = false;
		if (!view || (!bytes.length && !index))
			return;
		const all = new Uint8Array(bytes.reduce((n, b) => n + b.length, 0));
		let at = 0;
		for (const b of bytes) {
			all.set(b, at);
			at += b.length;
		}
		view.append(all, index);
		bytes = [];
		index = "";
		if (wanted && view.count >= Number(wanted[1])) {
			view.goto(Number(wanted[1]));
			wanted = null;
			showFollow();
		}
		if (marks)
			view.setMarks(marks);
	}

	function later() {
		last = performance.now();
		if (drawing)
			return;
		drawing = true;
		/* a page in the background gets no pictures */
		document.hidden ? setTimeout(draw, 200) : requestAnimationFrame(draw);
	}

	function decode(text) {
		const raw = atob(text), out = new Uint8Array(raw.length);
		for (let i = 0; i < raw.length; i++)
			out[i] = raw.charCodeAt(i);
		return out;
	}

	/* ---- the stream ---- */
	function listen() {
		source = new EventSource(`${path}/events?from=${from}`);
		source.addEventListener("open", () => said(ended ? "" : "live"));
		source.addEventListener("attempt", (ev) => begin(Number(ev.data)));
		source.addEventListener("bytes", (ev) => {
			bytes.push(decode(ev.data));
			later();
		});
		source.addEventListener("index", (ev) => {
			index += ev.data + "\n";
			later();
		});
		source.addEventListener("error", () => {
			if (source.readyState === EventSource.CLOSED) /* no console yet, or no place: another time */
				source = null;
			if (!ended)
				said(view ? "cut off; trying again" : "no console yet", Boolean(view));
		});
	}

	function said(text, lost) {
		stream.textContent = text;
		stream.classList.toggle("lost", Boolean(lost));
	}

	/* ---- what became of it ---- */
	function show(o) {
		const r = o.result || {};
		head.className = `card answer ${o.verdict ? RT.looks(o.verdict)[0] : "none"}`;
		const now = o.verdict || o.state;
		if (state.dataset.now !== now) { /* said aloud once */
			state.dataset.now = now;
			state.replaceChildren(RT.verdict(o.verdict || "running", now), r.cause ? " " : "", r.cause ? RT.h("span", {class: "cause"}, r.cause) : "",
				r.why ? ` ${r.why}` : "");
			if (o.verdict)
				state.append(" ", RT.h("a", {href: `/runs/${encodeURIComponent(run)}/report.html#s/${encodeURIComponent(session)}`}, "All evidence"));
		}
		document.getElementById("unit").textContent = o.unit ? `on ${o.unit}` : "";
		if (!marks && o.verdict) {
			const seen = r.evidence?.console || {};
			marks = [...(r.marks || []).map((m) => ({offset: m.offset, label: m.mark})),
				...(seen.seen || []).map((m) => ({offset: m.offset, label: m.where})),
				...(seen.denied || []).map((m) => ({offset: m.offset, label: `denied: ${m.where}`, bad: true}))].sort((a, b) => a.offset - b.offset);
			view?.setMarks(marks);
		}
	}

	async function ask() {
		try {
			const answer = await fetch(`/api/runs/${encodeURIComponent(run)}/sessions/${encodeURIComponent(session)}`);
			if (answer.status === 401)
				location.reload();
			const o = await answer.json();
			if (answer.ok)
				show(o);
			else
				state.textContent = o.error;
			ended = !answer.ok || o.state === "ended" || o.state === "cut short";
		} catch {
			state.textContent = "No answer from the dashboard";
		}
		if (!ended && !source)
			listen();
		/* All of it is here when nothing has come for a while. */
		if (ended && source && performance.now() - last > 3000) {
			source.close();
			source = null;
			said("");
		}
		if (!ended || source)
			setTimeout(ask, 2000);
	}

	addEventListener("hashchange", () => {
		const line = /^#L(\d+)$/.exec(location.hash);
		if (line && view)
			view.goto(Number(line[1]));
	});
	listen();
	ask();
});
