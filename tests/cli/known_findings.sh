#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Whatever is told of real source has been read: docs/findings.md names it, and the
# scenarios expect it, also behind the finding at which they stop.
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"
need_images 6.1 6.12
found=$src/docs/findings.md

# Pages of coverage take longer than the searches, and nobody looks at them here.
mkdir bin
printf '#!/bin/sh\n' >bin/gcovr
chmod +x bin/gcovr
PATH=$tmp/bin:$PATH

weft list scenarios | awk '/^  [a-z]/ && $1 !~ "/" { print $1 }' >bank
# Those of the README's table that stop at a bug on either kernel; the others go on anyhow.
sed -n '/^<!-- bank -->/,/^<!-- end/s/^| \([a-z0-9-]*\) |.*\*\* in execution .*/\1/p' "$src/README.md" >bugs
holds 'there is a bank, with bugs in it' sh -c '[ "$(wc -l <bank)" -gt 40 ] && [ "$(wc -l <bugs)" -gt 5 ]'

# --- behind the first finding --------------------------------------------------------------
run weft check --keep-going --out reports --kernel 6.1 --kernel 6.12 $(cat bugs)
grep '^not ok\|^# new finding\|not seen' out >differs
holds 'with --keep-going all is as expected' [ "$status" -eq 0 ]
[ ! -s differs ] || sed 's/^/# /' differs

# --- named, and what races in one section ---------------------------------------------------
# unnamed JSON: those of its findings that no section of findings.md names: all functions of
# a race, of others the first, where it was noticed. What has none is compared by weft check.
unnamed() {
	awk '
	FILENAME == ARGV[1] {
		if (/^#/)
			n++
		text[n] = text[n] " " $0
		next
	}
	/^ *"signature": / {
		line = $0
		gsub(/[a-zA-Z0-9_]+\(\) scenarios\//, "", line)
		race = line ~ /"race:/
		for (all = 0; match(line, /[a-zA-Z0-9_]+\(\)/); all++) {
			name[all] = "[^a-zA-Z0-9_]" substr(line, RSTART, RLENGTH - 2) "[(][)]"
			line = substr(line, RSTART + RLENGTH)
		}
		told++
		if (!race && all > 1)
			all = 1
		for (i = 1; i <= n; i++) {
			for (j = 0; j < all && text[i] ~ name[j]; j++)
				;
			if (j == all)
				next
		}
		print
	}
	END { print told + 0 >"told" }' "$found" "$1"
}

# sampled PROMISE LEAST OPTION... SCENARIO...: of at least so many findings
sampled() {
	promise=$1 least=$2
	shift 2
	run weft explore --quiet --keep-going --json json --out reports "$@"
	unnamed json | sort -u >unnamed
	if [ "$(cat told)" -ge "$least" ] && [ ! -s unnamed ]; then
		pass "$promise"
	else
		fail "$promise" told unnamed err
	fi
}

sampled 'a sample of the bank tells nothing that findings.md does not name' 40 \
	--strategy random --seed 5 --executions 300 --kernel 6.1 --kernel 6.12 $(cat bank)
# Beyond the bounds and the focus of these.
sampled 'nor does one that is preempted everywhere' 20 \
	--strategy pos --seed 8 --executions 150 --focus all --kernel 6.1 dma-map-vs-close remove-vs-remove

printf '%s\n' '"signature": "race:vfio_link_dma() a.c:1|no_such_function() b.c:2",' >json
holds 'one that is not named is noticed' sh -c '[ -n "$1" ]' sh "$(unnamed json)"
printf '%s\n' '"signature": "race:vfio_link_dma() a.c:1|eventfd_poll() b.c:2",' >json
holds 'and a pair of which each is, elsewhere' sh -c '[ -n "$1" ]' sh "$(unnamed json)"
finish
