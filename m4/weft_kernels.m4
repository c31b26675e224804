dnl SPDX-License-Identifier: GPL-2.0-only
dnl WEFT_KERNELS - find the kernel source the images are made of
dnl
dnl Sets KERNELS to words TAG=PATH and weft_kernels_found to lines for people.
dnl Autoconf keeps only the last --with-kernel, so all of them are read from
dnl the recorded arguments, which also serve config.status --recheck.
AC_DEFUN([WEFT_KERNELS],
[AC_ARG_WITH([kernel],
  [AS_HELP_STRING([--with-kernel=TAG=PATH],
    [kernel source, a directory or a tarball; may be repeated, or several separated by commas (default: every /usr/src/linux-source-*.tar.xz)])]
[AS_HELP_STRING([--without-kernel], [build no kernel image: model programs only])],
  [], [with_kernel=default])
KERNELS=
weft_kernels_found=
WEFT_KERNELS_FUNCTION
AS_CASE([$with_kernel],
  [no], [],
  [default], [WEFT_KERNELS_DEFAULT],
  [WEFT_KERNELS_GIVEN])
AC_SUBST([KERNELS])])

AC_DEFUN([WEFT_KERNELS_DEFAULT],
[for weft_path in /usr/src/linux-source-*.tar.xz; do
  test -e "$weft_path" || continue
  weft_tag=${weft_path#/usr/src/linux-source-}
  weft_kernel_add "${weft_tag%.tar.xz}=$weft_path"
done
AS_IF([test -z "$KERNELS"],
  [AC_MSG_ERROR([no kernel source: there is no /usr/src/linux-source-*.tar.xz.
  Debian: apt-get install linux-source-6.1 linux-source-6.12
  elsewhere: --with-kernel=TAG=PATH with a source directory or tarball, e.g. --with-kernel=6.12=/src/linux-6.12.tar.xz
  for model programs only: --without-kernel])])])

AC_DEFUN([WEFT_KERNELS_GIVEN],
[weft_given=`eval "set x $ac_configure_args"
  for weft_argument do
    case $weft_argument in
    --with-kernel=*) AS_ECHO(["$weft_argument"]) | sed 's/^--with-kernel=//' | tr ', ' '\n\n' ;;
    esac
  done`
AS_CASE(["$with_kernel"], [yes], [weft_given="$weft_given yes"])
for weft_word in $weft_given; do
  weft_kernel_add "$weft_word"
done
AS_IF([test -z "$KERNELS"], [AC_MSG_ERROR([--with-kernel= names no kernel: expected TAG=PATH, or --without-kernel for model programs only])])])

dnl The function both use; checks what can be checked in no time, make does the rest.
AC_DEFUN([WEFT_KERNELS_FUNCTION],
[weft_kernel_add () {
  weft_tag=${1%%=*}
  weft_path=${1#*=}
  test "$weft_tag" != "$[]1" || AC_MSG_ERROR([--with-kernel=$[]1: expected TAG=PATH, e.g. --with-kernel=6.1=/usr/src/linux-source-6.1.tar.xz])
  AS_CASE([$weft_tag], [''|.*|-*|*[[!A-Za-z0-9._-]]*],
    [AC_MSG_ERROR([--with-kernel=$[]1: the tag '$weft_tag' must consist of letters, digits, '.', '_' and '-', e.g. 6.1])])
  AS_CASE([" $KERNELS"], [*" $weft_tag="*],
    [AC_MSG_ERROR([--with-kernel=$[]1: the tag '$weft_tag' is given twice; each kernel needs a tag of its own])])
  AS_CASE([$weft_path],
    [/*], [],
    [weft_path=`pwd`/$weft_path])
  AS_IF([test -d "$weft_path"],
      [weft_version=`sed -n 's/^\(VERSION\|PATCHLEVEL\|SUBLEVEL\) *= *\([[0-9]]*\)$/\2/p' "$weft_path/Makefile" 2>/dev/null | head -n 3 | tr '\n' . | sed 's/\.$//'`
       AS_CASE([$weft_version], [*.*.*], [],
         [AC_MSG_ERROR([--with-kernel=$[]1: $weft_path is no kernel source: its top Makefile has no VERSION, PATCHLEVEL and SUBLEVEL])])
       weft_version="Linux $weft_version"],
    [test -r "$weft_path" && test -f "$weft_path"],
      [weft_version=tarball
       AS_CASE([$weft_path],
         [*.xz], [AS_IF([test "$have_xz" = no], [AC_MSG_ERROR([xz is needed to unpack $weft_path (Debian: apt-get install xz-utils)])])
           xz --list "$weft_path" >/dev/null 2>&1 || AC_MSG_ERROR([--with-kernel=$[]1: $weft_path is no xz file, or a truncated one: fetch it again])])
       AS_CASE([$weft_path],
         [/usr/src/linux-source-*], [weft_version=`dpkg-query -W -f='Debian ${Version}' "linux-source-$weft_tag" 2>/dev/null || echo tarball`])],
    [test -f "$weft_path"],
      [AC_MSG_ERROR([--with-kernel=$[]1: $weft_path cannot be read: check its permissions])],
    [AC_MSG_ERROR([--with-kernel=$[]1: $weft_path does not exist: give a kernel source directory or a tarball])])
  KERNELS="${KERNELS:+$KERNELS }$weft_tag=$weft_path"
  weft_kernels_found="${weft_kernels_found:+$weft_kernels_found
}$weft_tag  $weft_version  $weft_path"
}])

dnl WEFT_KERNEL_COMPILER - kernel images need what only some compilers can do
AC_DEFUN([WEFT_KERNEL_COMPILER],
[AS_IF([test -n "$KERNELS"],
  [AS_IF([test "$have_bc" = no], [AC_MSG_ERROR([bc is needed for kernel images (Debian: apt-get install bc)])])
   AC_CACHE_CHECK([whether $CC can instrument volatile accesses], [weft_cv_cc_volatile],
     [weft_saved_CFLAGS=$CFLAGS
      CFLAGS="$CFLAGS -fsanitize=thread --param tsan-distinguish-volatile=1"
      AC_COMPILE_IFELSE([AC_LANG_PROGRAM([volatile int x;], [return x;])],
        [weft_cv_cc_volatile=yes], [weft_cv_cc_volatile=no])
      CFLAGS=$weft_saved_CFLAGS])
   AS_IF([test "$weft_cv_cc_volatile" = no],
     [AC_MSG_ERROR([kernel images need gcc 11 or newer: $CC does not know --param tsan-distinguish-volatile=1. Use CC=gcc, or --without-kernel])])])])
