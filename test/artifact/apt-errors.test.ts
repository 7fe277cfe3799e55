import { expect, test } from 'vitest';
import { explainApt } from '../../scripts/artifact/apt-errors.ts';
import { RunError } from '../../scripts/lib/exec.ts';

const said = (output: string) =>
  new RunError('run-failed', 'apt-get failed', { command: 'apt-get update', output });

test.each([
  ['signature', 'W: GPG error: http://m/debian trixie InRelease: NO_PUBKEY 6ED0E7B82643E131'],
  ['signature', "E: The repository 'http://m/debian trixie InRelease' is not signed."],
  ['signature', 'The following signatures were invalid: BADSIG 6ED0E7B82643E131'],
  ['expired', 'E: Release file for http://m/InRelease is expired (invalid since 17d 4h 28min 50s).'],
  ['expired', 'E: Release file for http://m/InRelease is not valid yet (invalid for another 2h 1min 4s).'],
  ['digest', 'E: Failed to fetch http://m/x.deb  Hash Sum mismatch'],
  [
    'digest',
    'E: Failed to fetch http://m/x.deb  File has unexpected size (10 != 840). Mirror sync in progress?',
  ],
  [
    'mirror-down',
    'W: Failed to fetch http://m/InRelease  Could not connect to m:80 (10.0.0.1). - connect (111: Connection refused)',
  ],
  ['mirror-down', "W: Failed to fetch http://m/InRelease  Temporary failure resolving 'm'"],
  ['not-on-mirror', "E: The repository 'http://m/debian trixe Release' does not have a Release file."],
  ['not-on-mirror', 'E: Failed to fetch http://m/x.deb  404  Not Found [IP: 10.0.0.1 80]'],
  ['download', 'E: Failed to fetch http://m/x.deb  503  Service Unavailable'],
])('%s: %s', (code, output) => {
  const cause = said(output);
  const error = explainApt(cause, 'cannot read the package index of trixie');
  expect(error).toMatchObject({ code, cause, hint: expect.stringMatching(/./) });
  expect((error as Error).message).toContain('cannot read the package index of trixie: ');
});

test('a signature that is wrong is said even when the mirror also lacks things', () => {
  const output = 'W: NO_PUBKEY 6ED0E7B82643E131\nE: http://m/x 404  Not Found';
  expect(explainApt(said(output), 'x')).toMatchObject({ code: 'signature' });
});

test('what was probably meant is the hint when the mirror does not have it, and only then', () => {
  const hint = 'did you mean deb:trixie?';
  expect(explainApt(said('E: 404  Not Found'), 'x', hint)).toMatchObject({ hint });
  expect(explainApt(said('E: Hash Sum mismatch'), 'x', hint)).not.toMatchObject({ hint });
});

test('what is not known stays as it is', () => {
  for (const error of [said('E: something new'), new Error('other')])
    expect(explainApt(error, 'x')).toBe(error);
});
