/** The code of every format of a report, loaded. */
import { FORMATS, type Format, type Render } from './formats.ts';

const loaded = await Promise.all(FORMATS.map(async ({ name, load }) => [name, await load()] as const));

export const formats = Object.fromEntries(loaded) as Readonly<Record<Format, Render>>;
