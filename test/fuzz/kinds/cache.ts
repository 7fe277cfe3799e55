/** What stands in the cache and the state folder: records of entries and of machines. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { Cache } from '../../../scripts/artifact/cache.ts';
import { damagedEntry, META, recordFiles } from '../../../scripts/artifact/record.ts';
import { thisOwner } from '../../../scripts/lib/owner.ts';
import { readRecords } from '../../../vm/qemu/registry.ts';
import { inFolder } from '../folder.ts';
import { fuzzKind, must } from '../kind.ts';
import { damaged, deepened } from '../mutate.ts';

const META_TEXT = JSON.stringify({
  format: 1,
  name: 'runc-1.1.5',
  inputs: ['a'],
  files: {
    file: {
      sha256: '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881',
      bytes: 1,
      allocated: 0,
      seen: '1 2 3 4 5',
    },
  },
});

export const metas = fuzzKind(
  'cache-metas',
  fc.oneof(
    { weight: 4, arbitrary: damaged([META_TEXT], ['"../x"', '"/etc/passwd"', '"a/b"', '""', '"meta.json"']) },
    { weight: 1, arbitrary: deepened([META_TEXT]) },
  ),
  (text) =>
    inFolder(async (root) => {
      const dir = join(root, 'deb', 'runc-1.1.5-abc');
      mkdirSync(dir, { recursive: true });
      writeFileSync(join(dir, 'file'), 'x');
      writeFileSync(join(dir, META), text);
      const damage = await damagedEntry(dir);
      const [entry] = await new Cache(root).list();
      must(entry !== undefined && Number.isFinite(entry.bytes), 'an entry has a size');
      if (damage !== undefined) await recordFiles(dir, { name: 'runc', inputs: [] }, ['file']);
      must((await damagedEntry(dir)) === undefined, 'what was made again is good');
    }),
);

const MACHINE = JSON.stringify({
  id: 'm1',
  session: 's1',
  owner: thisOwner(),
  qemu: { pid: 1, started: 'x' },
  dir: '/tmp/x',
  logDir: '/tmp/x',
  keep: false,
  shell: ['ssh'],
});

export const machines = fuzzKind(
  'machine-records',
  fc.oneof({ weight: 4, arbitrary: damaged([MACHINE]) }, { weight: 1, arbitrary: deepened([MACHINE]) }),
  (text) =>
    inFolder(async (state) => {
      const before = process.env.XDG_STATE_HOME;
      process.env.XDG_STATE_HOME = state;
      try {
        const folder = join(state, 'repro', 'machines');
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, 's1.m1.json'), text);
        must((await readRecords()).length <= 1, 'no machine is made up');
        must(
          (await readRecords()).every(({ dir }) => dir.startsWith('/')),
          'a folder is absolute',
        );
      } finally {
        if (before === undefined) delete process.env.XDG_STATE_HOME;
        else process.env.XDG_STATE_HOME = before;
      }
    }),
);
