/** From the samples of a cell to the next one: case by case, each at the limit that its search asks for. Pure. */
import type { Sample } from '../model/sample.ts';
import { LIMIT } from './cells.ts';
import { type Known, type SearchOptions, search, type Trial } from './search.ts';

export interface Chosen {
  readonly caseId: string;
  readonly index: number;
  readonly params: { readonly [LIMIT]: number };
}

type Sampled = Pick<Sample, 'case' | 'outcome' | 'errors' | 'params' | 'oomKills'>;

/** What ended it isn't known here. */
export const UNFINISHED = 'the search was not finished';

export const EXPECTS_KILLS = 'the case expects OOM kills: it has no floor';

/** Samples in a row without an answer, after which there is no use in asking. */
const SILENT = 3;

/** Undefined when every case has its floor, or can't get one. */
export function choose(
  samples: readonly Sampled[],
  cases: readonly string[],
  options: SearchOptions,
): Chosen | undefined {
  for (const caseId of cases) {
    const own = samples.filter((sample) => sample.case === caseId);
    if (hopeless(own) !== undefined) continue;
    const { next } = search(trialsOf(own), options);
    if (next !== undefined) return { caseId, index: own.length + 1, params: { [LIMIT]: next } };
  }
  return undefined;
}

/** What the samples of one case tell. */
export function knownOf(own: readonly Sampled[], options: SearchOptions): Known {
  const { next, known } = search(trialsOf(own), options);
  const why = hopeless(own) ?? known.why ?? (next === undefined ? undefined : UNFINISHED);
  return { ...known, why };
}

/** A sample without an answer is no trial; it's taken again. */
export function trialsOf(own: readonly Sampled[]): Trial[] {
  return own
    .filter(({ outcome }) => outcome !== 'error')
    .map(({ outcome, params }) => ({ limit: Number(params?.[LIMIT]), failed: outcome === 'failed' }));
}

function hopeless(own: readonly Sampled[]): string | undefined {
  const last = own.slice(-SILENT);
  if (last.length === SILENT && last.every(({ outcome }) => outcome === 'error')) {
    return `no answer ${SILENT} times in a row: ${last.at(-1)?.errors.at(-1) ?? 'no reason given'}`;
  }
  const expected = own.some(({ oomKills }) => oomKills.some((kill) => kill.expected));
  return expected ? EXPECTS_KILLS : undefined;
}
