/** Tables of the documentation that the cards of components, the sources, the suites and the vocabulary make. */
import { z } from 'zod';
import { SOURCES } from '../artifact/sources/index.ts';
import { CARDS } from '../components/index.ts';
import { releaseVariable } from '../components/releases.ts';
import { KERNEL_EVENTS } from '../model/kernel-event.ts';
import { symptomSchema } from '../model/symptom.ts';
import { DEFAULT_CHECKS } from '../scenario/kernel-log.ts';
import { SUITES } from '../suites/catalog.ts';

/** By the name of their place, `<!-- components -->`. */
export const TABLES: Readonly<Record<string, () => string>> = {
  components,
  sources,
  releases,
  suites,
  symptoms,
  'kernel events': kernelEvents,
};

function components(): string {
  const rows = CARDS.map((card) => {
    const suites = Object.values(SUITES).filter((suite) => suite.components.includes(card.name));
    const builds = card.recipe !== undefined ? 'yes' : card.programs !== undefined ? 'with `build`' : '';
    return [
      code(card.name),
      card.about,
      card.booted === true ? 'every suite' : suites.map(({ id }) => code(id)).join(', '),
      code(card.package ?? ''),
      card.releases === undefined ? '' : 'yes',
      card.programs === undefined ? '' : 'yes',
      builds,
      code(card.recipe?.sourcePackage ?? ''),
      code(card.default ?? ''),
    ];
  });
  const head = ['component', 'is', 'run by', '`deb:`', '`release:`', '`path:`', '`git:`', '`deb-src:`'];
  return table([...head, 'default'], rows);
}

function sources(): string {
  return table(
    ['source', 'is'],
    SOURCES.map(({ scheme, form, about }) => [code(`${scheme}:${form}`), about]),
  );
}

function releases(): string {
  return table(
    ['component', 'by default from', 'another place'],
    CARDS.flatMap(({ name, releases: layout }) =>
      layout === undefined ? [] : [[code(name), code(layout.base), code(releaseVariable(name))]],
    ),
  );
}

function suites(): string {
  const rows = Object.values(SUITES).map(({ id, title, cases, params }) => {
    const { properties = {} } = z.toJSONSchema(params, { io: 'input' });
    const list = Object.entries(properties).map(([name, schema]) => {
      const usual = typeof schema === 'object' ? schema.default : undefined;
      return usual === undefined || usual === '' ? code(name) : `${code(name)} (${code(String(usual))})`;
    });
    return [code(id), title, cases.map((one) => code(one.id)).join(', '), list.join(', ')];
  });
  return table(['suite', 'runs', 'cases', 'parameters'], rows);
}

function symptoms(): string {
  const rows = symptomSchema.options.map((kind) => {
    const { form, about } = kind.meta() ?? {};
    return [code(String(form)), String(about)];
  });
  return table(['symptom', 'matches when'], rows);
}

function kernelEvents(): string {
  const rows = [
    { kind: 'oom-kill', about: 'an OOM kill that the case did not expect' },
    ...KERNEL_EVENTS,
  ].map(({ kind, about }) => [
    code(kind),
    about,
    DEFAULT_CHECKS.warn.some((one) => one === kind) ? 'yes' : '',
  ]);
  return table(['kind', 'means', 'warning by default'], rows);
}

const code = (text: string): string => (text === '' ? '' : `\`${text}\``);

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** A page with its tables as they are now: each stands between `<!-- name -->` and `<!-- end of name -->`. */
export function withTables(page: string): string {
  return Object.entries(TABLES).reduce((text, [name, make]) => {
    const place = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- end of ${name} -->)`);
    return text.replace(place, (_, begin: string, end: string) => `${begin}\n${make()}\n\n${end}`);
  }, page);
}
