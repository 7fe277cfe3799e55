/**
 * git, without anything of the surroundings that would point it to another repository or make it ask questions, and
 * without any program that a repository could make it run.
 */
import { type RunOptions, type RunResult, run } from '../../lib/exec.ts';
import { PROTOCOLS } from './location.ts';

const NEUTRAL: Readonly<Record<string, string | undefined>> = {
  GIT_DIR: undefined,
  GIT_WORK_TREE: undefined,
  GIT_INDEX_FILE: undefined,
  GIT_OBJECT_DIRECTORY: undefined,
  GIT_TERMINAL_PROMPT: '0',
  GIT_ALLOW_PROTOCOL: PROTOCOLS.join(':'),
  // A clone without its objects would have them fetched from wherever its own configuration says.
  GIT_NO_LAZY_FETCH: '1',
};

/** What the configuration of a folder that somebody names might say otherwise. */
const SAFE = [
  ...['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', '-c', 'protocol.ext.allow=never'],
  ...['-c', 'submodule.recurse=false', '-c', 'fetch.recurseSubmodules=false', '-c', 'maintenance.auto=false'],
];

/**
 * For commands that read a stranger's tree: its `.gitattributes` can name filters and merge drivers, and the user's
 * own configuration has programs for them (Git LFS, say, which fetches from where the tree tells it to).
 */
export const NO_CONFIGURATION: Readonly<Record<string, string | undefined>> = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_COUNT: undefined,
  GIT_CONFIG_PARAMETERS: undefined,
  GIT_ATTR_SOURCE: undefined,
  GIT_ATTR_NOSYSTEM: '1',
  GIT_EXTERNAL_DIFF: undefined,
};

export function git(dir: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  return run(['git', '-C', dir, ...SAFE, ...args], { ...options, env: { ...NEUTRAL, ...options.env } });
}
