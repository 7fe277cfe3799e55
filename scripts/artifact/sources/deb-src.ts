import type { Source } from './source.ts';
import { parseSuite } from './suite.ts';

const parse = (place: string) => parseSuite('deb-src', place);

export const debSrc: Source = {
  scheme: 'deb-src',
  form: '<suite>',
  about: "what that suite's source package has, built here",
  builds: true,
  parse,
  parseLookup: parse,
  open: async ({ cache, deb }) => new (await import('../deb-src.ts')).DebSrcSource(cache, deb),
};
