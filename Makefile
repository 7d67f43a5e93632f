# runtest: `make run` runs the main job, `make check` the tests; README.md says the rest.
# Everything built goes below build/ and to ./runtest; MODE=asan or tsan builds beside the ordinary build.

MODE ?= release
CC ?= cc
OUT := build/$(MODE)
RUNTEST := $(if $(filter release,$(MODE)),./runtest,$(OUT)/runtest)

VERSION := 0.1.0
CFLAGS ?= -O2 -g
CFLAGS_MODE_release :=
CFLAGS_MODE_asan := -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Werror
BASE_CFLAGS := -std=c17 -D_GNU_SOURCE -DRUNTEST_VERSION='"$(VERSION)"' -Iharness -include util/banned.h -fPIC $(WARN)
ALL_CFLAGS := $(BASE_CFLAGS) $(CFLAGS) $(CFLAGS_MODE_$(MODE))
LIBS := -lfyaml -ljansson -lpcre2-8 -lnettle -lfdt -lelf -lz -lmxml -ldl
EXPECT_CFLAGS := -I/usr/include/tcl8.6
EXPECT_LIBS := -lexpect -ltcl8.6

# harness/expect/libexpect.c is a module of its own, loaded when a scenario hands the console to a script.
MODULE_SRC := harness/expect/libexpect.c
LIB_SRC := $(sort $(filter-out harness/main.c $(MODULE_SRC),$(shell find harness -name '*.c')))
UNIT_SRC := $(sort $(shell find tests/unit -name '*_test.c'))
UNITS := $(basename $(notdir $(UNIT_SRC)))
LIB_OBJ := $(LIB_SRC:%.c=$(OUT)/%.o)
UNIT_OBJ := $(UNIT_SRC:%.c=$(OUT)/%.o) $(OUT)/tests/unit/main.o

.PHONY: all
all: $(RUNTEST) $(if $(wildcard $(MODULE_SRC)),$(OUT)/libexec/expect.so)

$(OUT)/libruntest.a: $(LIB_OBJ)
	@rm -f $@
	@ar rcs $@ $^

$(RUNTEST): $(OUT)/harness/main.o $(OUT)/libruntest.a
	$(CC) $(ALL_CFLAGS) -o $@ $^ $(LDFLAGS) $(LIBS)

$(OUT)/libexec/expect.so: $(MODULE_SRC) harness/expect/dialogue.h
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(EXPECT_CFLAGS) -shared -o $@ $< $(LDFLAGS) $(EXPECT_LIBS)

$(OUT)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# ---- unit tests: every tests/unit/ROOM/NAME_test.c defines `Suite *NAME_test(void)` ----
$(OUT)/tests/unit/suites.inc: $(UNIT_SRC) Makefile
	@mkdir -p $(@D)
	@printf 'SUITE(%s)\n' $(UNITS) > $@

$(OUT)/tests/unit/main.o: $(OUT)/tests/unit/suites.inc
$(OUT)/tests/unit/%.o: ALL_CFLAGS += -I$(OUT)/tests/unit -Itests/unit

$(OUT)/unit: $(UNIT_OBJ) $(OUT)/libruntest.a
	$(CC) $(ALL_CFLAGS) -o $@ $^ $(LDFLAGS) $(LIBS) -lcheck -lsubunit -lrt -lm -lpthread

.PHONY: unit
unit: all $(OUT)/unit
	$(OUT)/unit

.PHONY: clean
clean:
	rm -rf build runtest

-include $(LIB_OBJ:.o=.d) $(UNIT_OBJ:.o=.d) $(OUT)/harness/main.d
