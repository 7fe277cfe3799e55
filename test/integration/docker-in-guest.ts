/** A Docker Engine on a host with cgroup v2 and systemd, which is a guest of ours: a machine for machines. */
import { basename } from 'node:path';
import { run } from '../../scripts/lib/exec.ts';
import { Engine } from '../../vm/docker/engine.ts';
import type { Machine } from '../../vm/machine.ts';

/** Of the guest; the engine's own programs are in it as layers: containerd and runc. */
const FOLDER = '/opt/engine';
/** On ext4: no overlay can lie on the guest's root. */
const DATA = '/run/repro/scratch/engine';

/** Starts this host's `dockerd` in it. Returns where it is reached from here. */
export async function startInGuest(machine: Machine): Promise<string> {
  const { stdout: dockerd } = await run(['sh', '-c', 'PATH=$PATH:/usr/sbin command -v dockerd']);
  await machine.exec(['mkdir', '-p', `${FOLDER}/lib`, DATA]);
  await machine.copyIn(dockerd.trim(), `${FOLDER}/dockerd`);
  // Another release of Debian has other libraries; the C library's are the guest's own.
  const { stdout: needs } = await run(['ldd', dockerd.trim()]);
  for (const [, file = ''] of needs.matchAll(/=> (\/\S+)/g)) {
    if (!/\/lib(?:c|m)\.so/.test(file)) await machine.copyIn(file, `${FOLDER}/lib/${basename(file)}`);
  }
  const environment = [`LD_LIBRARY_PATH=${FOLDER}/lib`, 'PATH=/usr/sbin:/usr/bin'];
  const { exitCode, stderr } = await machine.exec([
    ...['systemd-run', '--quiet', '--unit=engine', '-p', 'Delegate=yes', '-p', 'TasksMax=infinity'],
    ...environment.map((one) => `--setenv=${one}`),
    ...[`${FOLDER}/dockerd`, '--host', 'unix:///run/engine.sock', '--data-root', DATA],
    ...['--exec-root', '/run/engine', '--pidfile', '/run/engine.pid'],
    ...['--bridge=none', '--iptables=false', '--ip6tables=false'],
  ]);
  if (exitCode !== 0) throw new Error(stderr);
  const socket = await machine.forward('/run/engine.sock');
  for (let tries = 0; ; tries++) {
    try {
      await (await Engine.at(socket)).about();
      return socket;
    } catch (error) {
      if (tries === 20) throw error;
      await machine.exec(['sleep', '3']);
    }
  }
}
