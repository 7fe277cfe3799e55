/** Folders that are taken as components, and the bundles that runc is given. */
import { existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { copyItems, itemsOf } from '../../../scripts/artifact/tree.ts';
import { containerConfig } from '../../../scripts/suites/oci/config.ts';
import { inFolder } from '../folder.ts';
import { answered, fuzzKind, must } from '../kind.ts';

// biome-ignore format: a list of words
const NAMES = [
  'runc', 'usr', 'bin', 'sbin', 'lib', 'usr/bin/runc', 'usr/sbin/runc', 'usr/bin', 'etc', '.hidden', 'a b', '-rf', "'", '$x', '*', 'constructor',
] as const;
const name = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NAMES) },
  {
    weight: 1,
    arbitrary: fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
      .filter((text) => !/[/\0]|^\.\.?$/.test(text)),
  },
);
const ELF = `\x7fELF\x02\x01\x01${'\0'.repeat(9)}\x02\0\x3e\0`;
const node = fc.record({
  path: fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/')),
  kind: fc.constantFrom('file', 'program', 'folder', 'link'),
  text: fc.constantFrom(
    '',
    ELF,
    '#!/bin/sh\n',
    '../../../etc/passwd',
    '/etc',
    '/proc/self',
    '.',
    '..',
    'runc',
    'nowhere',
  ),
});

export const trees = fuzzKind('trees', fc.array(node, { maxLength: 10 }), (nodes) =>
  inFolder(async (root) => {
    const [dir, copy] = [join(realpathSync(root), 'tree'), join(root, 'copy')];
    mkdirSync(dir);
    // Links last, and none through another: nothing may be written where one leads to.
    for (const one of nodes) if (one.kind !== 'link') ifFree(() => put(dir, one));
    for (const one of nodes) if (one.kind === 'link') ifFree(() => put(dir, one));
    const items = await answered(() => itemsOf(dir, 'runc', 'runc'));
    if (items === undefined) return;
    must(items.length > 0, 'a folder gives items or is refused');
    await answered(() => copyItems(dir, items, copy));
    const made = existsSync(copy) ? readdirSync(copy) : [];
    must(
      made.every((one) => one === 'usr'),
      'a layer holds /usr and nothing else',
    );
  }),
);

export const bundles = fuzzKind(
  'bundles',
  fc.tuple(fc.string({ unit: 'binary', maxLength: 20 }), fc.double(), fc.constantFrom('v1', 'v2')),
  ([odd, memoryLimit, cgroup]) => {
    const options = { id: odd, cgroup, driver: 'systemd', memoryLimit, rootfs: odd, args: [odd] } as const;
    must(typeof JSON.parse(containerConfig(options)) === 'object', 'a bundle has a configuration');
  },
);

function put(dir: string, { path, kind, text }: { path: string; kind: string; text: string }): void {
  const at = join(dir, path);
  if (kind === 'folder') mkdirSync(at, { recursive: true });
  else if (kind === 'link') {
    if (realpathSync(dirname(at)) === dirname(at)) symlinkSync(text || '.', at);
  } else {
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, text, { mode: kind === 'file' ? 0o644 : 0o755, flag: 'wx' });
  }
}

/** Another node may be in its way, or a link's folder not be there. */
function ifFree(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
}
