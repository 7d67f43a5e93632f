/* Telnet: what is data and what is not, and who agreed to what. */
#include <check.h>
#include <string.h>

#include "proto/comport.h"
#include "proto/telnet.h"

Suite *telnet_test(void);

static struct telnet t;
static struct buf data;
static uint8_t told[TELNET_SUB_MAX + 1];
static size_t told_len;
static int told_option;

static void keep(void *ctx, uint8_t option, const uint8_t *bytes, size_t n)
{
	ck_assert_ptr_eq(ctx, &t);
	told_option = option;
	memcpy(told, bytes, n);
	told_len = n;
}

static void begin(void)
{
	telnet_init(&t);
	buf_init(&data);
	t.told = keep;
	t.ctx = &t;
	told_option = -1;
}

static void end(void)
{
	telnet_finish(&t);
	buf_finish(&data);
}

static void feed(const char *bytes, size_t n)
{
	telnet_feed(&t, bytes, n, &data);
}

#define FEED(BYTES) feed(BYTES, sizeof BYTES - 1)
#define HOLDS(BUF, BYTES) \
	do { \
		ck_assert_uint_eq((BUF).len, sizeof BYTES - 1); \
		ck_assert_mem_eq((BUF).data, BYTES, sizeof BYTES - 1); \
	} while (0)

START_TEST(data_is_told_from_commands_however_it_is_cut)
{
	static const char stream[] = "a\xff\xf1" "b\xff\xff" "c\r\0d\r\ne\xff\xfa\x2c\x65\0\0\xff\xff\0\xff\xf0" "f";
	size_t n = sizeof stream - 1;

	for (size_t cut = 0; cut <= n; cut++) {
		end();
		begin();
		feed(stream, cut);
		feed(stream + cut, n - cut);
		HOLDS(data, "ab\xff" "c\rd\r\ne" "f");
		ck_assert_int_eq(told_option, TELNET_COM_PORT);
		ck_assert_uint_eq(told_len, 5);
		ck_assert_mem_eq(told, "\x65\0\0\xff\0", 5);
	}
}
END_TEST

START_TEST(an_offer_that_is_wanted_is_agreed_to_once)
{
	FEED("\xff\xfb\x01");
	HOLDS(t.out, "\xff\xfd\x01"); /* WILL ECHO: DO ECHO */
	ck_assert_int_eq(telnet_theirs(&t, TELNET_ECHO), TELNET_AGREED);
	FEED("\xff\xfb\x01");
	ck_assert_uint_eq(t.out.len, 3); /* nothing new, so nothing is said */
}
END_TEST

START_TEST(what_is_not_known_is_refused)
{
	FEED("\xff\xfd\x1f"); /* DO NAWS */
	HOLDS(t.out, "\xff\xfc\x1f");
	buf_clear(&t.out);
	FEED("\xff\xfd\x01"); /* DO ECHO: a console's client must not */
	HOLDS(t.out, "\xff\xfc\x01");
	buf_clear(&t.out);
	FEED("\xff\xfb\x18"); /* WILL TERMINAL-TYPE */
	HOLDS(t.out, "\xff\xfe\x18");
	buf_clear(&t.out);
	FEED("\xff\xfc\x18"); /* and then WONT: no answer to that */
	ck_assert_uint_eq(t.out.len, 0);
}
END_TEST

START_TEST(an_answer_is_not_answered)
{
	telnet_offer(&t, TELNET_BINARY);
	telnet_request(&t, TELNET_BINARY);
	telnet_offer(&t, TELNET_COM_PORT);
	HOLDS(t.out, "\xff\xfb\x00\xff\xfd\x00\xff\xfb\x2c");
	buf_clear(&t.out);
	FEED("\xff\xfd\x00\xff\xfb\x00\xff\xfe\x2c");
	ck_assert_uint_eq(t.out.len, 0);
	ck_assert_int_eq(telnet_ours(&t, TELNET_BINARY), TELNET_AGREED);
	ck_assert_int_eq(telnet_theirs(&t, TELNET_BINARY), TELNET_AGREED);
	ck_assert_int_eq(telnet_ours(&t, TELNET_COM_PORT), TELNET_REFUSED);
}
END_TEST

START_TEST(what_was_agreed_can_be_taken_back)
{
	FEED("\xff\xfb\x03");
	buf_clear(&t.out);
	FEED("\xff\xfc\x03");
	HOLDS(t.out, "\xff\xfe\x03");
	ck_assert_int_eq(telnet_theirs(&t, TELNET_SUPPRESS_GO_AHEAD), TELNET_REFUSED);
}
END_TEST

static struct buf encoded(const char *bytes, size_t n)
{
	struct buf out = {0};
	uint8_t pair[2];

	for (size_t i = 0; i < n; i++)
		buf_add(&out, pair, telnet_encode(&t, (uint8_t)bytes[i], pair));
	return out;
}

START_TEST(what_is_typed_arrives_as_it_is)
{
	struct buf out = encoded("a\xff\r\n", 4);

	HOLDS(out, "a\xff\xff\r\0\n");
	buf_finish(&out);
	FEED("\xff\xfd\x00"); /* DO BINARY */
	out = encoded("a\xff\r\n", 4);
	HOLDS(out, "a\xff\xff\r\n");
	buf_finish(&out);
}
END_TEST

START_TEST(in_binary_a_nul_is_data)
{
	FEED("\r\0x");
	HOLDS(data, "\rx");
	buf_clear(&data);
	FEED("\xff\xfb\x00\r\0x");
	HOLDS(data, "\r\0x");
}
END_TEST

START_TEST(a_long_subnegotiation_is_skipped_whole)
{
	char much[TELNET_SUB_MAX + 10];

	memset(much, 'x', sizeof much);
	FEED("\xff\xfa\x2c");
	feed(much, sizeof much);
	FEED("\xff\xf0ok");
	ck_assert_int_eq(told_option, -1);
	HOLDS(data, "ok");
	FEED("\xff\xfa\x2c\x69\x08\xff\xf0");
	ck_assert_int_eq(told_option, TELNET_COM_PORT);
}
END_TEST

START_TEST(requests_about_the_port_are_framed)
{
	comport_request(&t, COMPORT_SET_BAUDRATE, 115200);
	HOLDS(t.out, "\xff\xfa\x2c\x01\x00\x01\xc2\x00\xff\xf0");
	buf_clear(&t.out);
	comport_request(&t, COMPORT_SET_BAUDRATE, 0xff01);
	HOLDS(t.out, "\xff\xfa\x2c\x01\x00\x00\xff\xff\x01\xff\xf0"); /* an IAC in the number */
	buf_clear(&t.out);
	comport_request(&t, COMPORT_SET_CONTROL, COMPORT_DTR_ON);
	HOLDS(t.out, "\xff\xfa\x2c\x05\x08\xff\xf0");
}
END_TEST

static const struct {
	const char *bytes;
	size_t n;
	bool is;
	enum comport_command command;
	uint32_t value;
} answers[] = {
	{"\x65\x00\x01\xc2\x00", 5, true, COMPORT_SET_BAUDRATE, 115200},
	{"\x69\x09", 2, true, COMPORT_SET_CONTROL, COMPORT_DTR_OFF},
	{"\x65\x00\x01\xc2", 4, false, 0, 0}, /* too short */
	{"\x69\x09\x09", 3, false, 0, 0},     /* too long */
	{"\x6b\x30", 2, false, 0, 0},         /* NOTIFY-MODEMSTATE: nobody asked */
	{"\x05\x08", 2, false, 0, 0},         /* a client's own words */
	{"", 0, false, 0, 0},
};

START_TEST(answers_about_the_port_are_read)
{
	struct comport_answer a;

	ck_assert_int_eq(comport_read((const uint8_t *)answers[_i].bytes, answers[_i].n, &a), answers[_i].is);
	if (answers[_i].is) {
		ck_assert_int_eq(a.command, answers[_i].command);
		ck_assert_uint_eq(a.value, answers[_i].value);
	}
}
END_TEST

Suite *telnet_test(void)
{
	Suite *s = suite_create("telnet");
	TCase *c = tcase_create("telnet");

	tcase_add_checked_fixture(c, begin, end);
	tcase_add_test(c, data_is_told_from_commands_however_it_is_cut);
	tcase_add_test(c, an_offer_that_is_wanted_is_agreed_to_once);
	tcase_add_test(c, what_is_not_known_is_refused);
	tcase_add_test(c, an_answer_is_not_answered);
	tcase_add_test(c, what_was_agreed_can_be_taken_back);
	tcase_add_test(c, what_is_typed_arrives_as_it_is);
	tcase_add_test(c, in_binary_a_nul_is_data);
	tcase_add_test(c, a_long_subnegotiation_is_skipped_whole);
	tcase_add_test(c, requests_about_the_port_are_framed);
	tcase_add_loop_test(c, answers_about_the_port_are_read, 0, sizeof answers / sizeof answers[0]);
	suite_add_tcase(s, c);
	return s;
}
