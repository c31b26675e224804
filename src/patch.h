/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Patches as people have them: a diff, a mail, an mbox with a series, a copy from an
 * archive whose whitespace suffered.
 *
 * Reading makes clean diffs of them, one for each file of each patch, and says what it
 * had to tolerate. Applying is left to patch(1).
 *
 *  I1  Reading takes any bytes. What cannot be understood is an error with its line,
 *      never a shorter patch: a hunk must have as many lines as its header says.
 */
#ifndef WEFT_PATCH_H
#define WEFT_PATCH_H

#include <stdbool.h>
#include <stddef.h>

/* What was done to the text to make it a diff; bits of struct patch_file. */
enum patch_tolerated {
	PATCH_CRLF		= 1 << 0,
	PATCH_ENCODED		= 1 << 1,	/* quoted-printable, base64 */
	PATCH_FLOWED		= 1 << 2,	/* format=flowed */
	PATCH_QUOTED		= 1 << 3,	/* "> " in front of lines */
	PATCH_ENTITIES		= 1 << 4,	/* &gt; from an HTML page */
	PATCH_EMPTY_CONTEXT	= 1 << 5,	/* trailing blanks lost */
	PATCH_WRAPPED		= 1 << 6,	/* long lines broken */
};

/**
 * struct patch_hunk - one change
 * @line:  in the patch's file, for messages (0: unknown)
 * @old_at, @old_n, @new_at, @new_n: as in its header, which may have no numbers of lines
 * @lines: its text, each line with its first character, ends with a line end
 */
struct patch_hunk {
	unsigned long	line;
	unsigned long	old_at, old_n, new_at, new_n;
	char		*lines;
};

/**
 * struct patch_diff - the changes of one file by one patch
 * @path:     without "a/"; as the patch names it
 * @plain:    the same as it stands there, for patches made without prefixes
 * @creates, @removes: the file is new, goes
 * @patch:    number of the patch in its file, from 0
 */
struct patch_diff {
	char			*path, *plain;
	bool			creates, removes;
	size_t			patch;
	struct patch_hunk	*hunks;
	size_t			n;
};

/**
 * struct patch_file - all of a file
 * @subjects: of the patches; NULL where there is none
 * @replies:  mails left out since they are replies
 * @tolerated: enum patch_tolerated
 * @reordered: the mails were not in the order of their numbers
 */
struct patch_file {
	struct patch_diff	*diffs;
	size_t			n;
	char			**subjects;
	size_t			patches_n;
	size_t			replies;
	unsigned int		tolerated;
	bool			reordered;
};

/**
 * patch_read() - understand the text of a patch
 * @text: ends with a zero; is changed
 *
 * Return: NULL (@ret to be cleared), or what is wrong, to be freed: "line 12: …".
 */
char *patch_read(char *text, struct patch_file *ret);
void patch_clear(struct patch_file *file);

/* patch_mail.c: the bodies of mails in a text; each ends with a zero. */
struct patch_mail {
	char		*subject;	/* or NULL */
	char		*body;
	unsigned long	line;		/* of the body; 0: it was decoded */
	bool		reply;
};

struct patch_mails {
	struct patch_mail	*at;
	size_t			n;
	unsigned int		tolerated;
};

/* @text is changed; @ret to be cleared. Text that is no mail is the body of one. */
void patch_mails_read(char *text, struct patch_mails *ret);
void patch_mail_clear(struct patch_mail *mail);
void patch_mails_clear(struct patch_mails *mails);

#endif
