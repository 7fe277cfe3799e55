import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { nodeTable } from '../../scripts/commands/doctor-node.ts';

it('shows what was asked, both answers, and the effect where they differ', () => {
  const row = { what: 'swap', guest: 'off', node: 'off', source: 's', result: 'same', effect: '' } as const;
  const udev = {
    what: 'udev',
    guest: 'inactive',
    node: 'active',
    result: 'known',
    effect: 'no links',
  } as const;
  const lines = stripVTControlCharacters(nodeTable([row, { ...row, ...udev }])).split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[1]).toMatch(/^swap +off +off +same$/);
  expect(lines[2]).toMatch(/^udev +inactive +active +known: no links$/);
});
