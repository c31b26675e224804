#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Manual pages and completion say what the program can do.
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"

verbs=$(weft --help | sed -n 's/^  \([a-z]\{1,\}\)  .*/\1/p')
holds 'there are verbs' [ "$(echo "$verbs" | wc -w)" -ge 7 ]

# --- weft(1): every verb, every option, and no other --------------------------------
for verb in $verbs; do
	weft "$verb" --help | sed -n 's/^ \{2,6\}\(-[^ ], \)\{0,1\}--\([a-z-]*\).*/\2/p'
done | grep -v -x -e help -e usage -e version | sort -u >options
sed -n 's/\\-/-/g; s/^\.[A-Z]* .*--\([a-z-]*\).*/\1/p' "$src/docs/man/weft.1" |
	grep -v -x -e help | sort -u >told
same 'weft(1) tells all options' options told
for verb in $verbs; do
	holds "weft(1) tells $verb" grep "^\.B[RI]* *$verb\( \|$\)" "$src/docs/man/weft.1"
done
sed -n 's/^ \*	*\(scenario\|kernel\|image\|params\|run\|choose\|faults\|racy\) .*/\1/p' \
	"$src/framework/schedule.h" | sort -u >words
for word in $(cat words); do
	holds "weft-schedule(5) tells $word" grep "^\.BI* *$word " "$src/docs/man/weft-schedule.5"
done

# --- their form ------------------------------------------------------------------------
if command -v groff >/dev/null; then
	for page in "$src"/docs/man/*.[15]; do
		groff -man -Tutf8 -ww "$page" >/dev/null 2>warnings
		holds "${page##*/}: groff has nothing to say" [ ! -s warnings ]
	done
else
	skip 'form of the manual pages' 'groff is missing'
fi

# --- completion --------------------------------------------------------------------------
# complete WORD...: what is offered for the last one
complete_words() {
	bash -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _weft; printf "%s\n" "${COMPREPLY[@]}"' \
		"$src/src/completion/weft" "$@"
}
if command -v bash >/dev/null; then
	complete_words weft '' | sort >got
	echo "$verbs" | sort >want
	same 'verbs are completed' want got
	complete_words weft explore --kee >got
	echo --keep-going >want
	same 'options are completed' want got
	complete_words weft explore --strategy = d | sort >got
	weft list strategies | sed -n 's/^  \(d[^ ]*\).*/\1/p' | sort >want
	same 'strategies are completed behind =' want got
	complete_words weft explore open-vs-k >got
	weft list scenarios | sed -n 's/^  \(open-vs-k[^ ]*\).*/\1/p' >want
	holds 'there are scenarios to complete' [ -s want ]
	same 'scenarios are completed' want got
else
	skip completion 'bash is missing'
fi
finish
