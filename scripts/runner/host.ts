/** What this host is, for the report. */
import { readFileSync } from 'node:fs';
import { cpus, type as osType, release, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Capabilities } from '../../vm/machine.ts';
import { packageRoot } from '../lib/paths.ts';
import type { ReportHost } from '../model/report.ts';

/** `capabilities`: of the kinds that made machines. */
export function hostFacts(capabilities: readonly Capabilities[]): ReportHost {
  const all = (part: (one: Capabilities) => string) => [...new Set(capabilities.map(part))].join(' + ');
  return {
    repro: version(),
    node: process.versions.node,
    os: osName(),
    kernel: release(),
    cpus: cpus().length,
    memoryMiB: Math.round(totalmem() / 1024 ** 2),
    emulator: all(({ name }) => name) || 'none',
    accelerator: all(({ accelerator }) => accelerator) || 'none',
    acceleratorWhy: all(({ why }) => why) || 'no machine was started',
  };
}

/** This program's own version. */
export function version(): string {
  return JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')).version;
}

function osName(): string {
  try {
    const text = readFileSync('/etc/os-release', 'utf8');
    return /^PRETTY_NAME="?([^"\n]*)/m.exec(text)?.[1] ?? osType();
  } catch {
    return osType();
  }
}
