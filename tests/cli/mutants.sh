#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Bugs put back into a kernel are found, by the right scenario and detector, and what is
# no bug is not. Two of them; make check-kernel-mutants tries all.
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"
need_images 6.12

gives 'without spatch' 64 'spatch is not installed' env PATH="$build" weft check --mutants --kernel 6.12
command -v spatch >/dev/null || skip_rest='spatch is not installed (Debian: coccinelle)'
if [ -n "${skip_rest-}" ]; then
	skip 'mutants are killed' "$skip_rest"
	finish
fi

# mutants WORDS...: what the option is about, in a cache of its own
mutants() {
	run weft check --mutants --quiet --kernel 6.12 --cache "$tmp/cache" "$@"
}

mutants vfio-set-kvm-group-lock virqfd-inject-no-flush
mv out told
holds 'two mutants are killed: exit status 0' [ "$status" -eq 0 ]
grep '^ok' told >text
cat >want <<'END'
ok 1 vfio-set-kvm-group-lock/6.12
ok 2 virqfd-inject-no-flush/6.12
END
same 'each is one result' want text
grep '^# killed by' told | sed 's/:.*//' >text
cat >want <<'END'
# killed by open-vs-kvm-release, deadlock
# killed by virqfd-signal-vs-disable, memory
END
same 'scenario and detector are those that the bug is for' want text
holds 'the locks of the deadlock are those that the mutant takes' \
	grep 'killed by.*waits for &kvm->lock.*waits for &group->group_lock' told
holds 'what is read after its end was freed by a worker' grep 'killed by.*use after free: kworker.*freed by kworker' told
holds 'every search says how many executions it took' \
	[ "$(grep -c '^# executions to the first failure: default [0-9]*, dpor [0-9]*, random [0-9]*$' told)" -eq 2 ]
holds 'the median is told' grep '^# median executions to the first failure: default [0-9]*, dpor' told

# The same again, from the cache: only the time may differ.
mutants vfio-set-kvm-group-lock virqfd-inject-no-flush
grep -v '^# seconds' told >want
grep -v '^# seconds' out >text
same 'results are the same twice' want text

# header FILE KILL: what every mutant must have
header() {
	printf '// mutant: a test\n// stands for: nothing\n// file: %s\n// kill: %s\n\n' "$1" "$2"
}
mkdir none same bad lost
{ header drivers/vfio/virqfd.c virqfd-close-vs-disable; printf '@@\n@@\n-no_such_function();\n'; } >none/none.cocci
gives 'a semantic patch that matches nothing' 64 'mutant none on 6.12: the semantic patch matches nothing in drivers/vfio/virqfd.c' \
	weft check --mutants --mutants-from none --kernel 6.12 --cache cache
{ header drivers/vfio/virqfd.c virqfd-close-vs-disable; printf '@@\n@@\n-no_such_function(\n'; } >none/none.cocci
gives 'a semantic patch that is none' 64 'mutant none on 6.12: spatch failed on drivers/vfio/virqfd.c' \
	weft check --mutants --mutants-from none --kernel 6.12 --cache cache

# What changes nothing survives, though the bank has known findings on this kernel.
{
	header drivers/vfio/mdev/mdev_core.c create-vs-remove-before-active
	printf '@@\nidentifier mdev;\n@@\n mdev_device_remove(struct mdev_device *mdev)\n {\n ...\n+(void)mdev;\n return 0;\n }\n'
} >same/same.cocci
mutants --mutants-from same --executions 40
mv out told
holds 'no bug, no kill: exit status 1' [ "$status" -eq 1 ]
holds 'a survivor is not ok' grep '^not ok 1 same/6.12$' told
holds 'all of the bank was tried' grep '^# survives [0-9][0-9]* scenarios' told

gives 'an unknown mutant' 64 "no mutant 'nosuch'" weft check --mutants --kernel 6.12 nosuch
gives 'a mutant for other kernels' 64 'mutant vfio-get-from-zero: none of the kernels is one it is for' \
	weft check --mutants --kernel 6.12 vfio-get-from-zero
gives 'a folder without mutants' 64 'no mutants in lost' weft check --mutants --mutants-from lost --kernel 6.12
echo '// mutant: a test' >bad/bad.cocci
echo >>bad/bad.cocci
gives 'a header with too little' 64 'bad.cocci: the header lacks the line stands for' \
	weft check --mutants --mutants-from bad --kernel 6.12
echo '// kills: x' >bad/bad.cocci
echo >>bad/bad.cocci
gives 'a line that no header has' 64 "no such line in a mutant's header: kills" \
	weft check --mutants --mutants-from bad --kernel 6.12
gives 'an option that is of no use' 64 '--json: not with --mutants' weft check --mutants --json - --kernel 6.12
finish
