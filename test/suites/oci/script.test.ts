import { describe, expect, it } from 'vitest';
import { execScript, startScript } from '../../../scripts/suites/oci/script.ts';
import { syntaxErrors } from '../support.ts';

const memoryLimit = 10 * 1024 ** 2;
const grid = (['v1', 'v2'] as const).flatMap((cgroup) =>
  (['cgroupfs', 'systemd'] as const).map((driver) => ({ cgroup, driver })),
);

describe.each(grid)('on cgroup $cgroup with $driver', ({ cgroup, driver }) => {
  const options = { cgroup, driver, memoryLimit, ids: ['s-1', 's-2'] };

  it('both scripts are sh', () => {
    expect(syntaxErrors(startScript(options))).toBe('');
    expect(syntaxErrors(execScript({ ...options, ids: ['s-1'] }))).toBe('');
  });

  it('starts and removes every container with its driver, and reads its memory cgroup', () => {
    const script = startScript(options);
    for (const id of options.ids) {
      expect(script).toContain(`runc $flags delete --force ${id}`);
      expect(script).toMatch(new RegExp(`^start_one ${id} /repro\\S*${id}\\S* &$`, 'm'));
    }
    expect(script).toContain(driver === 'systemd' ? 'flags=--systemd-cgroup' : "flags=''");
    expect(script).toContain(`memory=/sys/fs/cgroup${cgroup === 'v1' ? '/memory' : ''}\n`);
    expect(script).toContain(cgroup === 'v1' ? 'memory.max_usage_in_bytes' : 'memory.peak');
  });

  it('exec starts with room and sets the limit afterwards', () => {
    const script = execScript({ ...options, ids: ['s-1'] });
    expect(script).toContain('"memory":{"limit":536870912}');
    const file = cgroup === 'v1' ? 'memory.limit_in_bytes' : 'memory.max';
    expect(script).toContain(`echo ${memoryLimit} 2>limit.err >"$memory$cgroup/${file}"`);
  });
});
