#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The reductions explore each trace, dpor nothing else: counts of programs that are
# known from papers and other checkers, or from a formula.
#
# A row is NAME N M TRACES [RULED]; '-' is a parameter the program does not have.
# Traces that end in a deadlock count, and so do the RULED of them that end in an
# assumption that does not hold. Rows that take seconds: WEFT_TEST_LONG=1, which
# make check-long sets; it also says how long each row took.
long=${WEFT_TEST_LONG:-0}
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"

# check STRATEGY JOBS NAME N M TRACES RULED
check() {
	strategy=$1 jobs=$2 name=$3 size=$4 second=$5 traces=$6 ruled=${7:-0}
	set -- "model/$name"
	[ "$size" = - ] || set -- "$@" --param "n=$size"
	[ "$second" = - ] || set -- "$@" --param "m=$second"
	weft explore "$@" --strategy "$strategy" --jobs "$jobs" --keep-going --quiet \
		--json - --time 600 >json 2>err </dev/null
	got="$(json json executions | grep -v null | head -n 1) traces, "
	got="$got$(json json assume_blocked) ruled out, "
	got="$got$(json json blocked) redundant"
	promise="$strategy: $* has $traces traces"
	[ "$ruled" = 0 ] || promise="$promise, $ruled of them ruled out"
	[ "$jobs" = 1 ] || promise="$promise, by $jobs jobs"
	[ "$strategy" = dpor ] || got=${got%,*}", 0 redundant"
	if [ "$got" = "$traces traces, $ruled ruled out, 0 redundant" ]; then
		pass "$promise"
		[ "$long" = 0 ] || echo "#   $(json json seconds | head -n 1) s"
	else
		echo "$got" >why
		fail "$promise" why err
	fi
}

# table STRATEGY JOBS: rows from standard input
table() {
	while read -r row_name row_n row_m row_traces row_ruled; do
		check "$1" "$2" "$row_name" "$row_n" "$row_m" "$row_traces" "$row_ruled"
	done
}

# Small ones: also by the oracle, which is sleep sets alone and runs into redundant
# executions, by source sets, and by two jobs.
cat >small <<'EOF'
lastzero 1 - 2
lastzero 5 - 64
readers 8 - 256
nwrites2 1 - 4
nwrites2 3 - 50
nwrites2 4 - 182
redundant_co 1 - 12
redundant_co 3 - 560
lastwrite 5 - 120
myexample 3 - 36
co22w 3 - 90
alpha1 3 - 60
fib_bench 1 - 11
fib_bench 2 - 140
fib_one_var 1 - 36
binc 4 - 576
cinc 3 - 216
wainc 2 - 6
wainc 4 - 120
casrot 2 - 2
casrot 6 - 144
casw 3 - 66
wcas 5 - 81
casfail 5 - 5
sigma 3 - 15
opt_lock 2 - 42
opt_lock 3 - 126
peterson_sc - - 10 6
peterson 1 - 14
dekker_f - - 3
szymanski - - 103 97
lamport 2 - 32 16
nwrites_lock 4 - 24
binc_locks 3 - 36
binc_locks 4 - 576
casrot_locks 4 - 24
casw_locks 3 - 90
fib_locks 3 - 560
stateful01 - - 6
mpat 4 - 384
disp 5 2 137
mpc 2 3 66
pi 5 - 120
spat 4 6 24
spat 5 6 96
spat 6 6 288
philo 3 - 7
philo 6 - 63
philo_ok 6 - 62
circular_buffer 3 - 20
mutex_order 3 - 6
mutex_deadlock 3 - 3
mutex_hard 3 - 4
trylock_only 3 - 6
trylock_unlock 3 - 24
mutex_vs_trylock 1 - 3
mutex_vs_trylock 2 - 16
account - - 6
lazy01 - - 6
deadlock01 - - 3
carter01 - - 4
reorder 2 1 56
twostage 1 1 3
twostage 2 1 28
twostage 3 1 468
stack 5 - 252
wronglock 1 - 7
wronglock 2 - 48
wronglock 3 - 360
bluetooth - - 10 2
token_ring - - 24
EOF
table dpor 1 <small
table sleep 1 <small
table source 1 <small
table dpor 2 <small

table dpor 1 <<'EOF'
lastzero 2 - 5
lastzero 3 - 12
lastzero 4 - 28
lastzero 10 - 3328
readers 2 - 4
readers 13 - 8192
nwriters 3 - 24
nwriters 4 - 120
nwriters 5 - 720
nwrites2 2 - 14
redundant_co 2 - 90
redundant_co 4 - 3150
redundant_co 5 - 16632
lastwrite 6 - 720
floating_read 5 - 720
floating_read 6 - 5040
myexample 5 - 14400
co22w 4 - 2520
alpha1 4 - 360
alpha1 5 - 2520
fib_bench 3 - 1698
fib_bench 4 - 19605
fib_one_var 2 - 1530
ainc 6 - 720
wainc 3 - 24
casrot 3 - 5
casrot 4 - 14
casrot 5 - 43
casrot 7 - 523
casrot 8 - 2048
casrot 9 - 8597
casrot 11 - 182905
casw 2 - 6
casw 4 - 1200
casw 5 - 32880
wcas 2 - 5
wcas 3 - 13
wcas 4 - 33
wcas 6 - 193
wcas 7 - 449
wcas 8 - 1025
wcas 9 - 2305
casfail 2 - 2
casfail 3 - 3
casfail 4 - 4
sigma 4 - 105
sigma 5 - 945
sigma 6 - 10395
opt_lock 4 - 346
opt_lock 5 - 922
peterson 2 - 2420
lamport_crit 3 - 20741 11525
nreads_lock 6 - 720
lockinc 6 - 720
casrot_locks 6 - 720
casw_locks 4 - 2520
wcas_locks 5 - 720
fib_locks 4 - 3150
fib_locks 5 - 16632
filesystem 14 - 2
filesystem 16 - 8
filesystem 18 - 32
filesystem 19 - 64
indexer 12 - 8
indexer 13 - 64
indexer 15 - 4096
mpat 5 - 3840
mpat 6 - 46080
disp 5 3 1482
disp 5 4 15282
mpc 2 5 60
mpc 3 5 2958
mpc 2 6 54
mpc 3 2 4344
mpc 3 3 2430
mpc 3 4 3486
pi 6 - 720
pi 7 - 5040
pi 8 - 40320
philo 4 - 15
circular_buffer 7 - 3432
circular_buffer 8 - 12870
mutex_order 2 - 2
mutex_deadlock 2 - 2
reorder 3 1 1248
reorder 4 1 40032
twostage 4 1 12096
EOF

if [ "$long" = 1 ]; then
	table dpor 1 <<'EOF'
lastzero 11 - 7168
lastzero 13 - 32768
lastzero 15 - 147456
readers 12 - 4096
readers 14 - 16384
readers 17 - 131072
casrot 10 - 38486
sigma 7 - 135135
filesystem 22 - 512
filesystem 24 - 2048
indexer 14 - 512
fib_bench 5 - 218243
mpat 7 - 645120
disp 5 5 151032
mpc 4 2 362880
mpc 4 5 314064
circular_buffer 10 - 184756
reorder 5 1 1755360
twostage 5 1 446400
EOF
fi
finish
