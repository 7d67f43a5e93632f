#include "image/imagearch.h"

#include <elf.h>
#include <stdbool.h>

#include "image/word.h"

const char *image_arch_name(enum image_arch a)
{
	static const char *const names[] = {
		[IMAGE_ARCH_UNKNOWN] = "unknown",
		[IMAGE_ARCH_AARCH64] = "aarch64",
		[IMAGE_ARCH_RISCV64] = "riscv64",
		[IMAGE_ARCH_X86_64] = "x86_64",
	};

	return names[a];
}

enum image_arch image_arch_of_elf(uint16_t machine)
{
	switch (machine) {
	case EM_AARCH64:
		return IMAGE_ARCH_AARCH64;
	case EM_RISCV:
		return IMAGE_ARCH_RISCV64;
	case EM_X86_64:
		return IMAGE_ARCH_X86_64;
	default:
		return IMAGE_ARCH_UNKNOWN;
	}
}

/* msr ttbr0_el1, xN or msr ttbr0_el2, xN (Arm ARM, C5.1: op0 3, op1 0 or 4, CRn 2, CRm 0, op2 0). */
static bool sets_ttbr0(uint32_t word)
{
	return (word & ~UINT32_C(0x1f)) == UINT32_C(0xd5182000) || (word & ~UINT32_C(0x1f)) == UINT32_C(0xd51c2000);
}

/* csrw satp, xN (RISC-V privileged architecture: CSR 0x180, funct3 1, rd x0). */
static bool sets_satp(uint32_t word)
{
	return (word & ~UINT32_C(0xf8000)) == UINT32_C(0x18001073);
}

enum image_arch image_arch_of_code(const uint8_t *code, size_t n)
{
	bool arm = false, riscv = false;

	/* RISC-V's compressed instructions leave the others on even addresses. */
	for (size_t i = 0; i + 4 <= n; i += 2) {
		uint32_t word = word_le32(code + i);

		arm |= i % 4 == 0 && sets_ttbr0(word);
		riscv |= sets_satp(word);
	}
	if (arm == riscv)
		return IMAGE_ARCH_UNKNOWN;
	return arm ? IMAGE_ARCH_AARCH64 : IMAGE_ARCH_RISCV64;
}
