// SPDX-License-Identifier: GPL-2.0-only
/* Other programs, run without a shell; contract in spawn.h. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "spawn.h"

extern char **environ;

static int redirect(posix_spawn_file_actions_t *actions, const char *log)
{
	int err = posix_spawn_file_actions_addopen(actions, STDIN_FILENO,
						   "/dev/null", O_RDONLY, 0);

	if (!err)
		err = posix_spawn_file_actions_addopen(actions, STDOUT_FILENO,
				log ? log : "/dev/null",
				O_WRONLY | O_CREAT | O_TRUNC, 0666);
	if (!err)
		err = posix_spawn_file_actions_adddup2(actions, STDOUT_FILENO,
						       STDERR_FILENO);
	return err;
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -EIO;
}

/**
 * weft_spawn() - see spawn.h
 */
int weft_spawn(const char *const *argv, const char *dir, const char *log)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int err = posix_spawn_file_actions_init(&actions);

	if (err)
		return -err;
	err = redirect(&actions, log);
	if (!err && dir)
		err = posix_spawn_file_actions_addchdir_np(&actions, dir);
	if (!err)
		err = posix_spawnp(&pid, argv[0], &actions, NULL,
				   (char *const *)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return err ? -err : wait_for(pid);
}
