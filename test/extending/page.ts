/** The examples of a page: code blocks that name the file which they are, or change, on their first line or before it. */

/** A part of the page with examples. */
export interface Seam {
  /** Its heading. */
  readonly name: string;
  readonly files: readonly NewFile[];
  readonly edits: readonly Edit[];
}

export interface NewFile {
  readonly path: string;
  readonly text: string;
}

export interface Edit {
  readonly path: string;
  /** Of a diff: ` ` stands before what is there, `+` before what is put below it, `-` before what goes. */
  readonly lines: readonly string[];
}

/** The sections of a page that have examples. */
export function seamsOf(page: string): Seam[] {
  const sections = page.split(/^## /m).slice(1);
  return sections
    .map((section): Seam => {
      const blocks = [...section.matchAll(/^```(\w+)(?: (\S+)|\n\/\/ (\S+))\n(.*?)^```$/gms)].map(
        ([, language = '', before, first, text = '']) => ({ language, path: before ?? first ?? '', text }),
      );
      const edits = blocks.filter(({ language }) => language === 'diff');
      const files = blocks.filter(({ language }) => language !== 'diff');
      return {
        name: section.slice(0, section.indexOf('\n')),
        files: files.map(({ path, text }) => ({ path, text })),
        edits: edits.map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n') })),
      };
    })
    .filter(({ files, edits }) => files.length + edits.length > 0);
}

/** The text with the edit. Throws Error where what is there isn't, or not once: the page is out of date. */
export function applyEdit(text: string, { path, lines }: Edit): string {
  return hunksOf(lines).reduce((before, hunk) => {
    const [is, becomes] = [side(hunk, '-'), side(hunk, '+')];
    const places = before.split(`\n${is}`).length - 1;
    if (places !== 1) throw new Error(`${path} has this ${places} times, and not once:\n${is}`);
    return before.replace(`\n${is}`, () => `\n${becomes}`);
  }, text);
}

/** `@@` stands between the parts of a diff. */
function hunksOf(lines: readonly string[]): string[][] {
  return lines.reduce<string[][]>(
    (hunks, line) => {
      if (line.startsWith('@@')) hunks.push([]);
      else hunks.at(-1)?.push(line);
      return hunks;
    },
    [[]],
  );
}

function side(hunk: readonly string[], sign: '+' | '-'): string {
  const kept = hunk.filter((line) => line[0] === ' ' || line[0] === sign);
  return kept.map((line) => `${line.slice(1)}\n`).join('');
}
