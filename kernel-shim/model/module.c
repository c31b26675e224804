// SPDX-License-Identifier: GPL-2.0-only
/*
 * Modules: reference counts, and symbols looked up by name.
 *
 * Everything in an image is built in, so THIS_MODULE is NULL and its references
 * are free, as in a kernel without modules. A struct module that somebody does
 * pass is counted as the kernel counts it.
 *
 * References taken with symbol_get() go to the module that owns the symbol. Built
 * in there is none, so they are counted per symbol instead: M1, symbol_put() never
 * outnumbers symbol_get(). These counts are invisible to the explorer, because no
 * task can see them: only unloading kvm or vfio could, and that cannot happen.
 */
#include <linux/kmod.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/preempt.h>
#include <linux/string.h>
#include <linux/version.h>
#include "memory.h"
#include "model.h"

/*
 * What EXPORT_SYMBOL and its relatives export, collected by the link (image.mk).
 * @gpl: exported with one of the _GPL forms.
 */
extern const struct weft_export {
	const char *name;
	const void *addr;
	unsigned long gpl;
} weft_exports[];
extern const unsigned long weft_export_count;

#define SYMBOLS_MAX	32

/* Symbols somebody asked for, in the order of their first use. */
static struct symbol_use {
	const char *name;
	long count;
} uses[SYMBOLS_MAX];

/* Read-only data: nothing the explorer needs to see. */
static WEFT_QUIET const struct weft_export *export_find(const char *name)
{
	unsigned long i;

	for (i = 0; i < weft_export_count; i++)
		if (!strcmp(weft_exports[i].name, name))
			return &weft_exports[i];
	return NULL;
}

/* Plain memory, kept out of the explorer's sight but undone with a snapshot. */
static WEFT_QUIET void symbol_count(const char *name, long change)
{
	struct symbol_use *use = uses;

	while (use->name && strcmp(use->name, name))
		use++;
	BUG_ON(use == uses + SYMBOLS_MAX - 1);	/* keep one empty at the end */
	weft_host->save(use, sizeof(*use));
	use->name = name;
	use->count += change;
	if (use->count < 0)
		weft_host->finding("refcount", "symbol_put() without symbol_get()");
}

/**
 * __symbol_get() - address of an exported symbol, with a reference on its owner
 *
 * MODEL of kernel/module/main.c. Keeps: only exported symbols, only GPL ones are
 * given out, no preemption. Drops: owners; see the head of this file.
 * Errors: NULL.
 */
void *__symbol_get(const char *symbol)
{
	const struct weft_export *export;

	preempt_disable();
	export = export_find(symbol);
	if (export && !export->gpl)
		export = NULL;
	if (export)
		symbol_count(export->name, 1);
	preempt_enable();
	return export ? (void *)export->addr : NULL;
}

/**
 * __symbol_put() - gives back what __symbol_get() took
 *
 * MODEL of kernel/module/main.c. Keeps: BUG on an unknown symbol. Drops: owners.
 */
void __symbol_put(const char *symbol)
{
	const struct weft_export *export;

	preempt_disable();
	export = export_find(symbol);
	BUG_ON(!export);
	symbol_count(export->name, -1);
	preempt_enable();
}

/**
 * __module_get() - one more reference, known to be possible
 *
 * MODEL of kernel/module/main.c. Keeps: count. Drops: tracing.
 */
void __module_get(struct module *module)
{
	if (module)
		atomic_inc(&module->refcnt);
}

/**
 * try_module_get() - one more reference, unless the module is going
 *
 * MODEL of kernel/module/main.c. Keeps: state, count. Drops: tracing.
 */
bool try_module_get(struct module *module)
{
	if (!module)
		return true;
	return module_is_live(module) && atomic_inc_not_zero(&module->refcnt);
}

/**
 * module_put() - one reference less
 *
 * MODEL of kernel/module/main.c. Keeps: count, warning. Drops: tracing.
 */
void module_put(struct module *module)
{
	if (module)
		WARN_ON(atomic_dec_if_positive(&module->refcnt) < 0);
}

/**
 * __request_module() - asks userspace for a module
 *
 * MODEL of kernel/module/kmod.c. Keeps: answer of a system whose modprobe finds
 * nothing: all there is is built in. Drops: the helper process, waiting for it.
 */
int __request_module(bool wait, const char *fmt, ...)
{
	if (wait)
		might_sleep();
	return -ENOENT;
}
