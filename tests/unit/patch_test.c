/* SPDX-License-Identifier: GPL-2.0-only */
/* What is understood of patches, mails and damaged copies (src/patch.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/patch.h"
#include "tests/unit/unit.h"

#define HEAD "--- a/x/y.c\n+++ b/x/y.c\n"
#define MAIL(subject) "From 1 Mon Sep 17 00:00:00 2001\nFrom: A <a@b>\nSubject: " subject "\n"

static struct patch_file file;

/* Reads @text, which must be good. */
static void read_good(const char *text)
{
	char *copy = strdup(text), *error = patch_read(copy, &file);

	ck_assert_msg(!error, "%s", error ? error : "");
	free(copy);
}

static void check_error(const char *text, const char *wanted)
{
	char *copy = strdup(text), *error = patch_read(copy, &file);

	ck_assert(error);
	ck_assert_msg(strstr(error, wanted), "'%s' lacks '%s'", error, wanted);
	free(error);
	free(copy);
}

/* The only hunk, and what had to be tolerated. */
static void check_hunk(const char *text, const char *lines,
		       unsigned int tolerated)
{
	read_good(text);
	ck_assert_uint_eq(file.n, 1);
	ck_assert_str_eq(file.diffs[0].path, "x/y.c");
	ck_assert_uint_eq(file.diffs[0].n, 1);
	ck_assert_str_eq(file.diffs[0].hunks[0].lines, lines);
	ck_assert_uint_eq(file.tolerated, tolerated);
	patch_clear(&file);
}

START_TEST(a_diff_is_read_as_it_is)
{
	check_hunk(HEAD "@@ -3,2 +3,3 @@ f()\n a\n-b\n+c\n+\td\n", " a\n-b\n+c\n+\td\n", 0);
	read_good(HEAD "@@ -3 +4,0 @@\n-b\n");
	ck_assert_uint_eq(file.diffs[0].hunks[0].old_at, 3);
	ck_assert_uint_eq(file.diffs[0].hunks[0].old_n, 1);
	ck_assert_uint_eq(file.diffs[0].hunks[0].new_n, 0);
	patch_clear(&file);
}
END_TEST

START_TEST(new_and_removed_files_are_told)
{
	read_good("--- /dev/null\n+++ b/new.c\n@@ -0,0 +1 @@\n+a\n"
		  "diff --git a/old.c b/old.c\ndeleted file mode 100644\n"
		  "--- a/old.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n");
	ck_assert_uint_eq(file.n, 2);
	ck_assert(file.diffs[0].creates && !file.diffs[0].removes);
	ck_assert_str_eq(file.diffs[0].path, "new.c");
	ck_assert(file.diffs[1].removes && !file.diffs[1].creates);
	ck_assert_str_eq(file.diffs[1].path, "old.c");
	patch_clear(&file);
}
END_TEST

START_TEST(a_removed_line_may_look_like_a_name)
{
	check_hunk(HEAD "@@ -1,2 +1 @@\n--- x\n a\n-- \n2.39\n", "--- x\n a\n", 0);
}
END_TEST

START_TEST(lost_blanks_and_broken_lines_come_back)
{
	check_hunk(HEAD "@@ -1,3 +1,3 @@ a long\nname(\n a\n\n-b\n+c(d,\ne)\n",
		   " a\n \n-b\n+c(d, e)\n", PATCH_EMPTY_CONTEXT | PATCH_WRAPPED);
}
END_TEST

START_TEST(quoting_goes_and_so_do_answers)
{
	check_hunk("> > --- a/x/y.c\n> > +++ b/x/y.c\n> > @@ -1,2 +1,2 @@\n"
		   "> >  a\n> Why?\nBecause.\n> > -b\n> > +c\n",
		   " a\n-b\n+c\n", PATCH_QUOTED);
}
END_TEST

START_TEST(pages_and_dos_are_undone)
{
	check_hunk(HEAD "@@ -1 +1 @@\r\n-a-&gt;b &amp;&amp; c\r\n+d\r\n",
		   "-a->b && c\n+d\n", PATCH_CRLF | PATCH_ENTITIES);
	/* Elsewhere it is what somebody wrote. */
	check_hunk(HEAD "@@ -1 +1 @@\n-a->b &amp;\n+d\n", "-a->b &amp;\n+d\n", 0);
}
END_TEST

START_TEST(encodings_are_undone)
{
	check_hunk(MAIL("x") "Content-Transfer-Encoding: quoted-printable\n\n"
		   HEAD "@@ -1 +1 @@\n-a =3D=\n 1\n+b\n", "-a = 1\n+b\n",
		   PATCH_ENCODED);
	check_hunk(MAIL("x") "Content-Type: multipart/mixed; boundary=\"q\"\n\n"
		   "--q\nContent-Type: text/plain\n\nhello\n--q\n"
		   "Content-Transfer-Encoding: base64\n\n"
		   "LS0tIGEveC95LmMKKysrIGIveC95LmMKQEAgLTEgKzEgQEAKLWEKK2IK\n"
		   "--q--\n", "-a\n+b\n", PATCH_ENCODED);
}
END_TEST

START_TEST(a_series_is_put_in_order)
{
	read_good(MAIL("[PATCH v2 0/2] about") "\nhello\n\n"
		  MAIL("[PATCH v2 2/2] two") "\n" HEAD "@@ -2 +2 @@\n-b\n+c\n\n"
		  MAIL("[PATCH v2 1/2] one") "\n" HEAD "@@ -1 +1 @@\n-a\n+b\n\n"
		  MAIL("Re: [PATCH v2 1/2] one") "\n> " "--- a/x/y.c\n> +++ b/x/y.c\n> @@ -1 +1 @@\n> -a\n> +b\n");
	ck_assert(file.reordered);
	ck_assert_uint_eq(file.replies, 1);
	ck_assert_uint_eq(file.patches_n, 2);
	ck_assert_str_eq(file.subjects[0], "[PATCH v2 1/2] one");
	ck_assert_str_eq(file.diffs[0].hunks[0].lines, "-a\n+b\n");
	ck_assert_uint_eq(file.diffs[1].patch, 1);
	patch_clear(&file);
}
END_TEST

START_TEST(two_versions_are_refused)
{
	check_error(MAIL("[PATCH 1/2] one") "\n" HEAD "@@ -1 +1 @@\n-a\n+b\n\n"
		    MAIL("[PATCH v2 1/2] one") "\n" HEAD "@@ -1 +1 @@\n-a\n+c\n",
		    "patch 1/2 is in it twice");
}
END_TEST

START_TEST(what_is_not_whole_is_refused)
{
	check_error("", "there is no diff in it");
	check_error("hello\n", "there is no diff in it");
	check_error(HEAD "@@ -1,3 +1,3 @@\n a\n-b\n", "line 5: the hunk ends too early");
	check_error(HEAD "@@ -1,9 +1,9 @@\n a\n" HEAD "@@ -1 +1 @@\n-a\n+b\n",
		    "line 5: the hunk ends too early");
	check_error(HEAD "@@ -1 +1 @@\n-a\n+b\n+c\n", "line 6: more lines");
	check_error(HEAD "@@ -1 +1 @@\n-a\n-b\n+c\n", "line 5: the hunk has more lines");
	check_error(HEAD "@@ -x +1 @@\n-a\n+b\n", "line 3: expected '@@");
	check_error(HEAD "hello\n", "line 3: expected a hunk");
	check_error("@@ -1 +1 @@\n-a\n+b\n", "line 1: a hunk without");
	check_error("diff --git a/x b/y\nrename from x\nrename to y\n", "line 2: it renames");
	check_error("diff --git a/x b/x\nGIT binary patch\n", "line 2: it changes a binary file");
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("patch");

	unit_add(suite, a_diff_is_read_as_it_is);
	unit_add(suite, new_and_removed_files_are_told);
	unit_add(suite, a_removed_line_may_look_like_a_name);
	unit_add(suite, lost_blanks_and_broken_lines_come_back);
	unit_add(suite, quoting_goes_and_so_do_answers);
	unit_add(suite, pages_and_dos_are_undone);
	unit_add(suite, encodings_are_undone);
	unit_add(suite, a_series_is_put_in_order);
	unit_add(suite, two_versions_are_refused);
	unit_add(suite, what_is_not_whole_is_refused);
	return suite;
}
