/** Installs what a run needs and the host lacks, where apt can. */
import { spawn } from 'node:child_process';
import { ReproError } from '../lib/errors.ts';
import { extendPath, findProgram, type Missing, missingTools, type Needs } from './tools.ts';

/** The host lacks tools and nothing here may or can install them. */
class MissingToolsError extends ReproError {
  constructor(missing: readonly Missing[], why: string) {
    const lines = missing.map(
      ({ program, package: name, why: use }) => `  ${program}  ${use} (Debian package ${name})`,
    );
    super('tools-missing', `${why}:\n${lines.join('\n')}`, {
      hint: `sudo apt-get install ${packages(missing).join(' ')}`,
    });
  }
}

/**
 * Makes sure that every tool is there. Says what it installs and why before it does; asks for sudo only when
 * not root and only when something is missing. `REPRO_NO_INSTALL=1` forbids it.
 * Throws ReproError `tools-missing`, one line per tool.
 */
export async function ensureTools(say: (line: string) => void, needs: Needs = {}): Promise<void> {
  extendPath();
  const missing = await missingTools(needs);
  if (missing.length === 0) return;
  if (process.env.REPRO_NO_INSTALL)
    throw new MissingToolsError(missing, 'REPRO_NO_INSTALL is set, and this host lacks');
  if ((await findProgram('apt-get')) === undefined) {
    throw new MissingToolsError(missing, 'this host has no apt to install them with, and lacks');
  }
  const root = process.getuid?.() === 0;
  if (!root && (await findProgram('sudo')) === undefined) {
    throw new MissingToolsError(missing, 'this user is not root, there is no sudo, and this host lacks');
  }
  say('this host lacks some tools, which are installed from its own package sources now:');
  for (const { program, package: name, why } of missing) say(`  ${name}: ${program} ${why}`);
  const sudo = root ? [] : ['sudo'];
  const env = ['env', 'DEBIAN_FRONTEND=noninteractive'];
  const install = ['apt-get', 'install', '-y', '-q', '--no-install-recommends', ...packages(missing)];
  const steps = [
    [...sudo, 'apt-get', 'update', '-q'],
    [...sudo, ...env, ...install],
  ];
  for (const step of steps) await runVisibly(step, missing, say);
  const left = await missingTools(needs);
  if (left.length > 0) throw new MissingToolsError(left, 'apt-get succeeded, but this host still lacks');
}

function packages(missing: readonly Missing[]): string[] {
  return [...new Set(missing.map((tool) => tool.package))].sort();
}

/** Lets apt speak to the user on stderr, and sudo ask for a password. */
async function runVisibly(
  argv: readonly string[],
  missing: readonly Missing[],
  say: (line: string) => void,
): Promise<void> {
  const [program = '', ...args] = argv;
  say(`$ ${argv.join(' ')}`);
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['inherit', process.stderr, process.stderr] });
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0)
    throw new MissingToolsError(missing, `'${argv.join(' ')}' failed with exit code ${code}; still missing`);
}
