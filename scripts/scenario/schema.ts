/**
 * The shape of a scenario file. What a name means (whether an axis exists, whether a selector can match) is
 * checked in `check.ts` and `lint.ts`; the descriptions here are what editors show.
 */
import { z } from 'zod';
import { DEFAULT_PROVIDER, PROVIDER_KINDS } from '../../vm/providers.ts';
import { LAYERED } from '../components/index.ts';
import { type NetworkAccess, parseAllowed } from '../lib/network.ts';
import { parseQuantity } from '../lib/quantity.ts';
import { axesSchema } from '../model/axes.ts';
import { scalarSchema, scalarsSchema } from '../model/scalar.ts';
import { verdictKindSchema } from '../model/verdict.ts';
import { SUITES } from '../suites/catalog.ts';
import { kernelLogChecks } from './kernel-log-schema.ts';
import { MOST_OVERRIDES } from './limits.ts';
import { symptom } from './symptom-schema.ts';

/** Image definitions there are, `vm/images/<name>`. */
export const IMAGES = ['trixie'] as const;

const MIB = 1024 ** 2;
const text = z.string().trim().min(1);

/** The most samples of a case that can be asked for. */
export const MOST_SAMPLES = 10_000;

const count = z.int().min(1).max(MOST_SAMPLES);
const samples = z
  .union([count, z.literal('auto')], { error: `must be a whole number from 1 to ${MOST_SAMPLES}, or auto` })
  .describe('Samples per case and cell; auto: until the verdict is settled. Default 5.');

/** A share in 0..1 of `0.05` or `5%`; undefined when it is neither. */
export function parseShare(text: string | number): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(String(text));
  return match === null ? undefined : Number(match[1]) / (match[2] === '%' ? 100 : 1);
}

const share = (low: number, high: number, example: string) =>
  z
    .union([z.number(), z.string()])
    .refine((given) => between(parseShare(given), low, high), {
      error: `must be from ${low * 100}% to ${high * 100}%, such as ${example}`,
    })
    .transform((given) => parseShare(given) ?? 0);

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** Seconds of `90`, `90s`, `2m`, `1h`; undefined when it is none of these. */
export function parseSeconds(duration: string | number): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(String(duration));
  return match === null ? undefined : Number(match[1]) * (SECONDS[match[2] || 's'] ?? 1);
}

const timeout = z
  .union([z.number(), z.string()])
  .refine((duration) => between(parseSeconds(duration), 1, 86_400), {
    error: 'must be a time between 1s and 24h, such as 90, 90s or 2m',
  })
  .transform((duration) => parseSeconds(duration) ?? 0)
  .describe(`How long one sample may take: seconds, or 90s, 2m. Default 60${longerTimeouts()}.`);

/** `, for kubelet 300, for critest 1800`. */
function longerTimeouts(): string {
  const longer = Object.values(SUITES).filter((suite) => suite.timeout !== undefined);
  return longer.map(({ id, timeout: seconds }) => `, for ${id} ${seconds}`).join('');
}

const list = <T extends z.ZodType>(value: T) => z.array(value).min(1);

const between = (value: number | undefined, low: number, high: number) =>
  value !== undefined && value >= low && value <= high;

/** A memory quantity, as MiB. */
const mebibytes = (low: string, high: string, example: string) =>
  z
    .union([z.string(), z.number()])
    .refine((size) => between(parseQuantity(size) ?? 0, parseQuantity(low) ?? 0, parseQuantity(high) ?? 0), {
      error: `must be a size from ${low} to ${high}, such as ${example} (a number alone is bytes)`,
    })
    .transform((size) => Math.ceil((parseQuantity(size) ?? 0) / MIB));

const allowed = z.string().refine((text) => parseAllowed(text) !== undefined, {
  error: 'must be a host, an address or a subnet, such as registry.lan:5000, 10.1.2.3 or 10.0.0.0/8',
});

const network = z
  .union([
    z.boolean(),
    z.strictObject({
      allow: z
        .array(allowed)
        .min(1)
        .max(100)
        .describe('What it may reach beside public addresses: hosts, host:port, addresses, subnets.'),
    }),
  ])
  .transform((given): NetworkAccess | false => (given === true ? { allow: [] } : given))
  .describe('Whether the machine may reach public addresses, by HTTP and HTTPS. Default false.');

const kind = z.enum(PROVIDER_KINDS);

const provider = z
  .union([
    kind,
    list(kind).refine((kinds) => new Set(kinds).size === kinds.length, { error: 'names one twice' }),
  ])
  .transform((given) => (typeof given === 'string' ? [given] : given))
  .describe(
    `Where machines come from; of several, the first that can do what a cell asks for. Default ${DEFAULT_PROVIDER}.`,
  );

const machine = z.strictObject({
  image: z.enum(IMAGES).optional().describe('Userland of the machine. Default trixie.'),
  cpus: z.int().min(1).max(64).optional().describe('Virtual CPUs. Default 2.'),
  memory: mebibytes('128Mi', '4096Gi', '1Gi').optional().describe('Memory of the machine. Default 1Gi.'),
  disk: mebibytes('64Mi', '16384Gi', '4Gi').optional().describe('Scratch disk of the machine. Default 4Gi.'),
  network: network.optional(),
  fresh: z
    .enum(['cell', 'sample'])
    .optional()
    .describe('How often a new machine is taken: for each cell (default), or for each sample.'),
  provider: provider.optional(),
});

export const selector = z
  .record(z.string(), z.union([scalarSchema, z.array(scalarSchema).min(1)]))
  .meta({ id: 'selector', description: 'Axis -> value, or a list of values of which one must be met.' });

/** Axis -> value. */
export const point = axesSchema.meta({ id: 'point' });

// A record and not an object of the known axes: the order of the file is the order of the matrix.
export const axes = z
  .record(z.string(), list(scalarSchema))
  .describe('What varies: axis -> its values. The first axis varies slowest.');

const suite = z
  .union([
    z
      .enum(Object.keys(SUITES))
      .transform((id) => ({ id, cases: undefined, params: undefined, timing: undefined })),
    z.discriminatedUnion(
      'id',
      atLeastOne(
        Object.values(SUITES).map(({ id, title, cases, params }) =>
          z
            .strictObject({
              id: z.literal(id),
              cases: list(z.enum(cases.map((one) => one.id)))
                .optional()
                .describe('Cases to run. Default: all of them.'),
              params: params.partial().optional().describe('Parameters of the suite.'),
              timing: z
                .boolean()
                .optional()
                .describe(
                  'Whether each cell has the host to itself. Default: where the symptom is a bound on a time.',
                ),
            })
            .describe(title),
        ),
      ),
    ),
  ])
  .describe('What runs on the machines.');

function atLeastOne<T>([first, ...rest]: T[]): [T, ...T[]] {
  if (first === undefined) throw new Error('there is no suite');
  return [first, ...rest];
}

const build = z
  .strictObject({
    repository: text.optional().describe("Address or folder of the repository. Default: the project's own."),
    packages: z
      .array(z.string().regex(/^[a-z0-9][a-z0-9+.-]+$/, { error: 'must be the name of a Debian package' }))
      .optional()
      .describe('Debian packages that the build needs, beside gcc, libc6-dev, make, pkgconf and Go.'),
    go: z
      .string()
      .regex(/^(?:go\.mod|none|1\.\d+(?:\.\d+)?)$/, {
        error: 'must be go.mod, none, or a version such as "1.22"',
      })
      .optional()
      .describe('Oldest Go that will do. Default go.mod: what the tree asks for.'),
    run: text.optional().describe('Script for /bin/sh in the source tree; it puts the programs into $OUT.'),
  })
  .describe('How its git: revisions and source packages are built. What is left out is as shipped.');

const expectation = z.strictObject({
  when: selector,
  verdict: verdictKindSchema,
  why: text.optional().describe('Shown in the report when the expectation is missed.'),
});

const override = z.strictObject({
  when: selector,
  samples: samples.optional(),
  timeout: timeout.optional(),
  machine: machine.optional(),
  params: scalarsSchema.optional().describe('Parameters of the suite, for these cells.'),
});

export const ScenarioFile = z.strictObject({
  title: text.describe('One line.'),
  question: text.optional().describe('What a run answers: a paragraph.'),
  references: z.array(z.url()).optional().describe('Issues, pull requests, commits.'),
  sources: list(text)
    .optional()
    .describe('Where a bare version is looked up, in this order: deb:trixie, deb:bookworm, …'),
  build: z
    .strictObject(Object.fromEntries(LAYERED.map((component) => [component, build.optional()])))
    .optional()
    .describe("How components are built, where that isn't as shipped."),
  axes,
  include: z
    .array(point)
    .optional()
    .describe('Extra points. An axis that is not named takes its first value.'),
  exclude: z.array(selector).optional().describe('Points of the product that are left out.'),
  overrides: z
    .array(override)
    .max(MOST_OVERRIDES)
    .optional()
    .describe('Other settings for some cells; the last one wins.'),
  suite,
  symptom,
  kernelLog: kernelLogChecks
    .optional()
    .describe('Which messages of the kernel are unexpected while a sample passes, whatever the symptom.'),
  expect: z
    .array(expectation)
    .optional()
    .describe('What should come out; the first one that matches a cell counts.'),
  samples: samples.optional(),
  maxSamples: count.optional().describe('The most samples per case when samples is auto. Default 100.'),
  rate: share(0.0001, 0.9, '5%')
    .optional()
    .describe('good claims that the symptom is rarer than this. Default with auto: 5%; else no such claim.'),
  confidence: share(0.5, 0.9999, '95%')
    .optional()
    .describe('Confidence of intervals and claims. Default 95%.'),
  timeout: timeout.optional(),
  machine: machine.optional().describe('Size of the machines.'),
});

export type ScenarioInput = z.output<typeof ScenarioFile>;

/** The keys that make the matrix, alone: they can be looked at while others are still wrong. */
export const MatrixFile = ScenarioFile.pick({
  axes: true,
  include: true,
  exclude: true,
  overrides: true,
  suite: true,
  expect: true,
});
