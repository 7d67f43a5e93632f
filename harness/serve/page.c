#include "serve/page.h"

#include "serve/markup.h"

static void head(struct buf *out, const char *title, const char *name)
{
	buf_adds(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
	markup_text(out, title);
	buf_adds(out, " · ");
	markup_text(out, name);
	buf_adds(out, "</title>\n<link rel=\"icon\" href=\"/assets/icon.svg\">\n<link rel=\"stylesheet\" href=\"/assets/style.css\">\n"
		      "<link rel=\"stylesheet\" href=\"/assets/dashboard.css\">\n");
	page_script(out, "ui.js");
}

static void tab(struct buf *out, bool here, const char *where, const char *text)
{
	buf_printf(out, "<a href=\"%s\"%s>%s</a>", where, here ? " aria-current=\"page\"" : "", text);
}

void page_begin(struct buf *out, const struct source *s, enum page_tab here, const char *title, bool live)
{
	head(out, title, s->name);
	buf_printf(out, "</head>\n<body%s%s>\n<a class=\"skip\" href=\"#main\">Skip to the content</a>\n"
			"<header class=\"bar\"><a class=\"brand\" href=\"/\">", live ? " data-live" : "",
		   s->has_token ? " data-token" : "");
	markup_text(out, s->name);
	buf_adds(out, "</a><nav aria-label=\"Pages\">");
	tab(out, here == TAB_RUNS, "/", "Runs");
	tab(out, here == TAB_REGRESSIONS, "/regressions", "Regressions");
	tab(out, here == TAB_TRENDS, "/trends", "Trends");
	tab(out, here == TAB_FLAKY, "/flaky", "Flaky");
	tab(out, here == TAB_BOARDS, "/boards", "Boards");
	buf_adds(out, "</nav><span id=\"fresh\" class=\"soft\" role=\"status\"></span></header>\n<main id=\"main\" tabindex=\"-1\">\n");
}

void page_script(struct buf *out, const char *name)
{
	buf_printf(out, "<script src=\"/assets/%s\" defer></script>\n", name);
}

void page_end(struct buf *out)
{
	buf_adds(out, "</main>\n<footer class=\"foot\">runtest " RUNTEST_VERSION " · read-only · the same as JSON below "
		      "<code>/api/</code></footer>\n");
	page_script(out, "dashboard.js");
	buf_adds(out, "</body>\n</html>\n");
}

void page_message(struct buf *out, const struct source *s, const char *title, const char *what, const char *hint)
{
	page_begin(out, s, TAB_NONE, title, false);
	buf_adds(out, "<section class=\"card answer odd\"><h1>");
	markup_text(out, title);
	buf_adds(out, "</h1><p class=\"lead\">");
	markup_text(out, what);
	buf_adds(out, "</p>");
	if (hint && *hint) {
		buf_adds(out, "<p class=\"soft\">");
		markup_text(out, hint);
		buf_adds(out, "</p>");
	}
	buf_adds(out, "</section>\n");
	page_end(out);
}

void page_login(struct buf *out, const char *name)
{
	head(out, "Sign in", name);
	page_script(out, "login.js");
	buf_adds(out, "</head>\n<body>\n<main id=\"main\">\n<section class=\"card login\"><h1>Sign in</h1>\n"
		      "<p>This dashboard wants its token. Who started <code>runtest serve</code> has it.</p>\n"
		      "<form id=\"login\"><label for=\"token\">Token</label>\n"
		      "<input id=\"token\" type=\"password\" autocomplete=\"current-password\" required>\n"
		      "<button type=\"submit\">Sign in</button></form>\n<p id=\"said\" role=\"alert\"></p>\n"
		      "<noscript><p>Signing in takes a script. Programs send the header <code>Authorization: Bearer TOKEN</code>.</p>"
		      "</noscript></section>\n</main>\n</body>\n</html>\n");
}
