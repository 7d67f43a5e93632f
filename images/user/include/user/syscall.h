/* System calls as C functions, for the initial task and the protection domains. */
#ifndef USER_SYSCALL_H
#define USER_SYSCALL_H

#include <stdint.h>

#include "abi/syscall.h"
#include "arch/syscall.h"

struct message_in {
	uint64_t badge;
	enum message label;
	uint64_t word[4];
};

struct message_in sys_recv(uint64_t endpoint);

/* enum invocation_error; `value`, when not NULL, takes what the invocation returns. */
int sys_invoke(uint64_t slot, enum invocation what, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t *value);

/* Tell the thread's handler a word; returns once the handler resumes this thread, with the word that it gave. */
uint64_t sys_notify_handler(uint64_t word);

#endif
