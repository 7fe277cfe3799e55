import { describe, expect, it } from 'vitest';
import { broughtBy, pullRequestOf } from '../../scripts/bisect/merge.ts';
import { MERGED, mergedRange } from './graphs.ts';

describe('broughtBy', () => {
  it.each([
    ['s1', 'm'],
    ['s2', 'm'],
    ['b', undefined],
    ['m', undefined],
    ['a', undefined],
    ['elsewhere', undefined],
  ])('%s by %s', (id, merge) => {
    expect(broughtBy(mergedRange(), MERGED, id)).toBe(merge);
  });
});

describe('pullRequestOf', () => {
  it.each([
    ['Merge pull request #4392 from cyphar/1.1-remove-bindfd', '#4392'],
    ['merge #4391 into opencontainers/runc:release-1.1', '#4391'],
    ['nsenter: remove bindfd (#3931)\n\nSigned-off-by: someone', '#3931'],
    ["Merge branch 'x' into 'main'\n\nTitle\n\nSee merge request group/project!12", 'group/project!12'],
    ['Merge branch main', undefined],
    ['fixes #12', undefined],
    ['Merge #1234abc', undefined],
  ])('%s', (message, expected) => {
    expect(pullRequestOf(message)).toBe(expected);
  });
});
