#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Uses after free are foretold, and shown by an execution directed at them; what
# only looks like one is not told.
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"

# shown SUMMARY NAME [OPTION]...
shown() {
	text=$1 name=$2
	shift 2
	run weft explore --json json "$@" "$name"
	tr -s ' \n' ' ' <out >flat
	holds "$name $*: foretold" grep -F "predicted use after free: $text" flat
	holds "$name $*: and shown" grep -F 'feasible: finding 1' out
	holds "$name $*: in the JSON, too" sh -c 'sed -n "/\"foretold\": \[/,/^      \]/p" json | grep "\"finding\": \"finding-1\""'
}

# silent NAME [OPTION]...
silent() {
	name=$1
	shift
	run weft explore --json json "$@" "$name"
	holds "$name $*: exhausted" [ "$status" -eq 0 ]
	holds "$name $*: nothing is foretold" grep -F '"foretold": [],' json
}

shown 'hasty reads 8 bytes at offset 0 of memory that careful frees' model/put-use
shown 'walker reads 8 bytes at offset 0 of memory that remover frees' model/free-unlist
holds 'which the finding says' grep -F 'predicted from the accesses and frees of execution 1,' reports/model-free-unlist/finding-1.txt
run weft replay reports/model-free-unlist/finding-1.schedule
holds 'its schedule replays' grep -F 'walker reads object, which remover has freed' out
silent model/use-put
silent model/unlist-free
silent model/free-taken
run weft explore --races off model/free-unlist
holds 'without races there is no order to foretell from' sh -c '! grep predicted out'

for kernel in 6.1 6.12; do
	if ! has_image $kernel; then
		skip "uses after free on $kernel" "no image of kernel $kernel"
		continue
	fi
	tag="--kernel $kernel"
	for name in rcu_now free_unlink complete_use copy_unlink stale; do
		shown 'a writes 4 bytes at offset 0 of a 56-byte kmalloc object that b frees' litmus/memory_$name $tag
	done
	shown 'a reads 8 bytes at offset 0 of an 8-byte kmalloc object that b frees' litmus/plain_free $tag
	for name in rcu_later unlink_free use_complete use_put fresh; do
		silent litmus/memory_$name $tag
	done
	shown 'map uses a lock at offset 128 of a' dma-map-vs-close $tag
	holds 'with both places' sh -c 'grep -F "accessed in vfio_dma_do_map(), drivers/vfio/vfio_iommu_type1.c" flat && grep -F "freed in vfio_iommu_type1_release(), drivers/vfio/vfio_iommu_type1.c" flat'
done
if has_image 6.12; then
	# The put is not the last one then; nobody waits for it.
	run weft explore --kernel 6.12 virqfd-enable-vs-signal
	tr -s ' \n' ' ' <out >flat
	holds 'what is not shown says why, and blames no wait that there is not' \
		grep -F 'infeasible within the bounds: without the access the free does not come (2 executions' flat
fi
finish
