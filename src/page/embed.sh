#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Files as C strings:	embed.sh FILE... > page_assets.c
#
# style.css becomes page_style_css.
set -eu
echo '/* Made by src/page/embed.sh. */'
echo '#include "page.h"'
for file; do
	name=$(basename "$file" | tr '.-' '__')
	echo "const char page_$name[] ="
	sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^\(.*\)$/	"\1\\n"/' "$file"
	echo '	;'
done
