import { UsageError } from '../lib/errors.ts';

/** Seconds; under emulation on a loaded host 30 were seen. */
const DEFAULT = 180;

/** Milliseconds a guest may take to boot: `REPRO_BOOT_TIMEOUT`, in seconds, for very slow hosts. Throws UsageError. */
export function bootTimeout(env: Readonly<Record<string, string | undefined>> = process.env): number {
  const named = env.REPRO_BOOT_TIMEOUT;
  if (named === undefined || named === '') return DEFAULT * 1000;
  const seconds = Number(named);
  if (!(seconds > 0 && seconds <= 24 * 3600)) {
    throw new UsageError('boot-timeout', `REPRO_BOOT_TIMEOUT is '${named}'; it must be seconds, such as 300`);
  }
  return seconds * 1000;
}
