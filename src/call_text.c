/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names of what system calls ask and answer; contract in call_text.h.
 *
 * Requests are known by the headers that programs use. A number that means one
 * thing to a device and another to a container gets the name that goes with its file,
 * and both where the file is not known.
 */
#include <linux/kvm.h>
#include <linux/vfio.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call_text.h"

/* Since Linux 6.8; older headers do not have them. */
#ifndef VFIO_DEVICE_BIND_IOMMUFD
#define VFIO_DEVICE_BIND_IOMMUFD	_IO(VFIO_TYPE, VFIO_BASE + 18)
#define VFIO_DEVICE_ATTACH_IOMMUFD_PT	_IO(VFIO_TYPE, VFIO_BASE + 19)
#define VFIO_DEVICE_DETACH_IOMMUFD_PT	_IO(VFIO_TYPE, VFIO_BASE + 20)
#endif

#define PATH_FEW 10	/* bytes of a path that are never too many */

#define REQUEST(name) { name, #name }

static const struct {
	unsigned long number;
	const char *name;
} requests[] = {
	REQUEST(VFIO_GET_API_VERSION),
	REQUEST(VFIO_CHECK_EXTENSION),
	REQUEST(VFIO_SET_IOMMU),
	REQUEST(VFIO_GROUP_GET_STATUS),
	REQUEST(VFIO_GROUP_SET_CONTAINER),
	REQUEST(VFIO_GROUP_UNSET_CONTAINER),
	REQUEST(VFIO_GROUP_GET_DEVICE_FD),
	REQUEST(VFIO_DEVICE_GET_INFO),
	REQUEST(VFIO_DEVICE_GET_REGION_INFO),
	REQUEST(VFIO_DEVICE_GET_IRQ_INFO),
	REQUEST(VFIO_DEVICE_SET_IRQS),
	REQUEST(VFIO_DEVICE_RESET),
	REQUEST(VFIO_IOMMU_GET_INFO),
	REQUEST(VFIO_DEVICE_GET_PCI_HOT_RESET_INFO),
	REQUEST(VFIO_IOMMU_MAP_DMA),
	REQUEST(VFIO_DEVICE_PCI_HOT_RESET),
	REQUEST(VFIO_IOMMU_UNMAP_DMA),
	REQUEST(VFIO_DEVICE_QUERY_GFX_PLANE),
	REQUEST(VFIO_DEVICE_GET_GFX_DMABUF),
	REQUEST(VFIO_DEVICE_IOEVENTFD),
	REQUEST(VFIO_DEVICE_FEATURE),
	REQUEST(VFIO_DEVICE_BIND_IOMMUFD),
	REQUEST(VFIO_DEVICE_ATTACH_IOMMUFD_PT),
	REQUEST(VFIO_DEVICE_DETACH_IOMMUFD_PT),
	REQUEST(KVM_GET_API_VERSION),
	REQUEST(KVM_CREATE_VM),
	REQUEST(KVM_CHECK_EXTENSION),
	REQUEST(KVM_CREATE_VCPU),
	REQUEST(KVM_RUN),
	REQUEST(KVM_CREATE_DEVICE),
	REQUEST(KVM_SET_DEVICE_ATTR),
	REQUEST(KVM_GET_DEVICE_ATTR),
	REQUEST(KVM_HAS_DEVICE_ATTR),
};

/* What requests to a file begin with, by how its name in a recorded call does */
static const struct {
	const char *file, *request;
} families[] = {
	{ "</dev/vfio/vfio>", "VFIO_IOMMU_" },
	{ "<[vfio-device]>", "VFIO_DEVICE_" },
	{ "</dev/vfio/devices/", "VFIO_DEVICE_" },
};

static const char *family_of(const char *recorded)
{
	size_t i;

	for (i = 0; i < sizeof(families) / sizeof(*families); i++)
		if (strstr(recorded, families[i].file))
			return families[i].request;
	return NULL;
}

/* "A", or "A or B" where the file does not tell; false where nobody calls it anything */
static bool name_request(const char *recorded, unsigned long number, char *ret,
			 size_t size)
{
	const char *family = family_of(recorded);
	size_t i, n = 0;

	*ret = '\0';
	for (i = 0; i < sizeof(requests) / sizeof(*requests); i++) {
		const char *name = requests[i].name;

		if (requests[i].number != number || n >= size)
			continue;
		if (family && !strncmp(name, family, strlen(family))) {
			snprintf(ret, size, "%s", name);
			return true;
		}
		n += (size_t)snprintf(ret + n, size - n, "%s%s",
				      n ? " or " : "", name);
	}
	return n;
}

void call_text_cut(char *from, char *to)
{
	memmove(from + strlen("…"), to, strlen(to) + 1);
	memcpy(from, "…", strlen("…"));
}

/* The path that follows on @open, up to @close, shrinks to its last part. */
static void cut_to_last_part(char *text, const char *open, char close)
{
	char *begin = strstr(text, open), *end, *name;

	begin = begin ? begin + strlen(open) - 1 : NULL;
	end = begin ? strchr(begin, close) : NULL;
	for (name = end; name && name > begin && *name != '/'; name--)
		;
	if (name && (size_t)(name - begin) > PATH_FEW)
		call_text_cut(begin, name);
}

void call_text_begin(const char *recorded, char *ret, size_t size)
{
	const char *comma = strrchr(recorded, ',');
	char name[120], text[500], *end = NULL;
	unsigned long number = 0;

	if (!strncmp(recorded, "ioctl(", strlen("ioctl(")) && comma)
		number = strtoul(comma + 1, &end, 16);
	if (end && *end == ')' && name_request(recorded, number, name, sizeof(name)))
		snprintf(text, sizeof(text), "%.*s, %s%s",
			 (int)(comma - recorded), recorded, name, end);
	else
		snprintf(text, sizeof(text), "%s", recorded);
	cut_to_last_part(text, "</", '>');
	snprintf(ret, size, "%s", text);
}

/* Bytes of the UUID that @text begins with, or 0 */
static size_t uuid_length(const char *text)
{
	static const unsigned int groups[] = { 8, 4, 4, 4, 12 };
	size_t i, n = 0;

	for (i = 0; i < sizeof(groups) / sizeof(*groups); i++) {
		if (i && text[n++] != '-')
			return 0;
		if (strspn(text + n, "0123456789abcdefABCDEF") != groups[i])
			return 0;
		n += groups[i];
	}
	return n;
}

void call_text_shorten(char *text)
{
	size_t n;

	for (; *text; text++) {
		n = uuid_length(text);
		if (!n)
			continue;
		call_text_cut(text + strlen("83b8f4f2-"), text + n);
		text += strlen("83b8f4f2-");
	}
}

void call_text_shorten_path(char *text)
{
	cut_to_last_part(text, "(\"/", '"');
	cut_to_last_part(text, "</", '>');
	call_text_shorten(text);
}

void call_text_end(const char *recorded, char *ret, size_t size)
{
	static const char opened[] = "open = ";
	const char *minus = strstr(recorded, " = -"), *name = NULL;
	char *end = NULL;
	long number = 0;

	if (minus)
		number = strtol(minus + strlen(" = -"), &end, 10);
	if (end && !*end && number > 0 && number < 4096)
		name = strerrorname_np((int)number);
	if (name)
		snprintf(ret, size, "%.*s = -%s", (int)(minus - recorded),
			 recorded, name);
	else if (!minus && !strncmp(recorded, opened, strlen(opened)))
		snprintf(ret, size, "%sfd %s", opened,
			 recorded + strlen(opened));
	else
		snprintf(ret, size, "%s", recorded);
}
