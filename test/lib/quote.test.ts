import { expect, test } from 'vitest';
import { run } from '../../scripts/lib/exec.ts';
import { shellQuote } from '../../scripts/lib/quote.ts';

test('shellQuote quotes only what needs it', async () => {
  expect(shellQuote(['ls', '-l', '/a/b+c_1.2'])).toBe('ls -l /a/b+c_1.2');
  const odd = ['', "it's", '$x', 'a b', '~', '#'];
  expect((await run(['sh', '-c', `printf '%s|' ${shellQuote(odd)}`])).stdout).toBe(
    odd.map((a) => `${a}|`).join(''),
  );
});
