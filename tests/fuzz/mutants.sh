#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Does the fuzzer notice a broken reduction? Builds it with one defect at a time and
# says which groups notice, and after how many programs. TAP; make check-mutants.
#
#	mutants.sh [--show] [NAME...]	only these defects
#
# --show prints the smallest program that shows the defect, as strategy_fuzz does.
# A defect is NAME FILE and an edit of that file, by sed. An edit that no longer
# applies is a failure, too: the defect has to be written anew.
#
# Left out, as nothing can notice them: that reads between e and a compare-and-
# exchange which fails, and writes where it is moved to, are kept before it (e writes
# what it fails at, so that such reads happen after e: it takes steps of many
# effects); that granted locks are no rivals (costs executions, loses none); that
# what a leaf of a wakeup tree covers is not appended to it (costs memory: behind a
# leaf nobody sleeps, so that all is explored, in whatever order); that races behind
# a race are processed, too (costs time, brings nothing that is not covered: 95,000
# programs); that a value behind an unknown one is taken for the one before it (only
# steps of many effects, which kernel images have, write without telling a value).
# Not noticed, and left out until somebody shows them to be needed or not: that a race
# whose sequence met a leaf by a step it does not contain is looked at again
# (is_sure, without the insertions; 60,000 programs).
set -u
src=${WEFT_TEST_SRC:-$(cd "$(dirname "$0")/../.." && pwd)}
cc=${CC:-cc}
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
trap 'exit 99' HUP INT TERM
flags="-D_GNU_SOURCE -std=gnu11 -O2 -g -w -fno-omit-frame-pointer -I$src -I$src/framework -I$src/framework/strategies -I$src/scenarios"
. "$src/tests/tap.sh"
show=0
[ "${1-}" != --show ] || { show=1; shift; }

object() {
	echo "$1" | sed "s,^$src/,,; s,/,_,g; s,^,$tmp/,; s,\.[cS]$,.o,"
}

# compile FILE OBJECT: the file may be a changed copy
compile() {
	# shellcheck disable=SC2086
	$cc $flags -c -o "$2" "$1"
}

# Everything but the other backend of co.h.
sources=$(ls "$src"/framework/*.[cS] "$src"/framework/strategies/*.c \
	"$src"/framework/detectors/*.c "$src"/scenarios/model.c \
	"$src"/tests/fuzz/*.c | grep -v "co_ucontext\|parser_")
objects=
for file in $sources; do
	compile "$file" "$(object "$file")" || exit 99
	objects="$objects $(object "$file")"
done

# fuzz PROGRAM N STRATEGIES: groups that notice within N programs, in the order in
# which they do
fuzz() {
	# Seconds of CPU time: many times what the source as it is takes.
	(ulimit -t $((20 + $2 / 40)) && exec "$1" --programs "$2" --stop --strategy "$3") >"$tmp/out" 2>"$tmp/err"
	status=$?
	if [ "$status" -eq 137 ] || [ "$status" -eq 152 ]; then
		echo 'the fuzzer does not end'
		return
	fi
	if [ "$status" -gt 1 ]; then
		echo "the fuzzer ends with status $status: $(tail -n 1 "$tmp/err")"
		return
	fi
	awk '/^(not )?ok/ {
		sub(/^(not )?ok [0-9]* - /, "& "); is_bad = bad($0)
		group = $0; sub(/.* - +/, "", group); sub(/:.*/, "", group)
	     }
	     /^#   [0-9]* programs, [0-9]* too large/ { programs[group] = $2 }
	     is_bad && !(group in seen) { seen[group] = 1; order[++m] = group }
	     function bad(line) { return line ~ /^not ok/ }
	     END { for (i = 1; i <= m; i++) print programs[order[i]] + 0, order[i] }' "$tmp/out" |
		sort -n | awk '{ printf "%s%s after %s", (NR > 1 ? ", " : ""), $2, $1 }'
}

wanted=" $* "
is_wanted() {
	[ "$wanted" = '  ' ] || case $wanted in *" $1 "*) ;; *) return 1 ;; esac
}

# judge NAME OBJECT...
judge() {
	promise=$1
	shift
	$cc -o "$tmp/fuzz" "$@" || exit 99
	# What the oracle shares with those it judges shows in dfs.
	noticed=$(fuzz "$tmp/fuzz" 100 dpor,source,dfs)
	[ -n "$noticed" ] || noticed=$(fuzz "$tmp/fuzz" 3000 dpor,source)
	[ -n "$noticed" ] || noticed=$(fuzz "$tmp/fuzz" 3000 careful-units)
	if [ -z "$noticed" ]; then
		fail "$promise: nobody notices"
		return
	fi
	pass "$promise"
	echo "#   $noticed"
	# Of a group and a number N, which is the seed.
	case $show$noticed in 1*' after '[1-9]*) ;; *) return ;; esac
	noticed=${noticed%%,*}
	"$tmp/fuzz" --group "${noticed%% *}" --seed "${noticed##* }" --programs 1 \
		--strategy dpor,source,dfs,careful-units | grep '^#'
}

# mutant NAME FILE SED: the edit has to change the file. Of a header, all that may
# include it is compiled anew, from copies beside the changed one.
mutant() {
	is_wanted "$1" || return
	rm -rf "$tmp/changed"
	mkdir "$tmp/changed"
	rebuilt=$2
	case $2 in *.h)
		rebuilt=$(cd "$src" && ls framework/strategies/*.c)
		cp "$src"/framework/strategies/*.[ch] "$tmp/changed"
	esac
	sed "$3" "$src/$2" >"$tmp/changed/$(basename "$2")"
	if cmp -s "$src/$2" "$tmp/changed/$(basename "$2")"; then
		fail "$1: the edit of $2 does not apply any more"
		return
	fi
	others=$objects
	changed=
	for file in $rebuilt; do
		copy=$tmp/changed/$(basename "$file")
		if ! compile "$copy" "$copy.o" 2>"$tmp/err"; then
			fail "$1: the edit of $2 does not compile" "$tmp/err"
			return
		fi
		changed="$changed $copy.o"
		others=$(echo "$others" | tr ' ' '\n' | grep -vx "$(object "$src/$file")")
	done
	# shellcheck disable=SC2086
	judge "$1" $others $changed
}

# shellcheck disable=SC2086
$cc -o "$tmp/fuzz" $objects || exit 99
noticed=$(fuzz "$tmp/fuzz" 300 dpor,source,dfs)
if [ -z "$noticed" ]; then
	pass 'the fuzzer has nothing to say against the source as it is'
else
	fail "the fuzzer complains about the source as it is: $noticed"
fi

trace=framework/strategies/dpor_trace.c
races=framework/strategies/dpor_races.c
tasks=framework/strategies/dpor_tasks.c
dpor=framework/strategies/dpor.c
insert=framework/strategies/dpor_insert.c
unsure=framework/strategies/dpor_unsure.c
possible=framework/strategies/dpor_possible.c
reverse=framework/strategies/dpor_reverse.c
sequence=framework/strategies/dpor_reverse.h
asleep=framework/strategies/dpor_sleep.c
clock=framework/strategies/dpor_clock.h
wakeup=framework/strategies/wakeup.c

mutant 'v-ends-at-the-late-step' $sequence \
	's/^	       seq->early_number;/	       seq->early_number || step > seq->late_was;/'
mutant 'races-are-looked-at-once' $insert \
	's/^			trace->races\[n++\] = \*race;/			;/'
mutant 'a-branch-with-an-initial-is-enough' $insert \
	's/bool by_tree = dpor->mode == SOURCE || dpor->careful;/bool by_tree = true;/'
mutant 'effect-of-moved-cmpxchg-is-stale' $reverse \
	'/^	move_effect(seq);/d'
mutant 'what-was-added-counts-in-full' $reverse \
	's/^		\*ret -= op->before;/		;/'
mutant 'values-of-dropped-steps-count' $reverse \
	's/^		    dpor_happens_before(trace, seq->early, step)))/		    false))/'
mutant 'the-late-step-comes-first' $reverse \
	's/^	if (seq->early == DPOR_NONE)$/	if (seq)\
		return true;\
	if (seq->early == DPOR_NONE)/'
mutant 'races-of-waiting-tasks-are-dropped' $insert \
	's/^	for (tasks = trace->waits; tasks;/	for (tasks = 0; tasks;/'
mutant 'an-add-hides-the-adds-before-it' $races \
	's/return x->write && !x->commutes;/return x->write;/'
mutant 'joins-do-not-order' $races \
	's/^		join_ended(trace, &step->op, clock);/		;/'
mutant 'spawns-do-not-order' $tasks \
	's/^	trace->tasks\[number\].born = trace->n;/	;/'
mutant 'tasks-are-known-by-their-ids' $tasks \
	's/^		if (trace->births\[number\].parent == parent &&/		if (number == id || (trace->births[number].parent == parent \&\&/
s/^		    trace->births\[number\].ordinal == ordinal)/		    trace->births[number].ordinal == ordinal))/'
mutant 'locks-do-not-race-with-trylocks' $races \
	's/return (is_acquisition(x->kind) || x->kind == WEFT_OP_TRYLOCK ||/return (is_acquisition(x->kind) || false \&\&/'
mutant 'trylocks-do-not-race-with-releases' $races \
	's/^		return is_try(early->kind);/		return false;/'
mutant 'only-the-nearest-race-of-a-wait' $races \
	's/^		if (y->loose)/		if (false)/'
mutant 'locks-race-with-releases' $races \
	's/(skips && !is_rival(x))/false/
s/^		if (!is_rival(x))$/		if (false)/'
mutant 'locks-do-not-race' $races \
	's/^		return is_rival(early);/		return false;/'
mutant 'only-the-last-conflict-orders' $races \
	's/return x->write && !x->commutes;/return true;/'
mutant 'effects-of-dropped-steps-stay' $trace \
	's/^		object->head = trace->links\[at\].before;/		;/'
mutant 'races-of-dropped-steps-stay' $trace \
	's/trace->races\[trace->races_n - 1\].late >= n/trace->races[trace->races_n - 1].late > n/'
mutant 'dropped-spawns-are-counted' $tasks \
	's/^		trace->tasks\[spawn->parent\].spawned--;/		;/'
mutant 'granted-locks-race-with-nobody' $races \
	's/return is_acquisition(early->kind) || is_try(early->kind);/return false;/'
mutant 'unsure-moves-cover' $sequence \
	's/!move->effect.unsure &&/true \&\&/'
mutant 'what-turns-out-sure-drops-nothing' $unsure \
	's/^	wakeup_prune(&dpor->forest, &branch->next, &branch->move);/	;/'
mutant 'leaves-behind-unsure-moves-cover' $wakeup \
	's/if (!ret->is_covered || !ret->is_behind_unsure)/if (true)/'
mutant 'wanted-branches-are-given-up' $dpor \
	's/^		      !dpor->is_wanted;/		      true;/'
mutant 'impossible-orders-are-not-looked-into' $unsure \
	's/^			dpor__reverse_wait(dpor, node, &move);/			;/'
mutant 'impossible-executions-are-processed' $dpor \
	's/dpor->mode != SLEEP && !dpor->impossible)/dpor->mode != SLEEP)/'
mutant 'locks-held-alone-can-be-taken' $possible \
	's/state.is_held ||/false ||/'
mutant 'readers-pass-a-writer-in-line' $possible \
	's/kind == WEFT_OP_LOCK_SHARED && state.in_line/false/'
mutant 'who-was-in-line-stays-there' $possible \
	's/task & ~state->seen/task/'
mutant 'steps-that-are-dropped-have-the-lock' $possible \
	's/(step < seq->early || !dpor_sequence_drops(seq, step))/true/'
mutant 'faults-cover-beyond-the-bound' $sequence \
	's/(!move->effect.fault || seq->faults_left)/true/'
mutant 'alternatives-beyond-the-bound' $insert \
	's/^	return seq->faults <= left;/	return true;/'
mutant 'what-was-published-is-what-was-done' framework/strategies/dpor_internal.h \
	's/^	if (!step->effects_n)/	if (step)/'
mutant 'branches-to-sleeping-tasks-are-followed' $unsure \
	's/!(node->asleep.tasks >> move.task & 1 &&/!(false \&\&/'
mutant 'sleeping-tasks-never-wake' $asleep \
	's/is_woken(pool, s, trace, step) :/false :/
s/is_woken_by_one(s, x, step->effects_n)))/false))/'
mutant 'sleep-sets-are-not-inherited' $asleep \
	's/for (end = s + from->n; s < end; s++) {/for (end = s + from->n; s < end \&\& false; s++) {/'
mutant 'any-choice-of-a-sleeping-task-sleeps' $asleep \
	's/^		    sleeper->move.choice == choice)/		    true)/'
mutant 'what-follows-an-answer-is-no-step' framework/exec.c \
	's/^	exec__point(x, &op, x->strategy->forced);/	return;/'
mutant 'who-has-no-fault-left-does-not-ask' framework/exec_inject.c \
	's/^	return !x->in_setup && x->config.faults_max &&/	return !x->in_setup \&\& x->faults < x->config.faults_max \&\&/'
mutant 'locks-do-not-race-with-looks' $races \
	's/^		x->kind == WEFT_OP_LOCK_LOOK) &&/		false) \&\&/'
mutant 'looks-at-locks-are-reads' framework/exec_ops.c \
	's/^	x->told.loose = is_read;/	x->told.write = false;/'
mutant 'sleep-sets-do-not-cover-races' $insert \
	's/^	uint32_t there = node->asleep.tasks, at;/	uint32_t there = 0, at;/
s/^	    is_covered_by_sleep(dpor, node, &race->until))/	    false)/'
mutant 'only-the-first-choice-of-data' $races \
	's/for (choice = 0; choice < choices; choice++) {/for (choice = 0; choice < choices \&\& false; choice++) {/'
mutant 'only-the-first-choice-of-source-sets' $dpor \
	's/for (choice = 0; choice < node->choices; choice++) {/for (choice = 0; choice < node->choices \&\& false; choice++) {/'
mutant 'rests-of-branches-are-forgotten' $dpor \
	's/^	node->tree = dpor->inherited;/	wakeup_free_tree(\&dpor->forest, dpor->inherited); node->tree = WAKEUP_NONE;/'
mutant 'lone-branches-are-forgotten' $insert \
	'/^	dpor__plant(dpor, node);/d'
mutant 'any-step-is-an-initial' $sequence \
	's/^	return dpor_clock_within(&trace->clocks\[next\], &seq->placed,/	return (true || dpor_clock_within(\&trace->clocks[next], \&seq->placed,/
s/^				 move->task) &&/				 move->task)) \&\&/'
mutant 'clocks-forget-what-they-knew' $clock \
	's/dpor_lane_max(clock->lanes\[i\],/(/'
mutant 'clocks-join-the-first-lane-only' $clock \
	's/^	dpor_lane_join(clock, other, 1);/	return;/'
mutant 'clocks-compare-the-first-lane-only' $clock \
	's/a\[1\] > b\[1\]/a[1] > a[1]/'
mutant 'one-above-is-not-above' $clock \
	's/a\[0\] > b\[0\]/a[0] - 1 > b[0]/'
mutant 'sequences-share-no-branch' $wakeup \
	's/^	while (at != WAKEUP_NONE) {$/	while (false) {/'
mutant 'only-the-first-branch-is-compared' $wakeup \
	's/^			at = branch->next;/			break;/'
mutant 'inserted-is-covered-for-good' $wakeup \
	's/^		return descent.is_sure;/		return true;/
s/^	return false;/	return true;/'
mutant 'copies-of-stacks-are-kept-too-long' framework/marks.c \
	's/^	mark->resumed = 0;/	;/'
mutant 'who-wants-a-lock-is-forgotten' framework/marks.c \
	's/^	exec__want_again(x);/	;/'
mutant 'who-had-wanted-a-lock-is-remembered' framework/marks.c \
	's/^	exec__want_none(x);/	;/'
mutant 'waits-for-completions-are-reads' scenarios/model.c \
	's/tell(completion, true, completion->value - 1, false, 0);/;/'
finish
