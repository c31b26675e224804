// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/weft_litmus: ioctl(fd, TEST << 8 | ROLE) runs one role of one test in the
 * calling task; ROLE 254 prepares it, 255 ends it and, if a promise did not
 * hold, copies its text to the argument (128 bytes). read() tells an address.
 *
 * Start: WEFT_SYS_INSMOD "weft_litmus".
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "litmus.h"

#define ROLE_SETUP	254
#define ROLE_END	255
#define BROKEN_MAX	128

const char *litmus_broken;

static const struct litmus *const tests[] = {
#define LITMUS(name, ...) &litmus_##name,
#include "litmus.def"
#undef LITMUS
};

static long end(const struct litmus *test, char __user *ret_broken)
{
	long seen = test->end ? test->end() : 0;
	char text[BROKEN_MAX] = "";

	if (litmus_broken)
		strscpy(text, litmus_broken, sizeof(text));
	return copy_to_user(ret_broken, text, sizeof(text)) ? -EFAULT : seen;
}

static long litmus_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	unsigned int role = cmd & 0xff;
	const struct litmus *test;

	if (cmd >> 8 >= ARRAY_SIZE(tests))
		return -ENOTTY;
	test = tests[cmd >> 8];
	if (role == ROLE_SETUP)
		return test->setup ? test->setup() : 0;
	if (role == ROLE_END)
		return end(test, (char __user *)arg);
	if (role >= LITMUS_ROLES || !test->role[role])
		return -ENOTTY;
	return test->role[role]();
}

static ssize_t litmus_read(struct file *file, char __user *to, size_t n,
			   loff_t *pos)
{
	unsigned long address = litmus_told_address();

	if (n != sizeof(address))
		return -EINVAL;
	return copy_to_user(to, &address, n) ? -EFAULT : n;
}

static const struct file_operations litmus_fops = {
	.owner = THIS_MODULE,
	.read = litmus_read,
	.unlocked_ioctl = litmus_ioctl,
};

static struct miscdevice litmus_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "weft_litmus",
	.fops = &litmus_fops,
};

static int __init litmus_init(void)
{
	return misc_register(&litmus_device);
}

static void __exit litmus_exit(void)
{
	misc_deregister(&litmus_device);
}

module_init(litmus_init)
module_exit(litmus_exit)
MODULE_DESCRIPTION("Weft: what the kernel promises about its primitives");
MODULE_LICENSE("GPL");
