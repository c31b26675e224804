/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Coroutine switch for aarch64, AAPCS64: x19-x30 and the low halves of v8-v15.
 *
 * Frame, from the stack pointer up: x19..x28, x29, x30, d8..d15. A new
 * coroutine finds fn in x19 and arg in x20.
 */
#if defined(__aarch64__)
	.text
	.macro suspend
	sub	sp, sp, #160
	stp	x19, x20, [sp, #0]
	stp	x21, x22, [sp, #16]
	stp	x23, x24, [sp, #32]
	stp	x25, x26, [sp, #48]
	stp	x27, x28, [sp, #64]
	stp	x29, x30, [sp, #80]
	stp	d8, d9, [sp, #96]
	stp	d10, d11, [sp, #112]
	stp	d12, d13, [sp, #128]
	stp	d14, d15, [sp, #144]
	mov	x9, sp
	str	x9, [x0]
	.endm

	.macro resume to
	mov	sp, \to
	ldp	x19, x20, [sp, #0]
	ldp	x21, x22, [sp, #16]
	ldp	x23, x24, [sp, #32]
	ldp	x25, x26, [sp, #48]
	ldp	x27, x28, [sp, #64]
	ldp	x29, x30, [sp, #80]
	ldp	d8, d9, [sp, #96]
	ldp	d10, d11, [sp, #112]
	ldp	d12, d13, [sp, #128]
	ldp	d14, d15, [sp, #144]
	add	sp, sp, #160
	ret
	.endm

	.globl	weft_co_switch_sp
	.type	weft_co_switch_sp, %function
weft_co_switch_sp:
	suspend
	resume	x1
	.size	weft_co_switch_sp, .-weft_co_switch_sp

	.globl	weft_co_yield_sp
	.type	weft_co_yield_sp, %function
weft_co_yield_sp:
	suspend
	mov	x19, x1
	ldr	x9, [x1]
	mov	sp, x9
	ldr	x0, [x1, #48]
	ldr	x9, [x1, #40]
	blr	x9
	cmp	x0, #0
	csel	x0, x19, x0, eq
	ldr	x9, [x0]
	resume	x9
	.size	weft_co_yield_sp, .-weft_co_yield_sp

	.globl	weft_co_entry
	.type	weft_co_entry, %function
weft_co_entry:
	mov	x29, sp
	mov	x30, #0
	mov	x0, x20
	blr	x19
	brk	#0
	.size	weft_co_entry, .-weft_co_entry
#endif
	.section .note.GNU-stack, "", %progbits
