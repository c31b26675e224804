# SPDX-License-Identifier: GPL-2.0-only
# WEFT_SANITIZERS: --enable-sanitizers, and whether the parser fuzzer can be built.
#
# Stacks are not watched (asan-stack=0): coroutines are suspended, copied and put
# back to where they were, and what ASan keeps beside a stack would not follow.
AC_DEFUN([WEFT_SANITIZERS],
  [AC_ARG_ENABLE([sanitizers],
     [AS_HELP_STRING([--enable-sanitizers], [build weft itself with ASan and UBSan (slow; for its own tests)])],
     [], [enable_sanitizers=no])
   SANITIZE_CFLAGS='-fsanitize=address,undefined -fno-sanitize-recover=undefined --param asan-stack=0'
   AC_SUBST([SANITIZE_CFLAGS])
   AC_CACHE_CHECK([whether $CC has the sanitizers and trace-pc], [weft_cv_sanitizers],
     [weft_saved_CFLAGS=$CFLAGS
      CFLAGS="$CFLAGS $SANITIZE_CFLAGS -fsanitize-coverage=trace-pc"
      AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <sanitizer/common_interface_defs.h>
        void __sanitizer_cov_trace_pc(void);
        __attribute__((no_sanitize_coverage)) void __sanitizer_cov_trace_pc(void) { }]], [[]])],
        [weft_cv_sanitizers=yes], [weft_cv_sanitizers=no])
      CFLAGS=$weft_saved_CFLAGS])
   AM_CONDITIONAL([HAVE_FUZZER], [test "$weft_cv_sanitizers" = yes])
   AM_CONDITIONAL([SANITIZERS], [test "$enable_sanitizers" = yes])
   AS_IF([test "$enable_sanitizers" = yes && test "$weft_cv_sanitizers" = no],
     [AC_MSG_ERROR([--enable-sanitizers: $CC does not link with $SANITIZE_CFLAGS (Debian: apt-get install libasan8 libubsan1, part of gcc)])])])
