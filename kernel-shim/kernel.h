/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A kernel image as the rest of Weft sees it: load, name, talk to, unload.
 *
 * libc side of the door. host.c connects an image to the execution it runs in.
 */
#ifndef WEFT_KERNEL_H
#define WEFT_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct weft_exec;
struct weft_exec_config;
struct weft_kernel_calls;
struct gcov_info;

/**
 * struct weft_kernel - a loaded image
 * @tag:      "6.1", from the file name kernel-TAG.so
 * @path:     of the image
 * @release:  "6.1.192"
 * @hash:     of the file's bytes (FNV-1a); goes into schedule files
 * @load_bias: add to an ELF address to get a run-time address
 * @text_begin, @text_end: executable part, run-time addresses
 * @gcov, @gcov_n: coverage records of the real kernel files
 */
struct weft_kernel {
	char		*tag;
	char		*path;
	const char	*release;
	uint64_t	hash;
	uintptr_t	load_bias;
	uintptr_t	text_begin, text_end;
	char		*data;
	size_t		data_size;
	const struct gcov_info *const *gcov;
	size_t		gcov_n;
	void		*handle;
	const struct weft_image *image;
};

/**
 * weft_kernel_load() - load kernel-TAG.so
 * @ret_error: on error a sentence that says what is wrong; static storage
 *
 * Return: 0 or negative errno. One image may be loaded at a time.
 */
int weft_kernel_load(const char *path, struct weft_kernel *kernel,
		     const char **ret_error);
void weft_kernel_unload(struct weft_kernel *kernel);

/* Fills in what an execution on this image needs (data, slot, fault names). */
void weft_kernel_configure(const struct weft_kernel *kernel,
			   struct weft_exec_config *config);

/**
 * weft_kernel_connect() - route the image's door to @x
 * @log: called with each kernel log line (task id, text), or NULL
 */
void weft_kernel_connect(struct weft_kernel *kernel, struct weft_exec *x,
			 void (*log)(int task, const char *line));

/**
 * weft_kernel_bypass() - from now on locks and wakes are not scheduled, and what
 * the model tells of its accesses to memory is not noted
 *
 * For benchmarks that want to know what the bare system calls cost: one task,
 * no contention, nothing recorded. There is no way back.
 */
void weft_kernel_bypass(void);

/* What scenarios call; valid while connected. */
const struct weft_kernel_calls *weft_kernel_calls(void);

#endif
