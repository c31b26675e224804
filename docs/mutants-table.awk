# SPDX-License-Identifier: GPL-2.0-only
# The output of "weft check --mutants" as docs/mutants.md, without times: they are never
# the same twice.
function cell(text) { return text == "" ? "-" : text }
function count(name) {
	if (!match(counts, name " [^,]*"))
		return ""
	return substr(counts, RSTART + length(name) + 1, RLENGTH - length(name) - 1)
}
/^1\.\.[0-9]/ { total = substr($0, 4) }
/^# mutant: / {
	summary = substr($0, 11)
	stands = killer = detector = counts = later = ""
	next
}
/^# stands for: / { stands = substr($0, 15); next }
/^# killed by / {
	killer = $4
	detector = $5
	sub(/,$/, "", killer)
	sub(/:$/, "", detector)
	next
}
/^# executions to the first failure: / { counts = substr($0, 36); next }
/^# dpor is later than random: / { later = substr($0, 30); next }
/^# median executions to the first failure: / { median = substr($0, 43); next }
/^ok / {
	n = split($NF, part, "/")
	name = part[1]
	rows = rows "| " name " | " part[n] " | " killer " | " detector " | " cell(count("default")) \
		" | " cell(count("dpor")) " | " cell(count("random")) " |\n"
	if (!(name in told))
		list = list "- **" name "**: " summary ". Stands for: " stands ".\n"
	told[name] = 1
	if (later != "")
		why[name] = later
	if (later != "" && !(name in asked)) {
		asked[name] = 1
		order[++names] = name
	}
	mutants++
}
END {
	print "# Mutants: does the bank find bugs that were fixed?\n"
	print "Written by `make mutants-table`. `scenarios/mutants/*.cocci` put bugs of the past, or of their kind, back into a kernel;"
	print "`weft check --mutants` builds each and runs the bank on it. A finding that the unmodified kernel has as well is no kill.\n"
	print "Numbers are executions to the first failure, in the scenario that killed it: *default* is what `weft check` does, a sample and then all"
	print "schedules up to its bound; *dpor* and *random* are these strategies alone, without a bound on preemptions, 5000 executions at most."
	print "Race detection and the prediction of deadlocks are the same in all three; uses after free are foretold in a sample only, so that a directed"
	print "run behind its first execution shows some of them to *default* alone.\n"
	print mutants " of " total " are killed. Median executions: " median ".\n"
	print "| mutant | kernel | killed by | detector | default | dpor | random |"
	print "|---|---|---|---|---|---|---|"
	print rows
	print "## What they do\n"
	print list
	print "## Where dpor is later than random, and why\n"
	print "dpor runs one task as far as it goes and then turns conflicts round, the last ones of an execution first: whatever has to happen early in an"
	print "execution is reached when everything behind it has been tried. A random schedule leaves the first task anywhere. For each:\n"
	for (i = 1; i <= names; i++)
		print "- **" order[i] "**: " why[order[i]] (why[order[i]] ~ /\.$/ ? "" : ".")
}
