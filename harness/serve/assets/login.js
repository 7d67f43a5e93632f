/*
 * Signing in. The token goes to the server once, in a header; what comes back is a cookie that no script can read. It comes
 * from the form, or stands behind the # of an address that somebody was given (which browsers send to nobody).
 *
 * Whoever follows a link from a mail comes here although signed in: browsers keep the cookie back when another site shows the
 * way. From here, it is sent.
 */
"use strict";
addEventListener("DOMContentLoaded", () => {
	const said = document.getElementById("said"), input = document.getElementById("token");

	if (location.pathname !== "/login") {
		location.replace("/login#next=" + encodeURIComponent(location.pathname + location.search + location.hash));
		return;
	}
	const hash = location.hash.slice(1);
	const next = hash.startsWith("next=") ? decodeURIComponent(hash.slice(5)) : "/";

	function goOn() {
		const to = new URL(next, location.origin);
		location.replace(to.origin === location.origin && next.startsWith("/") ? to.href : "/");
	}

	async function check(token) {
		const answer = await fetch("/login/check", token ? {headers: {Authorization: `Bearer ${token}`}} : {});
		if (answer.ok)
			goOn();
		return answer;
	}

	async function signIn(token) {
		said.textContent = "";
		try {
			const answer = await check(token);
			if (!answer.ok)
				said.textContent = answer.status === 401 ? "That is not the token." : `The dashboard answers ${answer.status}.`;
		} catch {
			said.textContent = "The dashboard does not answer.";
		}
	}

	document.getElementById("login").addEventListener("submit", (ev) => {
		ev.preventDefault();
		signIn(input.value.trim());
	});
	if (hash && !hash.startsWith("next=")) {
		history.replaceState(null, "", "/login");
		signIn(decodeURIComponent(hash));
	} else {
		check(null).catch(() => {});
	}
	input.focus();
});
