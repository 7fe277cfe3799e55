import type { Source } from './source.ts';
import { parseSuite } from './suite.ts';

const parse = (place: string) => parseSuite('deb', place);

export const deb: Source = {
  scheme: 'deb',
  form: '<suite>',
  about: 'what that suite of Debian has as a package',
  builds: false,
  parse,
  parseLookup: parse,
  open: async (base) => base.deb,
};
