#include "image/wrapping.h"

#include <elf.h>
#include <inttypes.h>
#include <string.h>
#include <zlib.h>

/* ---- uImage ---- */

enum {
	UIMAGE_HEADER = 64,
	UIMAGE_NAME = 32, /* bytes, of its last field */
	OS_LINUX = 5,
	TYPE_KERNEL = 2,
	COMPRESSION_NONE = 0,
	UIMAGE_ARM64 = 22,
	UIMAGE_RISCV = 26,
	UIMAGE_X86_64 = 24,
};

#define UIMAGE_MAGIC UINT32_C(0x27051956)

static void put_be32(uint8_t *p, uint32_t value)
{
	p[0] = (uint8_t)(value >> 24);
	p[1] = (uint8_t)(value >> 16);
	p[2] = (uint8_t)(value >> 8);
	p[3] = (uint8_t)value;
}

static int uimage_arch(enum image_arch arch)
{
	static const int archs[IMAGE_ARCH_COUNT] = {[IMAGE_ARCH_AARCH64] = UIMAGE_ARM64, [IMAGE_ARCH_RISCV64] = UIMAGE_RISCV,
						    [IMAGE_ARCH_X86_64] = UIMAGE_X86_64};

	return archs[arch];
}

int wrapping_uimage(const void *bytes, size_t n, uint64_t address, enum image_arch arch, struct buf *out, struct err *e)
{
	uint8_t h[UIMAGE_HEADER] = {0};

	if (!uimage_arch(arch))
		return err_set(e, ERR_IMAGE, "a uImage cannot be made for architecture %s", image_arch_name(arch));
	if (n > UINT32_MAX || address > UINT32_MAX)
		return err_set(e, ERR_IMAGE, "a uImage holds addresses and sizes of 32 bits, not 0x%zx bytes at 0x%" PRIx64, n, address);
	put_be32(h, UIMAGE_MAGIC);
	put_be32(h + 12, (uint32_t)n);
	put_be32(h + 16, (uint32_t)address); /* ih_load */
	put_be32(h + 20, (uint32_t)address); /* ih_ep */
	put_be32(h + 24, (uint32_t)crc32_z(0, bytes, n));
	h[28] = OS_LINUX;
	h[29] = (uint8_t)uimage_arch(arch);
	h[30] = TYPE_KERNEL;
	h[31] = COMPRESSION_NONE;
	memcpy(h + UIMAGE_HEADER - UIMAGE_NAME, "runtest", sizeof "runtest");
	put_be32(h + 4, (uint32_t)crc32_z(0, h, sizeof h)); /* over the header with this field empty */
	buf_add(out, h, sizeof h);
	buf_add(out, bytes, n);
	return 0;
}

/* ---- ELF ---- */

static uint16_t elf_machine(enum image_arch arch)
{
	static const uint16_t machines[IMAGE_ARCH_COUNT] = {[IMAGE_ARCH_AARCH64] = EM_AARCH64, [IMAGE_ARCH_RISCV64] = EM_RISCV,
							    [IMAGE_ARCH_X86_64] = EM_X86_64};

	return machines[arch];
}

int wrapping_elf(const void *bytes, size_t n, uint64_t address, enum image_arch arch, struct buf *out, struct err *e)
{
	enum { PAGE = 4096 };
	Elf64_Ehdr h = {
		.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
		.e_type = ET_EXEC,
		.e_machine = elf_machine(arch),
		.e_version = EV_CURRENT,
		.e_entry = address,
		.e_phoff = sizeof h,
		.e_ehsize = sizeof h,
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = 1,
	};
	Elf64_Phdr p = {
		.p_type = PT_LOAD,
		.p_flags = PF_R | PF_W | PF_X,
		.p_offset = PAGE + address % PAGE, /* as the address, modulo a page */
		.p_vaddr = address,
		.p_paddr = address,
		.p_filesz = n,
		.p_memsz = n,
		.p_align = PAGE,
	};
	static const uint8_t zeros[2 * PAGE];

	if (!h.e_machine)
		return err_set(e, ERR_IMAGE, "an ELF cannot be made for architecture %s", image_arch_name(arch));
	buf_add(out, &h, sizeof h);
	buf_add(out, &p, sizeof p);
	buf_add(out, zeros, p.p_offset - sizeof h - sizeof p);
	buf_add(out, bytes, n);
	return 0;
}
