dnl SPDX-License-Identifier: GPL-2.0-only
dnl WEFT_LIBRARY(VARIABLE, MODULE, DEBIAN-PACKAGE) - a library weft cannot do without
AC_DEFUN([WEFT_LIBRARY],
[PKG_CHECK_MODULES([$1], [$2], [],
  [AC_MSG_ERROR([$2 is missing (Debian: apt-get install $3)])])])
