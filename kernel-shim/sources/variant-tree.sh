#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Makes OUT/tree for a variant of an image: the tree of BASE with some files changed.
#
# Usage: variant-tree.sh BASE OUT IMAGE ; IMAGE is the image that BASE built.
#   OUT/changed/PATH   what file PATH of the tree becomes; may be new
#   OUT/deleted        paths of files that go, one a line; may be missing
#
# The user's tree is only read. OUT/tree has a folder of its own wherever a file of the
# image comes from, so that '..' stays in it, and symbolic links for all the rest.
# Also makes OUT/variant.mk: TOUCHED, the objects that need a changed file.
set -eu
base=$(cd "$1" && pwd) out=$(cd "$2" && pwd) image=$3
LC_ALL=C
export LC_ALL

die() {
	rm -f "$out/tree.stamp"
	echo "weft: $*" >&2
	exit 1
}

[ -f "$image" ] || die "$base has no $(basename "$image"): it is no build folder of a kernel image; give the folder OUT of image.mk"
for file in objects.txt flags.txt kernel.mk tree/Makefile gen/generated/bounds.h; do
	[ -e "$base/$file" ] || die "$base has no $file: run make again where the image was built"
done
tree=$(cd "$base/tree" && pwd -P)

rm -rf "$out/tree" "$out/obj" "$out/gen" "$out/tree.stamp"
: >>"$out/deleted"
(cd "$out" && [ ! -d changed ] || find changed -type f -o -type l | sed 's,^[^/]*/,,') >"$out/changed.txt"
cat "$out/deleted" >>"$out/changed.txt"
sort -u -o "$out/changed.txt" "$out/changed.txt"
[ -s "$out/changed.txt" ] || die "nothing is changed: there is no file below $out/changed"
while IFS= read -r path; do
	case /$path/ in
	*/../* | */./* | *//*) die "'$path' is no path inside a kernel tree" ;;
	/include/asm-generic/Kbuild/ | /include/uapi/asm-generic/Kbuild/ | /kernel/bounds.c/ | /kernel/time/timeconst.bc/)
		die "$path changes, from which headers are generated: apply the patch to a tree of its own and configure with --with-kernel=TAG=TREE" ;;
	esac
done <"$out/changed.txt"

# What each object was made of, as "OBJECT PATH": PATH in the tree, or "!PATH" elsewhere.
sed 's/\.o$/.d/' "$base/objects.txt" >"$out/depend.list"
echo "$base/obj/weft/base.d" >>"$out/depend.list"
xargs awk -v obj="$base/obj/" -v tree="$base/tree/" -f "$(dirname "$0")/depend.awk" \
	<"$out/depend.list" >"$out/depend.txt" ||
	die "$base lacks the dependencies of its objects, or was moved: run make again where the image was built"

# An image older than its sources is not what the changes are to be compared with.
cut -d ' ' -f 2- "$out/depend.txt" | sort -u >"$out/sources.txt"
newer=$(sed "/^!/!s,^,$tree/,; s/^!//" "$out/sources.txt" | tr '\n' '\0' |
	xargs -0 sh -c 'find "$@" -newer "$0" 2>&1 | head -n 1' "$image" | head -n 1)
[ -z "$newer" ] || die "$newer is newer than $image, or gone: run make again where the image was built"

# Every folder of a file of the image or of a change, and those they are in.
{ echo ./x; grep -v '^!' "$out/sources.txt"; cat "$out/changed.txt"; } |
	awk '{ while (sub(/\/[^\/]*$/, "")) print }' | sort -u >"$out/folders.txt"
mkdir "$out/tree" "$out/obj"
ln -s "$base/gen" "$out/gen"
(cd "$out/tree" && xargs mkdir -p) <"$out/folders.txt"
while IFS= read -r folder; do
	set --
	for entry in "$tree/$folder"/*; do
		# A folder of our own is there already; one may be new, or empty.
		[ -d "$out/tree/$folder/${entry##*/}" ] || [ ! -e "$entry" ] || set -- "$@" "$entry"
	done
	[ $# -eq 0 ] || ln -s "$@" "$out/tree/$folder/"
done <"$out/folders.txt"
while IFS= read -r path; do
	rm -f "$out/tree/$path"
	[ ! -f "$out/changed/$path" ] || cp "$out/changed/$path" "$out/tree/$path"
done <"$out/changed.txt"

awk 'NR == FNR { changed[$0] = 1; next }
	{ object = $1; sub(/^[^ ]* /, "") }
	$0 in changed { touched[object] = 1 }
	END { for (object in touched) print object }' \
	"$out/changed.txt" "$out/depend.txt" | sort >"$out/touched.txt"
[ -s "$out/touched.txt" ] ||
	die "no file of $(basename "$image") is made of what changes: $(tr '\n' ' ' <"$out/changed.txt")"
{ printf 'TOUCHED :='; sed 's/^/ /' "$out/touched.txt" | tr -d '\n'; echo; } >"$out/variant.mk"
rm -f "$out/depend.list" "$out/sources.txt" "$out/folders.txt"
touch "$out/tree.stamp"
