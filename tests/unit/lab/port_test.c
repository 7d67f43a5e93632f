#include "lab/port.h"

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

Suite *port_test(void);

static int connects(int port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
				.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char byte;
	/* One that is open: nothing comes, and it has not ended. */
	int rc = connect(fd, (struct sockaddr *)&a, sizeof a) == 0 && recv(fd, &byte, 1, MSG_DONTWAIT) < 0;

	close(fd);
	return rc;
}

START_TEST(a_port_that_is_held_refuses_until_somebody_listens_and_again_when_it_is_quiet)
{
	int port, fd = port_hold(&port, NULL);

	ck_assert_int_ge(fd, 0);
	port_quieten(fd); /* it is: nothing may come of that */
	for (int i = 0; i < 3; i++) {
		ck_assert(!connects(port));
		ck_assert(!port_is_listened(port, getpid()));
		ck_assert_int_eq(listen(fd, 1), 0);
		ck_assert(connects(port));
		ck_assert(port_is_listened(port, getpid()));
		port_quieten(fd);
	}
	close(fd);
}
END_TEST

START_TEST(ports_that_are_held_are_different_ones)
{
	int ports[8], fds[8];

	for (int i = 0; i < 8; i++) {
		fds[i] = port_hold(&ports[i], NULL);
		ck_assert_int_ge(fds[i], 0);
		for (int j = 0; j < i; j++)
			ck_assert_int_ne(ports[i], ports[j]);
	}
	for (int i = 0; i < 8; i++)
		close(fds[i]);
}
END_TEST

Suite *port_test(void)
{
	Suite *s = suite_create("port");
	TCase *c = tcase_create("port");

	tcase_add_test(c, a_port_that_is_held_refuses_until_somebody_listens_and_again_when_it_is_quiet);
	tcase_add_test(c, ports_that_are_held_are_different_ones);
	suite_add_tcase(s, c);
	return s;
}
