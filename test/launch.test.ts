import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const launcher = fileURLToPath(new URL('../scripts/launch.mjs', import.meta.url));

/** The command as a user types it. The first call may have to bundle the sources. */
function repro(...args: string[]) {
  const env = {
    ...process.env,
    XDG_STATE_HOME: join(tmpdir(), 'repro-none'),
    NO_COLOR: '1',
    SHELL: '/bin/bash',
  };
  return spawnSync(process.execPath, [launcher, ...args], { encoding: 'utf8', env });
}

describe('repro', { timeout: 60_000 }, () => {
  it('--help names every command', () => {
    const { status, stdout } = repro('--help');
    expect(status).toBe(0);
    for (const name of ['run', 'list', 'show', 'report', 'shell', 'doctor', 'cache', 'reap', 'completion']) {
      expect(stdout).toMatch(new RegExp(`^  repro ${name}\\b`, 'm'));
    }
  });

  it('--version is that of the package', () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    expect(repro('--version').stdout).toBe(`${version}\n`);
  });

  it('list shows the shipped scenarios', () => {
    const { status, stdout } = repro('list');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^containerd16-cgroupfs\b/m);
    expect(stdout).toMatch(/^smoke\b/m);
  });

  it('an unknown command is met with a suggestion and exit code 2', () => {
    const { status, stdout, stderr } = repro('lst');
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/Did you mean list\?/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('completion prints a script for the shell', () => {
    const { status, stdout } = repro('completion');
    expect(status).toBe(0);
    expect(stdout).toContain('--get-yargs-completions');
  });
});
