import { expect, test } from 'vitest';
import { loaderError } from '../../scripts/evidence/loader-error.ts';

test('is found among other lines', () => {
  const line = "runc: version `GLIBC_2.38' not found (required by runc)";
  expect(loaderError(`a\n  ${line}\nb`)).toBe(line);
});

test('a line of any length costs no more than its beginning', () => {
  // A pattern that looks at all of it from each beginning would take many minutes.
  expect(loaderError('version `'.repeat(200_000))).toBeUndefined();
});
