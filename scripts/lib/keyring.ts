/** Debian's archive keys, without which apt can't verify a suite. */
export const KEYRING = {
  file: '/usr/share/keyrings/debian-archive-keyring.gpg',
  package: 'debian-archive-keyring',
  why: "verifies Debian's package lists",
} as const;

/** The keyring to trust: `REPRO_DEBIAN_KEYRING` for a mirror of one's own, else Debian's. */
export function keyringFile(): string {
  return process.env.REPRO_DEBIAN_KEYRING || KEYRING.file;
}
