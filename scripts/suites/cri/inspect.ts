/** What a node with containerd really runs, and the logs of its daemons. */
import type { Machine } from '../../../vm/machine.ts';
import type { GuestComponent } from '../../model/guest.ts';
import { parseCollected, runGuest } from '../guest-shell.ts';
import { inspectGuest } from '../inspect.ts';
import { LOG_FILE, UNIT } from './containerd-config.ts';

/** Bytes of a log that are kept, half of them from its beginning and half from its end. */
const LOG_BYTES = 8 * 2 ** 20;

/**
 * containerd and further daemons (component -> unit) as their processes tell it; runc as containerd finds it, by its
 * own PATH.
 */
export async function inspectNode(
  machine: Machine,
  daemons: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Record<string, GuestComponent>> {
  const units = Object.entries({ containerd: UNIT, ...daemons });
  const script = `${units.map(([name, unit]) => `echo "${name}:$(systemctl show --property MainPID --value ${unit})"`).join('\n')}
pid=$(systemctl show --property MainPID --value ${UNIT})
tr '\\0' '\\n' <"/proc/$pid/environ" | sed -n 's/^PATH=/path:/p'`;
  const facts = parseCollected(
    await runGuest(machine, "asking for the daemons' processes", script, { signal }),
  );
  const programs = Object.fromEntries(units.map(([name]) => [name, `/proc/${facts.get(name)}/exe`]));
  return inspectGuest(machine, { ...programs, runc: 'runc' }, signal, facts.get('path'));
}

/** containerd's log and others, file name in the evidence -> path in the guest; those that can be read. */
export async function readLogs(
  machine: Machine,
  others: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const logs: Record<string, string> = {};
  for (const [name, file] of Object.entries({ 'containerd.log': LOG_FILE, ...others })) {
    if (machine.lost.aborted) break;
    const { exitCode, stdout } = await machine.exec(['cat', file], { signal, maxOutput: LOG_BYTES });
    if (exitCode === 0) logs[name] = stdout;
  }
  return logs;
}
