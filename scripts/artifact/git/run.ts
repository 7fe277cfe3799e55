/** git, without anything of the surroundings that would point it to another repository or make it ask questions. */
import { type RunOptions, type RunResult, run } from '../../lib/exec.ts';

const NEUTRAL: Readonly<Record<string, string | undefined>> = {
  GIT_DIR: undefined,
  GIT_WORK_TREE: undefined,
  GIT_INDEX_FILE: undefined,
  GIT_OBJECT_DIRECTORY: undefined,
  GIT_TERMINAL_PROMPT: '0',
};

export function git(dir: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  return run(['git', '-C', dir, ...args], { ...options, env: { ...NEUTRAL, ...options.env } });
}
