/** Answers that are expensive to get, kept in a file for as long as what they depend on stays the same. */
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder, writeWhole } from '../lib/files.ts';
import { sha256Text } from '../lib/hash.ts';

/**
 * The answer in `file` that was given for these `inputs`, else the one that `ask` gets. A file that is damaged, or
 * can't be written, costs time and nothing else.
 */
export async function remembered(file: string, inputs: string, ask: () => Promise<string>): Promise<string> {
  const [digest, ...lines] = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const known = lines.join('\n');
  if (digest === digestOf(inputs, known)) return known;
  const answer = await ask();
  await keep(file, `${digestOf(inputs, answer)}\n${answer}`).catch(() => undefined);
  return answer;
}

const digestOf = (inputs: string, answer: string): string => sha256Text(JSON.stringify([inputs, answer]));

async function keep(file: string, text: string): Promise<void> {
  await makeFolder(dirname(file));
  await writeWhole(file, text);
}
