/** What stands on the disk: reports, journals, trees that are taken as components, what apt and mirrors say. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { explainApt } from '../../../scripts/artifact/apt-errors.ts';
import { parsePackage } from '../../../scripts/artifact/apt-root.ts';
import { failureLines } from '../../../scripts/artifact/build/diagnostics.ts';
import { goDirective } from '../../../scripts/artifact/build/go.ts';
import { packageList } from '../../../scripts/artifact/build/root.ts';
import { dependencies } from '../../../scripts/artifact/deb.ts';
import { parseTargets, pickMirror } from '../../../scripts/artifact/mirror.ts';
import { loadOrder, parseKernelConfig } from '../../../scripts/artifact/modules.ts';
import { findChecksum } from '../../../scripts/artifact/release-layout.ts';
import { parseSources } from '../../../scripts/artifact/source-packages.ts';
import { itemsOf } from '../../../scripts/artifact/tree.ts';
import { matchesVersion, upstreamVersion } from '../../../scripts/artifact/version.ts';
import { parseGitLog } from '../../../scripts/bisect/git-log.ts';
import { openJournal } from '../../../scripts/bisect/journal.ts';
import { RunError } from '../../../scripts/lib/exec.ts';
import { parseReport } from '../../../scripts/report/json.ts';
import { type Format, formats } from '../../../scripts/report/render.ts';
import { reportSchema } from '../../../scripts/report/schema.ts';
import { readJournal } from '../../../scripts/runner/journal.ts';
import { containerConfig } from '../../../scripts/suites/oci/config.ts';
import { twoCells } from '../../fixtures/reports/index.ts';
import { fromSchema } from '../from-schema.ts';
import { answered, fuzzKind, must } from '../kind.ts';
import { damaged, soup } from '../mutate.ts';

const FORMATS = Object.keys(formats) as Format[];
const TWO_CELLS = twoCells();
const REPORT = JSON.stringify(TWO_CELLS);

async function render(text: string): Promise<void> {
  const report = await answered(() => parseReport(text, 'report.json'));
  if (report === undefined) return;
  for (const format of FORMATS) must(formats[format](report).length > 0, `${format} says something`);
}

export const reports = fuzzKind(
  'reports',
  fromSchema(reportSchema).map((value) => JSON.stringify(value)),
  render,
);

export const damagedReports = fuzzKind('damaged-reports', damaged([REPORT]), render);

/** Calls `work` with a folder of its own. */
async function inFolder(work: (dir: string) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'repro-fuzz-'));
  try {
    await work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const SAMPLES = (TWO_CELLS.cells[0]?.samples ?? []).slice(0, 3);
const RUN_JOURNAL = SAMPLES.map((sample) => `${JSON.stringify({ cell: 'a', sample })}\n`).join('');
const BISECT_JOURNAL = `${[
  { type: 'built', revision: 'a', digest: 'b', seconds: 1 },
  { type: 'skip', revision: 'a', reason: 'x', transient: true, seconds: 1 },
  { type: 'samples', revision: 'a', purpose: 'old', outcomes: [{ judged: 'bad' }], seconds: 1, startSeconds: 0, dir: '.' },
]
  .map((one) => JSON.stringify(one))
  .join('\n')}\n`;
const LINES = ['null\n', '[]\n', '{}\n', '{"cell":1}\n', '{"cell":"a","sample":null}\n', '{"__proto__":1}\n', '\n', '{'] as const;

export const journals = fuzzKind(
  'journals',
  fc.oneof(damaged([RUN_JOURNAL, BISECT_JOURNAL], LINES), soup([...LINES, ...RUN_JOURNAL.split('\n')], 12)),
  (text) =>
    inFolder(async (dir) => {
      writeFileSync(join(dir, 'journal.ndjson'), text);
      const cells = await answered(() => readJournal(dir));
      must(
        [...(cells?.values() ?? [])].flat().every((sample) => typeof sample?.id === 'string'),
        'a sample that is taken over has an id',
      );
      const again = await answered(() => readJournal(dir));
      must(JSON.stringify([...(again ?? [])]) === JSON.stringify([...(cells ?? [])]), 'reading changes nothing');
      writeFileSync(join(dir, 'bisect.ndjson'), text);
      await answered(() => openJournal(join(dir, 'bisect.ndjson')));
    }),
);

const name = fc.oneof(
  fc.constantFrom('runc', 'runc.amd64', 'usr', 'bin', 'usr/bin/runc', 'usr/sbin/runc', 'etc', '.hidden', 'a b', '-rf', "'", '$x'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter((text) => !/[/\0]|^\.\.?$/.test(text)),
);
const node = fc.record({
  path: fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/')),
  kind: fc.constantFrom('file', 'folder', 'link'),
  text: fc.constantFrom('', '\x7fELF', '#!/bin/sh\n', '../../../etc/passwd', '/etc', '.', 'runc', 'nowhere'),
});

export const bundles = fuzzKind(
  'bundles',
  fc.tuple(fc.array(node, { maxLength: 8 }), fc.string({ unit: 'binary', maxLength: 20 })),
  ([nodes, odd]) =>
    inFolder(async (dir) => {
      for (const { path, kind, text } of nodes) {
        const at = join(dir, path);
        try {
          mkdirSync(kind === 'folder' ? at : dirname(at), { recursive: true });
          if (kind === 'file') writeFileSync(at, text);
          if (kind === 'link') symlinkSync(text || '.', at);
        } catch (error) {
          // Another node is in its way, or the host has no such name.
          if (!(error instanceof Error && 'code' in error)) throw error;
        }
      }
      const items = await answered(() => itemsOf(dir, 'runc', 'runc'));
      must(items === undefined || items.length > 0, 'a folder gives items or is refused');
      const config = containerConfig({
        id: odd,
        cgroup: 'v2',
        driver: 'systemd',
        memoryLimit: 1,
        rootfs: odd,
        args: [odd],
      });
      must(typeof JSON.parse(config) === 'object', 'a bundle has a configuration');
    }),
);

const APT = [
  'Package: runc\n', 'Version: 1.1.15+ds1-2\n', 'SHA256: ab\n', 'Size: 12\n', 'Depends: libc6 (>= 2.36), a | b, c:any <!x>\n',
  'Checksums-Sha256:\n ab 12 a.dsc\n', 'Files:\n', 'Directory: pool\n', '\n', 'E: Failed to fetch x  404  Not Found\n',
  'Err:1 http://x y\n', 'W: signatures were not verified\n', 'Hash Sum mismatch\n', 'MetaKey: main\nRepo-URI: http://x/\n',
  'kernel/a.ko.xz: kernel/b.ko\n', 'CONFIG_MEMCG_V1=y\n', '# CONFIG_A is not set\n', 'go 1.22\n', 'toolchain go1.22.1\n',
  'ii  gcc 4:12.2\n', 'a.c:1:2: error: x\n', 'make: *** [x] Error 2\n', `${'a'.repeat(64)}  runc.amd64\n`, 'git bisect good a\n',
  '# bad: [a] b\n', '# first bad commit: [a] b\n', "git bisect start 'a' 'b'\n",
] as const;

export const apt = fuzzKind('apt', soup(APT), async (text) => {
  parsePackage(text);
  dependencies(text);
  parseSources(text);
  pickMirror(parseTargets(text));
  packageList(text);
  parseKernelConfig(text);
  goDirective(text);
  failureLines(text);
  matchesVersion(text, upstreamVersion(text));
  explainApt(new RunError('run', { argv: ['apt-get'], output: text }), 'x');
  await answered(() => loadOrder(text));
  await answered(() => findChecksum(text, 'runc.amd64', 'x'));
  await answered(() => parseGitLog(text));
});
