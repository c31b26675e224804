# SPDX-License-Identifier: GPL-2.0-only
# What reports say of each side of a finding, with the names that the sources give
# to their lines ("AT name", in a comment) in place of numbers:
#
#	awk [-v alike='SCENARIO=TASK,TASK ...'] -f sides.awk SOURCE... RESULT.json FINDING.txt...
#
# Prints, in an order of its own, for each finding "SCENARIO: SENTENCE", and for
# each task, lock, access, allocation and free that has a stack "SCENARIO:   WHAT:
# CALLS", innermost first; for each cycle of locks "SCENARIO: cycle" and its edges. A
# line without a name shows its number.
#
# What a schedule decides is left out: numbers of steps, CPUs and instances. Where
# tasks that do the same may change places (alike), the first one named is "one".

function base(file) {
	sub(/.*\//, "", file)
	return file
}

# A place, as a report writes it with or without folders.
function named(place,  part, file) {
	split(place, part, ":")
	file = base(part[1])
	return file ((file, part[2]) in mark ? "@" mark[file, part[2]] : ":" part[2])
}

function name_all(text,  out, place) {
	while (match(text, /[A-Za-z0-9_\/]+\.c:[0-9]+/)) {
		place = substr(text, RSTART, RLENGTH)
		out = out substr(text, 1, RSTART - 1) named(place)
		text = substr(text, RSTART + RLENGTH)
	}
	return out text
}

# Only calls of the twins themselves, not of what leads there.
function is_twin(file) {
	return base(file) in source && file !~ /weft_litmus\.c$/
}

function end_side() {
	if (what != "")
		side[++sides] = what ": " (calls == "" ? "-" : calls)
	what = calls = ""
}

function begin_side(text) {
	end_side()
	sub(/:$/, "", text)
	sub(/^ *#[0-9]+: /, who " holds ", text)
	gsub(/,? (since step|at step|after step|step) [0-9]+/, "", text)
	gsub(/ \(CPU[0-9]+\)| \(task [0-9]+\)/, "", text)
	what = text
}

function sort(list, n,  i, j, t) {
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && list[j - 1] > list[j]; j--) {
			t = list[j]; list[j] = list[j - 1]; list[j - 1] = t
		}
}

# Instances of a lock, by where they come up.
function number_instances(text,  out, id, n, seen) {
	split("", seen)
	while (match(text, /#[0-9]+/)) {
		id = substr(text, RSTART, RLENGTH)
		if (!(id in seen))
			seen[id] = ++n
		out = out substr(text, 1, RSTART - 1) "#" seen[id]
		text = substr(text, RSTART + RLENGTH)
	}
	return out text
}

# Tasks where they are named as such: the letter a is also a word.
function rename(text, from, to) {
	gsub(": " from " frees", ": " to " frees", text)
	gsub("by " from ":", "by " to ":", text)
	gsub("by " from "\n", "by " to "\n", text)
	gsub("in " from " at:", "in " to " at:", text)
	return text
}

function swap_alike(text,  all, n, i, eq, task, first, second) {
	n = split(alike, all, " ")
	for (i = 1; i <= n; i++) {
		eq = index(all[i], "=")
		if (substr(all[i], 1, eq - 1) != name)
			continue
		split(substr(all[i], eq + 1), task, ",")
		first = match(text, "(: | by | in )" task[1] "( |:|\n)") ? RSTART : 1e6
		second = match(text, "(: | by | in )" task[2] "( |:|\n)") ? RSTART : 1e6
		text = rename(text, task[1], first < second ? "one" : "other")
		text = rename(text, task[2], first < second ? "other" : "one")
	}
	return text
}

function in_order(words,  list, n, i) {
	n = split(words, list, " ")
	sort(list, n)
	words = ""
	for (i = 1; i <= n; i++)
		words = words (i > 1 ? " " : "") list[i]
	return words
}

function end_finding(  text, i) {
	end_side()
	if (name == "" || sentence == "")
		return
	for (i = 1; i <= loops; i++)
		if (loop_at[i] != "")
			side[++sides] = loop_task[i] " repeats: " in_order(loop_at[i])
	sort(side, sides)
	text = name ": " name_all(sentence) "\n"
	for (i = 1; i <= sides; i++)
		text = text name ":   " side[i] "\n"
	record[++records] = swap_alike(number_instances(text))
	name = sentence = ""
	sides = 0
}

# The columns of a table, by their heads.
function begin_loop(  i) {
	loops = split($0, loop_task, "|")
	for (i = 1; i <= loops; i++) {
		gsub(/^ *CPU[0-9]+ | +$/, "", loop_task[i])
		loop_at[i] = ""
	}
}

# A loop is the places it comes by: where it is cut open is chance.
function more_loop(  cell, i, place) {
	split($0, cell, "|")
	for (i = 1; i <= loops; i++)
		if (match(cell[i], /[a-z0-9_\/]+\.c:[0-9]+/)) {
			place = named(substr(cell[i], RSTART, RLENGTH))
			if (index(loop_at[i] " ", place " ") == 0)
				loop_at[i] = loop_at[i] (loop_at[i] ? " " : "") place
		}
}

function value(line) {
	sub(/^[^:]*: "?/, "", line)
	sub(/"?,?$/, "", line)
	return line
}

FNR == 1 {
	end_finding()
	kind = FILENAME
	sub(/.*\./, "", kind)
	told = looping = in_cycles = loops = 0
}

kind == "c" {
	source[base(FILENAME)] = 1
	if (match($0, / AT [a-z0-9-]+/))
		mark[base(FILENAME), FNR] = substr($0, RSTART + 4, RLENGTH - 4)
	next
}

# ---- cycles of locks, in the result of a campaign ----

kind == "json" && /^ *"scenario":/ { scenario = value($0) }
kind == "json" && /^ *"lock_cycles": \[$/ { in_cycles = 1; edges = "" }
kind == "json" && /^ *"predicted":/ { in_cycles = 0 }
kind == "json" && in_cycles && /^ *"(held|acquired)":/ { lock = value($0) }
kind == "json" && in_cycles && /^ *"function":/ { calls = value($0) "()" }
kind == "json" && in_cycles && /^ *"file":/ { file = value($0) }
kind == "json" && in_cycles && /^ *"line":/ {
	edge = lock " " (file == "null" ? "-" : calls " " named(file ":" value($0)))
	if (held == "") {
		held = edge
	} else {
		edges = edges scenario ":   edge: " held " -> " edge "\n"
		held = ""
	}
	calls = ""
}
kind == "json" && in_cycles && /^ *"judged":/ {
	record[++records] = number_instances(scenario ": cycle " value($0) "\n" edges)
	edges = ""
}
kind == "json" { next }

# ---- the text of a finding ----

FNR == 1 { sentence = $0; next }
/^  scenario / && !told {
	told = 1
	name = $2
	sub(/,$/, "", name)
	# How often a loop goes round before it is known is the compiler's.
	sub(/the same [0-9]+ steps?/, "the same steps", sentence)
	is_loop = sentence ~ /^stuck: .* for ever/
	next
}
!told { sub(/^ +/, " "); sentence = sentence $0; next }

/^To see it again/ { end_finding(); told = 2 }
told == 2 { next }
/^Repeated for ever/ { end_side(); looping = 1; next }
looping && /CPU/ && !loops { begin_loop(); next }
looping && /^$/ { if (loops) looping = 0; next }
looping { more_loop(); next }
/ \| |-\+-/ { next }				# the table of what happened
/^It happens because/ { end_side(); next }
is_loop { next }
/^[^ ].* holds [0-9]+ locks?:$/ { end_side(); who = $1; next }
/^ *#[0-9]+: .*[^:]$/ {				# a lock held at a racing access
	sub(/^ *#[0-9]+: /, "")
	taken = match($0, /, taken by [^ ]+\(\)/) ? substr($0, RSTART + 1, RLENGTH - 1) : ""
	sub(/,( taken| step).*/, "")
	calls = calls ", with " $0 taken
	next
}
/^(  #[0-9]+: .*|[^ ].*):$/ && !/locks held:$/ { begin_side($0); next }
/^        / && what != "" {
	gsub(/^ +| \[inlined\]/, "")
	if (split($NF, place, ":") == 2 && is_twin(place[1]))
		calls = calls (calls == "" ? "" : " < ") $1 " " named($NF)
}

END {
	end_finding()
	sort(record, records)
	for (i = 1; i <= records; i++)
		printf "%s", record[i]
}
