/** Which modules an initrd needs, in which order: read from the kernel's own `modules.dep`. Pure. */

/** What an initrd needs to mount the root and to reach the network, by module name. */
export const INITRD_MODULES = [
  'virtio_pci',
  'virtio_blk',
  'virtio_net',
  'squashfs',
  'overlay',
  'ext4',
  'virtio_console',
];

/** `kernel/fs/overlayfs/overlay.ko.xz` -> `overlay` */
export function moduleName(path: string): string {
  return path
    .replace(/^.*\//, '')
    .replace(/\.ko(\..*)?$/, '')
    .replaceAll('-', '_');
}

/**
 * Paths to load one after the other, so that each finds what it depends on. Names that are no module of this
 * kernel are built in, and left out.
 */
export function loadOrder(modulesDep: string, names: readonly string[] = INITRD_MODULES): string[] {
  const paths = new Map<string, string>();
  const dependencies = new Map<string, string[]>();
  for (const line of modulesDep.split('\n')) {
    const [path, rest] = line.split(':');
    if (path === undefined || rest === undefined) continue;
    paths.set(moduleName(path), path);
    // depmod(8) lists them so that the last is to be loaded first.
    dependencies.set(path, rest.trim().split(/\s+/).filter(Boolean).reverse());
  }
  const order = new Set<string>();
  for (const name of names) {
    const path = paths.get(name);
    if (path === undefined) continue;
    for (const dependency of dependencies.get(path) ?? []) order.add(dependency);
    order.add(path);
  }
  return [...order];
}

/** `CONFIG_X=y` lines of a kernel's configuration. */
export function parseKernelConfig(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^(CONFIG_\w+)=(.*)$/gm)].map(([, key, value]) => [key, value]),
  );
}
