/** What the rest of the program takes for granted of every card. */
import { describe, expect, it } from 'vitest';
import { parseSpec, SCHEMES } from '../../scripts/artifact/spec.ts';
import { CARDS, COMPONENTS, cardOf, componentsThat, LAYERED } from '../../scripts/components/index.ts';
import { isDiagnostic } from '../../scripts/lib/diagnostic.ts';
import { RULES, whyUnsupported } from '../../scripts/scenario/unsupported.ts';
import { SUITES } from '../../scripts/suites/catalog.ts';

describe('the list', () => {
  it('names each component once', () => {
    expect(new Set(COMPONENTS).size).toBe(CARDS.length);
    expect(cardOf('runc')?.name).toBe('runc');
    for (const name of ['', 'docker', 'constructor', '__proto__']) expect(cardOf(name)).toBeUndefined();
  });

  it('has one that is booted', () => {
    expect(componentsThat(({ booted }) => booted === true)).toEqual(['kernel']);
    expect(LAYERED).toEqual(COMPONENTS.filter((one) => one !== 'kernel'));
  });

  it('says which can be bisected, and which start containers', () => {
    expect(componentsThat(({ bisectable }) => bisectable === true)).toEqual([
      'runc',
      'containerd',
      'crun',
      'kubelet',
    ]);
    expect(componentsThat(({ runtime }) => runtime === true)).toEqual(['runc', 'crun']);
  });

  it('has a default for whatever a suite needs', () => {
    const needed = Object.values(SUITES).flatMap(({ components }) => components);
    for (const name of new Set([...needed, 'kernel'])) expect(cardOf(name)?.default, name).toBeDefined();
  });
});

describe.each(CARDS.map((card) => [card.name, card] as const))('the card of %s', (name, card) => {
  it('has the name of an axis, and words', () => {
    expect(name).toMatch(/^[a-z][A-Za-z0-9]*$/);
    expect(card.about).not.toMatch(/^$|\.$/);
  });

  it('can be had from somewhere', () => {
    expect([card.package, card.programs, card.releases].some((way) => way !== undefined)).toBe(true);
    if (card.default !== undefined) expect(isDiagnostic(parseSpec(card.default))).toBe(false);
    for (const scheme of card.only?.schemes ?? []) expect(SCHEMES).toContain(scheme);
  });

  it('puts programs below the root', () => {
    const places = Object.values(card.programs ?? {});
    const links = Object.entries(card.links ?? {});
    for (const place of [...places, ...links.map(([, link]) => link)]) expect(place).toMatch(/^usr\//);
    for (const [place] of links) expect(places).toContain(place);
  });

  it('has a program to build, where it has a recipe or is bisected', () => {
    if (card.recipe !== undefined || card.bisectable) expect(card.programs).toBeDefined();
  });
});

describe('the rules', () => {
  it('have names of their own', () => {
    expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length);
  });

  it('of what is booted come first', () => {
    expect(RULES[0]?.name).toBe('cgroup-v1-memory');
    const axes = { cgroup: 'v1', containerd: '2.1' };
    const params = { cri: 'v1alpha2' };
    expect(whyUnsupported({ axes, suite: 'cri', params })).toMatch(/^cgroup v1:/);
  });

  it('take a suite that is called as what every object has for a suite', () => {
    for (const suite of ['constructor', 'valueOf']) {
      const axes = { containerd: `deb:${suite}`, kernel: `deb:${suite}`, cgroup: 'v1' };
      expect(whyUnsupported({ axes, suite: 'cri', params: { cri: 'v1' } })).toBeUndefined();
    }
  });
});
