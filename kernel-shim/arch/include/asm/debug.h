/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MODEL of arch/s390/kernel/debug.c. Keeps: that registering works. Drops: the log;
 * its lock is a leaf that no driver sees.
 */
#ifndef WEFT_ASM_DEBUG_H
#define WEFT_ASM_DEBUG_H

struct debug_view {
	const char	*name;
};

typedef struct debug_info {
	const char	*name;
} debug_info_t;

extern debug_info_t weft_debug_info;
extern struct debug_view debug_sprintf_view;

static inline debug_info_t *debug_register(const char *name, int pages, int areas,
					   int size)
{
	return &weft_debug_info;
}

static inline int debug_register_view(debug_info_t *info, struct debug_view *view)
{
	return 0;
}

static inline void debug_set_level(debug_info_t *info, int level) { }
static inline void debug_unregister(debug_info_t *info) { }

/* The arguments are evaluated, as they are there. */
static inline void debug_sprintf_event(debug_info_t *info, int level, char *format, ...) { }

#endif
