/* Untyped memory: the life of memory from boot to the objects made of it. */
#ifndef KERNEL_UNTYPED_H
#define KERNEL_UNTYPED_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/bootinfo.h"
#include "kernel/cap.h"

/* Hand out a range as untypeds: split into powers of two, each aligned to its size. */
void untyped_create(struct bootinfo *info, uint64_t start, uint64_t end, bool is_device);

/* enum invocation_error. Called for the initial task. */
int invoke_untyped_retype(struct cap *untyped, uint64_t type, uint64_t size_bits, uint64_t slot, uint64_t count);

#endif
