#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Does the fuzzer notice a broken reduction? Builds it with one defect at a time and
# says which groups notice, and after how many programs. TAP; make check-mutants.
#
#	mutants.sh [NAME...]	only these defects
#
# A defect is NAME FILE and an edit of that file, by sed. An edit that no longer
# applies is a failure, too: the defect has to be written anew.
set -u
src=${WEFT_TEST_SRC:-$(cd "$(dirname "$0")/../.." && pwd)}
cc=${CC:-cc}
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
trap 'exit 99' HUP INT TERM
flags="-D_GNU_SOURCE -std=gnu11 -O2 -g -w -fno-omit-frame-pointer -I$src -I$src/framework -I$src/framework/strategies -I$src/scenarios"
n=0
failed=0

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

result() {
	n=$((n + 1))
	[ "$1" = ok ] || failed=1
	echo "$1 $n - $2"
}

# fuzz PROGRAM N: groups that notice within N programs, in the order in which they do
fuzz() {
	timeout 600 "$1" --programs "$2" --stop >"$tmp/out" 2>"$tmp/err"
	status=$?
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
	     END { for (i = 1; i <= m; i++) print programs[order[i]], order[i] }' "$tmp/out" |
		sort -n | awk '{ printf "%s%s after %s", (NR > 1 ? ", " : ""), $2, $1 }'
}

wanted=" $* "
# mutant NAME FILES SED: the edit has to change each of the files
mutant() {
	[ "$wanted" = '  ' ] || case $wanted in *" $1 "*) ;; *) return ;; esac
	changed=
	others=$objects
	for file in $2; do
		# Headers are found through -I, wherever the copy lies.
		copy=$tmp/$(basename "$file")
		sed "$3" "$src/$file" >"$copy"
		if cmp -s "$src/$file" "$copy"; then
			result 'not ok' "$1: the edit of $file does not apply any more"
			return
		fi
		if ! compile "$copy" "$copy.o" 2>"$tmp/err"; then
			result 'not ok' "$1: the edit of $file does not compile"
			sed 's/^/# /' "$tmp/err"
			return
		fi
		changed="$changed $copy.o"
		others=$(echo "$others" | tr ' ' '\n' | grep -vx "$(object "$src/$file")")
	done
	# shellcheck disable=SC2086
	$cc -o "$tmp/fuzz" $others $changed || exit 99
	noticed=$(fuzz "$tmp/fuzz" 100)
	[ -n "$noticed" ] || noticed=$(fuzz "$tmp/fuzz" 1000)
	if [ -n "$noticed" ]; then
		result ok "$1"
		echo "#   $noticed"
	else
		result 'not ok' "$1: nobody notices"
	fi
}

# shellcheck disable=SC2086
$cc -o "$tmp/fuzz" $objects || exit 99
noticed=$(fuzz "$tmp/fuzz" 300)
if [ -z "$noticed" ]; then
	result ok 'the fuzzer has nothing to say against the source as it is'
else
	result 'not ok' "the fuzzer complains about the source as it is: $noticed"
fi

trace=framework/strategies/dpor_trace.c
dpor=framework/strategies/dpor.c
reverse=framework/strategies/dpor_reverse.c
asleep=framework/strategies/dpor_sleep.c

mutant 'v-ends-at-the-late-step' $reverse \
	's/for (i = early + 1; i < trace->n; i++) {/for (i = early + 1; i < trace->n \&\& i < late; i++) {/'
mutant 'a-branch-with-an-initial-is-enough' $dpor \
	's/bool by_tree = dpor->mode == SOURCE || dpor->careful;/bool by_tree = true;/'
mutant 'effect-of-moved-cmpxchg-is-stale' $reverse \
	'/^	move_effect(seq);/d'
mutant 'races-of-waiting-tasks-are-dropped' $dpor \
	's/^		if (trace->tasks\[task\].is_waiting)/		if (false)/'
mutant 'an-add-hides-the-adds-before-it' $trace \
	's/if (x->write && !x->commutes)/if (x->write)/'
mutant 'joins-do-not-order' $trace \
	's/^		join_ended(trace, &step->op, clock);/		;/'
mutant 'spawns-do-not-order' $trace \
	's/^	trace->tasks\[number\].born = trace->n;/	;/'
mutant 'tasks-are-known-by-their-ids' $trace \
	's/^		if (trace->births\[number\].parent == parent &&/		if (number == id || (trace->births[number].parent == parent \&\&/
s/^		    trace->births\[number\].ordinal == ordinal)/		    trace->births[number].ordinal == ordinal))/'
mutant 'locks-do-not-race-with-trylocks' $trace \
	's/return (is_acquisition(x->kind) || x->kind == WEFT_OP_TRYLOCK ||/return (is_acquisition(x->kind) || false \&\&/'
mutant 'trylocks-do-not-race-with-releases' $trace \
	's/^		return is_try(early->kind);/		return false;/'
mutant 'only-the-nearest-race-of-a-wait' $trace \
	's/^		if (y->loose)/		if (false)/'
mutant 'granted-locks-race-with-nobody' $trace \
	's/return is_acquisition(early->kind) || is_try(early->kind);/return false;/'
mutant 'weak-initials-with-loose-operations' $dpor \
	's/if (dpor->careful || !(dpor->trace.loose || dpor->trace.wide))/if (true)/'
mutant 'branches-to-sleeping-tasks-are-followed' $dpor \
	's/!(node->asleep.tasks >> move->task & 1 &&/!(false \&\&/'
mutant 'sleeping-tasks-never-wake' $asleep \
	's/is_woken(pool, &sleeper, trace, step))/false)/'
mutant 'sleep-sets-are-not-inherited' $asleep \
	's/for (i = 0; i < from->n; i++) {/for (i = 0; i < from->n \&\& false; i++) {/'
mutant 'sleep-sets-do-not-cover-races' $dpor \
	's/^	uint32_t there = node->asleep.tasks, at;/	uint32_t there = 0, at;/
s/dpor->mode == OPTIMAL && is_covered_by_sleep(dpor, node)/false/'
mutant 'only-the-first-choice-of-data' $dpor \
	's/for (choice = 0; choice < node->choices; choice++) {/for (choice = 0; choice < node->choices \&\& false; choice++) {/'
mutant 'choices-are-not-careful' $trace \
	's/if (op->kind == WEFT_OP_CHOOSE)/if (false)/'
mutant 'rests-of-branches-are-forgotten' $dpor \
	's/^	node->tree = dpor->inherited;/	wakeup_free_tree(\&dpor->forest, dpor->inherited); node->tree = WAKEUP_NONE;/'
mutant 'any-step-is-an-initial' $reverse \
	's/^	if (!dpor_clock_below(&seq->trace->clocks\[step\], &seq->next,/	if (false \&\& !dpor_clock_below(\&seq->trace->clocks[step], \&seq->next,/'
mutant 'copies-of-stacks-are-kept-too-long' framework/marks.c \
	's/^	mark->resumed = 0;/	;/'
mutant 'waits-for-completions-are-reads' scenarios/model.c \
	's/tell(completion, true, completion->value - 1, false, 0);/;/'
echo "1..$n"
exit "$failed"
