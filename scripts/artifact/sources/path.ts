import type { Source } from './source.ts';

export const path: Source = {
  scheme: 'path',
  form: '<file or folder>',
  about: 'a program of your own, or several, as they are when the run starts',
  builds: false,
  parse: (place) =>
    place !== '' && place === place.trim()
      ? { path: place }
      : { message: 'path: must be followed by a file or folder, such as path:./runc' },
  open: async ({ cache }) => new (await import('../path.ts')).PathSource(cache),
};

/** The spec of a file or folder of this host. */
export const pathSpec = (place: string): string => `path:${place}`;
