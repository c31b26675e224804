/* SPDX-License-Identifier: GPL-2.0-only */
/* The parser of patches, as they come out of mails; see parser_fuzz.c. */
#include <stdlib.h>
#include <string.h>

#include "src/patch.h"
#include "tests/fuzz/parser_fuzz.h"

static const char *const seeds[] = {
	"--- a/x/y.c\n+++ b/x/y.c\n@@ -1,3 +1,4 @@ f()\n a\n-b\n+c\n+d\n e\n",
	"diff --git a/x b/x\nnew file mode 100644\nindex 0..1\n--- /dev/null\n+++ b/x\n@@ -0,0 +1,2 @@\n+a\n+b\n\\ No newline at end of file\n",
	"From 12 Mon Sep 17 00:00:00 2001\nFrom: a <b@c>\nSubject: [PATCH 2/2] x:\n y\nContent-Type: text/plain; format=flowed\n\nwhy\n---\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a->b\n+c\n-- \n2.0\n\nFrom 13 Mon\nSubject: Re: [PATCH 1/2] x\n\n> --- a/x\n> +++ b/x\n> @@ -1 +1 @@\n> -a\n> +b\n",
	"Subject: x\nContent-Type: multipart/mixed; boundary=\"b\"\n\n--b\nContent-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a=3D1\n+a=3D=\n2\n--b\nContent-Transfer-Encoding: base64\n\nLS0tIGEveAorKysgYi94CkBAIC0xICsxIEBACi1hCitiCg==\n--b--\n",
	"> > diff --git a/x b/x\n> > --- a/x\n> > +++ b/x\n> > @@ -1,2 +1,2 @@\n> >\n> no\n> > -a-&gt;b\n> > +b and a line\nthat is broken\n",
	NULL
};

static const char *const words[] = {
	"--- ", "+++ ", "@@ -", " +", " @@", ",0", "1,3", "\n", "\n\n", " ", "\r\n",
	"diff --git ", "a/x", "/dev/null", "new file mode", "deleted file mode",
	"rename from ", "From ", "Subject: ", "[PATCH 1/2] ", "Re: ", "> ", "-- \n",
	"Content-Transfer-Encoding: ", "quoted-printable", "base64", "=3D", "=\n",
	"Content-Type: ", "multipart/mixed; ", "boundary=", "format=flowed", "--b\n",
	"&gt;", "-&gt;", "\\ No newline", "\t", NULL
};

/* A hunk has the lines its header promises, each with its mark. */
static void check_hunk(const struct patch_hunk *hunk)
{
	unsigned long old_n = 0, new_n = 0;
	const char *at = hunk->lines;

	while (*at && *at != '\n') {
		promised(strchr(" +-\\", *at));
		old_n += *at == ' ' || *at == '-';
		new_n += *at == ' ' || *at == '+';
		at += strcspn(at, "\n");
		promised(*at == '\n');
		at++;
	}
	promised(old_n == hunk->old_n && new_n == hunk->new_n);
}

static bool try_patch(const unsigned char *data, size_t n)
{
	char *text = strdup((const char *)data);
	struct patch_file file;
	char *error = patch_read(text, &file);
	size_t i, j;

	(void)n;
	free(text);
	if (error) {
		promised(*error);
		free(error);
		return false;
	}
	promised(file.n && file.patches_n);
	for (i = 0; i < file.n; i++) {
		promised(file.diffs[i].path && file.diffs[i].plain);
		promised(file.diffs[i].patch < file.patches_n);
		promised(file.diffs[i].n);
		for (j = 0; j < file.diffs[i].n; j++)
			check_hunk(&file.diffs[i].hunks[j]);
	}
	patch_clear(&file);
	return true;
}

const struct target target_patch = {
	.name = "patch", .seeds = seeds, .words = words, .try = try_patch,
	.cost = 1,
};
