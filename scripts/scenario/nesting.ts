/** How deep YAML is nested, told without recursion: what reads it recurses, and a stack has an end. Pure. */
import { CST, Parser } from 'yaml';

/** Levels of a scenario file. Scenarios need six. */
export const DEEPEST = 50;

/** Where in `text` a value begins that lies deeper than `DEEPEST`; undefined when none does. */
export function tooDeepAt(text: string): number | undefined {
  const open: { readonly token: CST.Token; readonly depth: number }[] = [];
  for (const token of new Parser().parse(text)) {
    open.push({ token, depth: 0 });
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { token: one, depth } = next;
      if (depth > DEEPEST) return one.offset;
      if (one.type === 'document') {
        if (one.value !== undefined) open.push({ token: one.value, depth });
      } else if (CST.isCollection(one)) {
        for (const { key, value } of one.items) {
          if (key) open.push({ token: key, depth: depth + 1 });
          if (value) open.push({ token: value, depth: depth + 1 });
        }
      }
    }
  }
  return undefined;
}
