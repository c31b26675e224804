#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The table of docs/twins.md does not lie: every program it names exists, each
# detector has three wrong and three right ones with and without a kernel, and those
# without one give just the kind of their row, under dpor and at random, with the
# tasks, locks and lines of golden/twins-models.golden.
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"
. "$src/tests/cli/twins_lib.sh"

make_table
holds 'the table has programs' [ -s table ]

awk '{ print $3 }' table | sort -u >names
sort -u known | comm -23 names - >unknown
holds 'every program of the table exists' [ ! -s unknown ]

awk '{ print $1 }' table | sort -u | while read -r detector; do
	for column in bug near image-bug image-near; do
		n=$(grep -c "^$detector $column " table)
		[ "$n" -ge 3 ] || echo "$detector: $n of $column"
	done
done >few
holds 'three of each sort for every detector' [ ! -s few ]
weft list --json detectors >listed
json listed name | tr -d '"' | tr ' ' '-' | sort >detectors
awk '{ print $1 }' table | sort -u >rows
same 'and a row for each, and for nothing else' detectors rows

# programs COLUMN: those without a kernel
programs() {
	awk -v c="$1" '$2 == c && $3 ~ /^model\// { print $3 }' table | sort -u
}

# verdicts_in RESULT: "PROGRAM VERDICT REASON"
verdicts_in() {
	awk '/^ *"scenario":/ { gsub(/[",]/, ""); name = $2 }
		/^ *"verdict":/ { gsub(/[",]/, ""); verdict = $2 }
		/^ *"reason":/ && verdict {
			sub(/^ *"reason": "/, ""); sub(/",$/, "")
			print name, verdict, $0
			verdict = ""
		}' "$1" |
		sed 's/ *$//' | sort
}

# What a search says of right twins. Reductions do not look at every order of tasks
# that have to let others pass (framework/exec_cycle.h, I3), and chance has no end.
expected_verdict() {
	case $1:$2 in
	random:*) echo "$2 incomplete the limit on executions was reached" ;;
	dpor:model/livelock-ok | dpor:model/spin-until-set | dpor:model/spin-until-late)
		echo "$2 incomplete tasks that went round in a circle had to let others pass, and the reduction may miss orders then: use --strategy dfs"
		;;
	*) echo "$2 exhausted" ;;
	esac
}

for how in '--strategy dpor' '--strategy random --seed 1 --executions 200'; do
	strategy=$(echo "$how" | cut -d' ' -f2)
	rm -rf reports
	run weft check --out reports --json json $how $(programs near)
	{ found_in json; orders_in json; } >found
	holds "right twins give nothing ($how)" [ ! -s found ]
	for name in $(programs near); do
		expected_verdict "$strategy" "$name"
	done | sort >expected
	verdicts_in json >verdicts
	same "and their verdicts are no more than is known ($how)" expected verdicts
	sides_of json >sides

	run weft check --out reports --json json $how $(programs bug)
	found_in json >found
	awk '$2 == "bug" && $3 ~ /^model\// {
		print $3, $1 == "lock-order" ? "deadlock" : $1 }' table | sort -u >expected
	same "wrong twins give the kind of their row ($how)" expected found
	sides_of json >>sides
	if [ "$strategy" = dpor ]; then
		told "and name tasks, locks and lines ($how)" twins-models.golden sides \
			"$src"/scenarios/models/*.c
	else
		without_cycles <sides >without
		without_cycles <"$golden/twins-models.golden" >expected
		same "and name tasks, locks and lines ($how)" expected without
	fi

	# The first deadlock that shows one may come before all its locks were taken.
	run weft check --keep-going --json json $how $(programs bug)
	orders_in json >found
	awk '$1 == "lock-order" && $2 == "bug" { print $3, $1 }' table | sort -u >expected
	same "a lock order is wrong where its row says so, and nowhere else ($how)" expected found
done
finish
