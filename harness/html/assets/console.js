/*
 * A console as it was recorded: lines with their times, marks, search, and an address for every line. Works on the bytes
 * themselves and draws only what is in view, so tens of megabytes are no burden. More can be appended while it is shown.
 *
 *   const c = new RT.Console({bytes, index: "OFFSET MICROSECONDS\n...", marks: [{offset, label, bad}], from: 0, link: (line) => "#..."});
 *   place.append(c.root); c.append(bytes, index); c.goto(line)
 */
"use strict";
RT.Console = class {
	static LINE = 20;            /* pixels */
	static TALLEST = 15e6;       /* pixels that browsers can still place exactly */
	static LONGEST = 2000;       /* characters of a line that are shown */
	static MOST_HITS = 50000;

	constructor(o) {
		this.link = o.link || ((line) => `#L${line}`);
		this.from = o.from || 0; /* byte of the log at which `bytes` begin */
		this.bytes = new Uint8Array(0);
		this.used = 0;
		this.starts = new Float64Array(1024);
		this.lines = 0;
		this.times = [];
		this.marks = [];
		this.here = 0;
		this.hits = [];
		this.hit = -1;
		this.round = 0;
		this.clock = RT.kept.get("runtest-clock") || "since";
		this.follow = Boolean(o.follow);
		this.build(o);
		this.append(o.bytes || new Uint8Array(0), o.index || "");
		this.setMarks(o.marks || []);
	}

	/* ---- what is in it ---- */
	append(bytes, index) {
		if (this.used + bytes.length > this.bytes.length) {
			const grown = new Uint8Array(Math.max(this.used + bytes.length, this.used ? this.bytes.length * 2 : 0));
			grown.set(this.bytes.subarray(0, this.used));
			this.bytes = grown;
		}
		this.bytes.set(bytes, this.used);
		let at = this.used;
		this.used += bytes.length;
		if (!this.lines && this.used)
			this.begin(0);
		const view = this.bytes.subarray(0, this.used);
		for (;;) {
			at = view.indexOf(10, at);
			if (at < 0)
				break;
			this.begin(++at);
		}
		for (const line of (index || "").split("\n")) {
			const [offset, us, stale] = line.split(" ");
			if (us !== undefined)
				this.times.push([Number(offset), Number(us), Boolean(stale)]);
		}
		this.settle();
	}

	begin(at) {
		if (this.lines === this.starts.length) {
			const grown = new Float64Array(this.lines * 2);
			grown.set(this.starts);
			this.starts = grown;
		}
		this.starts[this.lines++] = at;
	}

	/* A last line of no bytes is none. */
	get count() {
		return this.lines && this.starts[this.lines - 1] >= this.used ? this.lines - 1 : this.lines;
	}

	endOf(i) {
		return i + 1 < this.lines ? this.starts[i + 1] - 1 : this.used;
	}

	lineAt(offset) {
		let low = 0, high = this.count - 1;
		offset -= this.from;
		while (low < high) {
			const mid = (low + high + 1) >> 1;
			if (this.starts[mid] <= offset)
				low = mid;
			else
				high = mid - 1;
		}
		return low;
	}

	/* When the byte came, microseconds since power-on; null: not known. */
	timeAt(offset) {
		let low = 0, high = this.times.length - 1;
		if (high < 0 || this.times[0][0] > offset)
			return null;
		while (low < high) {
			const mid = (low + high + 1) >> 1;
			if (this.times[mid][0] <= offset)
				low = mid;
			else
				high = mid - 1;
		}
		return this.times[low][1];
	}

	/* What a terminal would obey is taken out (colours) or made visible (all else). */
	textOf(i, most) {
		const end = this.endOf(i), start = this.starts[i];
		const cut = most && end - start > most;
		const raw = RT.text(this.bytes.subarray(start, cut ? start + most : end));
		const shown = raw.replace(/\r+$/, "").replace(/\x1b\[[0-9;]*m/g, "")
			.replace(/[\x00-\x08\x0b-\x1f]/g, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0))).replace(/\x7f/g, "␡");
		return cut ? `${shown} … ${RT.size(end - start - most)} more on this line` : shown;
	}

	setMarks(marks) {
		this.marks = marks.map((m) => ({...m, line: this.lineAt(m.offset)})).filter((m) => m.offset >= this.from);
		this.marked = new Map();
		for (const m of this.marks)
			this.marked.set(m.line, [...(this.marked.get(m.line) || []), m]);
		this.jump.replaceChildren(RT.h("option", {value: ""}, `Go to one of ${RT.plural(this.marks.length, "mark")} …`),
			...this.marks.map((m) => RT.h("option", {value: m.line}, `${m.line + 1}: ${m.label}`)));
		this.jump.hidden = !this.marks.length;
		this.redraw();
	}

	/* ---- what is seen of it ---- */
	build(o) {
		const h = RT.h;
		this.input = h("input", {type: "search", placeholder: "Search, or /pattern/", "aria-label": "Search the console", spellcheck: "false",
			oninput: () => this.later(), onkeydown: (e) => { if (e.key === "Enter") this.step(e.shiftKey ? -1 : 1); }});
		this.told = h("span", {class: "hits", role: "status"});
		this.prev = h("button", {type: "button", "aria-label": "The match before", disabled: true, onclick: () => this.step(-1)}, "↑");
		this.next = h("button", {type: "button", "aria-label": "The next match", disabled: true, onclick: () => this.step(1)}, "↓");
		this.jump = h("select", {"aria-label": "Marks", onchange: () => { if (this.jump.value !== "") this.show(Number(this.jump.value)); this.jump.value = ""; }});
		this.when = h("select", {"aria-label": "Times", onchange: () => this.setClock(this.when.value)},
			h("option", {value: "since"}, "Time since power-on"), h("option", {value: "step"}, "Time since the line before"), h("option", {value: "off"}, "No times"));
		this.when.value = this.clock;
		this.room = h("div", {class: "room"});
		this.box = h("div", {class: "lines", tabindex: "0", role: "region", "aria-label": o.label || "Console"}, this.room);
		this.box.addEventListener("scroll", () => {
			this.follow = this.follow && this.box.scrollTop + this.box.clientHeight >= this.box.scrollHeight - 2 * RT.Console.LINE;
			this.draw();
		}, {passive: true});
		this.root = h("div", {class: "console"},
			h("div", {class: "tools"}, this.input, this.prev, this.next, this.told, this.jump, this.when, o.tools || []), this.box);
		new ResizeObserver(() => this.draw()).observe(this.box);
	}

	settle() {
		const L = RT.Console.LINE, full = this.count * L;
		this.tall = Math.min(full, RT.Console.TALLEST);
		this.ratio = full > this.tall ? full / this.tall : 1;
		this.room.style.height = `${Math.max(this.tall, L)}px`;
		this.box.classList.toggle("short", full < 500);
		if (full < 500)
			this.box.style.height = `${full + 22}px`;
		else
			this.box.style.removeProperty("height");
		this.redraw();
		if (this.follow)
			this.box.scrollTop = this.box.scrollHeight;
	}

	setClock(name) {
		this.clock = name;
		RT.kept.set("runtest-clock", name);
		this.redraw();
	}

	redraw() {
		this.drawn = "";
		this.draw();
	}

	/* The line at the top. With very many lines a pixel of the bar stands for several. */
	top() {
		const L = RT.Console.LINE, most = this.tall - this.box.clientHeight;
		if (this.ratio === 1 || most <= 0)
			return this.box.scrollTop / L;
		return this.box.scrollTop / most * (this.count - this.box.clientHeight / L);
	}

	draw() {
		const L = RT.Console.LINE, top = this.top(), seen = Math.ceil((this.box.clientHeight || 600) / L);
		const first = Math.max(0, Math.floor(top) - 10), last = Math.min(this.count, Math.floor(top) + seen + 10);
		const key = `${first}-${last}-${this.count}`;
		if (this.ratio === 1 && key === this.drawn)
			return;
		this.drawn = key;
		const rows = [];
		for (let i = first; i < last; i++) {
			const el = this.row(i);
			el.style.top = `${this.ratio === 1 ? i * L : this.box.scrollTop + (i - top) * L}px`;
			rows.push(el);
		}
		this.room.replaceChildren(...rows);
	}

	row(i) {
		const h = RT.h, marks = this.marked && this.marked.get(i);
		const classes = ["ln", marks && (marks.some((m) => m.bad) ? "denied" : "marked"), i === this.here - 1 && "here"].filter(Boolean).join(" ");
		return h("div", {class: classes, "data-line": i + 1}, h("a", {href: this.link(i + 1), "aria-label": `Line ${i + 1}`}, i + 1),
			this.clock !== "off" && h("span", {class: "t"}, this.clockText(i)), h("span", {class: "tx"}, this.highlit(i)),
			(marks || []).map((m) => h("span", {class: "tag"}, m.label)));
	}

	clockText(i) {
		const at = this.timeAt(this.from + this.starts[i]);
		if (at === null)
			return "";
		if (this.clock === "since" || i === 0)
			return RT.since(at);
		const before = this.timeAt(this.from + this.starts[i - 1]);
		return before === null ? "" : `+${((at - before) / 1e6).toFixed(6)}`;
	}

	highlit(i) {
		const text = this.textOf(i, RT.Console.LONGEST);
		if (!this.pattern)
			return text;
		const parts = [], now = this.hits[this.hit] === i;
		let at = 0;
		this.pattern.lastIndex = 0;
		for (let m; (m = this.pattern.exec(text)) && parts.length < 200;) {
			if (!m[0].length) {
				this.pattern.lastIndex++;
				continue;
			}
			parts.push(text.slice(at, m.index), RT.h("mark", {class: now ? "now" : null}, m[0]));
			at = m.index + m[0].length;
		}
		return [...parts, text.slice(at)];
	}

	/* Bring a line (from 0) to the middle. */
	show(i) {
		const L = RT.Console.LINE, high = this.box.clientHeight || 600;
		if (this.ratio === 1)
			this.box.scrollTop = i * L - high / 2;
		else
			this.box.scrollTop = (i - high / L / 2) / Math.max(1, this.count - high / L) * (this.tall - high);
		this.follow = false;
		this.redraw();
	}

	/* Line as in addresses: from 1. */
	goto(line) {
		this.here = Math.max(1, Math.min(line, this.count));
		this.show(this.here - 1);
	}

	/* ---- search: a slice at a time, so that the page stays alive ---- */
	later() {
		clearTimeout(this.timer);
		this.timer = setTimeout(() => this.search(), this.used > 4e6 ? 250 : 60);
	}

	compile(what) {
		const slashes = /^\/(.+)\/(i?)$/.exec(what);
		return slashes ? new RegExp(slashes[1], "g" + slashes[2]) : new RegExp(what.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "gi");
	}

	async search() {
		const what = this.input.value, round = ++this.round;
		this.hits = [];
		this.hit = -1;
		this.pattern = null;
		try {
			this.pattern = what ? this.compile(what) : null;
		} catch {
			this.told.textContent = "no such pattern";
			return;
		}
		let last = performance.now();
		for (let i = 0; this.pattern && i < this.count && this.hits.length < RT.Console.MOST_HITS;) {
			i = this.searchBlock(i);
			if (performance.now() - last < 30)
				continue;
			this.count_hits(i);
			await new Promise((go) => setTimeout(go));
			if (round !== this.round)
				return;
			last = performance.now();
		}
		this.count_hits(this.count);
		if (this.hits.length && this.hit < 0)
			this.step(1);
		this.redraw();
	}

	/* Whether a block of lines has it at all is told by one pass; only then each line is asked. */
	searchBlock(i) {
		let k = i;
		const end = this.starts[i] + 262144;
		while (k < this.count && this.starts[k] < end)
			k++;
		this.pattern.lastIndex = 0;
		const block = RT.text(this.bytes.subarray(this.starts[i], this.endOf(k - 1)));
		if (/[\^$]|\\[sSDWnr]|\[\^/.test(this.pattern.source) || this.pattern.test(block) || block.includes("\x1b["))
			for (let n = i; n < k && this.hits.length < RT.Console.MOST_HITS; n++) {
				this.pattern.lastIndex = 0;
				if (this.pattern.test(this.textOf(n)))
					this.hits.push(n);
			}
		return k;
	}

	count_hits(until) {
		const n = this.hits.length, most = n >= RT.Console.MOST_HITS ? "more than " : "";
		this.prev.disabled = this.next.disabled = !n;
		if (!this.pattern)
			this.told.textContent = "";
		else if (until < this.count && !most)
			this.told.textContent = `${RT.plural(n, "line")} so far …`;
		else
			this.told.textContent = n ? `${most}${this.hit < 0 ? "" : `${(this.hit + 1).toLocaleString("en")} of `}${RT.plural(n, "line")}` : "nothing found";
	}

	step(by) {
		if (!this.hits.length)
			return;
		this.hit = (this.hit + by + this.hits.length) % this.hits.length;
		if (this.hit < 0)
			this.hit = this.hits.length - 1;
		this.count_hits(this.count);
		this.show(this.hits[this.hit]);
	}
};
