#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Before and after: two kernels, and one with and without a patch. The patches are made
# here, from the tree the images were built of: no line of it is kept.
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"
need_images 6.1 6.12
command -v patch >/dev/null || skip_all 'patch is not installed'
XDG_CACHE_HOME=$tmp/cache
export XDG_CACHE_HOME

# tree TAG: the source its image was built of
tree() {
	image=$(weft list kernels | sed -n "s/^  $1  *//p")
	echo "$(sed -n 's/^folder //p' "${image%.so}.build")/tree"
}

# edit TAG PATH SED FILE: a patch that does what sed does
edit() {
	mkdir -p "a/$(dirname "$2")" "b/$(dirname "$2")"
	cp "$(tree "$1")/$2" "a/$2"
	sed "$3" "a/$2" >"b/$2"
	diff -u --label "a/$2" --label "b/$2" "a/$2" "b/$2" >"$4"
	diff -u --label "a/$2" --label "b/$2" "b/$2" "a/$2" >reverse.patch
	rm -r a b
}

# has FILE TEXT...: all of them, once lines are put together
has() {
	tr -s ' \n' '  ' <"$1" >flat
	shift
	for text do
		grep -F -e "$text" flat >/dev/null || { echo "lacks: $text"; cat flat; return 1; }
	done
}

# --- Two kernels ---------------------------------------------------------------
run weft compare open-vs-kvm-release --kernel 6.1 --kernel 6.12 --json result.json
mv out text
holds 'two kernels: the exit status is that of the second' [ "$status" -eq 0 ]
holds 'the deadlock is gone' has text 'gone deadlock of 2 tasks: open waits for &kvm->lock' \
	'before 6.1: bug' 'after 6.12: exhausted'
holds 'the device set lock and the group lock are swapped' \
	has text 'swapped: &group->group_lock was taken under &new_dev_set->lock; now &new_dev_set->lock under &group->group_lock'
holds 'the KVM lock is taken under the group lock in another way' \
	has text 'changed: &kvm->lock under &group->group_lock, before through guests_lock, now through &new_dev_set->lock, guests_lock' \
	'gone: &group->group_lock under &kvm->lock (directly)'
holds 'the lock of the KVM reference is new' has text 'new &group->kvm_ref_lock (spinlock)'
sed 's/[≤→]/</g' text | awk 'length > 80 && !/^  (graph|page)/' >wide
: >none
same 'no line is wider than 80 columns' none wide
sed -n '/"comparisons"/,$p' result.json >some
json some signature >text
echo '"deadlock:&group->group_lock,&kvm->lock"' >want
same 'JSON names the finding' want text
holds 'JSON says what is swapped' grep '"change": "swapped"' some
page=reports/compare-open-vs-kvm-release-6.1-6.12
holds 'there is a page, and the start page links it' sh -c "grep -F 'What is taken under what' $page.html && grep -F 'compare-open-vs-kvm-release-6.1-6.12.html' reports/index.html"
dot=$page/lock-graph.dot
holds 'the picture tells new and gone by line as well as by colour' \
	sh -c "grep -E 'n[0-9]+ -> .*−[0-9]+.*dashed.*#b45309' $dot && grep -E 'n[0-9]+ -> .*\\+[0-9]+.*bold.*#1565c0' $dot && grep -E 'n[0-9]+ -> .*\" [0-9]+ \".*solid' $dot"
command -v dot >/dev/null &&
	holds 'every arrow of the picture has its label on a plate' sh -c \
		'[ $(grep -c "<g id=.*class=\"edge" '$page/lock-graph.svg') -eq $(grep -c "<rect class=\"plate\"" '$page/lock-graph.svg') ]'
cp $page/comparison.json first.json
run weft compare --quiet open-vs-kvm-release --kernel 6.1 --kernel 6.12
same 'twice the same bytes' first.json $page/comparison.json
run weft compare open-vs-kvm-release --kernel 6.12 --kernel 6.1
holds 'the other way round the finding is new: exit status 1' [ "$status" -eq 1 ]
holds 'and told as new' has out 'new deadlock of 2 tasks'
run weft compare open-vs-kvm-release cdev-open-vs-group-open --kernel 6.12 --kernel 6.1 --format ktap --junit junit.xml
cp out tap
holds 'KTAP: a result for each scenario, not ok for a bug, skipped where a side is' sh -c \
	"[ $status -eq 1 ] && grep -x 1..2 tap && grep -x 'not ok 1 open-vs-kvm-release/6.12->6.1' tap && grep '^ok 2 cdev-open-vs-group-open/6.12->6.1 # SKIP 6.1: ' tap && grep '^#   new       deadlock' tap && ! grep -v '^ok\|^not ok\|^#\|^1\.\.2\|^KTAP version 1' tap"
holds 'JUnit XML: the same' sh -c \
	"grep 'tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"1\"' junit.xml && grep '<failure message=\"open-vs-kvm-release: 6.12 exhausted -&gt; 6.1 bug: 0 gone, 1 new' junit.xml && grep '<skipped message=\"6.1: ' junit.xml"
run weft compare open-vs-kvm-release --kernel 6.12 --kernel 6.1 --format mail
# A command stays whole, to be copied.
sed 's/[≤→←…]/</g; /^To see it again: weft /d; /^As first found:  weft /d' out | awk 'length > 75' >wide
same 'a mail has no line wider than 75 columns' none wide
holds 'and shows how the new finding comes about' grep 'lock(&kvm->lock); .* blocked' out
holds 'and no path of this machine' sh -c '! grep "^  graph\|^  page\|^Start page" out'
gives 'nothing to compare is no success' 77 'not compared, skipped on 6.1' \
	weft compare cdev-open-vs-group-open --kernel 6.12 --kernel 6.1
if command -v gcov >/dev/null && command -v gcovr >/dev/null; then
	side=reports/open-vs-kvm-release-6.1
	run weft explore --kernel 6.1 open-vs-kvm-release
	cp $side/coverage-data/coverage.json one.json
	run weft compare --quiet open-vs-kvm-release --kernel 6.1 --kernel 6.12
	holds 'coverage that was there still is, of the run that is reported now' sh -c \
		'grep "\"coverage\": \".*/coverage/index.html\"" $1/run.json && grep -F "open-vs-kvm-release-6.1/coverage/index.html" reports/index.html && ! cmp -s one.json $1/coverage-data/coverage.json' sh $side
	holds 'and where there was none, none is made' [ ! -d reports/open-vs-kvm-release-6.12/coverage ]
	run weft coverage --kernel 6.1 open-vs-kvm-release
	holds 'weft coverage keeps the lock graph' [ -s $side/lock-graph.html -a -s $side/finding-1.html ]
	rm -r $side/coverage $side/coverage-data
else
	skip 'comparing keeps coverage' 'gcov or gcovr is missing'
fi
run weft graph --diff 6.1 6.12 open-vs-kvm-release
holds 'weft graph --diff tells the same of the graphs' has out 'swapped: &group->group_lock was taken under &new_dev_set->lock' \
	'+ &kvm->lock -> &group->kvm_ref_lock after: lock in vfio_group_set_kvm()'
holds 'and nothing of findings' sh -c '! grep "^  gone" out'

# --- A bad patch, a good one -----------------------------------------------------
group=drivers/vfio/group.c
edit 6.12 $group '/^void vfio_group_set_kvm(/,/^}/{s/^{/&\n\tmutex_lock(\&group->group_lock);/;s/^}/\tmutex_unlock(\&group->group_lock);\n&/}' bad.patch
mv reverse.patch applied.patch
edit 6.1 drivers/vfio/vfio_main.c '/^void vfio_file_set_kvm(/,/^}/{s/^void/static DEFINE_SPINLOCK(group_kvm_lock);\n&/;s/mutex_\(un\)*lock(&group->group_lock)/spin_\1lock(\&group_kvm_lock)/}' good.patch
cksum "$(tree 6.12)/$group" >sum
run weft compare open-vs-kvm-release --kernel 6.12 --patch bad.patch
holds 'a bad patch: exit status 1' [ "$status" -eq 1 ]
holds 'its deadlock is new' has out 'after 6.12+bad: bug' 'new deadlock of 2 tasks' 'new: &group->group_lock under &kvm->lock (directly)' \
	'+ &kvm->lock -> &group->group_lock (on a cycle)'
holds 'only what it touches was compiled' grep '^weft: image 6.12+bad: 1 object compiled$' err
cksum "$(tree 6.12)/$group" | diff sum - >why && pass "the user's tree is as it was" || fail "the user's tree is as it was" why
mv out first
run weft compare open-vs-kvm-release --kernel 6.12 --patch bad.patch --new-only
holds 'its image is built once' grep '^weft: image 6.12+bad: 1 object compiled earlier' err
same 'and gives the same text' first out
holds '--new-only: a new bug is a bug' [ "$status" -eq 1 ]
run weft replay "reports/open-vs-kvm-release-6.12+bad/finding-1.schedule"
holds 'its schedule replays' sh -c "[ $status -eq 1 ] && grep '^deadlock of 2 tasks' out"
run weft compare open-vs-kvm-release --kernel 6.1 --patch good.patch
holds 'a good patch: exit status 0' [ "$status" -eq 0 ]
holds 'the finding is gone' has out 'after 6.1+good: exhausted' 'gone deadlock of 2 tasks'
edit 6.1 drivers/vfio/vfio_main.c '/^void vfio_file_set_kvm(/s/^/\/* no change *\/ /' none.patch
printf -- '--- /dev/null\n+++ b/Documentation/weft/x.rst\n@@ -0,0 +1 @@\n+hello\n' >docs.patch
cat docs.patch >>none.patch
gives 'a patch that changes nothing leaves the bug: exit status 1' 1 'same      deadlock of 2 tasks' \
	weft compare open-vs-kvm-release --kernel 6.1 --patch none.patch
holds 'a file without effect is named' grep 'Documentation/weft/x.rst has no effect' err
gives '--new-only: no new bug' 0 '6.1 bug -> 6.1+none bug: 0 gone, 0 new, 1 on both sides' \
	weft compare open-vs-kvm-release --quiet --kernel 6.1 --patch none.patch --new-only

# --- As mails and archives have them ---------------------------------------------
# damaged PROMISE TEXT: damaged/bad.patch gives what bad.patch gave
damaged() {
	run weft compare open-vs-kvm-release --quiet --kernel 6.12 --patch damaged/bad.patch
	cat err >>log
	if [ "$status" -eq 1 ] && grep -F -e "$2" err >/dev/null &&
	   grep '^weft: image 6.12+bad: 1 object compiled earlier' err >/dev/null; then
		pass "$1"
	else
		fail "$1" err out
	fi
}
mkdir damaged
mail() { printf 'From 0123 Mon Sep 17 00:00:00 2001\nFrom: A <a@b>\nSubject: [PATCH %s] x\n%s\n\nWhy.\n---\n' "$1" "${2-}"; }
sed 's/$/\r/' bad.patch >damaged/bad.patch
damaged 'line ends of DOS' 'tolerated: its line ends are those of DOS'
sed 's/^ *$//' bad.patch >damaged/bad.patch
damaged 'blanks at line ends lost' 'tolerated: blanks at line ends'
{ echo 'On Monday, A wrote:'; sed 's/^/> /; s/ *$//' bad.patch | sed '5a I do not like this.'; } >damaged/bad.patch
damaged 'quoted in a reply' 'tolerated: the diff is quoted'
sed 's/>/\&gt;/g' bad.patch >damaged/bad.patch
damaged 'the source of a page' 'tolerated: it is the source of an HTML page'
{ mail 1/1 'Content-Transfer-Encoding: quoted-printable'; sed 's/=/=3D/g; s/\(.\{30\}\)\(..*\)/\1=\n\2/' bad.patch; } >damaged/bad.patch
damaged 'quoted-printable' 'tolerated: the mail was encoded'
if command -v base64 >/dev/null; then
	{ mail '' 'Content-Type: multipart/mixed; boundary="xx"' | sed '/^Why/,$d'
	  printf -- '--xx\nContent-Type: text/plain\n\nhello\n--xx\nContent-Type: text/x-patch\nContent-Transfer-Encoding: base64\n\n'
	  base64 bad.patch; printf -- '--xx--\n'; } >damaged/bad.patch
	damaged 'an attachment in base64' 'tolerated: the mail was encoded'
fi
tr '\t' ' ' <bad.patch >spaces.patch
gives 'tabs turned into spaces' 1 'applies only when blanks are ignored' weft compare open-vs-kvm-release --quiet --kernel 6.12 --patch spaces.patch
# The first line of context is another one.
sed '0,/^ [^ ]/s/^ \([^ ].*\)/ other \1/' bad.patch >damaged/bad.patch
damaged 'context that differs' '(fuzz)'
# A series of two in an mbox, in the wrong order, with an answer.
mkdir -p a/drivers/vfio b/drivers/vfio
cp "$(tree 6.12)/$group" a/$group
sed '/^void vfio_group_set_kvm(/,/^}/s/^{/&\n\tmutex_lock(\&group->group_lock);/' a/$group >b/$group
diff -u a/$group b/$group >one.diff
sed '/^void vfio_group_set_kvm(/,/^}/s/^}/\tmutex_unlock(\&group->group_lock);\n&/' b/$group >a/$group
diff -u b/$group a/$group >two.diff
rm -r a b
{ mail 0/2; echo 'About.'; echo; mail 2/2; cat two.diff; echo; mail 1/2; cat one.diff; echo
  mail 1/2 | sed 's/Subject: /&Re: /'; sed 's/^/> /' one.diff; echo; } >damaged/bad.patch
damaged 'an mbox with a series, in the wrong order' 'patches put in the order of their numbers'
holds 'answers are left out' grep '1 reply left out' err

# --- What cannot be used ---------------------------------------------------------
# refused PROMISE TEXT FILE
refused() { gives "$1" 64 "$2" weft compare open-vs-kvm-release --quiet --kernel 6.12 --patch "$3"; }
refused 'a patch that is not there' '--patch: cannot read nosuch.patch: No such file' nosuch.patch
refused 'a folder' '--patch: damaged is a directory' damaged
echo hello >text.patch
refused 'no patch' '--patch: text.patch is no patch that can be used: there is no diff in it' text.patch
printf '\037\213\010\000x' >zipped.patch
refused 'compressed' 'zipped.patch is no text: decompress it first' zipped.patch
head -n 8 bad.patch >cut.patch
refused 'cut off' 'cut.patch is no patch that can be used: line 8: the hunk ends too early' cut.patch
sed 's/^@@ -\([0-9]*\),9 /@@ -\1,8 /' bad.patch >count.patch
refused 'a hunk of more lines than its header says' 'was it edited by hand?' count.patch
printf 'diff --git a/x b/y\nsimilarity index 100%%\nrename from x\nrename to y\n' >rename.patch
refused 'a rename' 'line 3: it renames or copies a file' rename.patch
sed 's,group\.c,nosuch.c,' bad.patch >missing.patch
refused 'a file that is not in the tree' 'missing.patch: drivers/vfio/nosuch.c is not in the tree' missing.patch
sed 's,\([ab]\)/drivers/vfio,\1/../../etc,' bad.patch >outside.patch
refused 'a file outside of the tree' 'is no path inside a kernel tree' outside.patch
sed 's/^ \(.*kvm_ref_lock.*\)/ other_\1/' bad.patch >other.patch
refused 'a hunk that does not apply' 'other.patch: drivers/vfio/group.c: does not apply' other.patch
holds 'it says which, and the first line that differs' has err 'hunk 1 of 1' 'the first that differs is line' 'it should be' 'other_' 'but is'
refused 'a patch that is in the tree already' 'is in the tree already' applied.patch
gives 'several files, one behind the other' 64 'two.diff: drivers/vfio/group.c is in the tree already' \
	weft compare open-vs-kvm-release --quiet --kernel 6.12 --patch one.diff two.diff two.diff
refused 'nothing that an image has' 'no file of kernel-6.12.so is made of what changes: Documentation/weft/x.rst' docs.patch
sed 's/^+\tmutex_lock.*/+\tthis is no C;/' bad.patch >syntax.patch
refused 'code that does not compile' 'cannot build image 6.12+syntax' syntax.patch
holds 'the compiler is quoted' grep 'group.c:[0-9]*:[0-9]*: error' err
holds 'no image is left of it' sh -c '! ls cache/weft/6.12+syntax-*/kernel-*.so'
holds 'nothing else is left of the work' sh -c '! ls -d cache/weft/work-*'

gives 'two kernels and a patch' 64 '--patch: compares one kernel with itself' \
	weft compare open-vs-kvm-release --kernel 6.1 --kernel 6.12 --patch bad.patch
gives 'one kernel' 64 'compare needs two kernels' weft compare open-vs-kvm-release --kernel 6.1
gives 'one kernel twice' 64 '6.1 twice is nothing to compare' weft compare open-vs-kvm-release --kernel 6.1 --kernel 6.1
gives 'which kernel' 64 'which kernel is it for' weft compare open-vs-kvm-release --patch bad.patch
gives 'no scenario' 64 'name a scenario' weft compare --kernel 6.1 --kernel 6.12
gives 'a program without a kernel' 64 'model/abba needs no kernel' weft compare model/abba --kernel 6.1 --kernel 6.12
gives 'graph --diff of one kernel' 64 '--diff: two kernels are needed' weft graph open-vs-kvm-release --diff 6.1
gives 'graph --diff and --kernel' 64 '--diff: names the two kernels' weft graph open-vs-kvm-release --kernel 6.1 --diff 6.1 6.12

# --- The cache and the origin of images --------------------------------------------
: >file
gives 'a cache that is a file' 64 '--cache: cannot write to file: Not a directory' \
	weft compare open-vs-kvm-release --kernel 6.12 --patch bad.patch --cache file
gives 'a cache in /proc' 64 '--cache: cannot write to /proc/weft' \
	weft compare open-vs-kvm-release --kernel 6.12 --patch bad.patch --cache /proc/weft
mkdir 'a b'
gives 'a cache make cannot build in' 64 'make cannot build in a folder with blanks' \
	weft compare open-vs-kvm-release --kernel 6.12 --patch bad.patch --cache 'a b'
folder=$(echo cache/weft/6.12+bad-*)
echo '/* other */' >>"$folder/changed/$group"
run weft compare open-vs-kvm-release --quiet --kernel 6.12 --patch bad.patch
holds 'a cache that does not fit is built anew' grep '^weft: image 6.12+bad: 1 object compiled$' err

image=$(weft list kernels | sed -n 's/^  6\.12  *//p')
mkdir installed
cp "$image" installed
WEFT_IMAGES=$tmp/installed
export WEFT_IMAGES
refused 'an image that does not say where it is from' 'does not say what it was built from' bad.patch
sed "s,^folder .*,folder $tmp/gone," "${image%.so}.build" >installed/kernel-6.12.build
refused 'a build folder that is gone' "was built with the folder $tmp/gone, which is gone" bad.patch
sed "s,^compiler .*,compiler nosuch-gcc," "${image%.so}.build" >installed/kernel-6.12.build
refused 'a compiler that is gone' 'nosuch-gcc, is not installed' bad.patch
cp "${image%.so}.build" installed
echo >>installed/kernel-6.12.so
refused 'an installed image that was built anew since' 'is not the image that is in' bad.patch
cp "$image" installed
cp "${image%.so}.build" installed
run weft compare open-vs-kvm-release --quiet --kernel 6.12 --patch bad.patch
holds 'an installed image leads to where it was built' [ "$status" -eq 1 ]
finish
