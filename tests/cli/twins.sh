#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Each wrong twin of tests/litmus gives one finding: the kind, locks and tasks
# below, and the lines that the source marks with HERE and THERE. The litmus
# test sees to the right twins, which must give none.
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"
need_images 6.1

# NAME KIND TASKS LOCKS; "-" is none, "a+b" in any order
cat >table <<END
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
ref_put_twice refcount *one -
ref_overflow refcount a -
ref_dec_to_zero refcount a -
ref_kobject_dead refcount a -
crash_call_null crash a -
crash_divide crash a -
crash_warn_texts crash a -
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

for how in '--strategy dpor' '--strategy random --seed 1 --executions 50'; do
	run weft check --kernel 6.1 --out reports --json result.json $how \
		$(sed 's,^\([^ ]*\) .*,litmus/\1,' table)
	awk -f found.awk result.json | sed 's/^\(ref_put_twice refcount\) [abmain]* /\1 *one /' |
		sort -u >found
	{
		cat table
		{ marked HERE; marked THERE; } | while read -r name rest; do
			grep -q "^$name " table && echo "$name $rest"
		done
	} | sort -u >expected
	same "wrong twins are told by kind, tasks, locks and lines ($how)" expected found
done
finish
