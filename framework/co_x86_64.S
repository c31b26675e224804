/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Coroutine switch for x86-64, System V ABI: callee-saved registers plus the
 * control words of SSE and x87, which the ABI also preserves over calls.
 *
 * Frame, from the stack pointer up: mxcsr/x87 word, r15, r14, r13, r12, rbx,
 * rbp, return address. A new coroutine finds fn in r15 and arg in r14.
 */
#if defined(__x86_64__)
	.text
	.macro suspend
	pushq	%rbp
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	subq	$8, %rsp
	stmxcsr	(%rsp)
	fnstcw	4(%rsp)
	movq	%rsp, (%rdi)
	.endm

	.macro resume to
	movq	\to, %rsp
	cmpl	$0, (%rsp)
	je	1f
	ldmxcsr	(%rsp)
	fldcw	4(%rsp)
1:	pops
	.endm

	.macro pops
	addq	$8, %rsp
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	popq	%rbp
	ret
	.endm

	.globl	weft_co_switch_sp
	.type	weft_co_switch_sp, @function
weft_co_switch_sp:
	.cfi_startproc
	suspend
	resume	%rsi
	.cfi_endproc
	.size	weft_co_switch_sp, .-weft_co_switch_sp

	.globl	weft_co_yield_sp
	.type	weft_co_yield_sp, @function
weft_co_yield_sp:
	.cfi_startproc
	suspend
	movq	%rsp, %rbp
	.cfi_def_cfa rbp, 64
	movq	%rsi, %rbx
	movq	(%rsi), %rsp
	movq	48(%rsi), %rdi
	call	*40(%rsi)
	testq	%rax, %rax
	cmoveq	%rbx, %rax
	/* Loading control words costs more than to see that they are the same. */
	movq	(%rax), %rax
	movl	(%rax), %ecx
	movzwl	4(%rax), %edx
	cmpl	(%rbp), %ecx
	jne	2f
	cmpw	4(%rbp), %dx
	jne	2f
	movq	%rax, %rsp
	pops
2:	resume	%rax
	.cfi_endproc
	.size	weft_co_yield_sp, .-weft_co_yield_sp

	.globl	weft_co_entry
	.type	weft_co_entry, @function
weft_co_entry:
	.cfi_startproc
	.cfi_undefined rip
	movq	%rsp, %rbp
	movq	%r14, %rdi
	callq	*%r15
	ud2
	.cfi_endproc
	.size	weft_co_entry, .-weft_co_entry
#endif
	.section .note.GNU-stack, "", @progbits
