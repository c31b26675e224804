#!/usr/bin/awk -f
# SPDX-License-Identifier: GPL-2.0-only
# Prints the lines of a list whose version range holds VERSION, without the range.
#
# Usage: in-range.awk -v code=6.1 FILE... ; a range is the second field of a source
# list or the third of a configuration: 6.2-, -6.1, 5.10-6.6, both ends included.

function number(v,  p)
{
	split(v, p, ".")
	return p[1] * 1000 + p[2]
}

function holds(range,  ends)
{
	split(range, ends, "-")
	return (ends[1] == "" || number(code) >= number(ends[1])) &&
	       (ends[2] == "" || number(code) <= number(ends[2]))
}

{
	sub(/#.*/, "")
	out = ""
	for (i = 1; i <= NF; i++) {
		if ($i ~ /^([0-9]+\.[0-9]+)?-([0-9]+\.[0-9]+)?$/) {
			if (!holds($i))
				next
		} else {
			out = out (out == "" ? "" : " ") $i
		}
	}
	if (out != "")
		print out
}
