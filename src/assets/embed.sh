#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Files as C strings:	embed.sh FILE... > assets_text.c
#
# style.css becomes asset_style_css.
set -eu
echo '/* Made by src/assets/embed.sh. */'
echo '#include "assets.h"'
for file; do
	name=$(basename "$file" | tr '.-' '__')
	echo "const char asset_$name[] ="
	sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^\(.*\)$/	"\1\\n"/' "$file"
	echo '	;'
done
