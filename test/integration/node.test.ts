/** A real guest is what runc, containerd and the kubelet expect of a node, but for what docs/guest.md lists. */
import { beforeAll, describe, expect, it } from 'vitest';
import { Cache } from '../../scripts/artifact/cache.ts';
import { withContext } from '../../scripts/commands/context.ts';
import { compareGuest } from '../../scripts/commands/doctor-node.ts';
import { cacheDir } from '../../scripts/lib/paths.ts';
import { EXPECTATIONS } from '../../scripts/node/expectations.ts';
import type { Comparison } from '../../scripts/node/types.ts';
import { QemuProvider } from '../../vm/qemu/provider.ts';
import { cannotRun } from './can-run.ts';

const skip = await cannotRun();

describe.skipIf(skip)('a guest', () => {
  let rows: Comparison[] = [];

  beforeAll(async () => {
    withContext({
      signal: new AbortController().signal,
      makeProvider: async () => new QemuProvider({ store: new Cache(cacheDir()) }),
    });
    rows = await compareGuest();
  });

  it('answers all that is asked', () => {
    expect(rows).toHaveLength(EXPECTATIONS.length);
    expect(rows.filter(({ guest }) => guest === 'no answer')).toEqual([]);
  });

  it('differs from a node in nothing that is not listed', () => {
    expect(rows.filter(({ result }) => result === 'differs')).toEqual([]);
  });

  it('has runc seal itself by an overlay', () => {
    const sealed = rows.find(({ what }) => what === 'how runc seals its own program');
    expect(sealed).toMatchObject({ guest: 'overlayfs', result: 'same' });
  });
});
