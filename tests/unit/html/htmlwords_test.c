/* What stands in a page cannot end what it stands in. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "html/answer.h"
#include "html/pack.h"
#include "html/words.h"

Suite *htmlwords_test(void);

START_TEST(markup_stays_text)
{
	struct buf out;

	buf_init(&out);
	html_add_text(&out, "</script><b a=\"'\">&\x1b[31m\xff");
	ck_assert_ptr_null(strpbrk(out.data, "<>\"'\x1b"));
	ck_assert_ptr_nonnull(strstr(out.data, "&lt;/script&gt;&lt;b a=&quot;&#39;&quot;&gt;&amp;"));
	html_add_text(&out, NULL);
	buf_finish(&out);
}
END_TEST

START_TEST(json_has_no_bracket_that_ends_a_script)
{
	json_t *value = json_pack("{s:s}", "a<b", "<!--</script>"), *again;
	struct buf out;

	buf_init(&out);
	html_add_json(&out, value);
	ck_assert_ptr_null(strchr(out.data, '<'));
	again = json_loads(out.data, 0, NULL);
	ck_assert(json_equal(value, again));
	json_decref(again);
	json_decref(value);
	buf_finish(&out);
}
END_TEST

START_TEST(base64_has_no_seams)
{
	struct buf bytes, out;

	buf_init(&bytes);
	buf_init(&out);
	for (int i = 0; i < 40000; i++)
		buf_addc(&bytes, (char)(i * 7));
	pack_base64(&out, bytes.data, bytes.len);
	ck_assert_uint_eq(out.len, (40000 + 2) / 3 * 4);
	ck_assert_uint_eq(strcspn(out.data, "="), out.len - 2);
	buf_clear(&out);
	pack_base64(&out, "runtest", 7);
	ck_assert_str_eq(out.data, "cnVudGVzdA==");
	buf_finish(&out);
	buf_finish(&bytes);
}
END_TEST

/* What is packed, as a browser gets it: of one that says `n` bytes. */
static void expect_unpacked(const struct buf *packed, const char *want, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned char *bytes = malloc(packed->len + 3), *out = malloc(n + 1);
	uLongf made = n + 1;
	size_t have = 0;

	for (size_t i = 0; i < packed->len; i += 4) {
		unsigned long four = 0;

		for (size_t k = 0; k < 4; k++) {
			const char *at = strchr(digits, packed->data[i + k]);

			four = four << 6 | (at ? (unsigned long)(at - digits) : 0);
		}
		for (int shift = 16; shift >= 0; shift -= 8)
			bytes[have++] = (unsigned char)(four >> shift);
	}
	have -= strlen(packed->data) - strcspn(packed->data, "=");
	ck_assert_int_eq(uncompress(out, &made, bytes, have), Z_OK);
	ck_assert_uint_eq(made, n);
	ck_assert_mem_eq(out, want, n);
	free(bytes);
	free(out);
}

/* The same packer again and again, as a page of many sessions has it. */
START_TEST(packed_bytes_come_back)
{
	struct packer *p = packer_new();
	struct buf bytes, out;

	buf_init(&bytes);
	buf_init(&out);
	for (size_t n = 1; n < 200000; n = n * 7 + 1) {
		while (bytes.len < n)
			buf_addc(&bytes, (char)(bytes.len * bytes.len >> 5));
		buf_clear(&out);
		pack_add(p, &out, bytes.data, bytes.len);
		expect_unpacked(&out, bytes.data, bytes.len);
	}
	buf_clear(&out);
	pack_add(p, &out, "", 0);
	expect_unpacked(&out, "", 0);
	packer_free(p);
	buf_finish(&out);
	buf_finish(&bytes);
}
END_TEST

static void expect_answer(const enum verdict *verdicts, size_t n, const char *kind, const char *want)
{
	struct session_result sessions[8] = {0};
	struct run_record r = {.plan_count = n, .sessions = sessions};
	struct html_answer a;
	struct buf out;

	for (size_t i = 0; i < n; i++)
		sessions[i].verdict = verdicts[i];
	buf_init(&out);
	a = html_answer_add(&out, &r);
	ck_assert_str_eq(out.data, want);
	ck_assert_str_eq(a.kind, kind);
	buf_finish(&out);
}
#define ANSWER(kind, want, ...) \
	expect_answer((const enum verdict[]){__VA_ARGS__}, sizeof((const enum verdict[]){__VA_ARGS__}) / sizeof(enum verdict), kind, want)

START_TEST(the_gravest_is_the_answer)
{
	ANSWER("good", "All 2 sessions came out as demanded", VERDICT_PASS, VERDICT_EXPECTED_FAIL);
	ANSWER("good", "The one session came out as demanded", VERDICT_PASS);
	ANSWER("bad", "2 of 4 sessions failed", VERDICT_PASS, VERDICT_FAIL, VERDICT_TIMEOUT, VERDICT_INFRA);
	ANSWER("bad", "1 of 2 sessions failed", VERDICT_PASS, VERDICT_VACUOUS);
	ANSWER("late", "1 of 2 sessions did not come to an end in time", VERDICT_PASS, VERDICT_TIMEOUT);
	ANSWER("odd", "1 of 2 sessions failed by the lab's fault", VERDICT_INFRA, VERDICT_CANCELLED);
	ANSWER("none", "1 of 2 sessions did not run to the end", VERDICT_NONE, VERDICT_PASS);
	ANSWER("odd", "All 2 sessions came out as demanded, 1 only when tried again", VERDICT_FLAKY, VERDICT_PASS);
	ANSWER("none", "Nothing ran: 1 session skipped", VERDICT_SKIPPED);
}
END_TEST

Suite *htmlwords_test(void)
{
	Suite *s = suite_create("html");
	TCase *t = tcase_create("html");

	tcase_add_test(t, markup_stays_text);
	tcase_add_test(t, json_has_no_bracket_that_ends_a_script);
	tcase_add_test(t, base64_has_no_seams);
	tcase_add_test(t, packed_bytes_come_back);
	tcase_add_test(t, the_gravest_is_the_answer);
	suite_add_tcase(s, t);
	return s;
}
