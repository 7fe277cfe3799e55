/** What only a resolved cell tells: whether this kernel can do what the cell asks for. */
import type { Kernel } from '../artifact/types.ts';
import { ReproError } from '../lib/errors.ts';
import type { Cell } from '../scenario/types.ts';

/** Since 6.11, cgroup v1's memory controller has a switch of its own, which may be off (kernel commit e93d4166b40a). */
const MEMCG_V1_SINCE = [6, 11] as const;

/** Throws ReproError `unsupported` with the reason; the cell becomes a skip before anything boots. */
export function checkKernel(cell: Pick<Cell, 'axes'>, kernel: Pick<Kernel, 'release' | 'config'>): void {
  if (cell.axes.cgroup !== 'v1') return;
  const [major = 0, minor = 0] = kernel.release.split('.').map((part) => Number.parseInt(part, 10));
  const [sinceMajor, sinceMinor] = MEMCG_V1_SINCE;
  const hasSwitch = major > sinceMajor || (major === sinceMajor && minor >= sinceMinor);
  if (hasSwitch && kernel.config.CONFIG_MEMCG_V1 !== 'y') {
    const why = 'is built without CONFIG_MEMCG_V1, so it has no cgroup v1 memory controller';
    throw new ReproError('unsupported', `Linux ${kernel.release} ${why}`, {
      hint: 'use a kernel before 6.11 (deb:bookworm has 6.1), or cgroup v2',
    });
  }
}
