import type { Diagnostic } from '../../lib/diagnostic.ts';
import type { Place, Source } from './source.ts';

export const release: Source = {
  scheme: 'release',
  form: '<version>',
  about: "upstream's own release",
  builds: false,
  parse: (version) =>
    /^v?\d+\.\d+\.\d+(-[0-9A-Za-z.]+)?$/.test(version)
      ? { version }
      : { message: `release:${version} names no release; write the whole version, such as release:1.1.15` },
  // Which release, the version says that is looked up.
  parseLookup(place): Place | Diagnostic {
    return place === '' ? {} : { message: 'all releases are one source', suggestion: 'release:' };
  },
  open: async ({ cache }) => new (await import('../release.ts')).ReleaseSource(cache),
};
