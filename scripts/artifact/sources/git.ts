import type { Source } from './source.ts';

export const git: Source = {
  scheme: 'git',
  form: '<revision>',
  about: 'any commit, also with the change of another or without it, built here',
  builds: true,
  parse(revision) {
    if (revision === '') return { message: 'git: must be followed by a revision, such as git:v1.1.15' };
    // git-check-ref-format(1), as far as a name with ~2 or ^ at its end goes.
    if (!/[\s?*[\\]|\.\.|^[-+]|[-+]$/.test(revision)) return { revision };
    return { message: `${revision} is not a revision: name a tag, a branch, a hash, or a+b or a-b of these` };
  },
  open: async (base) => base.git,
};

/** The spec of a commit, or of a commit with the change of another or without it. */
export const gitSpec = (revision: string): string => `git:${revision}`;
