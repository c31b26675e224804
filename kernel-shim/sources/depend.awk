# SPDX-License-Identifier: GPL-2.0-only
# Reads dependency files (gcc -MMD -MP) and prints "OBJECT PATH" for what each object was
# made of: PATH in the tree, or "!PATH" for a file elsewhere.
#
# Usage: awk -v obj=FOLDER/ -v tree=FOLDER/ -f depend.awk FILE.d...

# "a/./b/../c" is "a/c": the same file must have the same name.
function plain(path) {
	gsub(/\/\.\//, "/", path)
	while (match(path, /[^\/]+\/\.\.\//))
		path = substr(path, 1, RSTART - 1) substr(path, RSTART + RLENGTH)
	return path
}

FNR == 1 {
	object = $1
	sub(/:$/, "", object)
	if (index(object, obj) != 1)
		exit 1
	object = substr(object, length(obj) + 1)
	$1 = ""
}

# A line that ends with a colon is a target without a recipe.
!/:$/ {
	for (i = 1; i <= NF; i++) {
		if ($i == "\\" || $i == "")
			continue
		path = plain($i)
		print object, index(path, tree) == 1 ? substr(path, length(tree) + 1) : "!" path
	}
}
