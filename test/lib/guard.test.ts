import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

const guard = new URL('../../scripts/lib/guard.ts', import.meta.url).href;

function run(work: string) {
  const script = `import { guardEnd } from '${guard}'; await guardEnd(async () => { ${work} });`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
  return spawnSync(process.execPath, args, { encoding: 'utf8' });
}

it('a process that ends with its work undone says so and fails', () => {
  expect(run('await new Promise(() => {});')).toMatchObject({
    status: 125,
    stderr: 'repro: internal error: it ended before its work was done\n',
  });
  expect(run('await 1; process.exitCode = 1;')).toMatchObject({ status: 1, stderr: '' });
  expect(run('process.exit(130);')).toMatchObject({ status: 130, stderr: '' });
});
