/** Before any integration test: what the tests need beside what a run needs, installed as a run would. */
import { existsSync } from 'node:fs';
import { run } from '../../scripts/lib/exec.ts';
import { ensureTools } from '../../scripts/setup/install.ts';
import { findProgram } from '../../scripts/setup/tools.ts';

export default async function setup(): Promise<void> {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  try {
    await ensureTools(say, { builds: true, providers: ['qemu', 'docker'] });
  } catch (error) {
    // The tests that need them skip themselves, loudly.
    say(String(error));
  }
  await ensureDocker(say);
  // A real browser for the HTML report. Only where apt can be used without asking anyone.
  const browsers = ['/usr/bin/chromium', '/usr/bin/google-chrome'];
  if (browsers.some((path) => existsSync(path)) || process.env.REPRO_CHROMIUM) return;
  if (process.getuid?.() !== 0 || (await findProgram('apt-get')) === undefined) return;
  say('installing chromium, in which the HTML report is tested');
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run(['apt-get', 'install', '-y', '-q', '--no-install-recommends', 'chromium'], { env }).catch(
    (error) => say(`chromium could not be installed: ${error}`),
  );
}

/**
 * A Docker Engine for `docker.test.ts`, which starts one of its own: this host's, if it has one, isn't touched. Where
 * systemd runs, the package starts one, too.
 */
async function ensureDocker(say: (line: string) => void): Promise<void> {
  if ((await findProgram('dockerd')) !== undefined) return;
  if (process.getuid?.() !== 0 || (await findProgram('apt-get')) === undefined) return;
  say('installing docker.io, whose engine the provider docker is tested with');
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run(['apt-get', 'install', '-y', '-q', '--no-install-recommends', 'docker.io'], { env }).catch(
    (error) => say(`docker.io could not be installed: ${error}`),
  );
}
