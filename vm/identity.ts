/** What makes a machine itself, and no other that was restored from the same snapshot. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Identity } from './agent/link.ts';

/** Bytes: twice what the kernel's random generator keeps as its key. */
const ENTROPY = 64;
/** What a host name may have, cut below the kernel's 64. */
const LONGEST_NAME = 60;

export function makeIdentity(name: string): Identity {
  return {
    machineId: randomUUID().replaceAll('-', ''),
    hostname: name
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]+/g, '-')
      .slice(0, LONGEST_NAME),
    entropy: randomBytes(ENTROPY).toString('hex'),
  };
}
