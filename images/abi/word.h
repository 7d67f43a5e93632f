/* The word with which a protection domain notifies its handler. */
#ifndef ABI_WORD_H
#define ABI_WORD_H

enum word {
	WORD_READY = 0, /* whatever it had to do is done */
	WORD_RESET,     /* it has brought its writable segments back to what they were, and has done nothing since */
	WORD_GUEST_READY,   /* a VMM (abi/guest.h): its guest has notified it and stands still */
	WORD_GUEST_FAULTED, /* a VMM: its guest has faulted, as the order says */
};

#endif
