/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of initcalls, generated from the objects of an image: one entry
 * per *_initcall() and module_init(), sorted by level, then by link order.
 * The last entry has no init.
 */
#ifndef WEFT_MODEL_INITCALL_H
#define WEFT_MODEL_INITCALL_H

struct weft_initcall {
	const char	*module;	/* KBUILD_MODNAME, e.g. "vfio_main" */
	int		(*init)(void);
	void		(*exit)(void);	/* module_exit(), or NULL */
	unsigned char	level;		/* 0 … 7 as in linux/init.h */
	unsigned char	test_driver;	/* waits for WEFT_SYS_INSMOD */
};

extern const struct weft_initcall weft_initcalls[];

int weft_insmod(const char *name);
int weft_rmmod(const char *name);

#endif
