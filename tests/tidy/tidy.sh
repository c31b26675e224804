#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The rules of the house that a machine can check. TAP; run by make check.
set -u
src=${WEFT_TEST_SRC:?run me through make check}
build=${WEFT_TEST_BUILD:?run me through make check}
images=${WEFT_TEST_IMAGES-}
nm=${NM:-nm}
tmp=$(mktemp -d "$build/tidy.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT
trap 'exit 99' HUP INT TERM
cd "$src" || exit 99

. "$src/tests/tap.sh"

# rule PROMISE: passes when $tmp/bad is empty; its lines say what to do
rule() {
	if [ -s "$tmp/bad" ]; then
		fail "$1" "$tmp/bad"
	else
		pass "$1"
	fi
}

# --- What is in the repository -------------------------------------------------
# The top of a work tree must be here: a tarball unpacked inside another
# checkout (distcheck) is not one.
why=
top=$(git rev-parse --show-toplevel 2>"$tmp/git") || why="not a git checkout: $(head -n 1 "$tmp/git")"
[ -n "$why" ] || [ "$top" = "$(pwd -P)" ] || why='not a git checkout, but unpacked inside one'

env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL "${MAKE:-make}" -s -C "$build" --no-print-directory print-distributed 2>"$tmp/make" |
	sed "s,^$src/,," | LC_ALL=C sort -u >"$tmp/distributed"
if [ -s "$tmp/distributed" ]; then
	if [ -n "$why" ]; then
		# Here the distributed files are all there is.
		grep -v '^build-aux/\|^configure$\|^Makefile.in$\|^aclocal.m4$' "$tmp/distributed" >"$tmp/files"
	else
		git ls-files --cached --others --exclude-standard | LC_ALL=C sort -u |
			while IFS= read -r file; do [ ! -f "$file" ] || echo "$file"; done >"$tmp/files"
	fi
	: >"$tmp/bad"
else
	sed 's/^/make print-distributed: /' "$tmp/make" >"$tmp/bad"
	[ -s "$tmp/bad" ] || echo 'make print-distributed prints nothing' >"$tmp/bad"
	: >"$tmp/files"
fi
rule 'the build files say what is distributed'

if [ -n "$why" ]; then
	skip 'nothing unlisted exists' "$why"
else
	LC_ALL=C comm -23 "$tmp/files" "$tmp/distributed" |
		sed 's,^\([^/]*\)/.*,& is not in the build files: add it to \1/subdir.am,; t; s,$, is not in the build files: add it to Makefile.am,' >"$tmp/bad"
	rule 'nothing unlisted exists'
fi

# Licence texts and prose carry no line of their own; nor do formats without comments.
: >"$tmp/bad"
while IFS= read -r file; do
	case $file in
	COPYING | *.md | .gitignore | *.json | *.golden | *.txt | *.schedule | tests/*/data/*) continue ;;
	esac
	head -n 3 "$file" | grep 'SPDX-License-Identifier: GPL-2\.0-only' >/dev/null ||
		echo "$file: no 'SPDX-License-Identifier: GPL-2.0-only' in its first three lines"
done <"$tmp/files" >"$tmp/bad"
rule 'every source says its licence'

# Kernel files carry copyright or author lines; ours carry none.
: >"$tmp/bad"
while IFS= read -r file; do
	case $file in
	COPYING | tests/tidy/tidy.sh) continue ;;
	esac
	grep -IinE 'copyright *(\(c\)|©|[12][0-9]{3})|MODULE_AUTHOR|EXPORT_SYMBOL(_GPL)?\(|^ \* *Authors?:' /dev/null "$file" |
		sed 's/$/  <- a line of a foreign file?/'
done <"$tmp/files" | grep -v '^kernel-shim/model/.*EXPORT_SYMBOL\|^scenarios/drivers/.*\(MODULE_AUTHOR\|EXPORT_SYMBOL\)' >"$tmp/bad"
rule 'no kernel file is in the repository'

# --- Who may call whom -----------------------------------------------------------
if [ -d framework ]; then
	grep -nE '#[[:space:]]*include[[:space:]]*[<"](linux/|asm/|\.\./(kernel-shim|scenarios|src)/|kernel-shim/|scenarios/|src/)' \
		framework/*.[ch] framework/*/*.[ch] | sed 's/$/  <- the framework knows libc only/' >"$tmp/bad"
	rule 'the framework includes nothing of the kernel or of other rooms'
fi

grep -nE '\b(printf|puts|putchar|perror|time|gettimeofday|clock_gettime|rand|random|srand|getenv) *\(' \
	framework/strategies/*.c framework/detectors/*.c |
	grep -vE ':[[:space:]]*(\*|/\*|//)' >"$tmp/bad"
rule 'strategies and detectors neither print nor ask for time, chance or environment'

# What a detector misses and cries wolf about is a row of the table in CAVEATS.md.
for file in framework/detectors/*.c; do
	sed -n 's/^	\.name = "\(.*\)",$/\1/p; s/^	\.misses = "\(.*\)",$/\1/p; s/^	\.false_alarms = "\(.*\)",$/\1/p' "$file" >"$tmp/row"
	[ -s "$tmp/row" ] || continue
	row=$(awk '{ printf "| %s ", $0 } END { print "|" }' "$tmp/row")
	[ "$(wc -l <"$tmp/row")" -eq 3 ] || echo "$file: name, misses and false_alarms must be one line each"
	grep -qxF "$row" CAVEATS.md || echo "CAVEATS.md lacks the row of $file: $row"
done >"$tmp/bad"
rule 'CAVEATS.md says of each detector what weft list detectors says'

if [ -f "$build/libweft.a" ]; then
	# Defined anywhere in the library, or else known to libc (and the compiler's own support).
	"$nm" -A "$build/libweft.a" 2>/dev/null | awk '$(NF-1) ~ /^[TDBRVWC]$/ { print $NF }' | LC_ALL=C sort -u >"$tmp/defined"
	"$nm" -u "$build/libweft.a" 2>/dev/null | awk '$1 == "U" || $1 == "w" { print $2 }' | LC_ALL=C sort -u >"$tmp/undefined"
	libc=$(${CC:-cc} -print-file-name=libc.so.6)
	"$nm" -D --defined-only "$libc" 2>"$tmp/nm" | awk '{ sub(/@.*/, "", $NF); print $NF }' | LC_ALL=C sort -u >"$tmp/libc"
	"$nm" --defined-only "$(${CC:-cc} -print-libgcc-file-name)" 2>/dev/null | awk 'NF == 3 { print $3 }' >"$tmp/libgcc"
	LC_ALL=C sort -u "$tmp/libc" "$tmp/libgcc" "$tmp/defined" >"$tmp/known"
	if [ -s "$tmp/libc" ]; then
		LC_ALL=C comm -23 "$tmp/undefined" "$tmp/known" |
			grep -v '^_GLOBAL_OFFSET_TABLE_$\|^__\(asan\|ubsan\|sanitizer\)_' |
			sed 's/$/  <- libweft.a needs it, but it is not from libc/' >"$tmp/bad"
		rule 'libweft.a needs libc and nothing else'
	else
		skip 'libweft.a needs libc and nothing else' "cannot read the symbols of $libc"
	fi
else
	echo "$build/libweft.a was not built" >"$tmp/bad"
	rule 'libweft.a needs libc and nothing else'
fi

for image in $images; do
	if [ -f "$build/$image" ]; then
		"$nm" -u "$build/$image" >"$tmp/bad" 2>&1
	else
		echo "$image was not built" >"$tmp/bad"
	fi
	rule "$(basename "$image") leaves no symbol undefined"

	"$nm" -D --defined-only "$build/$image" 2>/dev/null | awk '$NF != "weft_image" { print $NF "  <- exported besides weft_image" }' >"$tmp/bad"
	rule "$(basename "$image") shows weft_image only"
done
[ -n "$images" ] || skip 'kernel images leave no symbol undefined' 'configured without a kernel'

finish
