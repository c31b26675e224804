# SPDX-License-Identifier: GPL-2.0-only
# What the tests of the command line share; sourced, POSIX sh.
#
# A test gets an empty working directory of its own in the build directory, the
# built weft first in PATH and no WEFT_… option from outside. It prints TAP
# (tests/tap.sh). Golden texts are in golden/; WEFT_GOLDEN_UPDATE=1 writes them anew.
set -u
src=${WEFT_TEST_SRC:?run me through make check}
build=${WEFT_TEST_BUILD:?run me through make check}
golden=$src/tests/cli/golden

for name in $(env | sed -n 's/^\(WEFT_[A-Z]*\)=.*/\1/p'); do
	case $name in
	WEFT_TEST_* | WEFT_IMAGES | WEFT_GOLDEN*) ;;
	*) unset "$name" ;;
	esac
done
unset FORCE_COLOR ARGP_HELP_FMT MAKEFLAGS MFLAGS MAKELEVEL
NO_COLOR=1 LC_ALL=C.UTF-8 PATH=$build:$PATH
export NO_COLOR LC_ALL PATH

tmp=$(mktemp -d "$build/cli.XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT
trap 'exit 99' HUP INT TERM
cd "$tmp" || exit 99

. "$src/tests/tap.sh"

# run COMMAND...: leaves $status, the files out and err
run() {
	status=0
	"$@" >out 2>err </dev/null || status=$?
}

# gives PROMISE STATUS TEXT COMMAND...: its exit status, and a text in what it prints
gives() {
	promise=$1 want=$2 text=$3
	shift 3
	run "$@"
	if [ "$status" -ne "$want" ]; then
		echo "exit status $status, not $want: $*" >why
	elif ! cat out err | grep -F -e "$text" >/dev/null; then
		echo "not printed: $text" >why
	else
		pass "$promise"
		return
	fi
	fail "$promise" why out err
}

# holds PROMISE COMMAND...: the command succeeds
holds() {
	promise=$1
	shift
	if "$@" >why 2>&1; then
		pass "$promise"
	else
		echo "failed: $*" >>why
		fail "$promise" why
	fi
}

# same PROMISE FILE FILE
same() {
	if diff -u "$2" "$3" >why 2>&1; then pass "$1"; else fail "$1" why; fi
}

# matches PROMISE GOLDEN FILE
matches() {
	[ -z "${WEFT_GOLDEN_UPDATE-}" ] || cp "$3" "$golden/$2"
	same "$1" "$golden/$2" "$3"
}

# How long it took is never the same, a version ages, and without dot no graph is an SVG.
steady() {
	grep -v -e '^  took ' -e '^  memory ' -e '"memory_bytes":' -e '"seconds":' -e '"executions_per_second":' |
		sed 's/lock-graph\.svg/lock-graph.dot/; s/^weft (Weft) [0-9].*/weft (Weft) VERSION/; s/"weft": ".*"/"weft": "VERSION"/'
}

# json FILE KEY: the values of a key, one a line, as they are written
json() {
	sed -n "s/^ *\"$2\": \(.*[^,]\),*\$/\1/p" "$1"
}

has_image() {
	weft list kernels 2>/dev/null | grep "^  $1 " >/dev/null
}

# The tests run on the images of the Debian kernels; say loudly when there are none.
need_images() {
	for tag do
		has_image "$tag" || skip_all "no image of kernel $tag: configured without it"
	done
}
