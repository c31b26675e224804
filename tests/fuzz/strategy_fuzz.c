/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The strategies against their oracle, on fixed programs and on random ones. TAP
 * on stdout, one line per trap, and per group and strategy; see usage() for the
 * options.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/compare.h"

struct options {
	unsigned long	programs;	/* per group */
	uint64_t	seed;
	const char	*group;		/* NULL: all */
	const char	*strategies;
	unsigned long	at_least;	/* programs compared, by strategy */
	bool		show, strict, progress, stop, first;
};

static void usage(FILE *out)
{
	size_t i;

	fprintf(out,
		"usage: strategy_fuzz [OPTION]...\n"
		"Compares each systematic strategy with sleep sets alone, on the traps and on\n"
		"random programs.\n\n"
		"  --programs N    programs per group (300)\n"
		"  --seed N        seed of the first one (1)\n"
		"  --group G       only this group, and no traps\n"
		"  --strategy A,B  only these strategies\n"
		"  --show          print the one program of --seed and --group, and what each\n"
		"                  strategy makes of it\n"
		"  --strict        a gap that a strategy admits excuses nothing\n"
		"  --stop          leave a group at its first broken promise, and do not shrink\n"
		"  --first         stop at the first broken promise of all, and shrink it\n"
		"  --at-least N    fail if a strategy was compared on fewer programs in all\n"
		"  --progress      tell standard error how far it is\n\n"
		"groups:\n");
	for (i = 0; i < fuzz_groups_n; i++)
		fprintf(out, "  %-12s %s\n", fuzz_groups[i].name,
			fuzz_groups[i].summary);
}

static void complain(const struct fuzz_jury *jury, struct fuzz_program *p,
		     const struct fuzz_group *group, uint64_t seed,
		     struct fuzz_complaint complaint)
{
	struct fuzz_jury one = {
		.strategies = { complaint.strategy }, .strict = jury->strict,
		.n = complaint.strategy != &weft_strategy_sleep,
	};

	printf("# %s: %s: --group %s --seed %llu; the smallest such program:\n",
	       complaint.strategy->name, complaint.what, group->name,
	       (unsigned long long)seed);
	fuzz_shrink(p, complaint, jury->strict);
	fuzz_program_print(p, "#   ", stdout);
	fuzz_explain(&one, p);
}

static size_t results_n;

/* One line of TAP; @name: NULL or what the promise is about. */
static void result(bool is_kept, const char *group, const char *name,
		   const char *promise)
{
	printf("%sok %zu - %s: %s%s%s\n", is_kept ? "" : "not ", ++results_n,
	       group, name ? name : "", name ? " " : "", promise);
}

static void print_results(const struct fuzz_group *group,
			  const struct fuzz_jury *jury,
			  unsigned long oracle_failed)
{
	size_t i;

	result(!oracle_failed, group->name, NULL,
	       "sleep executes each trace once");
	printf("#   %lu programs, %lu too large; %lu traces, %lu findings, %lu cut short\n",
	       jury->programs, jury->large, jury->traces, jury->findings,
	       jury->oracle_blocked);
	for (i = 0; i < jury->n; i++) {
		const struct fuzz_tally *tally = &jury->tallies[i];

		result(!tally->failed, group->name, jury->strategies[i]->name,
		       "agrees with sleep");
		printf("#   %lu programs, %lu failed, %lu missed something, %lu admit a gap; %lu executed again, %lu cut short, %lu impossible\n",
		       tally->programs, tally->failed, tally->missed,
		       tally->gaps, tally->again, tally->blocked,
		       tally->impossible);
	}
	fflush(stdout);
}

/*
 * The fixed programs; each has exactly its number of traces.
 * Return: number of broken promises.
 */
static unsigned long run_traps(const struct options *options)
{
	unsigned long failed = 0;
	size_t i;

	for (i = 0; i < fuzz_traps_n; i++) {
		struct fuzz_program p = fuzz_traps[i].program;
		struct fuzz_complaint complaint;
		struct fuzz_jury jury;

		fuzz_jury_choose(&jury, options->strategies);
		jury.strict = options->strict;
		complaint = fuzz_compare(&jury, &p);
		if (!complaint.what && jury.traces == fuzz_traps[i].traces) {
			result(true, "traps", NULL, fuzz_traps[i].name);
			continue;
		}
		failed++;
		result(false, "traps", NULL, fuzz_traps[i].name);
		printf("#   %lu traces, not %zu; %s: %s\n", jury.traces,
		       fuzz_traps[i].traces, complaint.strategy->name,
		       complaint.what ? complaint.what : "agrees");
		fuzz_program_print(&p, "#   ", stdout);
		fuzz_explain(&jury, &p);
	}
	return failed;
}

/* Programs each strategy was compared on, over all groups. */
static unsigned long compared[FUZZ_STRATEGIES_MAX];

/* Return: number of programs with a broken promise. */
static unsigned long run_group(const struct options *options,
			       const struct fuzz_group *group)
{
	unsigned long failed = 0, oracle_failed = 0, i;
	struct fuzz_complaint complaint;
	struct fuzz_program p;
	struct fuzz_jury jury;

	fuzz_jury_choose(&jury, options->strategies);
	jury.strict = options->strict;
	for (i = 0; i < options->programs; i++) {
		if (options->progress && i % 100 == 0)
			fprintf(stderr, "\r%-12s %lu of %lu programs, %lu failed ",
				group->name, i, options->programs, failed);
		fuzz_program_make(&p, group, options->seed + i);
		complaint = fuzz_compare(&jury, &p);
		if (!complaint.what)
			continue;
		if (complaint.strategy == &weft_strategy_sleep)
			oracle_failed++;
		failed++;
		if (options->stop)
			break;
		if (failed <= 3)
			complain(&jury, &p, group, options->seed + i,
				 complaint);
		if (options->first)
			break;
	}
	if (options->progress)
		fprintf(stderr, "\r%70s\r", "");
	print_results(group, &jury, oracle_failed);
	for (i = 0; i < jury.n; i++)
		compared[i] += jury.tallies[i].programs;
	return failed;
}

/* Return: number of strategies compared on too few. */
static unsigned long print_compared(const struct options *options)
{
	struct fuzz_jury jury;
	unsigned long failed = 0;
	size_t i;

	fuzz_jury_choose(&jury, options->strategies);
	for (i = 0; i < jury.n; i++) {
		bool is_enough = compared[i] >= options->at_least;

		result(is_enough, "all groups", jury.strategies[i]->name,
		       "was compared often enough");
		printf("#   %lu programs, %lu wanted\n", compared[i],
		       options->at_least);
		failed += !is_enough;
	}
	return failed;
}

static void show(const struct options *options, const struct fuzz_group *group)
{
	struct fuzz_program p;
	struct fuzz_jury jury;

	fuzz_jury_choose(&jury, options->strategies);
	fuzz_program_make(&p, group, options->seed);
	printf("# --group %s --seed %llu\n", group->name,
	       (unsigned long long)options->seed);
	fuzz_program_print(&p, "#   ", stdout);
	fuzz_explain(&jury, &p);
}

static bool parse(int argc, char **argv, struct options *options)
{
	static const struct option longs[] = {
		{ "programs", required_argument, NULL, 'n' },
		{ "seed", required_argument, NULL, 's' },
		{ "group", required_argument, NULL, 'g' },
		{ "strategy", required_argument, NULL, 'y' },
		{ "show", no_argument, NULL, 'w' },
		{ "strict", no_argument, NULL, 't' },
		{ "stop", no_argument, NULL, 'x' },
		{ "first", no_argument, NULL, 'f' },
		{ "at-least", required_argument, NULL, 'l' },
		{ "progress", no_argument, NULL, 'p' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	struct fuzz_jury jury;
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (c) {
		case 'n':
			options->programs = strtoul(optarg, NULL, 10);
			break;
		case 's':
			options->seed = strtoull(optarg, NULL, 10);
			break;
		case 'g':
			options->group = optarg;
			break;
		case 'y':
			options->strategies = optarg;
			break;
		case 'w':
			options->show = true;
			break;
		case 't':
			options->strict = true;
			break;
		case 'x':
			options->stop = true;
			break;
		case 'f':
			options->first = true;
			break;
		case 'l':
			options->at_least = strtoul(optarg, NULL, 10);
			break;
		case 'p':
			options->progress = true;
			break;
		case 'h':
			usage(stdout);
			exit(0);
		default:
			return false;
		}
	}
	return optind == argc && fuzz_jury_choose(&jury, options->strategies) &&
	       (!options->group || fuzz_group_find(options->group)) &&
	       (!options->show || options->group);
}

int main(int argc, char **argv)
{
	struct options options = { .programs = 300, .seed = 1 };
	unsigned long failed = 0;
	size_t i;

	if (!parse(argc, argv, &options)) {
		usage(stderr);
		return 64;
	}
	if (options.show) {
		show(&options, fuzz_group_find(options.group));
		return 0;
	}
	if (!options.group)
		failed += run_traps(&options);
	for (i = 0; i < fuzz_groups_n && !(failed && options.first); i++)
		if (!options.group ||
		    fuzz_group_find(options.group) == &fuzz_groups[i])
			failed += run_group(&options, &fuzz_groups[i]);
	if (options.at_least)
		failed += print_compared(&options);
	printf("1..%zu\n", results_n);
	return failed ? 1 : 0;
}
