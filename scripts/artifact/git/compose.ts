/** Trees of commits that never were: one with another's change applied, or taken out. */
import { ArtifactError } from '../../lib/errors.ts';
import type { Change, Revision } from './revision.ts';
import { git, NO_CONFIGURATION } from './run.ts';

/** Commits made on the way are found again by their content, so they carry neither a person nor a date. */
const NOBODY = {
  GIT_AUTHOR_NAME: 'repro',
  GIT_AUTHOR_EMAIL: 'repro',
  GIT_AUTHOR_DATE: '@0 +0000',
  GIT_COMMITTER_NAME: 'repro',
  GIT_COMMITTER_EMAIL: 'repro',
  GIT_COMMITTER_DATE: '@0 +0000',
};

export interface Composed {
  /** Hash of the tree. */
  readonly tree: string;
  /** Changes that changed nothing: they are in already, or out. */
  readonly empty: readonly Change[];
}

/** Throws ArtifactError `conflict` when a change doesn't fit. `dir` is a repository of ours: objects are added to it. */
export async function composeTree(dir: string, revision: Revision, signal: AbortSignal): Promise<Composed> {
  const ask = async (...args: string[]) => (await git(dir, args, { signal, env: NOBODY })).stdout.trim();
  const treeOf = (commit: string) => ask('rev-parse', '--verify', `${commit}^{tree}`);
  const empty: Change[] = [];
  let tree = await treeOf(revision.commit);
  for (const change of revision.changes) {
    const [before, after] = [await treeBefore(dir, change.commit, signal), await treeOf(change.commit)];
    const [from, to] = change.operator === '+' ? [before, after] : [after, before];
    // A merge whose base is what the change started from is what cherry-pick and revert do.
    const base = await ask('commit-tree', from, '-m', 'base');
    const ours = await ask('commit-tree', tree, '-p', base, '-m', 'ours');
    const theirs = await ask('commit-tree', to, '-p', base, '-m', 'theirs');
    const merge = ['merge-tree', '--write-tree', '--name-only', '--no-messages', ours, theirs];
    const { stdout, exitCode } = await git(dir, merge, { signal, okCodes: [0, 1], env: NO_CONFIGURATION });
    const [merged = '', ...files] = stdout.trim().split('\n');
    if (exitCode === 1) {
      const how = change.operator === '+' ? 'applied to' : 'taken out of';
      const where = [...new Set(files)].join(', ');
      throw new ArtifactError('conflict', `${change.name} can't be ${how} ${revision.name}: ${where}`);
    }
    if (merged === tree) empty.push(change);
    tree = merged;
  }
  return { tree, empty };
}

/** What a commit started from: its first parent's tree, for merges too. */
async function treeBefore(dir: string, commit: string, signal: AbortSignal): Promise<string> {
  const parent = ['rev-parse', '--verify', '--quiet', `${commit}^1^{tree}`];
  const { stdout, exitCode } = await git(dir, parent, { signal, okCodes: [0, 1, 128] });
  if (exitCode === 0) return stdout.trim();
  return (await git(dir, ['mktree'], { signal })).stdout.trim();
}
