/** Unsupported combinations, as far as the rules of the cards tell before any version is looked up. */
import { specOf } from '../artifact/spec.ts';
import type { Component } from '../components/component.ts';
import { CARDS, cardOf } from '../components/index.ts';
import type { Facts, KnownVersion, Rule, Version } from '../components/rule.ts';
import { once } from '../lib/once.ts';
import type { Axes } from '../model/axes.ts';
import type { Scalar } from '../model/scalar.ts';
import { MACHINE_AXES, SUITES } from '../suites/catalog.ts';

export interface Point {
  readonly axes: Axes;
  /** Suite id. */
  readonly suite: string;
  /** Parameters of the suite at this point. */
  readonly params: Readonly<Record<string, Scalar>>;
}

/** Those of what the machine boots first: the first reason is the one that is told. */
export const RULES: readonly Rule[] = [true, false].flatMap((booted) =>
  CARDS.filter((card) => (card.booted === true) === booted).flatMap(({ rules = [] }) => rules),
);

type VersionOf = (component: string, named: Scalar | undefined) => KnownVersion;

/**
 * For the points of a matrix, which name the same few versions over and over: each is looked at once. `own`: what
 * machines may have of their own, so that its default tells nothing.
 */
export function versionReader(own: readonly string[] = []): VersionOf {
  const of = once((component: string) =>
    once((named: Scalar | undefined) => {
      const known = knownVersion(component, named);
      return named === undefined && own.includes(component) ? { ...known, version: undefined } : known;
    }),
  );
  return (component, named) => of(component)(named);
}

/** Why a combination is unsupported; undefined when no rule is against it. */
export function whyUnsupported(point: Point, versionOf: VersionOf = knownVersion): string | undefined {
  const facts = factsOf(point, versionOf);
  for (const rule of RULES) {
    const reason = rule.reason(facts);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function factsOf({ axes, suite, params }: Point, versionOf: VersionOf): Facts {
  return {
    version: (component) => versionOf(component, axes[component]),
    runs: (component) => SUITES[suite]?.components.includes(component) === true,
    value: (axis) => axes[axis] ?? params[axis] ?? MACHINE_AXES[axis]?.[0],
  };
}

function knownVersion(component: string, named: Scalar | undefined): KnownVersion {
  const card = cardOf(component);
  const wanted = String(named ?? card?.default ?? '');
  const spec = specOf(wanted);
  const version =
    spec.suite === undefined ? parseVersion(spec.version ?? '') : inSuite(card?.versions, spec.suite);
  const label = `${component} ${spec.suite === undefined ? wanted : `${version?.join('.')} (${wanted})`}`;
  return { version, label, isDefault: named === undefined };
}

function inSuite(versions: Component['versions'] = {}, suite: string): Version | undefined {
  return Object.hasOwn(versions, suite) ? versions[suite] : undefined;
}

/** `6.12`, `6.12.30`, `2`; undefined when it doesn't begin with a number. */
function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d+)(?:\.(\d+))?/.exec(text);
  if (match === null) return undefined;
  return [Number(match[1]), match[2] === undefined ? undefined : Number(match[2])];
}
