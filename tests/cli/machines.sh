#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# JSON, SARIF, JUnit and KTAP, read by others (apt install python3-jsonschema).
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"
python=/usr/bin/python3
[ -x "$python" ] || skip_all 'python3 is missing'
machines=$src/tests/cli/machines.py
schema=$src/docs/weft-json-1.schema.json
graph_schema=$src/docs/weft-lock-graph-1.schema.json

# reads PROMISE ARGUMENT...: machines.py has nothing to say
reads() {
	promise=$1
	shift
	if "$python" "$machines" "$@" >why 2>&1; then pass "$promise"; else fail "$promise" why; fi
}

# refuses PROMISE ARGUMENT...: it has
refuses() {
	promise=$1
	shift
	if "$python" "$machines" "$@" >why 2>&1; then fail "$promise"; else pass "$promise"; fi
}

run weft explore model/abba model/lastzero --param n=4 --keep-going \
	--json all.json --junit all.xml --sarif all.sarif
holds 'the campaigns ran' [ "$status" -eq 1 ]
run weft explore model/disp --preemptions iterate --executions 50 --json bound.json
run weft explore model/abba --format ktap
mv out explore.ktap
printf 'weft-suppressions 1\nkind: deadlock\ntext: *\nreason: a test\n' >known
run weft explore model/abba --suppress known --json known.json --sarif known.sarif
files='all.json bound.json known.json'
graphs=reports/model-abba/lock-graph.json
if has_image 6.1; then
	run weft explore --kernel 6.1 open-vs-kvm-release set-iommu-vs-open dma-map-vs-close \
		create-with-failing-alloc \
		--json kernel.json --sarif kernel.sarif --junit kernel.xml
	files="$files kernel.json"
	graphs="$graphs reports/open-vs-kvm-release-6.1/lock-graph.json"
	reads 'GraphML of a kernel' graphml reports/open-vs-kvm-release-6.1/lock-graph.graphml \
		reports/open-vs-kvm-release-6.1/lock-graph.json
	reads 'SARIF of a kernel' sarif kernel.sarif
	reads 'JUnit of a kernel' junit kernel.xml
	run weft check --kernel 6.1 open-vs-kvm-release open-vs-open
	mv out check.ktap
fi

# --- JSON -------------------------------------------------------------------------------
if "$python" -c 'import jsonschema' 2>/dev/null; then
	# shellcheck disable=SC2086
	reads 'JSON is as docs/weft-json-1.schema.json says' json "$schema" $files
	# shellcheck disable=SC2086
	reads 'lock-graph.json is as docs/weft-lock-graph-1.schema.json says' \
		json "$graph_schema" $graphs
	sed 's/"mode": "lock"/"mode": "grab"/' reports/model-abba/lock-graph.json >grab.json
	refuses 'another way to take a lock is not' json "$graph_schema" grab.json
	sed '/"kind":/d' all.json >less.json
	refuses 'a finding without its kind is not' json "$schema" less.json
	sed 's/"verdict": "bug"/"verdict": "buggy"/' all.json >other.json
	refuses 'nor is another verdict' json "$schema" other.json
	sed 's/"verdict":/"extra": 1, "verdict":/' all.json >more.json
	refuses 'nor is a word that nobody told of' json "$schema" more.json
else
	skip 'JSON by its schema' 'python3-jsonschema is missing'
fi

# --- SARIF, JUnit ------------------------------------------------------------------------
reads 'SARIF of models' sarif all.sarif
reads 'SARIF of what is suppressed' sarif known.sarif
holds 'a suppressed result says so' grep '"justification": "a test"' known.sarif
sed 's/"startLine": /"startLine": -/' kernel.sarif >wrong.sarif 2>/dev/null &&
	[ -s wrong.sarif ] && refuses 'lines below 1 are noticed' sarif wrong.sarif
reads 'JUnit' junit all.xml
sed 's/failures="1"/failures="2"/' all.xml >wrong.xml
refuses 'a wrong sum is noticed' junit wrong.xml

# --- GraphML -----------------------------------------------------------------------------
reads 'GraphML of models' graphml reports/model-abba/lock-graph.graphml \
	reports/model-abba/lock-graph.json
sed '0,/<edge/s/source="n0"/source="n1"/' reports/model-abba/lock-graph.graphml >wrong.graphml
refuses 'an edge from elsewhere is noticed' graphml wrong.graphml reports/model-abba/lock-graph.json

# --- KTAP, by perl's parser of TAP, and by the kernel's own where a tree has it -----------
grep -v '^ok\|^not ok' explore.ktap >wrong.ktap
if command -v prove >/dev/null; then
	holds 'TAP::Parser finds one failure in what explore says' \
		sh -c 'prove -e cat explore.ktap | grep "Failed 1/1 subtests"'
	[ ! -s check.ktap ] || holds 'and two results in what check says' \
		sh -c 'prove -e cat check.ktap | grep "Tests=2,"'
	holds 'a missing result is noticed' \
		sh -c 'prove -e cat wrong.ktap | grep "Bad plan"'
else
	skip "KTAP by perl's parser" 'prove is missing'
fi
parsers=
for tree in "$build"/images/*/tree "${WEFT_IMAGES:-/none}"/*/tree; do
	[ -f "$tree/tools/testing/kunit/kunit_parser.py" ] && parsers=$tree/tools/testing/kunit
done
if [ -n "$parsers" ]; then
	export PYTHONDONTWRITEBYTECODE=1
	reads 'KTAP of explore' ktap "$parsers" explore.ktap 1
	[ ! -s check.ktap ] || reads 'KTAP of check' ktap "$parsers" check.ktap 2
	refuses 'a missing result is noticed by it' ktap "$parsers" wrong.ktap 1
else
	skip "KTAP by the kernel's parser" 'no kernel tree with tools/testing/kunit is there'
fi
finish
