import { describe, expect, it } from 'vitest';
import { COMPONENTS } from '../../scripts/components/index.ts';
import { TABLES, withTables } from '../../scripts/dev/tables.ts';
import { KERNEL_EVENT_KINDS } from '../../scripts/model/kernel-event.ts';
import { symptomSchema } from '../../scripts/model/symptom.ts';
import { DEFAULT_CHECKS } from '../../scripts/scenario/kernel-log.ts';

const page = 'before\n<!-- sources -->\nstale\n<!-- end of sources -->\nafter\n';

describe('tables of the documentation', () => {
  it('stand in their places, and all else stays', () => {
    const text = withTables(page);
    expect(text).toMatch(/^before\n<!-- sources -->\n\n\| source \| is \|\n/);
    expect(text).toMatch(/\|\n\n<!-- end of sources -->\nafter\n$/);
    expect(text).not.toContain('stale');
    expect(withTables(text)).toBe(text);
  });

  it('have a row for each component', () => {
    const rows = TABLES.components?.().split('\n').slice(2) ?? [];
    expect(rows.map((row) => /^\| `(\w+)`/.exec(row)?.[1])).toEqual(COMPONENTS);
    expect(rows.find((row) => row.startsWith('| `crun`'))).toContain('with `build`');
  });

  it('have a row for each kind of symptom, and of kernel event with whether it is flagged', () => {
    const kinds = (name: string) =>
      [...(TABLES[name]?.() ?? '').matchAll(/^\| `([\w-]+)/gm)].map(([, kind]) => kind);
    expect(kinds('symptoms')).toEqual(symptomSchema.options.map((kind) => Object.keys(kind.shape)[0]));
    expect(kinds('kernel events')).toEqual(['oom-kill', ...KERNEL_EVENT_KINDS]);
    const flagged = TABLES['kernel events']?.().match(/^\| `[\w-]+`(?=.*\| yes \|$)/gm);
    expect(flagged).toEqual(DEFAULT_CHECKS.warn.map((kind) => `| \`${kind}\``));
  });

  it('name where releases come from', () => {
    expect(TABLES.releases?.()).toContain(
      '| `cniPlugins` | `https://github.com/containernetworking/plugins/releases/download` | `REPRO_RELEASES_CNI_PLUGINS` |',
    );
  });
});
