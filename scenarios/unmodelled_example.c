/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What happens where the model of the kernel ends: the campaign stops with
 * verdict unmodelled and names the function.
 *
 * Creating a virtual CPU goes through real KVM code to the architecture's own,
 * kvm_arch_vcpu_precreate(), which no model provides. Weft tests itself with
 * this scenario; once virtual CPUs are modelled, pick another end of the world.
 */
#include <fcntl.h>
#include <linux/kvm.h>
#include <string.h>

#include "scenario.h"

struct state {
	int kvm;
	int vm;
};

static int setup(void *arg)
{
	struct state *state = arg;

	state->kvm = (int)sys_open("/dev/kvm", O_RDWR);
	if (state->kvm < 0) {
		weft_scenario_error("/dev/kvm: %s", strerror(-state->kvm));
		return state->kvm;
	}
	state->vm = (int)sys_ioctl(state->kvm, KVM_CREATE_VM, NULL);
	if (state->vm < 0)
		weft_scenario_error("KVM_CREATE_VM: %s", strerror(-state->vm));
	return state->vm < 0 ? state->vm : 0;
}

static void create_vcpu(void *arg)
{
	struct state *state = arg;

	sys_ioctl(state->vm, KVM_CREATE_VCPU, NULL);
}

static void check(void *arg)
{
	struct state *state = arg;

	sys_close(state->vm);
	sys_close(state->kvm);
}

const struct weft_scenario scenario_unmodelled_example = {
	.name = "test/unmodelled",
	.summary = "creating a virtual CPU, which no model provides",
	.tasks = {
		{ "create-vcpu", create_vcpu },
	},
	.state_size = sizeof(struct state),
	.setup = setup,
	.check = check,
	.preemptions = 2,
	.expect = {
		{ NULL, "unmodelled", NULL, NULL },
	},
};
