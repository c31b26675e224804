#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What weft prints, word by word, on programs that need no kernel.
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"

run weft --help
matches 'weft --help' help.golden out
run weft explore --help
matches 'weft explore --help' explore-help.golden out
run weft --version
steady <out >text
matches 'weft --version' version.golden text
for verb in list check replay graph coverage compare report; do
	gives "weft $verb --help" 0 "Usage: weft $verb [OPTION...]" weft $verb --help
done

run weft list scenarios
grep '^scenarios \|^  open-vs\|^  create-vs\|^  model/abba' out >some
matches 'weft list scenarios' list-scenarios.golden some
gives 'weft list names every strategy' 0 'random walk, seeded' weft list strategies
gives 'weft list names every detector' 0 '  deadlock ' weft list detectors
holds 'weft list --json is JSON' sh -c 'weft list scenarios --json >list.json && grep "\"model/abba\"" list.json'

run weft explore --strategy dfs model/abba
steady <out >text
matches 'explore prints a summary' explore-abba.golden text
matches 'a finding is a table of who did what' finding-abba.golden reports/model-abba/finding-1.txt
matches 'a finding comes with its schedule' schedule-abba.golden reports/model-abba/finding-1.schedule
matches 'the lock graph names both edges' lock-graph-abba.golden reports/model-abba/lock-graph.dot
holds 'the start page links the finding' grep 'model-abba/finding-1' reports/index.html
run weft replay reports/model-abba/finding-1.schedule
matches 'replay shows the finding again' replay-abba.golden out
run weft replay --trace reports/model-abba/finding-1.schedule
matches 'replay --trace shows every step' trace-abba.golden out

# Who has to let a writer go first waits for that one, and not before it came.
run weft explore model/order-line-both
sed -n '/← blocked$/s/.* \(r*lock\)(\([AB]\));.*/\2 \1/p' reports/model-order-line-both/finding-1.txt |
	sort -s -k1,1 >attempts
printf 'A lock\nA rlock\nB lock\nB rlock\n' >writers-first
same 'readers are blocked behind the writers in line' writers-first attempts
holds 'and a writer where it came into its line' grep '^2  CPU3   lock(B); ← blocked$' reports/model-order-line-both/finding-1.txt
holds 'and the writers are named' sh -c '
	[ "$(grep -c "^reader-[12] (CPU[0-9]) waits for [AB] (shared), behind writer" "$1")" = 2 ]' \
	sh reports/model-order-line-both/finding-1.txt

run weft explore --strategy dfs --json - model/abba
steady <out >text
matches 'explore --json - prints JSON' json-abba.golden text
holds 'the summary then goes to standard error' grep '^model/abba: bug' err
if command -v python3 >/dev/null && python3 -c '' 2>err; then
	holds 'it is well-formed' python3 -m json.tool out
else
	skip 'it is well-formed' 'python3 is not installed'
fi

run weft explore --strategy dfs --format ktap model/abba model/abba-ok
matches 'explore --format ktap' ktap-abba.golden out
run weft explore --strategy dfs --format mail model/abba
matches 'explore --format mail' mail-abba.golden out
# Columns, not bytes.
wide() {
	sed 's/[←→≤×…]/</g' "$@" | awk 'length > 75'
}
wide out >wide
: >none
same 'a mail has no line wider than 75 columns' none wide
# Not even where reports lie deep, and the command can still be pasted.
deep=a-folder-with-quite-a-long-name-of-its-own/and-one-more-of-them-below-it
mkdir -p $deep
run weft explore --strategy dfs --format mail --out $deep model/abba
grep -v "^$deep/.*-steps.txt$" out | wide >wide
same 'nor one whose reports lie deep' none wide
sed -n '/^  weft replay/,/schedule$/p' out >command
holds 'its command has several lines' [ "$(wc -l <command)" -gt 1 ]
sh ./command >again 2>err || status=$?
holds 'which a shell takes for one' grep '^deadlock of 2 tasks' again

run weft explore --strategy dfs --quiet model/abba
holds '--quiet prints one line for a campaign' [ "$(wc -l <out)" -eq 1 ]

run weft explore --strategy dfs --quiet --junit junit.xml model/abba model/abba-ok
sed 's/time="[0-9.]*"/time=""/' junit.xml >text
matches 'explore --junit' junit-abba.golden text
if command -v xmllint >/dev/null; then
	holds 'JUnit is well-formed' xmllint --noout junit.xml
else
	skip 'JUnit is well-formed' 'xmllint is not installed'
fi

gives 'what is left is an order of magnitude' 2 ', 500 of ~10^5 executions' \
	weft explore -v --jobs 1 --strategy dpor --param n=5 --param m=4 --executions 500 model/disp
holds 'on the start page, too, with each number once' \
	grep -F '>500<br><small>of ~10<sup>5</sup> of the search</small>' reports/index.html
run weft explore --quiet --jobs 1 --param n=9 --executions 500 model/lockinc
holds 'behind a sample those of the search have their total' \
	grep -E '>500<br><small>[0-9]+ sampled, then [0-9]+ of ~10<sup>[0-9]</sup> of the search</small>' reports/index.html
gives 'a bound on faults is one of model programs, too' 1 '≤2 faults' \
	weft explore --faults 2 model/abba

gives 'a check of values says which they were' 1 'but it was -50 >= 0' \
	weft explore --json json model/account
holds 'so does JSON, apart from the expression' grep -Fx '            "values": "-50 >= 0",' json
holds 'and the page' grep -F 'must be true; it was <code>-50 &gt;= 0</code>' \
	reports/model-account/finding-1.html

WEFT_QUIET=1 WEFT_STRATEGY=dfs weft explore model/abba-ok >twin
weft explore --quiet --strategy dfs model/abba-ok >text
same 'an option has its twin in the environment' text twin
run weft explore --verbose model/order-alone
holds 'counts of one are told as such' grep -F ', the only execution' out
finish
