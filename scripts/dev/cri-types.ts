/**
 * Writes the types of CRI's messages, `scripts/suites/cri/types/`, from `cri.proto`; with `--check`, only tells whether
 * they are up to date (exit code 1 when not).
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../lib/paths.ts';
import { tellWhether } from './generated.ts';

const FOLDER = 'scripts/suites/cri/types';
/** As `client.ts` loads the messages. */
const FORM = ['--longs=Number', '--enums=String', '--defaults', '--bytes=Buffer'];

const root = packageRoot();
const made = mkdtempSync(join(root, `${FOLDER}-`));
try {
  const extension = ['--importFileExtension=.ts', '--targetFileExtension=.ts'];
  const into = ['--grpcLib=@grpc/grpc-js', `--outDir=${made}`, 'scripts/suites/cri/cri.proto'];
  execFileSync(join(root, 'node_modules/.bin/proto-loader-gen-types'), [...FORM, ...extension, ...into], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (!process.argv.includes('--check')) {
    rmSync(join(root, FOLDER), { recursive: true, force: true });
    renameSync(made, join(root, FOLDER));
  } else {
    tellWhether(textsOf(made) === textsOf(join(root, FOLDER)), FOLDER);
  }
} finally {
  rmSync(made, { recursive: true, force: true });
}

function textsOf(dir: string): string {
  const names =
    statSync(dir, { throwIfNoEntry: false }) === undefined ? [] : readdirSync(dir, { recursive: true });
  const files = names.map(String).filter((name) => name.endsWith('.ts'));
  return JSON.stringify(files.sort().map((name) => [name, readFileSync(join(dir, name), 'utf8')]));
}
