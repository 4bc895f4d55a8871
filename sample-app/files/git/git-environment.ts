import { devNull } from 'node:os';

/**
 * Variables of git itself that stay in force. All others that begin with `GIT_` are dropped: a hook, an alias or
 * `git rebase --exec` sets `GIT_DIR` and its like, which would send every command to another repository.
 */
const KEPT =
  /^GIT_(?:EXEC_PATH|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM|CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+))$/;

const OURS = {
  // English messages; paths and commit texts do not depend on it.
  LC_ALL: 'C',
  // Read only: no refreshed index, no question on the terminal.
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  // History as it was committed, without replace refs and grafts.
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_GRAFT_FILE: devNull,
  // Full blocks through the pipe, not one write for each commit.
  GIT_FLUSH: '0',
};

/** The environment in which git answers about the repository it is asked for, in the same way for every user. */
export function gitEnvironment(inherited: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = Object.entries(inherited).filter(([name]) => !/^GIT_/i.test(name) || KEPT.test(name));
  return { ...Object.fromEntries(kept), ...OURS };
}
