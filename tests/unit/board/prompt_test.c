#include "board/load/prompt.h"

#include "board/load/linetest.h"
#include "board/simulated.h"

Suite *prompt_test(void);

static struct simulated s;
static struct prompt p;
static struct buf said;
static struct err e;
static const struct uboot_board uboot = {
	.autoboot = "stop autoboot", .interrupt = " ", .prompt = "=> ", .banner = "U-Boot 20", .started = "Starting"};

static void setup(void)
{
	sim_init(&s);
	e = (struct err){0};
	buf_init(&said);
	prompt_init(&p, &s.line, &uboot, sim_deadline(), &e);
}

static void teardown(void)
{
	prompt_finish(&p);
	buf_finish(&said);
	sim_finish(&s);
}

#define COMMAND "load virtio 0 0x70000000 loader.img"

START_TEST(a_command_runs_once_and_gives_what_it_printed)
{
	s.answers[0] = "154152 bytes read\r\n";
	s.at_most = (size_t)_i; /* however the bytes are cut */
	ck_assert_int_eq(prompt_run(&p, COMMAND, &said), LOAD_DONE);
	ck_assert_uint_eq(s.run_count, 1);
	ck_assert_str_eq(s.ran[0], COMMAND " ");
	ck_assert_ptr_nonnull(memmem(said.data, said.len, "154152 bytes read\r\n", 19));
}
END_TEST

/* Whichever character goes wrong: nothing but the command itself is ever run. */
START_TEST(a_lost_character_is_typed_again)
{
	s.lose = _i;
	ck_assert_int_eq(prompt_run(&p, COMMAND, &said), LOAD_DONE);
	for (size_t i = 0; i < s.run_count; i++)
		ck_assert_str_eq(s.ran[i], COMMAND " ");
	ck_assert_uint_ge(s.run_count, 1);
}
END_TEST

START_TEST(a_doubled_character_is_typed_again)
{
	s.twice = _i;
	ck_assert_int_eq(prompt_run(&p, COMMAND, &said), LOAD_DONE);
	ck_assert_uint_eq(s.run_count, 1);
	/* The last one typed is a space, and one more of it changes nothing. */
	ck_assert_int_eq(strncmp(s.ran[0], COMMAND " ", strlen(COMMAND) + 1), 0);
	ck_assert_uint_le(strlen(s.ran[0]), strlen(COMMAND) + 2);
}
END_TEST

START_TEST(a_line_that_loses_all_the_time_is_given_up)
{
	s.lose_every = 7;
	ck_assert_int_eq(prompt_run(&p, COMMAND, &said), LOAD_FAILED);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_ptr_nonnull(strstr(e.what, "does not bring characters through"));
	ck_assert_uint_eq(s.run_count, 0);
}
END_TEST

START_TEST(a_line_that_dies_is_a_matter_of_time)
{
	s.dead = 10;
	ck_assert_int_eq(prompt_run(&p, COMMAND, &said), LOAD_FAILED);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_uint_eq(s.run_count, 0);
}
END_TEST

START_TEST(a_command_that_does_not_come_back_is_named)
{
	s.mute = true;
	s.answers[0] = "Loading: T T T \r\n";
	s.patience = &p.deadline_ms;
	ck_assert_int_eq(prompt_run(&p, COMMAND, &said), LOAD_FAILED);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_ptr_nonnull(strstr(e.what, "\"Loading: T T T\""));
	ck_assert_ptr_nonnull(strstr(e.hint, COMMAND));
}
END_TEST

START_TEST(an_arrow_in_a_line_is_no_prompt)
{
	s.answers[0] = "crc32 for 0 ... 1 ==> 12345678\r\nand more\r\n";
	s.at_most = 1;
	ck_assert_int_eq(prompt_run(&p, "crc32 0 2", &said), LOAD_DONE);
	ck_assert_ptr_nonnull(memmem(said.data, said.len, "and more", 8));
}
END_TEST

START_TEST(its_own_start_is_stopped)
{
	s.prompting = false;
	s.says[0] = "U-Boot 2023.01\r\n";
	s.says[1] = "Hit any key to stop autoboot:  2 ";
	s.says[2] = "\b\b\b 0 \r\n=> ";
	s.stoppable = 2;
	s.at_most = 3;
	ck_assert_int_eq(prompt_reach(&p), LOAD_DONE);
	ck_assert_int_eq(s.typed, 1);
}
END_TEST

START_TEST(a_lost_key_is_pressed_again)
{
	s.prompting = false;
	s.says[0] = "U-Boot 2023.01\r\nHit any key to stop autoboot:  2 ";
	s.says[1] = "\b\b\b 0 \r\n=> ";
	s.stoppable = 1;
	s.lose = 0;
	ck_assert_int_eq(prompt_reach(&p), LOAD_DONE);
	ck_assert_int_eq(s.typed, 2);
}
END_TEST

START_TEST(a_prompt_without_a_countdown_will_do)
{
	s.prompting = false;
	s.says[0] = "U-Boot 2023.01\r\n=> ";
	ck_assert_int_eq(prompt_reach(&p), LOAD_DONE);
	ck_assert_int_eq(s.typed, 0);
}
END_TEST

START_TEST(without_a_prompt_the_last_words_are_told)
{
	s.prompting = false;
	s.says[0] = "U-Boot 2023.01\r\nNet: no ethernet found\r\n";
	s.patience = &p.deadline_ms;
	ck_assert_int_eq(prompt_reach(&p), LOAD_FAILED);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_ptr_nonnull(strstr(e.what, "Net: no ethernet found"));
}
END_TEST

/* ---- a board that is not in the state that it should be in ---- */

START_TEST(a_prompt_without_a_banner_is_that_of_a_board_that_never_was_off)
{
	s.prompting = false;
	s.says[0] = "\r\n=> ";
	s.patience = &p.deadline_ms;
	ck_assert_int_eq(prompt_reach(&p), LOAD_FAILED);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_ptr_nonnull(strstr(e.what, "did not start anew"));
	ck_assert_ptr_nonnull(strstr(e.what, "U-Boot 20"));
	ck_assert_int_eq(s.typed, 0);
}
END_TEST

START_TEST(a_prompt_before_the_banner_does_not_count_and_the_one_behind_it_does)
{
	s.prompting = false;
	s.says[0] = "\r\n=> ";
	s.says[1] = "\r\nU-Boot 2023.01\r\n";
	s.says[2] = "Hit any key to stop autoboot:  2 ";
	s.says[3] = "\b\b\b 0 \r\n=> ";
	s.stoppable = 3;
	ck_assert_int_eq(prompt_reach(&p), LOAD_DONE);
	ck_assert_int_eq(s.typed, 1);
}
END_TEST

static const char *const kernels[] = {"Starting kernel ...\r\n", "[    0.000000] Linux version 6.1.0\r\n",
				      "[    0.000000] Booting Linux on physical CPU 0x0\r\n"};

START_TEST(a_linux_that_boots_has_missed_the_prompt)
{
	s.prompting = false;
	s.says[0] = "U-Boot 2023.01\r\n";
	s.says[1] = kernels[_i];
	ck_assert_int_eq(prompt_reach(&p), LOAD_FAILED);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_ptr_nonnull(strstr(e.what, "autoboot prompt missed: Linux is booting"));
	ck_assert_ptr_nonnull(strstr(e.what, "did not offer to stop"));
	ck_assert_ptr_nonnull(strstr(e.hint, "bootdelay"));
}
END_TEST

START_TEST(a_start_that_the_key_does_not_stop_is_told_apart)
{
	s.prompting = false;
	s.says[0] = "U-Boot 2023.01\r\nHit any key to stop autoboot:  2 ";
	s.says[1] = "Starting kernel ...\r\n";
	ck_assert_int_eq(prompt_reach(&p), LOAD_FAILED);
	ck_assert_ptr_nonnull(strstr(e.what, "though U-Boot's own start was to be stopped"));
	ck_assert_ptr_nonnull(strstr(e.hint, "interrupt"));
}
END_TEST

START_TEST(a_linux_without_any_u_boot_is_told_apart)
{
	s.prompting = false;
	s.says[0] = "Linux version 6.1.0\r\n";
	ck_assert_int_eq(prompt_reach(&p), LOAD_FAILED);
	ck_assert_ptr_nonnull(strstr(e.what, "did not come at all"));
}
END_TEST

START_TEST(a_board_that_starts_again_and_again_is_counted)
{
	s.prompting = false;
	s.says[0] = "U-Boot 2023.01\r\nresetting ...\r\n";
	s.says[1] = s.says[2] = s.says[3] = s.says[4] = s.says[0];
	ck_assert_int_eq(prompt_reach(&p), LOAD_FAILED);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_ptr_nonnull(strstr(e.what, "resets itself"));
	ck_assert_ptr_nonnull(strstr(e.what, "came 4 times"));
	ck_assert_ptr_nonnull(strstr(e.what, "resetting ..."));
}
END_TEST

START_TEST(a_u_boot_that_starts_another_is_no_loop)
{
	s.prompting = false;
	s.says[0] = "U-Boot 2019.07\r\n";
	s.says[1] = "U-Boot 2023.01\r\n";
	s.says[2] = "Hit any key to stop autoboot:  2 ";
	s.says[3] = "\r\n=> ";
	s.stoppable = 3;
	ck_assert_int_eq(prompt_reach(&p), LOAD_DONE);
}
END_TEST

START_TEST(a_board_that_is_silent_is_told)
{
	s.prompting = false;
	s.patience = &p.deadline_ms;
	ck_assert_int_eq(prompt_reach(&p), LOAD_FAILED);
	ck_assert_ptr_nonnull(strstr(e.what, "says nothing after power-on or reset"));
}
END_TEST

/* Nobody knows of the half-typed command; the echo does not fit, and the line is cleared before it is run. */
START_TEST(a_half_typed_command_is_never_run)
{
	s.length = 4;
	memcpy(s.command, "saveenv; ", 4);
	buf_adds(&s.out, "save");
	ck_assert_int_eq(prompt_run(&p, COMMAND, &said), LOAD_DONE);
	ck_assert_uint_eq(s.run_count, 1);
	ck_assert_str_eq(s.ran[0], COMMAND " ");
}
END_TEST

START_TEST(a_prompt_that_is_hung_is_told)
{
	s.prompting = false;
	ck_assert_int_eq(prompt_run(&p, COMMAND, &said), LOAD_FAILED);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_ptr_nonnull(strstr(e.what, "prompt is hung"));
	ck_assert_uint_eq(s.run_count, 0);
}
END_TEST

START_TEST(a_reset_in_the_middle_of_a_command_is_told)
{
	s.mute = true;
	s.answers[0] = "Loading: ###\r\nU-Boot 2023.01\r\nHit any key to stop autoboot:  2 ";
	ck_assert_int_eq(prompt_run(&p, COMMAND, &said), LOAD_FAILED);
	ck_assert_ptr_nonnull(strstr(e.what, "resets itself"));
	ck_assert_ptr_nonnull(strstr(e.what, "in the middle of `" COMMAND "`"));
}
END_TEST

START_TEST(a_version_is_no_reset)
{
	s.answers[0] = "U-Boot 2023.01\r\n";
	ck_assert_int_eq(prompt_run(&p, "version", &said), LOAD_DONE);
}
END_TEST

/* A prompt that is damaged by the line comes again when ^C asks for it; what is no prompt is waited for. */
START_TEST(a_damaged_prompt_is_asked_for_again)
{
	s.mute = true;
	s.answers[0] = "crc32 for ... ==> 01234567\r\n=>!";
	s.says[0] = NULL;
	ck_assert_int_eq(prompt_enter(&p, COMMAND), LOAD_DONE);
	s.prompting = true;
	ck_assert_int_eq(prompt_await(&p, COMMAND, &said), LOAD_DONE);
	ck_assert_ptr_nonnull(memmem(said.data, said.len, "01234567", 8));
	ck_assert_uint_eq(s.run_count, 1);
}
END_TEST

START_TEST(what_is_no_prompt_is_not_interrupted)
{
	s.mute = true;
	s.answers[0] = "Loading: #####";
	ck_assert_int_eq(prompt_enter(&p, COMMAND), LOAD_DONE);
	s.prompting = true;
	s.patience = &p.deadline_ms;
	ck_assert_int_eq(prompt_await(&p, COMMAND, &said), LOAD_FAILED);
	ck_assert_ptr_null(memmem(s.out.data, s.out.len, "<INTERRUPT>", 11));
}
END_TEST

#define FRESH "U-Boot 2023.01\r\nHit any key to stop autoboot: 2 \r\n=> "

START_TEST(a_sound_line_brings_everything_back)
{
	struct line_test t;

	s.prompting = false;
	s.says[0] = FRESH;
	ck_assert_int_eq(load_line_test(&s.line, &uboot, sim_deadline(), &t, &e), LOAD_DONE);
	ck_assert_uint_eq(t.damaged, 0);
	ck_assert_uint_gt(t.typed, 1000);
	ck_assert_uint_eq(s.run_count, 0);
}
END_TEST

START_TEST(a_line_that_damages_one_character_is_found_out)
{
	struct line_test t;

	s.prompting = false;
	s.says[0] = FRESH;
	s.lose = _i % 2 ? _i * 50 : NEVER;
	s.twice = _i % 2 ? NEVER : _i * 50;
	ck_assert_int_eq(load_line_test(&s.line, &uboot, sim_deadline(), &t, &e), LOAD_DONE);
	ck_assert_uint_gt(t.damaged, 0);
	ck_assert_uint_eq(s.run_count, 0);
}
END_TEST

START_TEST(an_echo_that_is_late_is_no_damage)
{
	bool whole = true;

	s.dead = 0;
	ck_assert_int_eq(prompt_echo(&p, "abcdefgh", false, &whole), LOAD_DONE);
	ck_assert(!whole); /* in good time, and it did not come */
	p.deadline_ms = clock_ms();
	ck_assert_int_eq(prompt_echo(&p, "abcdefgh", false, &whole), LOAD_FAILED);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_ptr_nonnull(strstr(e.what, "too slow"));
}
END_TEST

START_TEST(a_line_test_without_a_fresh_prompt_says_nothing)
{
	struct line_test t;

	s.prompting = false;
	s.says[0] = "nothing that helps\r\n";
	ck_assert_int_eq(load_line_test(&s.line, &uboot, sim_soon(), &t, &e), LOAD_FAILED);
	ck_assert_int_eq(e.kind, ERR_INFRA);
	ck_assert_uint_eq(t.typed, 0);
}
END_TEST

START_TEST(leaving_ends_with_the_sign_and_hands_the_line_over_before)
{
	s.answers[0] = "Starting kernel ...\r\n\r\nLDR|INFO: hello\r\n";
	s.at_most = 5;
	ck_assert_int_eq(prompt_leave(&p, "booti 0x70000000", "Starting kernel ..."), LOAD_DONE);
	ck_assert_str_eq(s.ran[0], "booti 0x70000000 ");
	ck_assert_uint_eq(s.handed_over_at, strlen("booti 0x70000000 "));
}
END_TEST

START_TEST(a_prompt_instead_of_the_sign_is_a_refusal)
{
	s.answers[0] = "Bad Linux ARM64 Image magic!\r\n";
	ck_assert_int_eq(prompt_leave(&p, "booti 0x70000000", "Starting kernel ..."), LOAD_REFUSED);
	ck_assert_ptr_nonnull(strstr(e.what, "Bad Linux ARM64 Image magic!"));
}
END_TEST

START_TEST(a_command_that_u_boot_does_not_know_is_the_labs_matter)
{
	s.answers[0] = "Unknown command 'booty' - try 'help'\r\n";
	ck_assert_int_eq(prompt_leave(&p, "booty 0x70000000", "Starting kernel ..."), LOAD_FAILED);
	ck_assert_int_eq(e.kind, ERR_INFRA);
}
END_TEST

START_TEST(silence_instead_of_the_sign_is_no_refusal)
{
	s.mute = true;
	s.answers[0] = "## Starting applic";
	ck_assert_int_eq(prompt_leave(&p, "go 0x70000000", "Starting kernel ..."), LOAD_FAILED);
	ck_assert_int_eq(e.kind, ERR_INFRA);
}
END_TEST

START_TEST(a_session_that_ends_ends_the_dialogue)
{
	s.ended = true;
	ck_assert_int_eq(prompt_run(&p, COMMAND, &said), LOAD_ENDED);
	ck_assert_int_eq(prompt_reach(&p), LOAD_ENDED);
	ck_assert_int_eq(prompt_leave(&p, COMMAND, "Starting"), LOAD_ENDED);
	ck_assert_int_eq(e.kind, ERR_NONE);
}
END_TEST

Suite *prompt_test(void)
{
	Suite *suite = suite_create("prompt");
	TCase *t = tcase_create("prompt");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, a_command_runs_once_and_gives_what_it_printed, 0, 20);
	tcase_add_loop_test(t, a_lost_character_is_typed_again, 0, (int)strlen(COMMAND) + 2);
	tcase_add_loop_test(t, a_doubled_character_is_typed_again, 0, (int)strlen(COMMAND) + 1);
	tcase_add_test(t, a_line_that_loses_all_the_time_is_given_up);
	tcase_add_test(t, a_damaged_prompt_is_asked_for_again);
	tcase_add_test(t, what_is_no_prompt_is_not_interrupted);
	tcase_add_test(t, a_sound_line_brings_everything_back);
	tcase_add_loop_test(t, a_line_that_damages_one_character_is_found_out, 1, 25);
	tcase_add_test(t, an_echo_that_is_late_is_no_damage);
	tcase_add_test(t, a_line_test_without_a_fresh_prompt_says_nothing);
	tcase_add_test(t, a_line_that_dies_is_a_matter_of_time);
	tcase_add_test(t, a_command_that_does_not_come_back_is_named);
	tcase_add_test(t, an_arrow_in_a_line_is_no_prompt);
	tcase_add_test(t, its_own_start_is_stopped);
	tcase_add_test(t, a_lost_key_is_pressed_again);
	tcase_add_test(t, a_prompt_without_a_countdown_will_do);
	tcase_add_test(t, without_a_prompt_the_last_words_are_told);
	tcase_add_test(t, a_prompt_without_a_banner_is_that_of_a_board_that_never_was_off);
	tcase_add_test(t, a_prompt_before_the_banner_does_not_count_and_the_one_behind_it_does);
	tcase_add_loop_test(t, a_linux_that_boots_has_missed_the_prompt, 0, 3);
	tcase_add_test(t, a_start_that_the_key_does_not_stop_is_told_apart);
	tcase_add_test(t, a_linux_without_any_u_boot_is_told_apart);
	tcase_add_test(t, a_board_that_starts_again_and_again_is_counted);
	tcase_add_test(t, a_u_boot_that_starts_another_is_no_loop);
	tcase_add_test(t, a_board_that_is_silent_is_told);
	tcase_add_test(t, a_half_typed_command_is_never_run);
	tcase_add_test(t, a_prompt_that_is_hung_is_told);
	tcase_add_test(t, a_reset_in_the_middle_of_a_command_is_told);
	tcase_add_test(t, a_version_is_no_reset);
	tcase_add_test(t, leaving_ends_with_the_sign_and_hands_the_line_over_before);
	tcase_add_test(t, a_prompt_instead_of_the_sign_is_a_refusal);
	tcase_add_test(t, a_command_that_u_boot_does_not_know_is_the_labs_matter);
	tcase_add_test(t, silence_instead_of_the_sign_is_no_refusal);
	tcase_add_test(t, a_session_that_ends_ends_the_dialogue);
	suite_add_tcase(suite, t);
	return suite;
}
