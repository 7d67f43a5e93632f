/*
 * What report and dashboard share: making elements, words for verdicts and times, copying, the theme, lists that draw only
 * what is in view, and the console. All of it hangs on one object, RT. Text from boards only ever becomes text nodes.
 */
"use strict";
const RT = (() => {
	/* An element: h("a", {href: "#x", class: "v"}, "text", node, [more]). Properties that begin with "on" are listeners. */
	const h = (tag, props, ...children) => fill(document.createElement(tag), props, children);
	const svg = (tag, props, ...children) => fill(document.createElementNS("http://www.w3.org/2000/svg", tag), props, children);

	function fill(el, props, children) {
		for (const [key, value] of Object.entries(props || {})) {
			if (value === null || value === undefined || value === false)
				continue;
			if (key.startsWith("on"))
				el.addEventListener(key.slice(2), value);
			else if (key === "style") /* an attribute would be inline style, which the page's policy refuses */
				for (const [name, v] of Object.entries(value))
					el.style.setProperty(name, v);
			else
				el.setAttribute(key, value === true ? "" : value);
		}
		add(el, children);
		return el;
	}

	function add(el, children) {
		for (const c of children.flat(Infinity))
			if (c !== null && c !== undefined && c !== false)
				el.append(c);
		return el;
	}

	/* ---- words ---- */
	const LOOKS = {
		"pass": ["good", "✓"], "expected-fail": ["good", "✓"], "fail": ["bad", "✗"], "vacuous": ["odd", "∅"],
		"flaky": ["odd", "~"], "infra": ["odd", "!"], "timeout": ["late", "◔"], "skipped": ["none", "–"], "cancelled": ["none", "⊘"],
		"running": ["none", "▶"], "free": ["good", "✓"], "busy": ["none", "▶"],
	};
	const MEANS = {
		"pass": "did what was demanded", "expected-fail": "a negative control that failed, as it must", "fail": "did not do what was demanded",
		"vacuous": "a negative control that did not fail: the check shows nothing", "flaky": "passed only when it was tried again",
		"infra": "the lab failed, nothing is known about the software", "timeout": "did not come to its end in time",
		"skipped": "cannot run here", "cancelled": "was not run to its end",
	};
	/* The gravest comes first. */
	const GRAVITY = ["fail", "vacuous", "timeout", "infra", "flaky", "cancelled", "skipped", "expected-fail", "pass"];
	const looks = (name) => LOOKS[name] || ["none", "?"];
	const isOk = (name) => name === "pass" || name === "expected-fail" || name === "skipped";
	const verdict = (name, text) => h("span", {class: "v " + looks(name)[0], title: MEANS[name]},
		h("span", {"aria-hidden": "true"}, looks(name)[1]), text === undefined ? name : text);

	const plural = (n, one, many) => `${n.toLocaleString("en")} ${n === 1 ? one : many || one + "s"}`;

	/* Milliseconds in words: "46 ms", "1.52 s", "3 min 20 s", "1 h 5 min". */
	function span(ms) {
		if (ms === null || ms === undefined || ms < 0)
			return "–";
		if (ms < 1000)
			return `${Math.round(ms)} ms`;
		if (ms < 60000)
			return `${(ms / 1000).toFixed(ms < 10000 ? 2 : 1)} s`;
		const s = Math.round(ms / 1000);
		return s < 3600 ? `${Math.floor(s / 60)} min ${s % 60} s` : `${Math.floor(s / 3600)} h ${Math.floor(s % 3600 / 60)} min`;
	}

	/* Seconds since power-on, with microseconds where they are known. */
	const since = (us) => `${us < 0 ? "−" : ""}${(Math.abs(us) / 1e6).toFixed(6)}`;

	function size(bytes) {
		const names = ["bytes", "KiB", "MiB", "GiB"];
		let i = 0;
		for (; bytes >= 1024 && i < names.length - 1; i++)
			bytes /= 1024;
		return `${i && bytes < 100 ? bytes.toFixed(1) : Math.round(bytes)} ${names[i]}`;
	}

	/* An ISO 8601 time as people say it, in their own zone, with the original as title. */
	function moment(iso) {
		const at = new Date(iso || "");
		if (isNaN(at))
			return h("span", {}, iso || "–");
		const text = at.toLocaleString("en-GB", {year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit",
			timeZoneName: "short"});
		return h("time", {datetime: iso, title: iso, class: "nowrap"}, text);
	}

	/* ---- copying, said aloud ---- */
	function tell(text) {
		let el = document.getElementById("told");
		if (!el)
			document.body.append(el = h("div", {id: "told", class: "unseen", role: "status"}));
		el.textContent = text;
	}

	/* Pages opened from a file have no clipboard of their own in some browsers: then the text is selected instead. */
	async function copy(text, button, from) {
		let done = true;
		try {
			await navigator.clipboard.writeText(text);
		} catch {
			const range = document.createRange();
			range.selectNodeContents(from);
			getSelection().removeAllRanges();
			getSelection().addRange(range);
			done = document.execCommand("copy");
		}
		const was = button.textContent;
		button.textContent = done ? "Copied" : "Selected";
		tell(done ? "copied" : "selected");
		setTimeout(() => { button.textContent = was; }, 1500);
	}

	function command(what, text, purpose) {
		const code = h("code", {}, text);
		const button = h("button", {type: "button", "aria-label": `Copy the command: ${what}`}, "Copy");
		button.addEventListener("click", () => copy(text, button, code));
		return h("div", {class: "copy"}, h("span", {class: "what", title: purpose || ""}, what), code, button);
	}

	/* ---- light and dark ---- */
	const kept = {
		get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
		set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* it holds until the page is left */ } },
	};

	function setTheme(name) {
		if (name)
			document.documentElement.dataset.theme = name;
		dispatchEvent(new Event("rt-theme"));
	}
	setTheme(kept.get("runtest-theme"));

	function themeButton() {
		const dark = () => getComputedStyle(document.documentElement).colorScheme === "dark" ||
			(!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
		const button = h("button", {type: "button", class: "plain", title: "Light or dark"}, "◐", h("span", {class: "unseen"}, " Light or dark"));
		button.addEventListener("click", () => {
			const next = dark() ? "light" : "dark";
			kept.set("runtest-theme", next);
			setTheme(next);
			tell(next);
		});
		matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => dispatchEvent(new Event("rt-theme")));
		return button;
	}

	/* The value of one of the colours of style.css, as it is now. */
	function colour(name) {
		const probe = h("span", {style: {color: `var(--${name})`}, hidden: false});
		document.body.append(probe);
		const value = getComputedStyle(probe).color;
		probe.remove();
		return value;
	}

	/* ---- a list that draws only what is in view: item(i) makes the i-th's element ---- */
	function list(count, item, label) {
		const room = h("div", {style: {position: "relative"}});
		const box = h("div", {class: "list", tabindex: "0", role: "group", "aria-label": label}, room);
		const drawn = new Map();
		let height = 0;
		function draw() {
			if (!count)
				return;
			if (!height) {
				const probe = item(0);
				room.append(probe);
				height = probe.offsetHeight || 42;
				probe.remove();
				room.style.height = `${count * height}px`;
			}
			const first = Math.max(0, Math.floor(box.scrollTop / height) - 8);
			const last = Math.min(count, Math.ceil((box.scrollTop + (box.clientHeight || 600)) / height) + 8);
			for (const [i, el] of drawn)
				if ((i < first || i >= last) && !el.contains(document.activeElement)) {
					el.remove();
					drawn.delete(i);
				}
			for (let i = first; i < last; i++)
				if (!drawn.has(i)) {
					const el = item(i);
					el.style.top = `${i * height}px`;
					drawn.set(i, el);
					room.append(el);
				}
		}
		box.addEventListener("scroll", draw, {passive: true});
		new ResizeObserver(() => {
			height = 0;
			for (const el of drawn.values())
				el.remove();
			drawn.clear();
			draw();
		}).observe(box);
		return box;
	}

	/* ---- bytes ---- */
	async function inflate(base64) {
		const bin = atob(base64.trim());
		const bytes = new Uint8Array(bin.length);
		for (let i = 0; i < bin.length; i++)
			bytes[i] = bin.charCodeAt(i);
		const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
		return new Uint8Array(await new Response(stream).arrayBuffer());
	}
	const utf8 = new TextDecoder("utf-8");
	const text = (bytes) => utf8.decode(bytes);

	return {h, svg, add, looks, isOk, verdict, MEANS, GRAVITY, plural, span, since, size, moment, tell, copy, command, kept, themeButton, colour,
		list, inflate, text};
})();
