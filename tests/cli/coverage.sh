#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Coverage of the kernel source is that of whole executions, all of them.
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"
need_images 6.1 6.12
command -v gcov >/dev/null && command -v gcovr >/dev/null || skip_all 'gcov or gcovr is missing'

# lines DIR FILE: what gcov says of one file of a campaign
lines() {
	data=$(cd "reports/$1/coverage-data" && pwd)
	(cd "$data/gcov" && gcov -t -b -c "$data/obj/$2.gcda") 2>/dev/null >lines
}

# calls FUNCTION: how often it was called
calls() {
	sed -n "s/^function $1 called \([0-9]*\) .*/\1/p" lines
}

# --- gcovr reads what a default campaign leaves, however much executions share -----
for scenario in create-vs-create-same-uuid open-vs-kvm-release; do
	run weft explore --kernel 6.1 --json result.json $scenario
	mv out text
	case $(json result.json verdict) in
	'"exhausted"') want=0 ;;
	'"bug"') want=1 ;;
	*) want=none ;;
	esac
	holds "$scenario: the exit status is that of its verdict" [ "$status" = "$want" ]
	# On a slow machine it says there how far it is.
	grep -v ' executions, .* steps deep, ' err >complaints
	holds "$scenario: no complaint" [ ! -s complaints ]
	holds "$scenario: the report is named" \
		grep "^  coverage  .*reports/$scenario-6.1/coverage/index.html\$" text
	holds "$scenario: the report is there" \
		grep "$scenario on Linux 6.1" reports/$scenario-6.1/coverage/index.html
done

# --- of all scenarios of a kernel: counts are added -----------------------------------
holds 'there is one of both scenarios, and the start page links it' \
	sh -c 'grep "All scenarios on Linux 6.1" reports/coverage-6.1/index.html && grep -F coverage-6.1/index.html reports/index.html'
cat >sums.py <<'END'
import json, sys
def counts(path):
    with open(path) as file:
        files = json.load(file)["files"]
    return {(f["file"], line["line_number"]): line["count"]
            for f in files for line in f["lines"]}
all, *parts = [counts(path) for path in sys.argv[1:]]
for key in all:
    if all[key] != sum(part.get(key, 0) for part in parts):
        sys.exit(f"{key}: {all[key]}")
covered = [{key for key in part if part[key]} for part in parts]
if not all or not covered[0] - covered[1] or not covered[1] - covered[0]:
    sys.exit("no scenario has lines of its own")
END
holds 'each line was executed as often as in both' /usr/bin/python3 sums.py \
	reports/coverage-6.1-data/coverage.json \
	reports/create-vs-create-same-uuid-6.1/coverage-data/coverage.json \
	reports/open-vs-kvm-release-6.1/coverage-data/coverage.json
for page in reports/coverage-6.1/index.html reports/open-vs-kvm-release-6.1/coverage/index.html; do
	holds "${page#reports/} leads back and tells no date and no folder" \
		sh -c 'grep -F "index.html\">← overview" "$1" && ! grep -e 1970 -e "linux-source" "$1"' sh $page
done

# --- executions that go different ways are both there, after resets ------------------
run weft explore --kernel 6.12 --json result.json open-vs-kvm-release
holds 'open-vs-kvm-release on 6.12: exit status 0' [ "$status" -eq 0 ]
all=$(($(json result.json executions_total) + $(json result.json sampled) + $(json result.json executions_aside)))
opened=$(json result.json 'the device was opened')
lines open-vs-kvm-release-6.12 drivers/vfio/group
failed_at=$(sed -n 's/^ *\([0-9]*\): *[0-9]*:out_put_kvm:$/\1/p' lines)
holds 'it ran more than once' [ "$all" -gt 10 ]
holds "opening was tried in each of $all executions" [ "$(calls vfio_df_group_open)" -eq "$all" ]
holds "what was opened was closed: $opened times" [ "$(calls vfio_df_group_close)" -eq "$opened" ]
holds "in the others opening failed: $failed_at times" [ "$failed_at" -eq $((all - opened)) ]
holds 'both ways were gone' [ "$opened" -gt 0 -a "$failed_at" -gt 0 ]

# One execution goes one way.
run weft explore --kernel 6.12 --executions 1 --json result.json open-vs-kvm-release
lines open-vs-kvm-release-6.12 drivers/vfio/group
closed=$(calls vfio_df_group_close)
failed_at=$(sed -n 's/^ *\([0-9#]*\): *[0-9]*:out_put_kvm:$/\1/p' lines)
holds 'one execution goes one of them' [ "$closed,$failed_at" = '1,#####' -o "$closed,$failed_at" = '0,1' ]

# --- a failing gcovr does not hide the verdict -----------------------------------------
mkdir bin
printf '#!/bin/sh\necho no luck today\nexit 3\n' >bin/gcovr
chmod +x bin/gcovr
PATH=$PWD/bin:$PATH
gives 'gcovr fails: the verdict stands' 1 'on 6.1: bug' weft explore --kernel 6.1 open-vs-kvm-release
cp err text
log=$(sed -n 's/^weft: no coverage report: gcov or gcovr failed; what it said is in \([^,]*\),.*/\1/p' text)
holds 'it says where to look' grep 'no luck today' "$log"
finish
