#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Does the model keep its promises? Every litmus scenario and the whole bank on
# every image, and every model program, against its expectations.
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"

# forward GROUP NAME...: the results of weft check become results of this test
forward() {
	group=$1
	shift
	weft check --out reports "$@" >ktap 2>err
	before=$n
	while IFS= read -r line; do
		case $line in
		'ok '*SKIP*) skip "$group ${line#ok * }" 'see above' ;;
		'ok '*) pass "${line#ok * }" ;;
		'not ok '*)
			grep '^#' ktap >notes
			fail "${line#not ok * }" notes err
			;;
		esac
	done <ktap
	[ "$n" -gt "$before" ] || fail "$group: weft check ran" err
}

weft list scenarios >list || fail 'weft list scenarios' list
names() {
	awk -v prefix="$1/" 'index($1, prefix) == 1 { print $1 }' list
}

# Names are words.
forward models $(names model)
if weft list kernels 2>/dev/null | grep -q '[0-9]'; then
	# One of them hangs, in a loop that only the clock can end.
	forward litmus --stall 1 $(names litmus)
	# The bank: what check runs when nothing is named.
	forward bank
else
	skip 'litmus tests' 'no kernel image'
fi
finish
