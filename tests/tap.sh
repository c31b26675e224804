# SPDX-License-Identifier: GPL-2.0-only
# TAP for shell scripts; sourced, POSIX sh. ok/not ok lines from the functions
# below, the plan from finish.
n=0
failed=0

pass() {
	n=$((n + 1))
	echo "ok $n - $1"
}

# fail PROMISE [FILE...]: the files say what happened
fail() {
	n=$((n + 1))
	failed=1
	echo "not ok $n - $1"
	shift
	[ $# -eq 0 ] || sed 's/^/# /' "$@"
}

skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

# Ends the test here: nothing in it can be run.
skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

finish() {
	echo "1..$n"
	exit "$failed"
}
