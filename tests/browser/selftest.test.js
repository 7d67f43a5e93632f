/* Do the checks see what is planted? Each page here has one fault, and the test takes it out of the list when it was noted. */
"use strict";
const fs = require("node:fs");
const path = require("node:path");

function page(t, name, html) {
	const file = path.join(t.work, `${name}.html`);
	fs.writeFileSync(file, `<!DOCTYPE html><html lang="en"><head><title>planted</title></head><body><main><h1>planted</h1>${html}</main></body></html>`);
	return `file://${file}`;
}

async function planted(t, what, act) {
	await act();
	await t.until(() => t.errors, (all) => all.some((e) => what.test(e)), `${what} was not noted`);
	const left = t.errors.filter((e) => !what.test(e));
	t.errors.splice(0, t.errors.length, ...left);
}

module.exports = {
	"selftest: an exception of a page is noted": (t) => planted(t, /^exception: planted/, async () => {
		await t.open(page(t, "exception", "<script>throw new Error('planted')</script>"));
	}),
	"selftest: what the policy refuses is noted": (t) => planted(t, /Content Security Policy|Content-Security-Policy/, async () => {
		await t.open(page(t, "policy", "<meta http-equiv='Content-Security-Policy' content=\"script-src 'none'\"><script>1</script>"));
	}),
	"selftest: axe-core finds what lacks": (t) => planted(t, /^axe: planted: (image-alt|label)/, async () => {
		const p = await t.open(page(t, "axe", "<img src='data:,'><input type='text'>"));
		await t.accessible(p, "planted");
	}),
};
