/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The file that a kernfs node is, in evidence; contract in members.h.
 *
 * The model of a path walk looks whether the node is active that the path leads to, and
 * at no other node on the way (kernel-shim/model/sysfs_path.c I2). So who reads that in
 * a system call, and not in a function of the kernel, has found the file of the path.
 */
#include <string.h>

#include "call_text.h"
#include "finding_table.h"
#include "members.h"

/* 'open("/sys/a/b/remove")' → "remove" */
static bool last_part(const char *call, char *ret, size_t size)
{
	const char *begin = strstr(call, "(\"/sys/"), *end, *name;

	end = begin ? strchr(begin + 2, '"') : NULL;
	if (!end)
		return false;
	for (name = end; name[-1] != '/'; name--)
		;
	if (name == end || (size_t)(end - name) >= size)
		return false;
	memcpy(ret, name, (size_t)(end - name));
	ret[end - name] = '\0';
	return true;
}

bool members_file(struct weft_symbols *symbols,
		  const struct weft_evidence *evidence, size_t at, char *ret,
		  size_t size)
{
	const struct weft_step *step = &evidence->steps[at], *call;

	if (step->kind != WEFT_OP_ACCESS_READ ||
	    !weft_is_call_place(symbols, &step->stack))
		return false;
	call = weft_call_at(evidence, step->task, at);
	if (!call || !last_part(call->text, ret, size))
		return false;
	call_text_shorten(ret);
	return true;
}
