import { expect, test } from 'vitest';
import { alignRows, columnWidths, tableWidth } from '../../scripts/report/table.ts';
import { widthOf } from '../../scripts/report/text.ts';

test('columns start at the same place under wide characters, emoji and combining marks', () => {
  const names = ['runc', '容器', '🧨💥', 're\u0301pro'];
  const rows = names.map((name, at) => [
    { text: name },
    { text: '9'.repeat(at + 1), align: 'right' as const },
    { text: 'end' },
  ]);
  const widths = columnWidths(rows);
  expect(widths).toEqual([5, 4, 3]);
  expect(alignRows(rows, widths)).toEqual([
    'runc      9  end',
    '容器     99  end',
    '🧨💥    999  end',
    're\u0301pro  9999  end',
  ]);
  for (const line of alignRows(rows, widths)) expect(widthOf(line)).toBe(tableWidth(widths));
});
