/** How a guest finds its way out. */
import { MachineError } from '../../scripts/lib/errors.ts';
import { shellQuote } from '../../scripts/lib/quote.ts';
import type { AgentLink } from '../agent/link.ts';

/** The proxy's place in QEMU's user network: an address that nothing else there has. */
export const PROXY = { address: '10.0.2.100', port: 3128 } as const;

/** What programs take a proxy from, in both spellings that are in use. */
const PROXY_ENVIRONMENT: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ['http_proxy', `http://${PROXY.address}:${PROXY.port}`],
    ['https_proxy', `http://${PROXY.address}:${PROXY.port}`],
    ['no_proxy', 'localhost,127.0.0.1,::1'],
  ].flatMap(([name = '', value = '']) => [
    [name, value],
    [name.toUpperCase(), value],
  ]),
);

/**
 * Lets a guest know: commands from now on, services that start from now on, and login shells. Throws MachineError.
 */
export async function announceProxy(link: AgentLink, signal: AbortSignal): Promise<void> {
  const { exitCode, stderr } = await link.exec(announcement(), { signal });
  if (exitCode !== 0)
    throw new MachineError('provider', `the machine does not take on its proxy: ${stderr.trim()}`);
  link.environment = PROXY_ENVIRONMENT;
}

function announcement(): string {
  const assignments = Object.entries(PROXY_ENVIRONMENT).map(([name, value]) => `${name}=${value}`);
  const profile = `${assignments.map((one) => `export ${one}`).join('\n')}\n`;
  return `set -e
systemctl set-environment ${shellQuote(assignments)}
mkdir -p /etc/profile.d
printf %s ${shellQuote([profile])} >/etc/profile.d/repro-proxy.sh`;
}
