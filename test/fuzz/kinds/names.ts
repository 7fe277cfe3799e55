/** Patterns, versions, sources and addresses: short texts in a language of their own. */
import fc from 'fast-check';
import { locationOf } from '../../../scripts/artifact/git/location.ts';
import { parseRevision } from '../../../scripts/artifact/git/revision.ts';
import { matchesVersion, upstreamVersion } from '../../../scripts/artifact/version.ts';
import { compile, matchesWithin, PatternError, parsePattern } from '../../../scripts/lib/pattern.ts';
import { parseQuantity } from '../../../scripts/lib/quantity.ts';
import { sourceFlaw, specFlaw } from '../../../scripts/scenario/sources.ts';
import { answered, fuzzKind, must } from '../kind.ts';
import { soup } from '../mutate.ts';

// biome-ignore format: a list of words
const PATTERN_WORDS = [
  'a', 'b', '.', '*', '+', '?', '|', '(', ')', '(?:', '(?i)', '[', ']', '^', '$', '\\b', '\\d', '\\w', '\\s', '{2,9}',
  '{1000}', '(a+)+', '(a|aa)+', '.*.*=', '(?=', '\\1', '(?<n>', '\\k<n>', '\\x{1F600}', '\\p{L}', '[^a]', '-',
] as const;

export const patterns = fuzzKind(
  'patterns',
  fc.tuple(
    fc.oneof(soup(PATTERN_WORDS, 25), fc.string({ unit: 'binary', maxLength: 40 })),
    fc.constantFrom('', 'i', 's', 'm', 'ims', 'gu'),
    fc.oneof(
      soup(['a', 'b', 'aa', '=', 'n', '\n', '1'], 40),
      fc.constantFrom('a'.repeat(20_000), 'ab'.repeat(9_000)),
    ),
  ),
  async ([source, flags, text]) => {
    await answered(() => {
      const pattern = parsePattern(`/${source}/${flags}`);
      if (typeof pattern !== 'string') must(typeof pattern.test(text) === 'boolean', 'a pattern answers');
    }, PatternError);
    await answered(() => compile(source), PatternError);
    await answered(() => matchesWithin(source, text), PatternError);
  },
);

// biome-ignore format: a list of words
const SOURCE_WORDS = [
  'deb:', 'deb-src:', 'git:', 'path:', 'release:', 'trixie', 'v', '1.1.15', '-', '+', '~2', '^', '..', '/', './', '~/',
  'https://', 'ssh://', 'file://', 'git://', 'ext::', 'fd::', 'http://', 'user:password@', 'host', '[::1]', ':22', ':',
  '--upload-pack=x', 'refs/pull/1/head', 'runc', '.git', '\0', '\n', ',', '=', '5Mi', '1e9', 'ds1-2+b3', '1:',
] as const;
const spec = fc.oneof(soup(SOURCE_WORDS, 8), fc.string({ unit: 'binary', maxLength: 20 }));

/** Values of a component's axis, entries of `sources`, addresses of `--repo`. */
export const sources = fuzzKind('sources', fc.tuple(spec, spec), async ([text, other]) => {
  for (const axis of ['runc', 'kernel']) must(specFlaw(axis, text)?.message !== '', 'a diagnostic has words');
  must(sourceFlaw(text)?.message !== '', 'a diagnostic has words');
  parseQuantity(text);
  matchesVersion(text, upstreamVersion(other));
  const place = await answered(() => locationOf(text));
  must(!place?.address.startsWith('-'), 'git takes no address for an option');
});

/** A commit-ish with changes, where any part may or may not be a commit. */
export const revisions = fuzzKind(
  'revisions',
  fc.tuple(
    soup(['v1', 'a', '-', '+', '1', '-1', '+a', '-rc.1'], 60),
    fc.array(soup(['v1', 'a', '-', '+', '1', '-1'], 4), { maxLength: 12 }),
  ),
  async ([text, names]) => {
    const known = new Set(names);
    let asked = 0;
    const revision = await parseRevision(text, async (name) => {
      asked++;
      return known.has(name) ? name : undefined;
    });
    must(asked <= text.length ** 2, 'git is asked for each part of a revision once');
    must(revision === undefined || text.startsWith(revision.name), 'a revision begins with a commit');
  },
);
