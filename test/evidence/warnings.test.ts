import { describe, expect, it, test } from 'vitest';
import { parseKernelLog } from '../../scripts/evidence/kernel-log.ts';
import { mergeWarnings, normalised, Warnings } from '../../scripts/evidence/warnings.ts';

const DEPTH = 'overlayfs: maximum fs stacking depth exceeded';

function ofKernel(...lines: string[]) {
  const warnings = new Warnings();
  for (const entry of parseKernelLog(`${lines.join('\n')}\n`).entries) warnings.ofKernel(entry);
  return warnings.list;
}
function ofRuntime(text: string) {
  const warnings = new Warnings();
  warnings.ofRuntime(text);
  return warnings.list;
}

describe('of the kernel', () => {
  it('are its lines of level warn and above, counted', () => {
    expect(
      ofKernel(`<3>[    1.000000] ${DEPTH}`, `<4>[    2.000000] ${DEPTH}`, '<5>[    3.000000] a'),
    ).toEqual([{ source: 'kernel', line: DEPTH, count: 2 }]);
  });

  it.each([
    '<11>[    1.000000] overlayfs: what a program wrote',
    '[    1.000000] of a level that is not known',
    '<4>[    1.000000] runc:[2:INIT] invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=-998',
    '<4>[    1.000000] CPU: 0 UID: 0 PID: 357 Comm: runc:[2:INIT] Not tainted 6.12.117',
    '<4>[    1.000000] Hardware name: QEMU Standard PC',
    '<4>[    1.000000] Call Trace:',
    '<4>[    1.000000]  <TASK>',
    '<4>[    1.000000]  dump_stack_lvl+0x5d/0x80',
    '<4>[    1.000000] RIP: 0033:0x7f1',
    '<4>[    1.000000] RAX: 0000000000000000 RBX: 1',
    '<4>[    1.000000] R13: 0000000000000000',
    '<4>[    1.000000] FS:  0000000000000000',
    '<3>[    1.000000] Memory cgroup out of memory: Killed process 7 (dd) total-vm:1kB',
  ])('are not: %s', (line) => {
    expect(ofKernel(line)).toEqual([]);
  });
});

describe('of runtimes', () => {
  it('are what they log as warning or error, without its time, once however the numbers differ', () => {
    const text = `time="2026-01-01T00:00:00Z" level=info msg="a"
time="2026-01-01T00:00:01Z" level=warning msg="unable to seal pid 12"
stderr: time="2026-01-01T00:00:02Z" level=warning msg="b"
time="2026-01-01T00:00:03Z" level=warning msg="unable to seal pid 345"
{"level":"error","msg":"c","time":"2026-01-01T00:00:04Z"}
level of something else`;
    expect(ofRuntime(text)).toEqual([
      { source: 'runtime', line: 'level=warning msg="unable to seal pid 12"', count: 2 },
      { source: 'runtime', line: 'stderr: level=warning msg="b"', count: 1 },
      { source: 'runtime', line: '{"level":"error","msg":"c"}', count: 1 },
    ]);
  });

  it("are those within what containerd quotes of a shim's log, and not the lines beside them", () => {
    const info = 'time=\\"2026-11-29T12:30:32Z\\" level=info msg=\\"starting signal loop\\" pid=387\\n';
    const warning =
      'time=\\"2026-11-29T12:30:32Z\\" level=warning msg=\\"failed to remove runc container\\" error=\\"255: \\"\\n';
    const line = (quoted: string) =>
      `time="2026-11-29T12:30:33Z" level=warning msg="cleanup warnings ${quoted}"\n`;
    expect(ofRuntime(line(info))).toEqual([]);
    expect(ofRuntime(line(info + warning) + line(info) + line(warning))).toEqual([
      {
        source: 'runtime',
        line: 'level=warning msg="failed to remove runc container" error="255: "',
        count: 2,
      },
    ]);
    expect(ofRuntime('level=warning msg="cleanup warnings of another kind"')).toHaveLength(1);
  });

  it('are so many, and so long, at most', () => {
    const letters = (n: number) => n.toString(2).replaceAll('0', 'x').replaceAll('1', 'y');
    const text = Array.from({ length: 200 }, (_, n) => `level=warning msg=${letters(n)}${'z'.repeat(1000)}`);
    const list = ofRuntime(text.join('\n'));
    expect(list).toHaveLength(100);
    expect(Math.max(...list.map(({ line }) => line.length))).toBe(400);
  });
});

test.each([
  ['id=0f3a9c71b2d4 pid 12', 'id=# pid #'],
  ['pod 3f2c1b7e-1111-2222-3333-444455556666', 'pod #'],
  ['at ffffffff81234567+0x1f/0x20', 'at #+#/#'],
  ['deadbeef and feedface stay words', 'deadbeef and feedface stay words'],
])('%s is %s', (line, expected) => {
  expect(normalised(line)).toBe(expected);
});

test('those of several machines are counted together, whatever their numbers', () => {
  const one = ofRuntime('level=warning msg="shim 12 is gone"\nlevel=error msg="a"');
  const other = ofRuntime('level=warning msg="shim 77 is gone"');
  expect(mergeWarnings([one, other])).toEqual([
    { source: 'runtime', line: 'level=warning msg="shim 12 is gone"', count: 2 },
    { source: 'runtime', line: 'level=error msg="a"', count: 1 },
  ]);
});
