#include "lab/linuxboot.h"

const char *const linuxboot_lines[] = {
	"\r\nU-Boot SPL 2023.01 (Jan 01 2023 - 00:00:00 +0000)\r\n",
	"Trying to boot from MMC1\r\n",
	"\r\n\r\nU-Boot 2023.01 (Jan 01 2023 - 00:00:00 +0000)\r\n\r\n",
	"DRAM:  2 GiB\r\n",
	"Hit any key to stop autoboot:  0 \r\n",
	"## Loading kernel from FIT Image at 48000000 ...\r\n",
	"Starting kernel ...\r\n\r\n",
	"[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x410fd034]\r\n",
	"[    0.000000] Linux version 6.1.0-18-arm64 (build@host) (gcc 12.2.0) #1 SMP\r\n",
	"[    0.000000] Machine model: a board of the virtual lab\r\n",
	"[    0.000000] Memory: 2018000K/2097152K available\r\n",
	"[    0.004210] smp: Brought up 1 node, 4 CPUs\r\n",
	"[    0.310442] Freeing unused kernel memory: 6208K\r\n",
	"[    0.312008] Run /init as init process\r\n",
	"[    0.911733] systemd[1]: Detected architecture arm64.\r\n",
	"[  OK  ] Reached target multi-user.target - Multi-User System.\r\n",
	"\r\nDebian GNU/Linux 12 board ttyAMA0\r\n\r\n",
	"board login: ",
};

const size_t linuxboot_count = sizeof linuxboot_lines / sizeof linuxboot_lines[0];
