dnl SPDX-License-Identifier: GPL-2.0-only
dnl WEFT_COROUTINES - which switch to link; sets with_coroutines and conditionals
AC_DEFUN([WEFT_COROUTINES],
[AC_ARG_WITH([coroutines],
  [AS_HELP_STRING([--with-coroutines=asm|ucontext],
    [how coroutines switch: hand-written (default on x86-64 and aarch64) or ucontext (default elsewhere)])],
  [], [with_coroutines=default])
AS_CASE([$host_cpu],
  [x86_64], [weft_asm=x86_64],
  [aarch64], [weft_asm=aarch64],
  [weft_asm=no])
dnl x32 has the x86-64 processor and 4-byte pointers.
AC_COMPUTE_INT([weft_pointer_bytes], [sizeof(void *)], [],
  [AC_MSG_ERROR([the C compiler $CC does not work])])
AS_IF([test "$weft_pointer_bytes" != 8], [AC_MSG_ERROR([weft needs a 64-bit machine: pointers have $weft_pointer_bytes bytes here])])
AS_CASE([$with_coroutines],
  [default|yes], [AS_IF([test "$weft_asm" = no], [with_coroutines=ucontext], [with_coroutines=asm])],
  [asm], [AS_IF([test "$weft_asm" = no],
    [AC_MSG_ERROR([--with-coroutines=asm: there is no hand-written switch for $host_cpu; use --with-coroutines=ucontext])])],
  [ucontext], [],
  [AC_MSG_ERROR([--with-coroutines=$with_coroutines: expected asm or ucontext])])
AM_CONDITIONAL([CO_ASM], [test "$with_coroutines" = asm])])
