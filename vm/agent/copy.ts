/** Files into a machine and out of it, by its agent. */
import { createReadStream, writeSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { ReproError } from '../../scripts/lib/errors.ts';
import type { AgentLink, RawResult } from './link.ts';

/** Milliseconds that copying a file may take. */
const TIMEOUT = 300_000;
/** Bytes of a file that is copied out. */
const LIMIT = 256 * 2 ** 20;
const PERMISSIONS = 0o777;
/** Group and others. */
const OTHERS_WRITE = 0o022;

/** As `Machine.copyIn`; `signal` is aborted when the machine is gone. */
export async function copyIn(
  link: AgentLink,
  { hostPath, guestPath }: { readonly hostPath: string; readonly guestPath: string },
  signal: AbortSignal,
): Promise<void> {
  const { mode } = await stat(hostPath);
  const permissions = (mode & PERMISSIONS).toString(8);
  const argv = ['/bin/sh', '-c', 'cat >"$0" && chmod "$1" "$0"', guestPath, permissions];
  const stdin = createReadStream(hostPath);
  checked(await link.run(argv, { stdin, signal, timeout: TIMEOUT }));
}

/** As `Machine.copyOut`. */
export async function copyOut(
  link: AgentLink,
  { guestPath, hostPath }: { readonly guestPath: string; readonly hostPath: string },
  signal: AbortSignal,
): Promise<void> {
  const full = new AbortController();
  await using file = await open(hostPath, 'w');
  let size = 0;
  // Written at once, so that no more of it waits in memory than one frame has.
  const onStdout = (bytes: Buffer) => {
    size += bytes.length;
    if (size > LIMIT) full.abort(new ReproError('copy', tooLarge(guestPath)));
    else writeSync(file.fd, bytes);
  };
  const either = AbortSignal.any([signal, full.signal]);
  checked(await link.run(['cat', guestPath], { signal: either, timeout: TIMEOUT, onStdout }));
  const { stdout } = checked(
    await link.run(['stat', '-L', '-c', '%a', guestPath], { signal, timeout: TIMEOUT }),
  );
  await file.chmod(Number.parseInt(stdout.toString(), 8) & PERMISSIONS & ~OTHERS_WRITE);
}

function checked(result: RawResult): RawResult {
  if (result.exitCode === 0) return result;
  const why = result.stderr.toString().trim();
  throw new ReproError('copy', `cannot copy a file between host and machine: ${why}`);
}

function tooLarge(guestPath: string): string {
  return `${guestPath} of the machine is larger than ${LIMIT / 2 ** 20} MiB, which is the most that is copied`;
}
