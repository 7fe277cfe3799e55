/** A network for pods, from Debian's CNI plugins: a bridge and loopback, without any way out of the machine. Pure. */
import { writeFile } from '../guest-shell.ts';

export const CNI_BIN = '/usr/lib/cni';
export const CNI_CONF = '/etc/cni/net.d';

/**
 * Pods have addresses of one subnet, reach each other and the machine, and have no default route. No rule of
 * iptables is needed, for nothing is translated: so the plugins `portmap` and `firewall` aren't used.
 */
export function cniConfig(): string {
  return JSON.stringify({
    cniVersion: '0.4.0',
    name: 'repro',
    plugins: [
      {
        type: 'bridge',
        bridge: 'cni0',
        isGateway: true,
        ipMasq: false,
        hairpinMode: true,
        ipam: { type: 'host-local', ranges: [[{ subnet: '10.88.0.0/16' }]], dataDir: '/run/repro/cni' },
      },
    ],
  });
}

/** Shell commands that make it ready; they fail where a plugin or a kernel module is missing. */
export function cniSetup(): string {
  return `for plugin in bridge host-local loopback; do
  [ -x ${CNI_BIN}/$plugin ] || { echo "there is no CNI plugin $plugin in ${CNI_BIN}" >&2; exit 1; }
done
for module in bridge veth; do modprobe $module 2>/dev/null || true; done
mkdir -p ${CNI_CONF}
${writeFile(`${CNI_CONF}/10-repro.conflist`, cniConfig())}`;
}
