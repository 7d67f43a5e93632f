/*
 * The survival map (docs/survival-map.md), drawn from survival.jsonl: pages from top to bottom, time from left to right. Pointer
 * and arrow keys tell page, address and state; a table below says the same in words.
 */
"use strict";
RT.Map = class {
	static WORDS = {"not-loaded": "not loaded yet", zeroed: "zeroed before it was loaded", blank: "zero, as in the image", intact: "intact",
		changed: "changed", written: "changed by its owner, who may", cleared: "cleared", restored: "restored", updated: "updated"};

	static parse(text) {
		const m = {head: {}, regions: [], marks: [], changes: []};
		for (const line of text.split("\n")) {
			const o = line && JSON.parse(line);
			if (!o)
				continue;
			if (o["survival-map"])
				m.head = o;
			else if (o.region)
				m.regions.push(o.region);
			else if (o.mark)
				m.marks.push({kind: o.mark[0], name: o.mark[1], at: o.mark[2]});
			else if (o.change)
				m.changes.push({first: o.change[0], count: o.change[1], state: o.change[2], seen: o.change[3], since: o.change[4], exact: o.change[5]});
		}
		return m;
	}

	constructor(text) {
		this.m = RT.Map.parse(text);
		this.order = [...this.m.regions].sort((a, b) => a.first - b.first);
		this.pages = this.order.reduce((n, r) => n + r.pages, 0);
		this.byPage = Array.from({length: this.pages}, () => []);
		for (const c of this.m.changes)
			for (let p = c.first; p < c.first + c.count && p < this.pages; p++)
				this.byPage[p].push(c);
		this.at = {page: 0, part: 1};
		this.times();
		this.build();
	}

	/* Long stretches in which nothing happens are drawn short: time goes by the order of events, half; and by the clock, half. */
	times() {
		const end = Math.max(1, this.m.head.end_us || 1);
		const first = Math.min(...this.m.changes.filter((c) => c.since > 0).map((c) => c.since), end);
		this.begin = Math.max(0, Math.min(first - (end - first) * 0.08, first * 0.97));
		this.end = end;
	}

	x(us) {
		return Math.max(0, Math.min(1, (us - this.begin) / Math.max(1, this.end - this.begin)));
	}

	regionOf(page) {
		return this.order.find((r) => page >= r.first && page < r.first + r.pages);
	}

	paint(change, region) {
		return change.state === "changed" && !region.judged ? "written" : change.state;
	}

	build() {
		const h = RT.h;
		this.canvas = h("canvas", {tabindex: "0", role: "img", "aria-label": `Survival map of ${RT.plural(this.pages, "page")}: ${this.summary()}. ` +
			"Arrow keys move through pages and time."});
		this.told = h("div", {class: "told", "aria-live": "polite"}, h("span", {class: "soft"}, "Point at a page, or use the arrow keys."));
		this.canvas.addEventListener("pointermove", (e) => this.point(e));
		this.canvas.addEventListener("pointerdown", (e) => this.point(e));
		this.canvas.addEventListener("keydown", (e) => this.key(e));
		this.root = h("div", {class: "map"}, this.canvas, this.told, this.legend(), this.table());
		new ResizeObserver(() => this.draw()).observe(this.root);
		addEventListener("rt-theme", () => this.draw());
	}

	summary() {
		const lost = new Set();
		for (const c of this.m.changes)
			if (c.state === "cleared")
				for (let p = c.first; p < c.first + c.count; p++)
					if ((this.regionOf(p) || {}).judged)
						lost.add(p);
		return lost.size ? `${RT.plural(lost.size, "page")} that count were cleared` : "no page that counts was cleared";
	}

	legend() {
		const used = new Set(this.m.changes.map((c) => this.paint(c, this.regionOf(c.first) || {})));
		return RT.h("div", {class: "legend"}, Object.entries(RT.Map.WORDS).filter(([k]) => used.has(k)).map(([k, words]) =>
			RT.h("span", {}, RT.h("i", {style: {background: `var(--page-${k})`}}), words)));
	}

	table() {
		const h = RT.h, rows = this.m.changes.filter((c) => c.since > 0 && this.regionOf(c.first)).sort((a, b) => a.since - b.since);
		const most = 2000;
		const body = h("tbody"), d = h("details", {}, h("summary", {}, `The same as a table: ${RT.plural(rows.length, "change")}`),
			h("div", {class: "wide"}, h("table", {}, h("thead", {}, h("tr", {}, h("th", {class: "num"}, "Since power-on"), h("th", {}, "Region"), h("th", {}, "Pages from"),
				h("th", {class: "num"}, "Pages"), h("th", {}, "Became"))), body)));
		d.addEventListener("toggle", () => {
			if (!d.open || body.children.length)
				return;
			for (const c of rows.slice(0, most)) {
				const r = this.regionOf(c.first);
				body.append(h("tr", {}, h("td", {class: "num"}, `${RT.since(c.since)} s`), h("td", {}, r.name), h("td", {class: "mono"}, this.address(c.first)),
					h("td", {class: "num"}, c.count), h("td", {}, RT.Map.WORDS[this.paint(c, r)])));
			}
			if (rows.length > most)
				body.append(h("tr", {}, h("td", {colspan: 5}, `and ${RT.plural(rows.length - most, "more change", "more changes")}`)));
		});
		return d;
	}

	address(page) {
		const r = this.regionOf(page);
		return r ? `0x${(BigInt(r.paddr) + BigInt((page - r.first) * 4096)).toString(16)}` : "";
	}

	draw() {
		const wide = this.root.clientWidth, narrow = wide < 520, label = narrow ? 0 : 150, gap = narrow ? 15 : 3, head = 22;
		if (!wide)
			return;
		const each = Math.max(2, Math.min(8, Math.floor(420 / Math.max(1, this.pages)) || 2));
		const high = head + this.pages * each + this.order.length * gap + 8, dpr = devicePixelRatio || 1;
		const c = this.canvas, g = c.getContext("2d"), ink = RT.colour("soft"), text = RT.colour("text");
		const fills = Object.fromEntries(Object.keys(RT.Map.WORDS).map((k) => [k, RT.colour(`page-${k}`)]));
		c.width = wide * dpr;
		c.height = high * dpr;
		c.style.height = `${high}px`;
		g.scale(dpr, dpr);
		g.font = "12px system-ui, sans-serif";
		g.textBaseline = "middle";
		const w = wide - label - 2;
		this.rows = [];
		let y = head;
		for (const r of this.order) {
			y += gap;
			g.fillStyle = r.judged ? text : ink;
			g.textAlign = narrow ? "left" : "right";
			if (narrow || r.pages * each >= 9)
				g.fillText(r.name, narrow ? 0 : label - 10, narrow ? y - 7 : y + r.pages * each / 2, narrow ? wide : label - 12);
			for (let p = r.first; p < r.first + r.pages; p++, y += each) {
				this.rows[p] = {y, each};
				this.drawPage(g, p, r, label, w, y, each, fills);
			}
		}
		g.globalAlpha = 1;
		let free = -1;
		for (const m of this.m.marks) {
			if (m.kind !== "phase" && m.kind !== "look" && m.kind !== "reset" && m.kind !== "power-cycle" || m.at < this.begin)
				continue;
			const x = label + this.x(m.at) * w, boot = m.kind === "reset" || m.kind === "power-cycle";
			g.strokeStyle = boot ? text : ink;
			g.globalAlpha = boot ? 1 : 0.55;
			g.lineWidth = boot ? 2 : 1;
			g.setLineDash(m.kind === "look" ? [3, 3] : []);
			g.beginPath();
			g.moveTo(x, head - 4);
			g.lineTo(x, high - 6);
			g.stroke();
			g.globalAlpha = 1;
			const name = boot ? m.kind : m.name, long = g.measureText(name).width;
			const left = Math.min(x - 2, wide - long);
			if (name && left > free) {
				g.fillStyle = ink;
				g.textAlign = "left";
				g.fillText(name, left, 9);
				free = left + long + 8;
			}
		}
		g.setLineDash([]);
		this.geometry = {label, w, high};
		this.cross(g, text);
	}

	drawPage(g, p, r, label, w, y, each, fills) {
		const changes = this.byPage[p];
		for (let i = 0; i < changes.length; i++) {
			const c = changes[i], next = changes[i + 1], from = this.x(c.since), to = next ? this.x(next.since) : 1;
			if (to <= 0 && next)
				continue;
			g.fillStyle = fills[this.paint(c, r)];
			g.globalAlpha = r.judged ? 1 : 0.75;
			g.fillRect(label + from * w, y, Math.max(1, (to - from) * w), each - (each > 3 ? 1 : 0));
		}
	}

	cross(g, ink) {
		const row = this.rows[this.at.page];
		if (!row || !this.pointed)
			return;
		g.strokeStyle = ink;
		g.lineWidth = 1;
		g.strokeRect(this.geometry.label + this.at.part * this.geometry.w - 3, row.y - 2, 6, row.each + 3);
	}

	point(e) {
		const box = this.canvas.getBoundingClientRect(), y = e.clientY - box.top;
		let page = 0;
		this.rows.forEach((r, p) => { if (r.y <= y) page = p; });
		this.look(page, (e.clientX - box.left - this.geometry.label) / this.geometry.w);
	}

	key(e) {
		const by = {ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -0.01], ArrowRight: [0, 0.01]}[e.key];
		if (!by)
			return;
		e.preventDefault();
		this.look(this.at.page + by[0], this.at.part + by[1]);
	}

	look(page, part) {
		const h = RT.h;
		this.pointed = true;
		this.at = {page: Math.max(0, Math.min(this.pages - 1, page)), part: Math.max(0, Math.min(1, part))};
		const us = this.begin + this.at.part * (this.end - this.begin), r = this.regionOf(this.at.page);
		const c = this.byPage[this.at.page].filter((x) => x.since <= us).pop();
		if (r && c)
			this.told.replaceChildren(h("strong", {}, r.name), ` page ${h("code", {}, this.address(this.at.page)).textContent} (${r.access}${r.judged ? "" : ", does not count"}) at ${RT.since(us)} s: `,
				h("strong", {}, RT.Map.WORDS[this.paint(c, r)]),
				c.since > 0 ? ` since ${RT.since(c.since)} s${c.exact || c.seen === c.since ? "" : ` (still as before at ${RT.since(c.seen)} s)`}` : " from the beginning");
		this.draw();
	}
};
