import { expect, it } from 'vitest';
import { shellCommand } from '../../../vm/ssh/shell.ts';

it("a shell uses this machine's keys alone, and nothing of the user's", () => {
  const argv = shellCommand({
    host: '127.0.0.1',
    port: 40123,
    identity: '/tmp/m/key',
    knownHosts: '/tmp/m/known_hosts',
  });
  expect(argv[0]).toBe('ssh');
  expect(argv.slice(-2)).toEqual(['-t', 'root@127.0.0.1']);
  const text = argv.join(' ');
  expect(text).toContain('-F none');
  expect(text).toMatch(/-p 40123\b/);
  expect(text).toContain('-i /tmp/m/key');
  expect(text).toContain('-o IdentitiesOnly=yes');
  expect(text).toContain('-o UserKnownHostsFile=/tmp/m/known_hosts -o GlobalKnownHostsFile=none');
  expect(text).toContain('-o StrictHostKeyChecking=yes -o HostKeyAlias=repro-guest');
});
