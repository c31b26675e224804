#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The HTML reports, clicked through in Chromium (apt install chromium-driver
# python3-selenium), and their form (apt install tidy).
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"
need_images 6.1 6.12

run weft graph --diff 6.1 6.12 open-vs-kvm-release
holds 'the graphs differ, and there is a page of it' \
	[ -s reports/compare-open-vs-kvm-release-6.1-6.12.html ]
run weft explore --kernel 6.12 create-vs-remove-before-active
run weft rules --executions 60 --kernel 6.12 create-vs-remove-before-active
run weft explore open-vs-kvm-release
holds 'the campaigns find the deadlock' [ "$status" -eq 1 ]
holds 'there is a page of it' [ -s reports/open-vs-kvm-release-6.1/finding-1.html ]

# --- form ------------------------------------------------------------------------
if command -v tidy >/dev/null; then
	for page in reports/index.html reports/open-vs-kvm-release-6.1/finding-1.html \
		    reports/open-vs-kvm-release-6.1/lock-graph.html \
		    reports/compare-open-vs-kvm-release-6.1-6.12.html \
		    reports/create-vs-remove-before-active-6.12/finding-1.html \
		    reports/rules-6.12.html; do
		# It does not know that a link in SVG has a href.
		holds "tidy has nothing to say of ${page##*/}" \
			sh -c '! tidy -q -e --warn-proprietary-attributes no "$1" 2>&1 | grep .' sh "$page"
	done
else
	skip 'tidy: the form of the pages' 'tidy is missing'
fi

# --- nothing from elsewhere ----------------------------------------------------------
holds 'pages ask nobody for anything' \
	sh -c '! grep -E "(src|href)=\"(https?:)?//" "$@"' sh \
	reports/index.html reports/open-vs-kvm-release-6.1/finding-1.html \
	reports/open-vs-kvm-release-6.1/lock-graph.html reports/compare-*.html

# --- the source, stacks and locks that a page needs are in its story --------------------
holds 'the story has the lines of source' \
	grep -F 'mutex_lock(&group->group_lock);' reports/open-vs-kvm-release-6.1/finding-1.json

# --- names instead of numbers, in the text as well --------------------------------------------
text=reports/create-vs-remove-before-active-6.12/finding-1.txt
holds 'memory has the name of its member' \
	sh -c 'tr -s " \n" " " <"$1" | grep "remove read mdev_device.active in mdev_device_remove()"' sh "$text"
holds 'a node that a path led to has the name of the file' grep 'kernfs_node(remove)\.active' "$text"
holds 'and words without a name are not among the reasons' \
	sh -c '! sed -n "/^It happens because/,/^Each of/p" "$1" | grep " word [0-9]"' sh "$text"
holds 'errors have names' grep 'write = -EAGAIN' "$text"
holds 'a call that failed says that its file is not put back' \
	sh -c 'tr -s " |\n" " " <"$1" | grep "write = -EAGAIN, and has not put its file back"' sh "$text"
holds 'descriptors have the names of their files' grep 'ioctl(5</dev/vfio/0>,' reports/open-vs-kvm-release-6.1/finding-1.txt
holds 'those without a path those of the kernel' grep 'close(8<kvm-vfio>)' reports/open-vs-kvm-release-6.1/finding-1.txt
holds 'what is written is told, UUIDs in short' grep '"83b8f4f2-…")' "$text"
holds 'an order of locks says what came to the second holder' \
	sh -c 'tr -s " \n" " " <"$1" | grep "(remove then read kernfs_node(remove).active, which create had written)"' sh "$text"
holds 'what matters is not the inside of a library' \
	sh -c '! sed -n "/CPU0 create/,/^Service/p" "$1" | grep -e "lib/" -e "read own memory" -e kernfs_idr_lock' sh "$text"
holds 'requests have names' grep 'VFIO_GROUP_GET_DEVICE_FD' reports/open-vs-kvm-release-6.1/finding-1.txt
holds 'how long it took is in a file of its own' \
	sh -c 'grep "open-vs-kvm-release-6.1\": [0-9]" reports/times.js && ! grep -E ">[^<]*[0-9] (s|min)<" reports/index.html'

# --- a long story: the same with 10000 steps more -----------------------------------------
/usr/bin/python3 - <<'END' 2>err || fail 'a long page is made' err
import json
folder = "reports/open-vs-kvm-release-6.1/"
page = open(folder + "finding-1.html", encoding="utf-8").read()
begin = page.index('id="story">') + len('id="story">')
end = page.index("</script>", begin)
story = json.loads(page[begin:end])
steps = story["steps"]
middle = [dict(step, k=False) for step in steps[2:8]] * 1700
story["steps"] = steps[:8] + middle + steps[8:]
text = json.dumps(story).replace("/", "\\/")
open(folder + "long.html", "w", encoding="utf-8").write(
    page[:begin] + text + page[end:])
END

# --- clicks --------------------------------------------------------------------------------
if command -v chromedriver >/dev/null &&
   /usr/bin/python3 -c 'import selenium' 2>/dev/null; then
	mkdir pictures
	for how in '1280 light' '390 dark'; do
		set -- $how
		status=0
		timeout -s KILL 300 /usr/bin/python3 "$src/tests/cli/browser.py" \
			"$PWD/reports/index.html" "$1" pictures "$2" \
			"$PWD/reports/open-vs-kvm-release-6.1/long.html" \
			>clicks 2>err || status=$?
		sed -n 's/^not ok [0-9]* - /failed: /p; /^#/p' clicks >why
		if [ "$status" -eq 0 ]; then
			pass "$how: clicked through, $(grep -c '^ok' clicks) promises kept"
			cat why
		else
			fail "$how: clicked through" why err
		fi
	done
else
	skip 'clicks through the report' 'chromedriver or python3-selenium is missing'
fi
finish
