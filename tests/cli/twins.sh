#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Each wrong twin of tests/litmus gives its findings, whatever the kernel and the
# search: the kinds, locks and tasks below and the lines that the source marks with
# HERE and THERE; those of deadlocks, lock orders, races and memory with all their
# sides in golden/twins-images.golden, where lines have the names that the source
# gives them with AT. Right twins give none.
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"
. "$src/tests/cli/twins_lib.sh"
need_images 6.1 6.12

# NAME KIND TASKS LOCKS; "-" is none, "a+b" in any order
cat >marked_twins <<END
ctx_sleep_spin context a ctx_spin
ctx_sleep_rcu context a -
ctx_sleep_preempt context a -
ctx_sleep_irq context a -
ctx_sleep_bh context a -
ctx_copy_spin context a ctx_rwlock
ctx_unlock_twice context a ctx_mutex
ctx_spin_unlock_twice context a ctx_spin
ctx_unlock_other context a+b ctx_mutex
ctx_wrong_mode context a ctx_rwsem
ctx_init_held context a &mutex
ctx_not_initialised context a -
ctx_free_spin context a &o->spin
ctx_free_other context a+b &o->mutex
ctx_return_spin context a ctx_spin
ctx_return_rcu context a -
ctx_return_irq context a -
ctx_thread_ends context forgetful ctx_mutex
ctx_work_ends context kworker/0 -
ctx_rcu_unbalanced context a -
ctx_rcu_outside context a -
ctx_assert context a ctx_mutex
ctx_unlock_twice_wlock context a misuse_rwlock
ctx_unlock_twice_rlock context a misuse_rwlock
ctx_unlock_twice_wsem context a misuse_rwsem
ctx_unlock_twice_rsem context a misuse_rwsem
ctx_init_held_spin context a &spin
ctx_init_held_wlock context a &lock
ctx_init_held_rlock context a &lock
ctx_init_held_wsem context a &sem
ctx_init_held_rsem context a &sem
ctx_nest_spin context a misuse_mutex
ctx_nest_mutex context a misuse_mutex
ctx_nest_rwsem context a misuse_mutex
ctx_mutex_in_rcu context a -
ctx_mutex_in_rcu_bh context a -
ctx_mutex_in_rcu_sched context a -
ctx_mutex_in_raw context a misuse_raw
ctx_mutex_in_spin context a misuse_spin
ctx_mutex_in_rwlock context a misuse_rwlock
ctx_mutex_in_hardirq context a -
ctx_mutex_in_softirq context a -
ref_put_twice refcount *one -
ref_overflow refcount a -
ref_dec_to_zero refcount a -
ref_kobject_dead refcount a -
crash_call_null crash a -
crash_divide crash a -
crash_warn_texts crash a -
crash_wrong_cache crash a -
crash_no_cache crash a -
memory_devm memory a+b -
memory_devm_kfree memory a -
stuck_list_ring stuck a -
stuck_flags stuck a+b -
stuck_seqcount stuck b -
inv_check_then_act invariant - -
inv_two_sections invariant - -
inv_no_retry invariant - -
END

# marked WORD: "NAME WORD FILE:LINE" of each mark in the sources
marked() {
	awk -v word="$1" '{
		for (i = 1; i < NF; i++)
			if ($i == word) {
				sub(/.*tests\/litmus/, "tests/litmus", FILENAME)
				print $(i + 1), word, FILENAME ":" FNR
			}
	}' "$src"/tests/litmus/weft_litmus_*.c
}

# In a JSON result: what was found, and of each stack the first line of a litmus test.
cat >found.awk <<'END'
function text(line) {
	sub(/^[^:]*: "?/, "", line)
	sub(/"?,?$/, "", line)
	return line
}
function list(line,  all) {
	while ((getline line) > 0 && line !~ /\]/) {
		gsub(/^ *"|",?$/, "", line)
		all = all (all ? "\n" : "") line
	}
	return all
}
function sorted(all,  part, n, i, j, t) {
	if (all == "")
		return "-"
	n = split(all, part, "\n")
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && part[j - 1] > part[j]; j--) {
			t = part[j]; part[j] = part[j - 1]; part[j - 1] = t
		}
	all = part[1]
	for (i = 2; i <= n; i++)
		all = all "+" part[i]
	return all
}
/"scenario": "litmus\// { name = text($0); sub(/^litmus\//, "", name) }
/"findings": \[/ { inside = 1 }
inside && /"kind":/ { kind = text($0); place = "HERE" }
inside && /"locks": \[$/ { locks = sorted(list()) }
inside && /"locks": \[\]/ { locks = "-" }
inside && /"tasks": \[$/ { print name, kind, sorted(list()), locks }
inside && /"tasks": \[\]/ { print name, kind, "-", locks }
inside && /"related": \[$/ { place = "THERE" }
inside && /"stack": \[$/ { first = 1 }
inside && first && /"file": "tests\/litmus\// { file = text($0) }
inside && first && /"file": "tests\/litmus\/weft_litmus\.c"/ { file = "" }
inside && first && file && /"line":/ { print name, place, file ":" text($0); file = ""; first = 0 }
/"reports":/ { inside = 0 }
END

cat >searches <<END
6.12 --strategy dpor
6.12 --strategy random --seed 1 --executions 200
6.1 --strategy dpor
6.1 --strategy random --seed 1 --executions 200
END

while read -r tag how; do
	run weft check --kernel "$tag" --out reports --json result.json $how \
		$(sed 's,^\([^ ]*\) .*,litmus/\1,' marked_twins)
	awk -f found.awk result.json | sed 's/^\(ref_put_twice refcount\) [abmain]* /\1 *one /' |
		sort -u >found
	{
		cat marked_twins
		{ marked HERE; marked THERE; } | while read -r name rest; do
			grep -q "^$name " marked_twins && echo "$name $rest"
		done
	} | sort -u >expected
	same "wrong twins are told by kind, tasks, locks and lines ($tag $how)" expected found
done <searches

make_table

# image_twins COLUMN: those whose sides are in the golden list, or who must be silent
image_twins() {
	awk -v c="$1" '$2 == c && $3 ~ /^litmus\// &&
		(c == "image-near" || $1 ~ /^(deadlock|lock-order|race|memory)$/) {
			print $3 }' table | sort -u
}

# Lockdep of 6.1 does not follow readers of SRCU, so that nobody is seen to hold it.
only_later() {
	sed '/srcu_mutex_deadlock:   b holds litmus_srcu/d; /srcu_mutex_deadlock: cycle /d; /srcu_mutex_deadlock:   edge: /d'
}

image_twins image-bug >wrong
while read -r tag how; do
	rm -rf reports
	run weft check --kernel "$tag" --out reports --json json $how $(cat wrong)
	sides_of json >sides
	if [ "$tag $how" = "6.12 --strategy dpor" ]; then
		told "all sides of a finding are told ($tag $how)" twins-images.golden \
			sides "$src"/tests/litmus/weft_litmus_*.c
		continue
	fi
	cp "$golden/twins-images.golden" expected
	cp sides found
	if [ "$tag" = 6.1 ]; then
		only_later <expected >known_there
		mv known_there expected
	fi
	case $how in
	*random*)
		for list in expected found; do
			without_cycles <$list >plain
			mv plain $list
		done ;;
	esac
	same "all sides of a finding are told ($tag $how)" expected found
done <searches

# A program may be right for one detector and wrong for another, and completion_done()
# of the kernel races with complete_all() on purpose.
echo 'litmus/completion_all race' >allowed
image_twins image-near | comm -23 - wrong >right
while read -r tag how; do
	run weft check --kernel "$tag" --out reports --json json $how $(cat right)
	{ found_in json; orders_in json; } >found
	same "right twins give nothing ($tag $how)" allowed found
	holds "and were run ($tag $how)" [ "$(grep -c '"scenario": ' json)" -eq "$(wc -l <right)" ]
done <searches
finish
