# SPDX-License-Identifier: GPL-2.0-only
# What the compiler said about one file of an image, and behind it, once each, what
# the tree lacks: a header, a symbol, a member, with the file that needs it.
#
# Usage: awk -v file=FILE -v kernel='Linux 6.6' -v src=DIR -f explain.awk ERRORS ;
# messages in English (LC_ALL=C), paths below src without it.

function quoted()
{
	return match($0, /'[^']*'/) ? substr($0, RSTART + 1, RLENGTH - 2) : ""
}

# The struct of "'struct mdev_device' has no member named 'active'", and its member.
function second_quoted(  rest)
{
	rest = $0
	sub(/'[^']*'/, "", rest)
	return match(rest, /'[^']*'/) ? substr(rest, RSTART + 1, RLENGTH - 2) : ""
}

function say(text, verb)
{
	if (text in said)
		return
	said[text] = 1
	lacks[++n] = text ", which " where " " verb
}

{ print }

# Where the error is, which for a macro or a header is not the file itself.
/: (fatal )?error: / {
	split($0, at, ":")
	sub(/^.*\/tree\//, "", at[1])
	if (index(at[1], src "/") == 1)
		at[1] = substr(at[1], length(src) + 2)
	where = at[1] ":" at[2]
	errors++
}
/fatal error: .*: No such file or directory/ {
	header = $0
	sub(/.*fatal error: /, "", header)
	sub(/: No such file.*/, "", header)
	say("has no header " header, "includes")
}
/error: implicit declaration of function/ {
	say("declares no " quoted() "()", "calls")
}
/error: '[^']*' undeclared/ {
	say("declares no " quoted(), "uses")
}
/error: unknown type name/ {
	say("has no type " quoted(), "uses")
	types++
}
/error: .*has no member named/ {
	say("has no member " second_quoted() " in '" quoted() "'", "uses")
}
/error: storage size of|error: .*incomplete type/ {
	say("does not define all of what is wanted: " substr($0, index($0, "error: ") + 7), "needs")
}

END {
	if (!errors)
		exit
	for (i = 1; i <= n; i++)
		printf "weft: %s: %s %s\n", file, kernel, lacks[i]
	if (!n)
		printf "weft: %s does not compile with the headers of %s\n", file, kernel
	if (types)
		print "weft: an unknown type is often a header that is not included before, such as <linux/types.h>: include= in the list, or #include in our own"
	if (header ~ /^asm\//)
		print "weft: an asm/ header is ours to write: kernel-shim/arch/include/" header
	print "weft: which files belong to which versions: kernel-shim/sources/*.list, and 'Kernels:' in our own (docs/adding-a-kernel-file.md)"
}
