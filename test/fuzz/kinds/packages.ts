/** What apt, mirrors, packages and git say. */
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
import { parseGitLog } from '../../../scripts/bisect/git-log.ts';
import { RunError } from '../../../scripts/lib/exec.ts';
import { answered, fuzzKind } from '../kind.ts';
import { endless, soup } from '../mutate.ts';

// biome-ignore format: a list of words
const WORDS = [
  'Package: runc\n', 'Version: 1.1.15+ds1-2\n', 'SHA256: ab\n', 'Size: 12\n', 'Depends: libc6 (>= 2.36), a | b, c:any <!x>\n',
  'Checksums-Sha256:\n ab 12 a.dsc\n', 'Files:\n', 'Directory: pool\n', '\n', 'E: Failed to fetch x  404  Not Found\n',
  'Err:1 http://x y\n', 'W: signatures were not verified\n', 'Hash Sum mismatch\n', 'MetaKey: main\nRepo-URI: http://x/\n',
  'kernel/a.ko.xz: kernel/b.ko\n', 'CONFIG_MEMCG_V1=y\n', '# CONFIG_A is not set\n', 'go 1.22\n', 'toolchain go1.22.1\n',
  'ii  gcc 4:12.2\n', 'a.c:1:2: error: x\n', 'make: *** [x] Error 2\n', `${'a'.repeat(64)}  runc.amd64\n`,
] as const;
// biome-ignore format: a list of words
const GIT_WORDS = [
  'git bisect start ', 'git bisect good ', 'git bisect bad ', 'git bisect skip ', "'a' ", "'b'\n", '--term-old=fine ',
  '--first-parent ', '-- ', '# bad: [abcdef0] b\n', '# first bad commit: [abcdef0] b\n', 'abcdef0\n', '\n', "'", '\\', ' ',
] as const;

const texts = fc.oneof(
  { weight: 10, arbitrary: soup(WORDS) },
  { weight: 1, arbitrary: endless([...WORDS, '(', ' ', ',', '|', 'a', ':']) },
);

export const apt = fuzzKind('packages', texts, async (text) => {
  parsePackage(text);
  dependencies(text);
  parseSources(text);
  pickMirror(parseTargets(text));
  packageList(text);
  parseKernelConfig(text);
  goDirective(text);
  failureLines(text);
  explainApt(new RunError('exec-failed', 'apt-get failed', { command: 'apt-get', output: text }), 'x');
  await answered(() => loadOrder(text));
  await answered(() => findChecksum(text, 'runc.amd64', 'x'));
});

export const gitLogs = fuzzKind('git-logs', soup(GIT_WORDS), async (text) => {
  await answered(() => parseGitLog(text));
});
