#include "user/syscall.h"

#include <stddef.h>

#include "lib/console.h"

void console_putc(char c)
{
	arch_syscall(SYS_DEBUG_PUTCHAR, (struct syscall_words){{(unsigned char)c}});
}

int console_getc(void)
{
	return (int)arch_syscall(SYS_DEBUG_GETCHAR, (struct syscall_words){{0}}).w[0];
}

struct message_in sys_recv(uint64_t endpoint)
{
	struct syscall_words out = arch_syscall(SYS_RECV, (struct syscall_words){{endpoint}});

	return (struct message_in){
		.badge = out.w[0],
		.label = (enum message)out.w[1],
		.word = {out.w[2], out.w[3], out.w[4], out.w[5]},
	};
}

int sys_invoke(uint64_t slot, enum invocation what, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t *value)
{
	struct syscall_words out = arch_syscall(SYS_INVOKE, (struct syscall_words){{slot, what, a, b, c, d}});

	if (value)
		*value = out.w[1];
	return (int)out.w[0];
}

uint64_t sys_notify_handler(uint64_t word)
{
	return arch_syscall(SYS_NOTIFY_HANDLER, (struct syscall_words){{word}}).w[0];
}
