#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Whatever is wrong with the input, the message says what.
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"

usage() {
	promise=$1 text=$2
	shift 2
	gives "$promise" 64 "$text" "$@"
}

# --- The command line ----------------------------------------------------------
usage 'unknown verb' "no verb 'frob'; 'weft --help' names them" weft frob
usage 'unknown scenario' "no scenario 'nosuch'; 'weft list scenarios' names them" weft explore nosuch
usage 'unknown scenario after a known one' "no scenario 'nosuch'" weft explore model/abba nosuch
holds 'nothing was explored then' [ ! -e reports ]
usage 'unknown option' "unrecognized option '--frob'" weft explore --frob
usage 'unknown list' "nosuch" weft list nosuch
usage 'unknown strategy' "--strategy: no strategy 'x'; 'weft list strategies' names them" weft explore --strategy x model/abba
usage 'unknown format' "--format: no format 'html'; there are text, ktap and mail" weft explore --format html model/abba
usage 'option without its value' "requires an argument" weft explore --seed
usage 'graph without a scenario' 'name a scenario' weft graph
while read -r option value text; do
	usage "--$option $value" "--$option: '$value' $text" weft explore "--$option=$value" model/lockinc
done <<'END'
executions 0 is not a number from 1
executions 5x is not a number from 1
executions 99999999999999999999999 is not a number from 1
time -1 is not a number of seconds above 0
time abc is not a number of seconds above 0
time nan is not a number of seconds above 0
depth 0 is not a number from 1
preemptions x is neither a number nor 'none' nor 'iterate'
preemptions 1001 is not a number from 0 to 1000
seed -1 is not a number from 0
jobs 0 is not a number from 1
max-memory 3 is not a number from 4
param n is not KEY=NUMBER
param n= is not KEY=NUMBER
END
usage 'unknown parameter' "--param q=1: scenario model/lockinc has no parameter 'q'; it has: n" \
	weft explore --param q=1 model/lockinc
usage 'a parameter too small' "--param m=0: model/mpc takes m from 1 to 30" \
	weft explore --param n=1 --param m=0 model/mpc
usage 'a parameter too large' "--param n=32: model/lockinc takes n from 1 to 31" \
	weft explore --param n=32 model/abba model/lockinc
usage 'no rounds' "--param n=0: model/peterson takes n from 1 on" \
	weft explore --param n=0 model/peterson
usage 'symmetry nobody declares' '--symmetry: model/philo does not declare that its tasks are alike' \
	weft explore --symmetry model/philo
usage 'symmetry with a reduction' '--symmetry: it is not proven for strategy dpor; use --strategy dfs' \
	weft explore --symmetry --strategy dpor model/twins
usage 'symmetry with delays' '--symmetry: it is not proven for strategy delay; use --strategy dfs' \
	weft explore --symmetry --delays 2 model/twins
usage 'bad number in the environment' "WEFT_DEPTH: 'deep' is not a number" env WEFT_DEPTH=deep weft explore model/abba

# --- Schedules -----------------------------------------------------------------
# schedule PROMISE TEXT CONTENTS: contents as for printf
schedule() {
	printf "$3" >bad.schedule
	usage "schedule: $1" "bad.schedule$2" weft replay bad.schedule
}

usage 'no schedule' 'replay takes one schedule file, not 0' weft replay
usage 'a schedule that is not there' 'cannot read nosuch.schedule: No such file' weft replay nosuch.schedule
usage 'a schedule that is a directory' "cannot read $tmp: Is a directory" weft replay "$tmp"
schedule 'empty' ": line 1: not a weft schedule" ''
schedule 'another file' ": line 1: not a weft schedule" 'hello\n'
schedule 'binary' ' contains a zero byte: not a schedule' '\177ELF\001\000\000\002'
schedule 'newer format' ': line 1: schedule format 99, but this weft reads format 1' 'weft-schedule 99\nscenario model/abba\n'
schedule 'no format' ": line 1: no format number" 'weft-schedule one\n'
schedule 'no scenario' ": line 1: no 'scenario' line" 'weft-schedule 1\nrun 1x1\n'
schedule 'unknown scenario' ": no scenario 'nosuch'; 'weft list scenarios' names them" 'weft-schedule 1\nscenario nosuch\nrun 1x1\n'
schedule 'bad run' ': line 3: expected TASKxSTEPS' 'weft-schedule 1\nscenario model/abba\nrun 1y1\n'
schedule 'run of no steps' ': line 3: expected TASKxSTEPS' 'weft-schedule 1\nscenario model/abba\nrun 1x0\n'
schedule 'run beyond numbers' ': line 3: expected TASKxSTEPS' 'weft-schedule 1\nscenario model/abba\nrun 1x99999999999999999999\n'
schedule 'truncated' ': line 3: expected TASKxSTEPS' 'weft-schedule 1\nscenario model/abba\nrun 1x1 2'
schedule 'unknown word' ": line 4: unknown word 'foo'" 'weft-schedule 1\nscenario model/abba\nrun 1x1\nfoo 2\n'
schedule 'scenario twice' ": line 3: a second 'scenario'" 'weft-schedule 1\nscenario model/abba\nscenario model/abba\n'
schedule 'bad choice' ': line 3: expected choices' 'weft-schedule 1\nscenario model/abba\nchoose x\n'
schedule 'bad image' ': line 3: an image is named by 16 hexadecimal digits' 'weft-schedule 1\nscenario model/abba\nimage 12\n'
schedule 'a parameter the scenario has not' ": scenario model/abba has no parameter 'n=3'" 'weft-schedule 1\nscenario model/abba\nparams n=3\n'
schedule 'a parameter the scenario is not written for' " n=99: model/philo takes n from 2 to 31" 'weft-schedule 1\nscenario model/philo\nparams n=99\n'
schedule 'a kernel is needed' ": no 'kernel' line" 'weft-schedule 1\nscenario open-vs-kvm-release\nrun 1x1\n'
if [ "$(id -u)" -ne 0 ]; then
	: >secret.schedule
	chmod 000 secret.schedule
	usage 'a schedule that cannot be read' 'cannot read secret.schedule: Permission denied' weft replay secret.schedule
else
	skip 'a schedule that cannot be read' 'root reads everything'
fi

# --- Where results go ------------------------------------------------------------
: >file
usage '--out is a file' '--out: cannot write to file: Not a directory' weft explore --out file model/abba
usage '--out below a file' '--out: cannot write to file/reports: Not a directory' weft explore --out file/reports model/abba
usage '--out in /proc' '--out: cannot write to /proc/weft' weft explore --out /proc/weft model/abba
usage '--json in no directory' '--json: cannot write nosuch/x.json: No such file' weft explore --json nosuch/x.json model/abba
usage '--junit in no directory' '--junit: cannot write nosuch/x.xml: No such file' weft explore --junit nosuch/x.xml model/abba
usage 'two documents on standard output' 'only one of --json, --junit and --sarif can have standard output' \
	weft explore --json - --junit - model/abba
if [ -c /dev/full ]; then
	gives '--json on a full disk' 5 '--json: cannot write /dev/full: No space left' weft explore --json /dev/full model/abba
	gives '--junit on a full disk' 5 '--junit: cannot write /dev/full: No space left' weft explore --junit /dev/full model/abba
	rm -rf reports
	gives 'standard output on a full disk' 5 'cannot write standard output: No space left' \
		sh -c 'weft explore model/abba >/dev/full'
	holds 'the finding is kept then' [ -s reports/model-abba/finding-1.schedule ]
else
	skip 'full disks' 'there is no /dev/full'
fi

# --- Kernel images ---------------------------------------------------------------
mkdir none damaged
usage 'no images' 'no kernel images in none' env WEFT_IMAGES=none weft explore open-vs-kvm-release
usage 'no image folder' 'no kernel images in nosuch' env WEFT_IMAGES=nosuch weft explore open-vs-kvm-release
: >damaged/kernel-1.so
gives 'an empty image' 5 'damaged/kernel-1.so is damaged' env WEFT_IMAGES=damaged weft explore --kernel 1 open-vs-kvm-release
echo 'int main;' >damaged/kernel-2.so
gives 'an image that is text' 5 'damaged/kernel-2.so is damaged' env WEFT_IMAGES=damaged weft explore --kernel 2 open-vs-kvm-release
head -c 20000 "$build/weft" >damaged/kernel-3.so
gives 'a truncated image' 5 'damaged/kernel-3.so is damaged' env WEFT_IMAGES=damaged weft explore --kernel 3 open-vs-kvm-release
gives 'a bad image does not keep the others from running' 5 'model/abba: bug' \
	env WEFT_IMAGES=damaged weft explore --quiet --kernel 3 open-vs-kvm-release model/abba
cp "$build/weft" damaged/kernel-4.so
gives 'another program' 5 'build it again with make' env WEFT_IMAGES=damaged weft explore --kernel 4 open-vs-kvm-release
usage 'unknown kernel' "--kernel: no kernel image '9.9'; there are: 1, 2, 3, 4" \
	env WEFT_IMAGES=damaged weft explore --kernel 9.9 open-vs-kvm-release
printf 'weft-schedule 1\nscenario open-vs-kvm-release\nkernel 9.9\nrun 1x1\n' >other.schedule
usage 'schedule of an unknown kernel' "other.schedule: no kernel image '9.9'" \
	env WEFT_IMAGES=damaged weft replay other.schedule

if has_image 6.1; then
	image=$(weft list kernels | sed -n 's/^  6\.1  *//p')
	size=$(wc -c <"$image")
	for part in 10 50 99; do
		head -c $((size / 100 * part)) "$image" >damaged/kernel-6.1.so
		gives "$part % of an image" 5 'damaged/kernel-6.1.so is damaged' \
			env WEFT_IMAGES=damaged weft explore --kernel 6.1 open-vs-kvm-release
	done
	usage 'a focus that is nowhere' 'nosuch/folder' weft explore --kernel 6.1 --focus nosuch/folder open-vs-kvm-release
	weft explore --quiet --kernel 6.1 open-vs-kvm-release >out 2>err
	found=reports/open-vs-kvm-release-6.1/finding-1.schedule
	sed 's/^image .*/image 0123456789abcdef/' $found >other.schedule
	gives 'schedule of another image that still fits' 1 'was recorded on image 0123456789abcdef, but' weft replay other.schedule
	sed 's/^image .*/image 0123456789abcdef/; s/^run .*/run 99x1/' $found >other.schedule
	gives 'schedule of another image that does not fit' 3 'the kernel image is not the one it was recorded on' weft replay other.schedule
else
	skip 'damaged images and schedules of other images' 'no image of kernel 6.1'
fi
finish
