#include "lab/rack.h"

const struct rack_board rack[] = {
	{"lab-a64", "lab_virt_aarch64", "console by RFC 2217, power by pdudaemon, images by sftp to the TFTP root",
	 ARCH_AARCH64, RACK_RFC2217, RACK_PDUDAEMON, RACK_TFTP_SFTP, RACK_GDB},
	{"lab-a64-ymodem", "lab_virt_aarch64_bootm", "console by ssh, power by pdudaemon, images over the console",
	 ARCH_AARCH64, RACK_SSH, RACK_PDUDAEMON, RACK_YMODEM, RACK_UBOOT_MEMORY},
	{"lab-rv64", "lab_virt_riscv64", "console by telnet, power by pdudaemon, images in a local TFTP root",
	 ARCH_RISCV64, RACK_TELNET, RACK_PDUDAEMON, RACK_TFTP_COPY, RACK_GDB},
	{"lab-rv64-elf", "lab_virt_riscv64_elf", "console on a tty, power by a command, ELF images in a local TFTP root",
	 ARCH_RISCV64, RACK_TTY, RACK_EXEC, RACK_TFTP_COPY, RACK_GDB},
	{"lab-rv64-go", "lab_virt_riscv64_go", "console by raw TCP, power by pdudaemon, images by sftp to the TFTP root",
	 ARCH_RISCV64, RACK_RAW, RACK_PDUDAEMON, RACK_TFTP_SFTP, RACK_GDB},
};

const size_t rack_count = sizeof rack / sizeof rack[0];

int rack_has_port(const struct rack_board *b)
{
	return b->console == RACK_RFC2217 || b->console == RACK_TELNET || b->console == RACK_RAW;
}
