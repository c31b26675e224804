#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The counts of model programs, all rows, with each backend of coroutines: weft is
# configured and built for each in a folder of its own. Not TAP; make check-long.
#
#	backends.sh [BACKEND...]	asm and ucontext
set -u
src=$(cd "${WEFT_TEST_SRC:?run me through make check-long}" && pwd)
build=$(cd "${WEFT_TEST_BUILD:?run me through make check-long}" && pwd)
[ $# -gt 0 ] || set -- asm ucontext
unset MAKEFLAGS MFLAGS MAKELEVEL
failed=0

# built BACKEND: leaves weft in $build/backends/BACKEND
built() {
	mkdir -p "$build/backends/$1" && cd "$build/backends/$1" || return 1
	"$src/configure" --without-kernel --with-coroutines="$1" >configure.out 2>&1 &&
		"${MAKE:-make}" weft >make.out 2>&1
}

for backend do
	echo "# coroutines: $backend"
	if ! built "$backend"; then
		echo "not ok - weft with coroutines by $backend is built"
		tail -n 5 "$build/backends/$backend"/*.out
		failed=1
		continue
	fi
	if WEFT_TEST_LONG=1 WEFT_TEST_BUILD=$build/backends/$backend \
			sh "$src/tests/model/counts.sh" >"$build/backends/$backend/counts.out"; then
		grep -c '^ok' "$build/backends/$backend/counts.out" | sed 's/$/ rows have their counts/'
	else
		grep -A 5 '^not ok' "$build/backends/$backend/counts.out"
		failed=1
	fi
done
exit "$failed"
