/* SPDX-License-Identifier: GPL-2.0-only */
/* main() of every unit test: runs its suite, each test in a process, as TAP. */
#include <stdlib.h>

#include "tests/unit/unit.h"

void unit_add(Suite *suite, const TTest *test)
{
	TCase *tcase = tcase_create(test->name);

	tcase_add_test(tcase, test);
	suite_add_tcase(suite, tcase);
}

int main(void)
{
	SRunner *runner = srunner_create(unit_suite());
	int failed;

	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
