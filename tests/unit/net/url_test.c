#include <check.h>

#include "net/url.h"

Suite *url_test(void);

START_TEST(what_means_something_in_an_address_is_escaped)
{
	struct buf out;

	buf_init(&out);
	url_add_escaped(&out, "aZ09-._~ &=?#/%+\"\xc3\xa9\n");
	ck_assert_str_eq(out.data, "aZ09-._~%20%26%3D%3F%23%2F%25%2B%22%C3%A9%0A");
	buf_clear(&out);
	url_add_escaped(&out, "");
	ck_assert_uint_eq(out.len, 0);
	buf_finish(&out);
}
END_TEST

Suite *url_test(void)
{
	Suite *s = suite_create("url");
	TCase *c = tcase_create("url");

	tcase_add_test(c, what_means_something_in_an_address_is_escaped);
	suite_add_tcase(s, c);
	return s;
}
