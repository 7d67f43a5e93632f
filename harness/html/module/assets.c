/* The module html.so: style and scripts as they stand in harness/html/assets/ (-DHTML_ASSETS names that folder). */
#include "html/html.h"

#define ASSET(id, file) \
	__asm__(".section .rodata\n" #id "_begin:\n.incbin \"" HTML_ASSETS "/" file "\"\n" #id "_end:\n.byte 0\n.previous\n"); \
	extern const char id##_begin[] __attribute__((visibility("hidden"))), id##_end[] __attribute__((visibility("hidden")));

ASSET(style_css, "style.css")
ASSET(ui_js, "ui.js")
ASSET(console_js, "console.js")
ASSET(map_js, "map.js")
ASSET(session_js, "session.js")
ASSET(report_js, "report.js")

extern const struct html_asset *(*const html_module)(void);

static const struct html_asset *all(void)
{
	static struct html_asset assets[] = {
		{"style.css", "text/css", style_css_begin, 0},    {"ui.js", "text/javascript", ui_js_begin, 0},
		{"console.js", "text/javascript", console_js_begin, 0}, {"map.js", "text/javascript", map_js_begin, 0},
		{"session.js", "text/javascript", session_js_begin, 0}, {"report.js", "text/javascript", report_js_begin, 0},
		{0},
	};
	const char *const ends[] = {style_css_end, ui_js_end, console_js_end, map_js_end, session_js_end, report_js_end};

	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
		assets[i].size = (size_t)(ends[i] - assets[i].bytes);
	return assets;
}

const struct html_asset *(*const html_module)(void) = all;
