#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Looks at the objects of an image and writes what only the whole of them can tell.
#
# Usage: gen-stub.sh OUT OBJ KERNEL_MK ; reads OUT/objects.txt, in link order.
#
# OUT/undefined.txt, sorted: symbol, kind (function, data or weak), the objects that want it.
#
# OUT/stub.c:
#   a function for every unmodelled function, which calls weft_unmodelled("name");
#   a page in [weft_stub_data, weft_stub_data_end) for every other unmodelled symbol, for
#     the host to protect, with weft_stub_names[weft_stub_count] {name, address};
#   weft_exports[weft_export_count] {name, address, gpl}: every EXPORT_SYMBOL;
#   weft_initcalls[] {module, init, exit, level, test_driver}, in the order of boot, ended
#     by an entry without init. The pointers are filled in when the image is loaded.
set -eu
out=$1 obj=$2 kernel_mk=$3
nm=${NM:-nm}
objdump=${OBJDUMP:-objdump} readelf=${READELF:-readelf}
work=$out/stub.work
mkdir -p "$work"

# These come from the link script and stub/base.c, which no list of objects shows.
cat >"$work/provided" <<EOF
_GLOBAL_OFFSET_TABLE_
__gcov_merge_add
__tsan_init
weft_unmodelled
weft_data_begin
weft_data_end
weft_model_begin
weft_model_end
weft_glass_begin
weft_glass_end
weft_gcov_begin
weft_gcov_end
weft_gcov_counters_begin
weft_gcov_counters_end
weft_initcall_slots
weft_exitcall_slots
weft_exitcall_slots_end
__start_rodata
__end_rodata
__per_cpu_start
__per_cpu_end
weft_stub_data
weft_stub_data_end
weft_stub_names
weft_stub_count
weft_exports
weft_export_count
weft_initcalls
EOF

xargs "$nm" -A -P <"$out/objects.txt" >"$work/symbols"
xargs "$readelf" -rW <"$out/objects.txt" | awk '$3 ~ /^R_.*(PLT32|CALL26|JUMP26)$/ { print $5 }' | sort -u >"$work/called"
xargs "$objdump" -t <"$out/objects.txt" >"$work/sections"
# Fails where no object has the section, as in trees that export through __ksymtab.
xargs "$objdump" -s -j .export_symbol <"$out/objects.txt" >"$work/licenses" 2>/dev/null || :
sed -n "s,^$obj/\(.*\): MODULE_NAME := \(.*\),\1 \2,p" "$kernel_mk" >"$work/modules"
sed -n "s,^$obj/\(.*\): INSMOD := yes,\1,p" "$kernel_mk" >"$work/insmod"

awk -v obj="$obj/" -v out="$work" -f "$(dirname "$0")/gen-stub.awk" \
	"$work/provided" "$work/called" "$work/modules" "$work/insmod" "$work/licenses" "$work/symbols" "$work/sections"
sort "$work/undefined.txt" >"$out/undefined.txt"
mv "$work/stub.c" "$out/stub.c"
rm -r "$work"
