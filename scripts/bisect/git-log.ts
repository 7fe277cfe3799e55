/**
 * The format of `git bisect log`, so that a search can move between git and us, in either direction. git's good and
 * bad are old and new here: in a search for a fix it is the new one that is good.
 */
import { UsageError } from '../lib/errors.ts';

export interface GitBisectLog {
  readonly firstParent: boolean;
  readonly paths: readonly string[];
  /** Revisions in the order in which they were told. */
  readonly verdicts: readonly GitVerdict[];
}

export interface GitVerdict {
  readonly revision: string;
  readonly verdict: 'old' | 'new' | 'skip';
}

/**
 * Reads a log; terms of one's own (`--term-old=fine`) are understood. A name such as HEAD may mean another commit
 * by now: where the log's comments have the hash, that counts. Throws UsageError `git-log` for a line that can't be read.
 */
export function parseGitLog(text: string): GitBisectLog {
  const terms = new Map<string, GitVerdict['verdict']>([
    ...(['good', 'old'] as const).map((term) => [term, 'old'] as const),
    ...(['bad', 'new'] as const).map((term) => [term, 'new'] as const),
    ['skip', 'skip'],
  ]);
  const lines = text.split('\n').map((line) => line.trim());
  const start = lines.find((line) => line.startsWith('git bisect start'));
  const { options, revisions, paths } = readStart(wordsOf(start ?? '').slice(3));
  for (const option of options) {
    const [, side, term] = /^--term-(old|good|new|bad)=(.+)$/.exec(option) ?? [];
    if (term !== undefined) terms.set(term, side === 'old' || side === 'good' ? 'old' : 'new');
  }

  const verdicts = new Map<string, GitVerdict['verdict']>();
  const told = (revision: string, verdict: GitVerdict['verdict']) => {
    // What is said later counts, and comes later.
    verdicts.delete(revision);
    verdicts.set(revision, verdict);
  };
  let commented = false;
  for (const line of lines) {
    const [, word = '', hash] = /^# (\S+): \[([0-9a-f]{7,64})\]/.exec(line) ?? [];
    const verdict = terms.get(word);
    if (hash !== undefined && verdict !== undefined) {
      told(hash, verdict);
      commented = true;
    }
    if (line.startsWith('#') || line === '') continue;
    const [git, bisect, command = '', ...rest] = wordsOf(line);
    if (git !== 'git' || bisect !== 'bisect') throw unreadable(`not a line of a git bisect log: ${line}`);
    if (command === 'start') {
      for (const [index, revision] of (commented ? [] : revisions).entries())
        told(revision, index === 0 ? 'new' : 'old');
      continue;
    }
    const said = terms.get(command);
    if (said === undefined) throw unreadable(`not a verdict of this git bisect log: ${line}`);
    for (const revision of rest) told(revision, said);
  }
  const list = [...verdicts].map(([revision, verdict]) => ({ revision, verdict }));
  return { firstParent: options.includes('--first-parent'), paths, verdicts: list };
}

function unreadable(message: string): UsageError {
  return new UsageError('git-log', message, { hint: 'give it the output of `git bisect log`' });
}

export interface WrittenLog {
  readonly old: LoggedCommit;
  readonly recent: LoggedCommit;
  /** Whether what is looked for is the first good commit: git then needs other words than good and bad. */
  readonly findFix: boolean;
  readonly firstParent: boolean;
  readonly paths: readonly string[];
  /** In order. A commit of which it isn't known has no verdict, and stands in a comment alone. */
  readonly steps: readonly LoggedStep[];
  readonly culprit?: LoggedCommit | undefined;
}

export interface LoggedCommit {
  readonly revision: string;
  readonly subject: string;
}

export interface LoggedStep extends LoggedCommit {
  readonly verdict: GitVerdict['verdict'] | undefined;
  /** What was seen, one line. */
  readonly note: string;
}

/** A log that `git bisect replay` reads. */
export function writeGitLog(log: WrittenLog): string {
  const { old, recent, findFix, firstParent, paths, steps, culprit } = log;
  const words = findFix ? { old: 'broken', new: 'fixed' } : { old: 'good', new: 'bad' };
  const start = [
    ...(findFix ? ['--term-new=fixed', '--term-old=broken'] : []),
    ...(firstParent ? ['--first-parent'] : []),
    ...[recent.revision, old.revision],
    ...(paths.length === 0 ? [] : ['--', ...paths]),
  ].map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`);
  const comment = (word: string, { revision, subject }: LoggedCommit) =>
    `# ${word}: [${revision}] ${subject}`;
  return `${[
    comment(words.new, recent),
    comment(words.old, old),
    `git bisect start ${start.join(' ')}`,
    ...steps.flatMap((step) => {
      const { revision, verdict, note } = step;
      if (verdict === undefined) return [`# ${revision.slice(0, 9)} is open (${note}) ${step.subject}`];
      const word = verdict === 'skip' ? 'skip' : words[verdict];
      return [`# ${note}`, comment(word, step), `git bisect ${word} ${revision}`];
    }),
    ...(culprit === undefined ? [] : [comment(`first ${words.new} commit`, culprit)]),
  ].join('\n')}\n`;
}

function readStart(words: readonly string[]): { options: string[]; revisions: string[]; paths: string[] } {
  const end = words.indexOf('--');
  const before = end < 0 ? words : words.slice(0, end);
  return {
    options: before.filter((word) => word.startsWith('--')),
    revisions: before.filter((word) => !word.startsWith('--')),
    paths: end < 0 ? [] : words.slice(end + 1),
  };
}

/** The words of a line as git quotes them for a shell. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:'[^']*'|\\.|[^\s'\\])+/g)].map(([word]) =>
    word.replaceAll(/'([^']*)'|\\(.)/g, (_, quoted, escaped) => quoted ?? escaped),
  );
}
