# SPDX-License-Identifier: GPL-2.0-only
#
# Builds one kernel image: real kernel files, our model of the rest, loud stubs for
# what neither has.
#
#   make -f SRC/kernel-shim/image.mk TAG=6.1 KERNEL=TARBALL|TREE SRC=/weft OUT=/dir [-jN]
#
#   TAG         name of the image; one that starts with a number must match the tree
#   KERNEL      a source directory (used in place) or a tarball
#   OUT         everything made: tree, gen/, obj/, stub.c, undefined.txt, kernel-TAG.so
#   INSTRUMENT  no: neither access hooks nor coverage, for a benchmark; give it its own OUT
#   GCOV        no: access hooks without coverage
#
# A variant is an image with some files of its tree changed; only what they are part of
# is compiled, the rest comes from the folder of the image it is made from:
#
#   make -f SRC/kernel-shim/image.mk variant BASE=/dir/of/image TAG=6.1+NAME SRC=/weft OUT=/dir [-jN]
#
#   BASE        the OUT of an image that is up to date, never written to
#   OUT         has the changed files: see sources/variant-tree.sh. effect.txt says afterwards
#               how many objects were made of each of them
#
# What the code of an image can rely on from this build is in stub/image.lds and stub/gen-stub.sh.

ifeq ($(and $(TAG),$(SRC),$(OUT)),)
$(error weft: image.mk needs TAG, KERNEL, SRC and OUT)
endif

.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
SHELL := /bin/sh

INSTRUMENT ?= yes
GCOV ?= $(INSTRUMENT)
CC ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif
NM ?= nm

# Not realpath: a symbolic link given by the user stays what the debug information names.
override SRC := $(abspath $(SRC))
override OUT := $(abspath $(OUT))
SHIM := $(SRC)/kernel-shim
TREE := $(OUT)/tree
GEN := $(OUT)/gen
OBJ := $(OUT)/obj
IMAGE := $(OUT)/kernel-$(TAG).so
LISTS := $(sort $(wildcard $(SHIM)/sources/*.list))
# Stand-ins and litmus tests; those whose "Kernels:" is another are left out.
OWN_SOURCES := $(sort $(wildcard $(SRC)/scenarios/drivers/*.c $(SRC)/tests/litmus/*.c))

all:
.PHONY: all variant FORCE

ifneq ($(BASE),)
override BASE := $(abspath $(BASE))
BASE_IMAGE := $(BASE)/kernel-$(firstword $(shell cat '$(BASE)/kernel.path' 2>/dev/null)).so
endif

# The tree first, since what to compile is read from it.
ifeq ($(MAKECMDGOALS),variant)
variant:
	@$(if $(BASE),:,echo 'weft: a variant needs BASE, the build folder of an image' >&2; exit 1)
	@rm -f $(IMAGE) $(OUT)/effect.txt
	@$(SHIM)/sources/variant-tree.sh '$(BASE)' '$(OUT)' '$(BASE_IMAGE)'
	@$(MAKE) --no-print-directory -f $(SHIM)/image.mk BASE='$(BASE)' TAG='$(TAG)' SRC='$(SRC)' OUT='$(OUT)' \
		INSTRUMENT='$(INSTRUMENT)' GCOV='$(GCOV)' CC='$(CC)' NM='$(NM)'
else

# ---- the tree, its version and its files

# put FILE: replaces FILE by standard input if the text differs, so that nothing is rebuilt in vain
put = cat >$(1).new; if cmp -s $(1).new $(1); then rm $(1).new; else mv $(1).new $(1); fi

# A list or driver that was removed is nowhere newer than what was made of it.
$(OUT)/lists.txt: FORCE
	@mkdir -p $(OUT); printf '%s\n' $(LISTS) $(OWN_SOURCES) | { $(call put,$@); }

ifneq ($(BASE),)
include $(OUT)/variant.mk
else
$(OUT)/kernel.path: FORCE
	@mkdir -p $(OUT); printf '%s\n' '$(TAG) $(KERNEL)' | { $(call put,$@); }

# Of a tarball, what the lists name is unpacked, and what that may include.
$(OUT)/folders.txt: $(LISTS) $(OUT)/lists.txt | $(OUT)/kernel.path
	@sed -n 's/^\([^# \t]*\)\/[^\/ \t]*\.c.*/\1/p' $(LISTS) | LC_ALL=C sort -u | { $(call put,$@); }

$(OUT)/tree.stamp: $(OUT)/kernel.path $(if $(wildcard $(KERNEL)/.),,$(wildcard $(KERNEL)) $(OUT)/folders.txt) $(SHIM)/sources/prepare-tree.sh
	$(if $(wildcard $(KERNEL)/.),,@echo '  UNPACK  $(TAG) $(notdir $(KERNEL))')
	@$(SHIM)/sources/prepare-tree.sh '$(TAG)' '$(KERNEL)' $(OUT)
	@touch $@

endif # BASE

# A directory is used in place and may change under us: look at its version every time.
$(OUT)/kernel.mk: $(OUT)/tree.stamp $(if $(BASE),,$(OUT)/lists.txt) $(LISTS) $(OWN_SOURCES) $(SHIM)/sources/kernel-mk.sh $(SHIM)/config/in-range.awk $(wildcard $(TREE)/Makefile)
	@$(SHIM)/sources/kernel-mk.sh '$(TAG)' $(TREE) $(OBJ) $(LISTS) -- $(OWN_SOURCES) >$@.new || { rm -f $@.new; exit 1; }
	@mv $@.new $@

-include $(OUT)/kernel.mk

# The first reading of a new OUT ends here: make makes kernel.mk and reads again. If it
# cannot, the reason has been printed.
ifeq ($(VERSION),)
all:
	@exit 1
else
all: $(IMAGE)

# ---- flags

ARCH := $(SHIM)/arch/include
INCLUDES := -nostdinc -isystem $(shell $(CC) -print-file-name=include) \
	-I$(ARCH) -I$(GEN) -I$(TREE)/include \
	-I$(ARCH)/uapi -I$(GEN)/uapi -I$(TREE)/include/uapi -I$(GEN)/generated/uapi -I$(TREE) \
	$(addprefix -include $(TREE)/include/linux/,$(if $(wildcard $(TREE)/include/linux/compiler-version.h),compiler-version.h) kconfig.h $(if $(wildcard $(TREE)/include/linux/compiler_types.h),compiler_types.h))

# Memory functions stay calls, so that the model sees the ranges they touch; the frame
# pointer is how the explorer walks a stack. Later maps win: OUT may lie inside SRC.
CFLAGS_ALL := -D__KERNEL__ -std=gnu11 -O1 -g -pipe -fPIC -fvisibility=hidden \
	-fshort-wchar -funsigned-char -fno-strict-aliasing -fno-common -fwrapv \
	-fno-delete-null-pointer-checks -fno-stack-protector \
	-fno-omit-frame-pointer -fno-optimize-sibling-calls -fdata-sections \
	-fno-builtin-memset -fno-builtin-memcpy -fno-builtin-memmove \
	-Werror=implicit-function-declaration -Werror=implicit-int -Werror=incompatible-pointer-types \
	-ffile-prefix-map=$(SRC)/= -ffile-prefix-map=$(OUT)=. -ffile-prefix-map=$(TREE)/=
CFLAGS_TSAN := -fsanitize=thread --param tsan-distinguish-volatile=1 --param tsan-instrument-func-entry-exit=0
# A counter must not stay in a register over a loop: another task may count in between.
CFLAGS_GCOV := -fprofile-arcs -ftest-coverage -fprofile-update=single -fprofile-info-section=weft_gcov_info -fno-tree-loop-im
# From a counter to what tells whether it is logged; more than all counters take.
COUNTER_DISTANCE := 1048576
ifneq ($(INSTRUMENT),yes)
CFLAGS_TSAN :=
endif
ifneq ($(GCOV),yes)
CFLAGS_GCOV :=
endif
# Elsewhere the hooks of coverage counters stay calls: slower, not wrong.
GCOV_QUIET := $(and $(CFLAGS_TSAN),$(CFLAGS_GCOV),$(filter x86_64-%,$(shell $(CC) -dumpmachine)),yes)
# Warnings about the kernel's own code are its maintainers' affair: they are dropped
# below, and not by -w, which would drop what -Werror= makes an error as well.
CFLAGS_KERNEL :=
CFLAGS_OURS := -Wall -Wno-tsan -Wno-pointer-sign -Wno-unused-function -Wno-format-zero-length -Wno-address-of-packed-member \
	-I$(SHIM) -I$(SHIM)/model

# compile MODULE BASE SPECIFIC-FLAGS [QUIET]; from OUT, so that the folder make was called in leaves no trace.
# What goes wrong is told with what the tree lacks.
TELL := cat
compile = $(call explained,$(call compile_only,$(1),$(2),$(3),$(4)))
explained = if ( export LC_ALL=C; $(1) ) 2>$@.log; then $(TELL) $@.log >&2; rm -f $@.log; else \
	awk -v file='$(patsubst $(SRC)/%,%,$(patsubst $(TREE)/%,%,$<))' -v kernel='Linux $(VERSION).$(PATCHLEVEL)' -v src=$(SRC) \
		-f $(SHIM)/sources/explain.awk $@.log >&2; rm -f $@.log; exit 1; fi
compile_only = cd $(OUT) && $(CC) $(INCLUDES) $(3) $(CFLAGS_ALL) -MMD -MP -MF $(@:.o=.d) -MT $@ \
	-DKBUILD_MODNAME='"$(subst -,_,$(1))"' -D__KBUILD_MODNAME=kmod_$(subst -,_,$(1)) \
	-DKBUILD_MODFILE='"$(1)"' -DKBUILD_BASENAME='"$(subst -,_,$(2))"' $(if $(4),-S -o $(@:.o=.s),-c -o $@) $< \
	$(if $(4),&& awk -v distance=$(COUNTER_DISTANCE) -f $(SHIM)/stub/gcov-quiet.awk $(@:.o=.s) $(@:.o=.s) >$(@:.o=.q.s) \
	&& $(CC) -c -o $@ $(@:.o=.q.s) && rm $(@:.o=.s) $(@:.o=.q.s))

$(OUT)/flags.txt: FORCE | $(OUT)/tree.stamp
	@printf '%s\n' "$$($(CC) --version | head -n 1)" '$(INCLUDES) $(CFLAGS_ALL)' 'tsan: $(CFLAGS_TSAN)' \
		'gcov: $(CFLAGS_GCOV)' 'ours: $(CFLAGS_OURS)' 'kernel: $(CFLAGS_KERNEL)' | { $(call put,$@); }

# ---- generated headers

# The kernel asserts that these numbers are right; its own files tell them. Some newer
# trees have more of them than one. Headers whose text stays keep their time, so that a
# line more in a list compiles one file and not all.
OFFSETS := $(GEN)/generated/bounds.h $(if $(wildcard $(TREE)/kernel/sched/rq-offsets.c),$(GEN)/generated/rq-offsets.h)
# offsets_of NAME FILE: the text of a header, on standard output
offsets_of = $(CC) $(INCLUDES) $(CFLAGS_ALL) -w -g0 -DKBUILD_MODNAME='"$(1)"' -S -o $(OUT)/$(1).s $(2) && \
	sed -n 's/.*"->\([A-Za-z0-9_]*\) [$$\#]*\([-0-9]*\) .*/\#define \1 \2/p' $(OUT)/$(1).s
# offsets NAME FILE
offsets = : >>$(GEN)/generated/$(1).h && $(call offsets_of,$(1),$(2)) | { $(call put,$(GEN)/generated/$(1).h); }
# same_offsets NAME FILE
same_offsets = $(call offsets_of,$(1),$(2)) | cmp -s - $(GEN)/generated/$(1).h

ifneq ($(BASE),)
# Those of BASE, which must be what this make and this tree would generate.
$(OUT)/headers.stamp: $(OUT)/flags.txt $(OUT)/objects.txt
	@sed 's,$(OUT),$(BASE),g' $(OUT)/flags.txt | cmp -s - $(BASE)/flags.txt && \
		sed 's,$(OUT),$(BASE),g' $(OUT)/objects.txt | cmp -s - $(BASE)/objects.txt || \
		{ echo 'weft: $(BASE) was built by another compiler, with other options or from other lists of files: run make again there' >&2; exit 1; }
	@{ $(call same_offsets,bounds,$(TREE)/kernel/bounds.c); } $(if $(filter %/rq-offsets.h,$(OFFSETS)),&& \
		{ $(call same_offsets,rq-offsets,$(TREE)/kernel/sched/rq-offsets.c); }) || \
		{ echo 'weft: the changes alter what kernel/bounds.c or its like says, and so a header of all objects: apply them to a tree of its own and configure with --with-kernel=TAG=TREE' >&2; exit 1; }
	@touch $@
else
$(OUT)/gen.stamp: $(OUT)/tree.stamp $(OUT)/kernel.mk $(SHIM)/config/weft.config $(SHIM)/config/in-range.awk \
		$(SHIM)/config/gen-headers.sh $(wildcard $(ARCH)/asm/*.h $(ARCH)/uapi/asm/*.h)
	@echo "  GEN     $(TAG) headers (Linux $(VERSION).$(PATCHLEVEL).$(SUBLEVEL))"
	@$(SHIM)/config/gen-headers.sh $(TREE) $(GEN) $(ARCH) $(SHIM)/config/weft.config $(VERSION) $(PATCHLEVEL) $(SUBLEVEL)
	@touch $@

$(OUT)/bounds.stamp: $(TREE)/kernel/bounds.c $(OUT)/gen.stamp $(OUT)/flags.txt
	@$(call explained,$(call offsets,bounds,$<))
	@grep -q NR_PAGEFLAGS $(GEN)/generated/bounds.h || { echo 'weft: cannot read kernel/bounds.c of $(TREE)' >&2; exit 1; }
	@touch $@

$(OUT)/rq-offsets.stamp: $(TREE)/kernel/sched/rq-offsets.c $(OUT)/bounds.stamp
	@$(call explained,$(call offsets,rq-offsets,$<))
	@touch $@

$(OFFSETS): $(GEN)/generated/%.h: $(OUT)/%.stamp
	@:
endif # BASE

# ---- objects

MODEL_SOURCES := $(sort $(wildcard $(SHIM)/model/*.c))
DRIVER_SOURCES := $(filter $(SRC)/scenarios/drivers/%,$(filter-out $(LEFT_OUT),$(OWN_SOURCES)))
LITMUS_SOURCES := $(filter $(SRC)/tests/litmus/%,$(filter-out $(LEFT_OUT),$(OWN_SOURCES)))
KERNEL_OBJECTS := $(KERNEL_SOURCES:%.c=$(OBJ)/%.o)
MODEL_OBJECTS := $(MODEL_SOURCES:$(SHIM)/model/%.c=$(OBJ)/weft/model/%.o)
DRIVER_OBJECTS := $(DRIVER_SOURCES:$(SRC)/scenarios/drivers/%.c=$(OBJ)/weft/drivers/%.o)
# Beside the drivers: what is there waits for WEFT_SYS_INSMOD.
LITMUS_OBJECTS := $(LITMUS_SOURCES:$(SRC)/tests/litmus/%.c=$(OBJ)/weft/drivers/%.o)
# The order is that of initcalls of one level: what a driver needs comes first.
OBJECTS := $(MODEL_OBJECTS) $(KERNEL_OBJECTS) $(DRIVER_OBJECTS) $(LITMUS_OBJECTS)

ifneq ($(BASE),)
KEPT := $(filter-out $(TOUCHED:%=$(OBJ)/%),$(OBJECTS) $(OBJ)/weft/base.o)
$(KEPT): $(OBJ)/%.o: $(BASE)/obj/%.o
	@mkdir -p $(@D)
	@ln -sf $< $@
	@[ ! -f $(<:.o=.gcno) ] || ln -sf $(<:.o=.gcno) $(@:.o=.gcno)
HEADERS := $(OUT)/headers.stamp
else
KEPT :=
HEADERS := $(OFFSETS)
endif

$(if $(GCOV_QUIET),$(KERNEL_OBJECTS): $(SHIM)/stub/gcov-quiet.awk)
$(OBJECTS): $(OUT)/flags.txt | $(HEADERS)

$(KERNEL_OBJECTS): private TELL := :
$(filter-out $(KEPT),$(KERNEL_OBJECTS)): $(OBJ)/%.o: $(TREE)/%.c
	@mkdir -p $(@D)
	@echo "  CC      $(TAG) $*.c"
	@$(call compile,$(or $(MODULE_NAME),$(basename $(<F))),$(basename $(<F)),$(addprefix -include ,$(FORCED)) $(CFLAGS_KERNEL) $(CFLAGS_TSAN) $(CFLAGS_GCOV),$(GCOV_QUIET))

$(filter-out $(KEPT),$(MODEL_OBJECTS)): $(OBJ)/weft/model/%.o: $(SHIM)/model/%.c
	@mkdir -p $(@D)
	@echo "  CC      $(TAG) model/$*.c"
	@$(call compile,$*,$*,$(CFLAGS_OURS) $(CFLAGS_TSAN))

$(filter-out $(KEPT),$(DRIVER_OBJECTS)): $(OBJ)/weft/drivers/%.o: $(SRC)/scenarios/drivers/%.c
	@mkdir -p $(@D)
	@echo "  CC      $(TAG) drivers/$*.c"
	@$(call compile,$*,$*,$(CFLAGS_OURS) $(CFLAGS_TSAN))

$(filter-out $(KEPT),$(LITMUS_OBJECTS)): $(OBJ)/weft/drivers/%.o: $(SRC)/tests/litmus/%.c
	@mkdir -p $(@D)
	@echo "  CC      $(TAG) litmus/$*.c"
	@$(call compile,$*,$*,$(CFLAGS_OURS) $(CFLAGS_TSAN))

# Its warnings go through model/refcount.c, which notes the counter.
$(OBJ)/lib/refcount.o: private CFLAGS_KERNEL += -Drefcount_warn_saturate=weft_refcount_warn_saturate

# The hooks themselves, and what no task ever runs: never instrumented.
$(OBJ)/weft/model/access.o: private CFLAGS_TSAN := -O2 -DWEFT_COUNTER_DISTANCE=$(COUNTER_DISTANCE)

$(filter-out $(KEPT),$(OBJ)/weft/base.o): $(SHIM)/stub/base.c $(OUT)/flags.txt | $(HEADERS)
	@mkdir -p $(@D)
	@$(call compile,base,base,$(CFLAGS_OURS))

$(if $(BASE),,$(eval -include $(wildcard $(patsubst %.o,%.d,$(OBJECTS) $(OBJ)/weft/base.o))))

# ---- link

# Object and module name of each; also what notices that a file came or went.
$(OUT)/objects.txt: FORCE | $(OUT)/tree.stamp
	@{ $(foreach o,$(OBJECTS),echo '$(o)';) } | { $(call put,$@); }

$(OUT)/stub.c: $(OBJECTS) $(OUT)/objects.txt $(SHIM)/stub/gen-stub.sh $(SHIM)/stub/gen-stub.awk
	@echo "  STUB    $(TAG)"
	@NM='$(NM)' $(SHIM)/stub/gen-stub.sh $(OUT) $(OBJ) $(OUT)/kernel.mk

$(OBJ)/weft/stub.o: $(OUT)/stub.c $(OUT)/flags.txt
	@cd $(OUT) && $(CC) -std=gnu11 -O1 -g -ffile-prefix-map=$(OUT)=. -fPIC -fno-omit-frame-pointer -fvisibility=hidden -fno-builtin -fno-stack-protector -w -c -o $@ $<

# The fixed address makes a pointer the same in every run, and so a report as well.
LDFLAGS := -shared -nostdlib -Wl,-z,defs -Wl,-Bsymbolic -Wl,-Ttext-segment=0x300000000000 \
	-Wl,--version-script=$(SHIM)/stub/image.map -Wl,-T,$(SHIM)/stub/image.lds \
	-Wl,--defsym=weft_counter_distance=$(COUNTER_DISTANCE) -Wl,--build-id=sha1 -Wl,-z,noexecstack -Wl,--no-warn-rwx-segments

$(IMAGE): $(OBJECTS) $(OBJ)/weft/base.o $(OBJ)/weft/stub.o $(OUT)/objects.txt $(SHIM)/stub/image.map $(SHIM)/stub/image.lds
	@echo "  LD      $(@F)"
	@printf '%s\n' $(OBJECTS) $(OBJ)/weft/base.o $(OBJ)/weft/stub.o >$(OUT)/link.rsp
	@$(CC) $(LDFLAGS) -o $@.new @$(OUT)/link.rsp
	@left=$$($(NM) -u $@.new); [ -z "$$left" ] || { echo "weft: $(@F) still wants:" $$left >&2; rm -f $@.new; exit 1; }
	@$(if $(BASE),$(SHIM)/sources/variant-effect.sh $(OUT) $(OBJ))
	@mv $@.new $@

# Where an image comes from, for those who want another one like it.
all: $(OUT)/kernel-$(TAG).build
$(OUT)/kernel-$(TAG).build: FORCE | $(OUT)/tree.stamp
	@printf '%s\n' 'weft-image 1' 'source $(SRC)' 'folder $(OUT)' 'kernel $(KERNEL)' 'base $(BASE)' 'compiler $(CC)' 'nm $(NM)' \
		'instrument $(INSTRUMENT)' 'coverage $(GCOV)' | { $(call put,$@); }

# What a test or an editor needs to compile one file by hand.
print-flags:
	@echo '$(INCLUDES) $(CFLAGS_ALL) $(CFLAGS_OURS) $(CFLAGS_TSAN)'
.PHONY: print-flags

endif
endif # MAKECMDGOALS
