import { expect, it } from 'vitest';
import { withContext } from '../../scripts/commands/context.ts';
import { otherKinds } from '../../scripts/commands/doctor.ts';
import { fakeProvider } from '../runner/support.ts';

const { signal } = new AbortController();

it.each([
  [
    undefined,
    /^containers on this host's kernel, by Docker Engine: (?:can be used|.*lacks squashfs-tools-ng)/,
  ],
  [
    'no Docker Engine listens',
    /: not there, and not needed: no Docker Engine listens.*\(--provider docker\)$/,
  ],
])('doctor tells of the other kinds, none of which is needed: %s', async (unusable, says) => {
  withContext({
    signal,
    makeProvider: async (kind) => ({
      ...fakeProvider(() => ({})),
      kind,
      limits: async () => ({ unusable, fixed: {} }),
    }),
  });
  const found = await otherKinds('qemu', signal);
  expect(found).toMatchObject([{ ok: true, what: 'docker', says: expect.stringMatching(says) }]);
});
