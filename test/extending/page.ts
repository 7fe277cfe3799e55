/** The examples of a page: code blocks whose first line names the file that they are, or change. */

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
      const blocks = [...section.matchAll(/^```(\w+)\n\/\/ (\S+)\n(.*?)^```$/gms)].map(
        ([, language = '', path = '', text = '']) => ({ language, path, text }),
      );
      const [edits, files] = [true, false].map((edit) =>
        blocks.filter(({ language }) => (language === 'diff') === edit),
      );
      return {
        name: section.slice(0, section.indexOf('\n')),
        files: (files ?? []).map(({ path, text }) => ({ path, text })),
        edits: (edits ?? []).map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n') })),
      };
    })
    .filter(({ files, edits }) => files.length + edits.length > 0);
}

/** The text with the edit. Throws Error for a line that isn't there: the page is out of date. */
export function applyEdit(text: string, { path, lines }: Edit): string {
  const left = text.split('\n');
  const done: string[] = [];
  for (const line of lines) {
    const [sign, content] = [line[0], line.slice(1)];
    if (sign === '@') continue;
    if (sign === '+') {
      done.push(content);
      continue;
    }
    const at = left.indexOf(content);
    if (at < 0) throw new Error(`${path} has no line ${JSON.stringify(content)} there`);
    const passed = left.splice(0, at + 1);
    done.push(...(sign === '-' ? passed.slice(0, -1) : passed));
  }
  return [...done, ...left].join('\n');
}
