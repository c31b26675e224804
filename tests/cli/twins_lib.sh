# SPDX-License-Identifier: GPL-2.0-only
# What the tests of docs/twins.md share; sourced behind lib.sh.

# make_table: ./table has "DETECTOR COLUMN PROGRAM" of each program of docs/twins.md,
# with every pattern replaced by the programs it stands for; columns are bug, near,
# image-bug and image-near. ./known are the programs there are.
make_table() {
	weft list scenarios | awk '{ print $1 }' >known
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
}

# orders_in RESULT: "PROGRAM lock-order" of every cycle of locks that is feasible: what
# that detector finds are no findings
orders_in() {
	awk '/^ *"scenario":/ { gsub(/[",]/, ""); name = $2 }
		/^ *"judged": "feasible"/ { print name, "lock-order" }' "$1" |
		sort -u
}

# found_in RESULT: "PROGRAM KIND" of every finding
found_in() {
	awk '/^ *"scenario":/ { gsub(/[",]/, ""); name = $2 }
		/"findings": \[/ { inside = 1 }
		inside && /"kind":/ { gsub(/[",]/, ""); print name, $2 }
		/"reports":/ { inside = 0 }' "$1" | sort -u
}

# Tasks that run the same code may change places in one of these.
alike='model/race-unlocked=first-1,second-2 litmus/double_free=a,b litmus/memory_cache_twice=a,b'

# sides_of RESULT: what ./reports and the result say of each side; see sides.awk
sides_of() {
	find reports -name 'finding-*.txt' ! -name '*-steps.txt' >texts
	# shellcheck disable=SC2046
	awk -v alike="$alike" -f "$src/tests/cli/sides.awk" \
		"$src"/scenarios/models/*.c "$src"/tests/litmus/weft_litmus*.c \
		"$1" $(cat texts)
}

# The cycles of the lock graph need more than the executions of a finding.
without_cycles() {
	grep -v -e ': cycle [a-z]*$' -e ':   edge: '
}

# told PROMISE GOLDEN FILE: the same; and no line is told by number there, nor is a
# line named that nobody tells of. Sources follow.
told() {
	promise=$1 wanted=$2 got=$3
	shift 3
	matches "$promise" "$wanted" "$got"
	awk 'match($0, / AT [a-z0-9-]+/) {
		file = FILENAME
		sub(/.*\//, "", file)
		print file "@" substr($0, RSTART + 4, RLENGTH - 4)
	}' "$@" | sort >marks
	uniq -d marks >twice
	holds 'no two lines have one name' [ ! -s twice ]
	grep -o '[a-z0-9_]*\.c@[a-z0-9-]*' "$golden/$wanted" | sort -u | comm -23 marks - >unseen
	holds 'every line that has a name is told of' sh -c '! cat unseen | grep .'
	holds 'and those without are not' sh -c "! grep '\.c:[0-9]' '$golden/$wanted'"
}
