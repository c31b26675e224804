#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The table of docs/twins.md does not lie: every program it names exists, each
# detector has three wrong and three right ones with and without a kernel, and those
# without one give just the kind of their row, under dpor and at random, with the
# tasks and locks of golden/twins-*.golden.
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"

weft list scenarios | awk '{ print $1 }' >known

# "DETECTOR COLUMN PROGRAM" of each program; columns are bug, near, image-bug, image-near
awk -F'|' '
function emit(detector, column, name,  part, rest, i, n, head, tail, all) {
	if (match(name, /\{[^}]*\}/)) {
		head = substr(name, 1, RSTART - 1)
		tail = substr(name, RSTART + RLENGTH)
		n = split(substr(name, RSTART + 1, RLENGTH - 2), all, ",")
		for (i = 1; i <= n; i++)
			emit(detector, column, head all[i] tail)
	} else {
		print detector, column, name
	}
}
/^## / { exit }
/^\| / && $2 !~ /detector/ {
	detector = $2
	gsub(/^ | $/, "", detector)
	gsub(/ /, "-", detector)
	for (c = 3; c <= 6; c++) {
		column = c == 3 ? "bug" : c == 4 ? "near" : c == 5 ? "image-bug" : "image-near"
		n = split($c, part, "`")
		room = ""
		for (i = 2; i <= n; i += 2) {
			if (part[i] ~ /_test$/)
				continue
			if (part[i] ~ /^[a-z]+\//)
				room = substr(part[i], 1, index(part[i], "/"))
			else
				part[i] = room part[i]
			emit(detector, column, part[i])
		}
	}
}' "$src/docs/twins.md" >named

# With every pattern replaced by the programs it stands for.
while read -r detector column name; do
	case $name in
	*'*'*)
		while read -r one; do
			# shellcheck disable=SC2254
			case $one in $name) echo "$detector $column $one" ;; esac
		done <known
		;;
	*) echo "$detector $column $name" ;;
	esac
done <named | sort -u >table
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
weft list detectors | awk '/^  [a-z]/ { print $1 }' | sort >detectors
awk '{ print $1 }' table | sort -u | grep -v lock-order >rows
holds 'and for no detector none' sh -c '! comm -23 detectors rows | grep .'

# told NAME...: the sentence of each finding; those of races, crashes and invariants have
# the places. Other lines depend on what the compiler left of calls.
told() {
	for name; do
		for text in "reports/$(echo "$name" | tr / -)"/finding-*.txt; do
			case $text in *-steps.txt) continue ;; esac
			echo "$name: $(tr -s ' \n' ' ' <"$text" | sed 's/ scenario model.*//')"
		done
	done
}

# Of those without a kernel: what each finds, in the order of the campaigns.
for how in '--strategy dpor' '--strategy random --seed 1 --executions 200'; do
	strategy=$(echo "$how" | cut -d' ' -f2)
	for column in bug near; do
		# model/stuck loops need the search that watches for them
		awk -v c=$column '$2 == c && $3 ~ /^model\// && $1 != "stuck" { print $3 }' table |
			sort -u >wanted
		run weft check --out reports --json json $how $(cat wanted)
		awk '/"scenario": "model/ { gsub(/[",]/, ""); name = $2 }
			/"findings": \[/ { inside = 1 }
			inside && /"kind":/ { gsub(/[",]/, ""); print name, $2 }
			/"reports":/ { inside = 0 }' json | sort -u >found
		awk -v c=$column '$2 == c && $3 ~ /^model\// && $1 != "stuck" {
			print $3, $1 == "lock-order" ? "deadlock" : $1 }' table |
			sort -u >expected
		if [ $column = bug ]; then
			comm -23 expected found >missing
			holds "wrong twins give the kind of their row ($how)" [ ! -s missing ]
			told $(cat wanted) >text
			matches "and name tasks and locks ($how)" "twins-$strategy.golden" text
		else
			holds "right twins give nothing ($how)" [ ! -s found ]
		fi
	done
done
finish
