# GUEST=on: the protection domain `vmm`, and `guest`, which it runs.
$(call need,RUNTEST_ENTRY,el2)
$(call need,RESTART,none reload pc-only)

PDS += vmm
vmm_SRC := $(call PD_SRC,vmm)
vmm_FLAGS := $(call PD_FLAGS,1,0x71c9feebU)

GUESTS := guest
guest_SRC := $(wildcard guest/*.[cS]) pds/common/self.c pds/common/bulk.c lib/src/string.c lib/src/print.c \
	lib/src/crc32.c $(ARCH_UART)
GUEST_FLAGS := -mstrict-align # its MMU is off at first
guest_FLAGS := $(call PD_FLAGS,1,0x5851f42dU,0x40000000) $(GUEST_FLAGS)
guest_LD := pds/pd.ld

UPDATE_PDS += $(if $(filter on,$(COMMANDS)),guest-v2 guest-v3)
guest-v2_SRC := $(guest_SRC)
guest-v2_FLAGS := $(call PD_FLAGS,2,0x14057b7eU,0x40000000) $(GUEST_FLAGS)
guest-v3_SRC := $(guest_SRC)
guest-v3_FLAGS := $(call PD_FLAGS,3,0x5f356495U,0x40000000) $(GUEST_FLAGS)
