# SPDX-License-Identifier: GPL-2.0-only
# The output of "weft check" as a table: a row for each scenario, a column for each
# kernel. "make bank-table" puts it into README.md.
function found(what) {
	return match($0, what) ? substr($0, RSTART, RLENGTH) : ""
}
/^# (exhausted|bug|incomplete|unmodelled|nondeterminism) / {
	verdict = $2
	bound = found("any number of preemptions|≤[0-9]+ (preemption|delay)s?")
	sub(/^any number of preemptions$/, "no bound", bound)
	sub(/ preemptions?$/, "", bound)
	runs = found("[0-9]+ executions?") + 0
	# A campaign that ended in its sample ended with the one that found it.
	search = found("sampled before") != ""
	focus = substr(found("preempted in [^,]*"), 14)
	kind = ""
	next
}
/^# (deadlock|crash|context|refcount|stuck|memory|race|invariant|lockorder)[: ]/ && verdict == "bug" && !kind {
	kind = $2
	sub(/:$/, "", kind)
	next
}
/^(not )?ok / {
	skipped = sub(/ # SKIP .*/, "")
	at = $NF
	n = split(at, part, "/")
	tag = part[n]
	name = substr(at, 1, length(at) - length(tag) - 1)
	if (!(name in seen)) {
		seen[name] = ++names
		order[names] = name
	}
	if (!(tag in column)) {
		column[tag] = ++tags
		heading[tags] = tag
	}
	if (!skipped)
		where[name] = focus
	cell[name, tag] = verdict " " bound ", " runs
	if (verdict == "bug")
		cell[name, tag] = "**" kind "**" (search ? ", " runs : " in execution " runs)
	if (skipped)
		cell[name, tag] = "skipped"
	verdict = ""
}
END {
	line = "| scenario |"
	rule = "|---|"
	for (t = 1; t <= tags; t++) {
		line = line " " heading[t] " |"
		rule = rule "---|"
	}
	print line " preempted in |"
	print rule "---|"
	for (i = 1; i <= names; i++) {
		line = "| " order[i] " |"
		for (t = 1; t <= tags; t++)
			line = line " " cell[order[i], heading[t]] " |"
		print line " " (where[order[i]] ? where[order[i]] : "everywhere") " |"
	}
}
