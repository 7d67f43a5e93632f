# runtest: `make run` runs the main job, `make check` the tests; README.md says the rest.
# Everything built goes below build/ and to ./runtest; MODE=asan builds beside the ordinary build.

MODE ?= release
CC ?= cc
OUT := build/$(MODE)
RUNTEST := $(if $(filter release,$(MODE)),./runtest,$(OUT)/runtest)

VERSION := 0.1.0
CFLAGS ?= -O2 -g
CFLAGS_MODE_release :=
CFLAGS_MODE_asan := -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
CFLAGS_MODE_guided := $(CFLAGS_MODE_asan) -fsanitize=fuzzer-no-link
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Werror
# `make V=1` shows the commands.
Q := $(if $(V),,@)
say = @echo "  $(1)  $(2)"
BASE_CFLAGS := -std=c17 -D_GNU_SOURCE -DRUNTEST_VERSION='"$(VERSION)"' -Iharness -include util/banned.h -fPIC $(WARN)
ALL_CFLAGS := $(BASE_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(CFLAGS_MODE_$(MODE))
LIBS := -lfyaml -ljansson -lpcre2-8 -lnettle -lfdt -lelf -lz -ldeflate -lmxml -lm -ldl
EXPECT_CFLAGS := -I/usr/include/tcl8.6
EXPECT_LIBS := -lexpect -ltcl8.6

# Modules of their own, loaded when they are needed: harness/expect/libexpect.c when a scenario hands the console to a
# script, harness/symbols/module/ when an address wants a name.
SYMBOLS_SRC := $(sort $(wildcard harness/symbols/module/*.c))
SYMBOLS_OBJ := $(SYMBOLS_SRC:%.c=$(OUT)/%.o)
SYMBOLS_LIBS := -ldw -lelf
# harness/net/libssh.c when something is behind ssh, harness/net/libcurl.c when a switch has an HTTP API.
# harness/serve/module/ when the dashboard is served.
# harness/history/module/ when a history is opened: the databases that it may be in.
MODULE_SRC := harness/expect/libexpect.c harness/net/libssh.c harness/net/libcurl.c $(SYMBOLS_SRC) \
	$(wildcard harness/history/module/*.c) harness/html/module/assets.c harness/serve/module/microhttpd.c
LIB_SRC := $(sort $(filter-out harness/main.c $(MODULE_SRC),$(shell find harness -name '*.c')))
UNIT_SRC := $(sort $(shell find tests/unit -name '*_test.c'))
UNITS := $(basename $(notdir $(UNIT_SRC)))
LIB_OBJ := $(LIB_SRC:%.c=$(OUT)/%.o)
UNIT_OBJ := $(UNIT_SRC:%.c=$(OUT)/%.o) $(OUT)/tests/unit/main.o

.PHONY: all
all: $(RUNTEST) $(OUT)/libexec/expect.so $(OUT)/libexec/symbols.so $(OUT)/libexec/ssh.so $(OUT)/libexec/http.so \
	$(OUT)/libexec/sqlite.so $(OUT)/libexec/postgresql.so $(OUT)/libexec/html.so $(OUT)/libexec/serve.so

$(OUT)/libruntest.a: $(LIB_OBJ)
	@rm -f $@
	$(call say,AR  ,$@)
	$(Q)ar rcs $@ $^

# In one go: whoever begins a run while it is built finds a whole program, this one or the one before.
PLACE = mv -f $@.new $@

$(RUNTEST): $(OUT)/harness/main.o $(OUT)/libruntest.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -o $@.new $^ $(LDFLAGS) $(LIBS) && $(PLACE)

$(OUT)/libexec/expect.so: harness/expect/libexpect.c harness/expect/dialogue.h
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(EXPECT_CFLAGS) -shared -o $@.new $< $(LDFLAGS) $(EXPECT_LIBS) && $(PLACE)

$(OUT)/libexec/ssh.so: harness/net/libssh.c harness/net/ssh.h harness/net/sftp.h harness/config/ssh.h
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -shared -o $@.new $< $(LDFLAGS) -lssh && $(PLACE)

$(OUT)/libexec/http.so: harness/net/libcurl.c harness/net/http.h harness/config/http.h harness/config/secret.h
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -shared -o $@.new $< $(LDFLAGS) -lcurl && $(PLACE)

# What they take from harness/util/ they have for themselves: the program offers its own to nobody.
$(OUT)/libexec/sqlite.so: harness/history/module/sqlite.c harness/history/db.h harness/history/url.h $(OUT)/libruntest.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -shared -Wl,-Bsymbolic -o $@.new $(filter %.c %.a,$^) $(LDFLAGS) -lsqlite3 && $(PLACE)

$(OUT)/libexec/serve.so: harness/serve/module/microhttpd.c harness/serve/web.h $(wildcard harness/serve/assets/*) $(OUT)/libruntest.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -shared -Wl,-Bsymbolic -o $@.new $(filter %.c %.a,$^) $(LDFLAGS) -lmicrohttpd && $(PLACE)

POSTGRESQL_CFLAGS := -I/usr/include/postgresql
$(OUT)/libexec/postgresql.so: harness/history/module/postgresql.c harness/history/db.h harness/history/url.h $(OUT)/libruntest.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(POSTGRESQL_CFLAGS) -shared -Wl,-Bsymbolic -o $@.new $(filter %.c %.a,$^) $(LDFLAGS) -lpq && $(PLACE)

# harness/html/module/ has style and scripts of the pages for browsers in it.
HTML_ASSETS := harness/html/assets
$(OUT)/libexec/html.so: harness/html/module/assets.c harness/html/html.h $(wildcard $(HTML_ASSETS)/*)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -DHTML_ASSETS='"$(HTML_ASSETS)"' -shared -o $@.new $< $(LDFLAGS) && $(PLACE)

$(OUT)/libexec/symbols.so: $(SYMBOLS_OBJ) $(OUT)/libruntest.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -shared -Wl,-Bsymbolic -o $@.new $^ $(LDFLAGS) $(SYMBOLS_LIBS) && $(PLACE)

$(OUT)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC  ,$<)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# ---- unit tests: every tests/unit/ROOM/NAME_test.c defines `Suite *NAME_test(void)` ----
$(OUT)/tests/unit/suites.inc: $(UNIT_SRC) Makefile
	@mkdir -p $(@D)
	@printf 'SUITE(%s)\n' $(UNITS) > $@

$(OUT)/tests/unit/main.o: $(OUT)/tests/unit/suites.inc
$(OUT)/tests/unit/%.o: ALL_CFLAGS += -I$(OUT)/tests/unit -Itests/unit

$(OUT)/unit: $(UNIT_OBJ) $(OUT)/libruntest.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -o $@ $^ $(LDFLAGS) $(LIBS) -lcheck -lsubunit -lrt -lm -lpthread

# Makes boot images of other kinds from the reference stack's own, for the end-to-end tests.
WRAPIMAGE := $(OUT)/tests/wrapimage
$(WRAPIMAGE): tests/e2e/wrapimage.c tests/unit/image/wrap.h $(OUT)/libruntest.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -Itests/unit -o $@ $(filter %.c %.a,$^) $(LDFLAGS) -lz

.PHONY: unit
unit: all $(OUT)/unit
	$(OUT)/unit

# ---- the two commands ----
# Each step is a make of its own: what `deps` installs must be there before anything is compiled.
.PHONY: run check check-all check-heavy deps deps-all
run:
	@tools/deps.sh base
	@$(MAKE) --no-print-directory -j$(shell nproc) all
	./runtest pd-survives

check:
	@tools/deps.sh base
	@$(MAKE) --no-print-directory -j$(shell nproc) all $(OUT)/unit $(WRAPIMAGE) layers schemas
	tests/unit/run.sh $(OUT)/unit
	tests/e2e/run.sh

# What needs more than a newcomer's machine has, or more time: both compilers, sanitizers, static analysis, the whole
# matrix, the mutants. Lab, farm and browser tests join here.
check-all: check check-heavy
check-heavy:
	@tools/deps.sh all
	@$(MAKE) --no-print-directory -j$(shell nproc) compilers
	@$(MAKE) --no-print-directory asan
	@$(MAKE) --no-print-directory fuzz-selftest
	@$(MAKE) --no-print-directory fuzz FUZZ_ROUNDS=20000
	PICK=long tests/e2e/run.sh
	@$(MAKE) --no-print-directory -j3 --output-sync=target lint-beside farm-tests lab-tests
	tests/browser/run.sh
	TESTS=tests/matrix tests/e2e/run.sh
	./runtest run '*'
	REPLAYS=100 tests/e2e/run.sh 'replay_test:test_failing_sessions*'
	@$(MAKE) --no-print-directory mutants
	@$(MAKE) --no-print-directory honest HONEST=150
	@CHAOS=short $(MAKE) --no-print-directory chaos-farm
	@BENCH_SCALE=20 $(MAKE) --no-print-directory bench

# The pages in Debian's Chromium (docs/report.md).
.PHONY: browser-tests dashboard-pictures
browser-tests:
	@tools/deps.sh all
	@$(MAKE) --no-print-directory -j$(shell nproc) all
	tests/browser/run.sh

# The pictures of docs/dashboard.md, of the runs that browser-tests has made.
dashboard-pictures: all
	NODE_PATH=build/browser/node_modules node tests/browser/dashboard-pictures.js build/browser docs/pictures

# They mostly wait for boards, so they wait side by side; by the first letter of the file, in parts that take as long as the farm's.
.PHONY: lab-tests lab-faults lab-consoles lab-others farm-tests
lab-tests: lab-faults lab-consoles lab-others
lab-faults:
	TESTS=tests/lab tests/e2e/run.sh 'f*'
lab-consoles:
	TESTS=tests/lab tests/e2e/run.sh '[cdh]*'
lab-others:
	TESTS=tests/lab tests/e2e/run.sh '[!cdfh]*'
farm-tests:
	TESTS=tests/farm tests/e2e/run.sh

# A virtual lab in the foreground, until ^C (docs/lab.md). LAB='--id ID' names it.
.PHONY: lab
lab:
	@tools/deps.sh all
	@$(MAKE) --no-print-directory -j$(shell nproc) all
	@exec ./runtest lab $(LAB)

deps:
	@tools/deps.sh base
deps-all:
	@tools/deps.sh all

# ---- gates ----
.PHONY: layers compilers asan lint schemas
layers:
	@tools/layers.sh

# Debian's cc, which the ordinary build takes, is gcc.
compilers:
	@cc --version | grep -q 'Free Software Foundation' || $(MAKE) --no-print-directory CC=gcc MODE=gcc all build/gcc/unit
	@$(MAKE) --no-print-directory CC=clang MODE=clang all build/clang/unit

# The sanitizer takes the size of a thread-local block of a library that was loaded late from in front of the block, when
# the block happens to lie 16 bytes into a page, as it does only for glibc before 2.19; then its search for leaks crashes.
# So it is not to look for such blocks.
asan:
	@$(MAKE) --no-print-directory -j$(shell nproc) MODE=asan all build/asan/unit
	ASAN_OPTIONS=intercept_tls_get_addr=0 tests/unit/run.sh build/asan/unit

# Parsers of bytes from outside, with altered inputs (docs/fuzzing.md): FUZZ_ROUNDS for each, the same ones every time.
FUZZ_ROUNDS ?= 200000
FUZZ := $(basename $(notdir $(wildcard tests/fuzz/*_fuzz.c)))
FUZZ_WITH := tests/fuzz/scratch.c
FUZZ_DRIVER := tests/fuzz/driver.c tests/fuzz/guard.c tests/fuzz/mutate.c $(FUZZ_WITH)
FUZZ_HEADERS := $(wildcard tests/fuzz/*.h)
FUZZ_CFLAGS := -Itests/unit -Itests/fuzz
.PHONY: fuzz fuzz-programs fuzz-selftest fuzz-guided
fuzz:
	@$(MAKE) --no-print-directory -j$(shell nproc) MODE=asan fuzz-programs
	@printf '%s\n' $(FUZZ) | xargs -P $(shell nproc) -I % sh -c 'build/asan/fuzz/% $(FUZZ_ROUNDS)'

fuzz-programs: all $(FUZZ:%=$(OUT)/fuzz/%)

# Does the driver see what is planted?
fuzz-selftest:
	@$(MAKE) --no-print-directory MODE=asan build/asan/fuzz/planted
	@tests/fuzz/selftest.sh build/asan/fuzz/planted

$(OUT)/fuzz/%: tests/fuzz/%.c $(FUZZ_DRIVER) $(FUZZ_HEADERS) $(OUT)/libruntest.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(FUZZ_CFLAGS) -o $@.new $(filter %.c %.a,$^) $(LDFLAGS) $(LIBS) && $(PLACE)

# A longer campaign, which clang's libFuzzer steers to what no input has reached yet: FUZZ_SECONDS for each target, or
# for those that FUZZ names. What it has found out stays in build/guided/corpus.
FUZZ_SECONDS ?= 60
fuzz-guided:
	@$(MAKE) --no-print-directory -j$(shell nproc) MODE=asan fuzz-programs
	@$(MAKE) --no-print-directory -j$(shell nproc) MODE=guided CC=clang all $(FUZZ:%=build/guided/steered/%)
	@printf '%s\n' $(FUZZ) | xargs -P $(shell nproc) -I % tests/fuzz/guided.sh % $(FUZZ_SECONDS)

$(OUT)/steered/%: tests/fuzz/%.c $(FUZZ_WITH) $(FUZZ_HEADERS) $(OUT)/libruntest.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer $(FUZZ_CFLAGS) -o $@.new $(filter %.c %.a,$^) $(LDFLAGS) $(LIBS) && $(PLACE)

TIDY_CFLAGS := -std=c17 -D_GNU_SOURCE -DRUNTEST_VERSION="\"0\"" -Iharness -include util/banned.h
lint:
	cppcheck --quiet --std=c11 --enable=warning,portability,performance --inline-suppr --error-exitcode=1 \
		--suppress=missingIncludeSystem -D_GNU_SOURCE -DRUNTEST_VERSION='""' -Iharness harness
	$(call say,TIDY,harness)
	@printf '%s\n' $(LIB_SRC) harness/main.c | \
		xargs -P $(shell nproc) -n 8 sh -c 'clang-tidy --quiet "$$@" -- $(TIDY_CFLAGS) 2>/dev/null' tidy

# Beside tests that mostly wait: they have the processors first.
.PHONY: lint-beside
lint-beside:
	@nice -n 19 $(MAKE) --no-print-directory lint

# JSON Schemas for editors, from the description that validates.
SCHEMAS := board-kind board-unit markers mutants nightly quarantine scenario variants
schemas: $(SCHEMAS:%=build/schemas/%.schema.json)
build/schemas/%.schema.json: $(RUNTEST)
	@mkdir -p $(@D)
	@$(RUNTEST) check --schema $* > $@.tmp && mv $@.tmp $@

# ---- the manual: pages for man(1), from the texts that --help shows ----
.PHONY: man
man: all
	@rm -rf build/man && mkdir -p build/man
	@$(RUNTEST) man > build/man/runtest.1
	@$(RUNTEST) completion --answer -- man '' | cut -f 1 | \
		while read -r c; do $(RUNTEST) man "$$c" > "build/man/runtest-$$c.1" || exit 1; done

# And all of docs/ as a site, in build/site/html. Nothing in it is fetched from elsewhere.
.PHONY: site
site: man
	@tools/deps.sh all
	@tools/site/pages.py . build/man build/site
	@mkdocs build --config-file build/site/mkdocs.yml > build/site/log 2>&1 || { cat build/site/log; exit 1; }
	$(call say,SITE,build/site/html/index.html)

# ---- can the checks fail, and do they only fail when they should? (docs/mutants.md) ----
# The last line of `mutants` is "N passed, M failed", and M must be 0. HONEST=N for fewer boots than 2,000.
.PHONY: mutants honest
HONEST ?= 2000
mutants:
	@tools/deps.sh base
	@$(MAKE) --no-print-directory -j$(shell nproc) all
	./runtest run --mutants '*'

honest:
	@tools/deps.sh base
	@$(MAKE) --no-print-directory -j$(shell nproc) all
	tools/honest.sh $(HONEST)

# ---- processes of runs are killed at random moments (docs/chaos.md): CHAOS=short for a few, CHAOS_SEED=N for the same ones ----
.PHONY: chaos chaos-farm
chaos: chaos-farm
chaos-farm:
	@tools/deps.sh all
	@$(MAKE) --no-print-directory -j$(shell nproc) all
	tests/chaos/selftest.py
	tests/chaos/campaign.py

# ---- figures: docs/benchmarks.md says how to read them ----
.PHONY: bench
BENCH := $(addprefix $(OUT)/bench/,pairs reference rawboots match_bench flood consoles typing waiters history)
bench:
	@tools/deps.sh all
	@$(MAKE) --no-print-directory -j$(shell nproc) all $(BENCH)
	tests/bench/run.sh $(OUT)/bench

$(addprefix $(OUT)/bench/,match_bench flood consoles typing waiters history): $(OUT)/bench/%: tests/bench/%.c tests/bench/patterns.h $(OUT)/libruntest.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -Itests/bench -o $@.new $(filter %.c %.a,$^) $(LDFLAGS) $(LIBS) && $(PLACE)

$(OUT)/bench/%: tests/bench/%.c
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) -std=c17 -D_GNU_SOURCE -O2 $(WARN) -o $@ $<

# ---- the pictures of docs/survival-map.md, made again from sessions that are run for them ----
.PHONY: pictures
pictures: all
	@rm -rf build/pictures
	./runtest pd-survives --variant patched --variant unpatched --board qemu_virt_aarch64 --jobs 1 --results build/pictures
	./runtest map --results build/pictures --svg docs/pictures/patched.svg latest/pd-survives.patched
	./runtest map --results build/pictures --svg docs/pictures/unpatched.svg latest/pd-survives.unpatched

# And those of docs/report.md, in Chromium.
.PHONY: report-pictures
report-pictures: all
	@tools/deps.sh all
	tests/browser/run.sh --pictures

# ---- where people use it from (docs/install.md): DESTDIR is put in front of PREFIX, for packages ----
.PHONY: install uninstall deb
PREFIX ?= /usr/local
export DESTDIR
install: all schemas
	@tools/install.sh '$(PREFIX)' $(OUT)/libexec/*.so

uninstall:
	@tools/uninstall.sh '$(PREFIX)'

# A Debian package, build/deb/runtest_*.deb, of the files as they are here.
deb:
	@tools/deb.sh '$(VERSION)'

.PHONY: clean
clean:
	rm -rf build runtest

-include $(LIB_OBJ:.o=.d) $(SYMBOLS_OBJ:.o=.d) $(UNIT_OBJ:.o=.d) $(OUT)/harness/main.d
