/** Compares a text with a file in test/golden/report; `--update` writes the file instead. */
import { expect } from 'vitest';

/** The style sheet of a page is the same in all, and no difference that anyone reads. */
const STYLE = /<style>[\s\S]*?<\/style>/g;

export async function expectGolden(name: string, text: string): Promise<void> {
  await expect(text.replace(STYLE, '<style></style>')).toMatchFileSnapshot(`../golden/report/${name}`);
}
