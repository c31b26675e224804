# SPDX-License-Identifier: GPL-2.0-only
# Makes the access hooks of coverage counters cheap in compiler output (x86-64).
#
# gcc instruments its own counters as if the kernel had written them: three quarters
# of all hook calls, about memory that no task shares. A hook takes an address and
# returns nothing. That of a read is left out. That of a write becomes the test whether
# the counter is logged already (model/access.c I4); a call may clobber the flags and
# %rax, so the test may as well. Both only where the argument certainly lies in a counter:
#
#  I1  A register is in counter[] only if it holds the address of a counter, by every way
#      control can have come here. Where a way is unknown nothing is.
#  I2  What this misses costs time only: the hook makes the same test.
#
# distance: from a counter to the epoch it was logged in

function forget_scratch(  r)
{
	for (r in counter)
		if (r !~ /^%(rbx|rbp|r12|r13|r14|r15)$/)
			delete counter[r]
}

function forget(  r)
{
	for (r in counter)
		delete counter[r]
}

# Remembers at a jump what its target may rely on.
function leave_for(label,  r)
{
	arrived[label]++
	for (r in counter)
		holds[label, r]++
}

# At a label: only what every jump to it and the line before agree on.
function arrive(label,  r, n, list, i)
{
	if (!references[label] || arrived[label] != references[label]) {
		forget()
		return
	}
	if (unreachable) {
		n = split("rax rbx rcx rdx rsi rdi rbp r8 r9 r10 r11 r12 r13 r14 r15", list, " ")
		for (i = 1; i <= n; i++)
			counter["%" list[i]] = 1
	}
	for (r in counter)
		if (holds[label, r] != references[label])
			delete counter[r]
}

# The register an instruction changes is its last operand, in any width.
function written(operand)
{
	return operand in wide ? wide[operand] : operand
}

function holds_counter(operation, source,  base)
{
	if (operation == "movq")
		return source in counter
	if (source ~ /^([0-9]+\+)?__gcov0\.[^ ]*\(%rip\)$/)
		return 1
	if (source !~ /^-?[0-9]+\(%r[a-z0-9]+\)$/)
		return 0
	base = source
	sub(/^.*\(/, "", base)
	sub(/\)$/, "", base)
	return base in counter
}

BEGIN {
	split("rax eax ax al rbx ebx bx bl rcx ecx cx cl rdx edx dx dl " \
	      "rsi esi si sil rdi edi di dil rbp ebp bp bpl", names, " ")
	for (i = 1; i in names; i++)
		wide["%" names[i]] = "%" names[i - (i - 1) % 4]
	for (i = 8; i <= 15; i++)
		wide["%r" i] = wide["%r" i "d"] = wide["%r" i "w"] = wide["%r" i "b"] = "%r" i
}

# First reading of the file: how often each label is named, jump tables included.
FNR == NR {
	if ($0 ~ /^\t/ && match($0, /\.L[0-9]+/))
		references[substr($0, RSTART, RLENGTH)]++
	next
}

# Labels for debug information (.LVL3, .LBB2) are no targets.
/^\.L[0-9]+:/ {
	label = $1
	sub(/:.*/, "", label)
	arrive(label)
	unreachable = 0
	print
	next
}

/^[^ \t#]/ && !/^\.L[A-Z]/ { forget(); unreachable = 0 }

/^#APP/ { forget() }

/^\tcall\t__tsan_read8@PLT/ && ("%rdi" in counter) { forget_scratch(); next }
/^\tcall\t__tsan_write8@PLT/ && ("%rdi" in counter) {
	forget_scratch()
	tests++
	print "\tmovq\tweft_counting(%rip), %rax"
	print "\tcmpq\t%rax, " distance "(%rdi)"
	print "\tje\t.Lweft_counted" tests
	print "\tcall\tweft_count_first@PLT"
	print ".Lweft_counted" tests ":"
	next
}
/^\tcall/ { forget_scratch(); print; next }

/^\tj[a-z]+\t/ {
	if ($2 ~ /^\.L[0-9]+$/)
		leave_for($2)
	if ($1 == "jmp") {
		forget()
		unreachable = 1
	}
	print
	next
}

/^\t(ret|ud2)/ { forget(); unreachable = 1; print; next }

/^\t[a-z]/ {
	target = $0
	sub(/.*[, \t]/, "", target)
	source = $2
	sub(/,$/, "", source)
	is = ($1 == "leaq" || $1 == "movq") && target ~ /^%/ && holds_counter($1, source)
	if ($1 ~ /^(xchg|mul|imul|div|idiv|cqto|cltq|rep|cpuid|cmpxchg|xadd|movs|stos)/)
		forget()
	delete counter[written(target)]
	if (is)
		counter[target] = 1
}

{ print }
