/* The sending side of YMODEM against a receiver that behaves as U-Boot's does, over a line that may lose and flip bytes. */
#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "proto/ymodem.h"

Suite *ymodem_test(void);

enum { SIZE = 3 * YMODEM_BLOCK + 100 };

static uint8_t file[SIZE];
static struct ymodem y;

/* What receives: takes whole packets, acknowledges what is right and new, and asks again for all else. */
struct receiver {
	uint8_t got[8 * YMODEM_BLOCK];
	size_t have;
	unsigned header, ends, last; /* how often each came */
	unsigned expected;           /* number of the next block */
	unsigned sends;              /* by the sender, so far */
	unsigned spoil;              /* the so-manieth is damaged on its way; 0: none */
	unsigned swallow;            /* the answer to the so-manieth is lost; 0: none */
	bool asks_late;              /* 'C' only when nothing has come for a while */
};

static struct receiver r;

static void setup(void)
{
	for (size_t i = 0; i < SIZE; i++)
		file[i] = (uint8_t)(i * 7 + i / 256);
	ymodem_init(&y, "loader.img", file, SIZE);
	r = (struct receiver){.expected = 1};
}

static void teardown(void)
{
	ymodem_finish(&y);
}

static bool is_right(const uint8_t *p, size_t size)
{
	uint16_t crc = ymodem_crc(p + 3, size);

	return (p[1] ^ p[2]) == 0xff && p[size + 3] == (uint8_t)(crc >> 8) && p[size + 4] == (uint8_t)crc;
}

/* The answer to one sending: up to two bytes. */
static const char *take_header(const uint8_t *p)
{
	if (!p[3]) {
		r.last++;
		return "\x06";
	}
	ck_assert_str_eq((const char *)p + 3, "loader.img");
	ck_assert_int_eq(atoi((const char *)p + 3 + sizeof "loader.img"), SIZE);
	r.header++;
	return r.asks_late ? "\x06" : "\x06" "C";
}

static const char *take_block(const uint8_t *p)
{
	if (p[1] == (uint8_t)r.expected) {
		memcpy(r.got + r.have, p + 3, YMODEM_BLOCK);
		r.have += YMODEM_BLOCK;
		r.expected++;
	} else {
		ck_assert_uint_eq(p[1], (uint8_t)(r.expected - 1)); /* the same again: its answer was lost */
	}
	return "\x06";
}

static const char *receive(void)
{
	uint8_t packet[YMODEM_BLOCK + YMODEM_OVERHEAD];
	size_t n = y.out.len;

	ck_assert_uint_le(n, sizeof packet);
	memcpy(packet, y.out.data, n);
	buf_clear(&y.out);
	if (++r.sends == r.spoil)
		packet[n / 2] ^= 0x10;
	if (n == 1) {
		if (packet[0] != 4)
			return "\x15";
		r.ends++;
		return r.asks_late ? "\x06" : "\x06" "C";
	}
	if (!is_right(packet, n - YMODEM_OVERHEAD))
		return "\x15";
	return n == YMODEM_SMALL + YMODEM_OVERHEAD ? take_header(packet) : take_block(packet);
}

static void transfer(void)
{
	ymodem_take(&y, 'C');
	for (int i = 0; i < 1000 && y.state < YMODEM_DONE; i++) {
		const char *answer = y.out.len ? receive() : "";

		if (!*answer || r.sends == r.swallow) {
			r.swallow = 0;
			ymodem_timeout(&y);
		} else {
			for (; *answer; answer++)
				ymodem_take(&y, (uint8_t)*answer);
		}
	}
}

static void expect_whole(void)
{
	ck_assert_msg(y.state == YMODEM_DONE, "state %d: %s", y.state, y.why ? y.why : "");
	ck_assert_uint_eq(r.have, 4 * YMODEM_BLOCK);
	ck_assert_int_eq(memcmp(r.got, file, SIZE), 0);
	ck_assert_uint_eq(r.got[SIZE], 0x1a);
	ck_assert_uint_ge(r.last, 1);
	ck_assert_uint_eq(y.sent, SIZE);
}

START_TEST(the_sum_is_the_one_of_the_book)
{
	ck_assert_uint_eq(ymodem_crc("123456789", 9), 0x31c3); /* CRC-16/XMODEM's check value */
}
END_TEST

START_TEST(a_file_gets_there)
{
	r.asks_late = _i;
	transfer();
	expect_whole();
	ck_assert_uint_eq(y.again, 0);
	ck_assert_uint_eq(r.header, 1);
	ck_assert_uint_eq(r.ends, 1);
}
END_TEST

/* Whichever sending is damaged, and whichever answer is lost. */
START_TEST(a_damaged_one_is_sent_again)
{
	r.spoil = (unsigned)_i;
	transfer();
	expect_whole();
	ck_assert_uint_eq(y.again, 1);
}
END_TEST

START_TEST(a_lost_answer_costs_a_second_sending)
{
	r.swallow = (unsigned)_i;
	transfer();
	expect_whole();
	ck_assert_uint_eq(y.again, 1);
}
END_TEST

START_TEST(an_empty_file_gets_there)
{
	y.size = 0;
	ymodem_take(&y, 'C');
	ck_assert_int_eq(y.state, YMODEM_HEADER);
	ymodem_take(&y, 6);
	ymodem_take(&y, 'C');
	ck_assert_int_eq(y.state, YMODEM_END);
}
END_TEST

START_TEST(one_cancel_is_an_accident_and_two_are_the_end)
{
	ymodem_take(&y, 'C');
	ymodem_take(&y, 0x18);
	ck_assert_int_eq(y.state, YMODEM_HEADER);
	ymodem_take(&y, 'x');
	ymodem_take(&y, 0x18);
	ck_assert_int_eq(y.state, YMODEM_HEADER);
	ymodem_take(&y, 0x18);
	ck_assert_int_eq(y.state, YMODEM_FAILED);
	ck_assert_ptr_nonnull(strstr(y.why, "broke the transfer off"));
}
END_TEST

START_TEST(one_block_that_never_gets_there_is_given_up)
{
	ymodem_take(&y, 'C');
	for (int i = 0; i < YMODEM_TRIES && y.state < YMODEM_DONE; i++)
		ymodem_take(&y, 0x15);
	ck_assert_int_eq(y.state, YMODEM_FAILED);
	ck_assert_ptr_nonnull(strstr(y.why, "did not take one block"));
}
END_TEST

START_TEST(a_receiver_that_never_asks_is_given_up)
{
	for (int i = 0; i < YMODEM_TRIES; i++) {
		ck_assert_int_eq(y.state, YMODEM_WAITS);
		ymodem_timeout(&y);
	}
	ck_assert_int_eq(y.state, YMODEM_FAILED);
	ck_assert_ptr_nonnull(strstr(y.why, "never asked"));
	ck_assert_uint_eq(y.out.len, 0);
}
END_TEST

START_TEST(what_is_no_answer_is_not_taken)
{
	ck_assert_int_eq(ymodem_take(&y, '#'), 0);
	ck_assert_int_eq(ymodem_take(&y, 'C'), 1);
	ck_assert_int_eq(y.state, YMODEM_HEADER);
	buf_clear(&y.out);
	ck_assert_int_eq(ymodem_take(&y, 'C'), 1); /* asked before it had the answer */
	ck_assert_uint_eq(y.out.len, 0);
	ymodem_take(&y, 'C');
	ck_assert_uint_eq(y.out.len, YMODEM_SMALL + YMODEM_OVERHEAD);
}
END_TEST

Suite *ymodem_test(void)
{
	Suite *s = suite_create("ymodem");
	TCase *t = tcase_create("ymodem");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, the_sum_is_the_one_of_the_book);
	tcase_add_loop_test(t, a_file_gets_there, 0, 2);
	tcase_add_loop_test(t, a_damaged_one_is_sent_again, 1, 8);
	tcase_add_loop_test(t, a_lost_answer_costs_a_second_sending, 1, 8);
	tcase_add_test(t, an_empty_file_gets_there);
	tcase_add_test(t, one_cancel_is_an_accident_and_two_are_the_end);
	tcase_add_test(t, one_block_that_never_gets_there_is_given_up);
	tcase_add_test(t, a_receiver_that_never_asks_is_given_up);
	tcase_add_test(t, what_is_no_answer_is_not_taken);
	suite_add_tcase(s, t);
	return s;
}
