/** Cuts the logs of a run apart, by test. Pure. */
import type { TestResult } from '../../evidence/types.ts';

/** Stands between the tests in ginkgo's output. */
const RULE = /^-{20,}$/m;
/** Where the framework says in which namespace a test runs; that name is in all that the kubelet logs of its pods. */
const NAMESPACE = /(?:Destroying namespace|namespace) "([a-z0-9-]+-\d+)"/g;

/** Of each test that failed: its part of the output, and the lines of the kubelet's log about its pods. File name -> text. */
export function logsByTest(
  results: readonly TestResult[],
  files: ReadonlyMap<string, string>,
): Map<string, string> {
  const blocks = (files.get('output.txt') ?? '').split(RULE);
  const kubelet = (files.get('kubelet.log') ?? '').split('\n');
  const logs = new Map<string, string>();
  for (const { name, outcome } of results) {
    if (outcome === 'skipped') continue;
    const block = blocks.find((text) => squeeze(text).includes(squeeze(name)));
    if (block === undefined) continue;
    const spaces = [...new Set([...block.matchAll(NAMESPACE)].map((match) => match[1] ?? ''))];
    const lines = kubelet.filter((line) => spaces.some((space) => line.includes(space)));
    logs.set(`${fileName(name)}.log`, `${block.trim()}\n\n--- kubelet ---\n${lines.join('\n')}\n`);
  }
  return logs;
}

/** A name is broken into lines in the output. */
const squeeze = (text: string): string => text.replaceAll(/\s+/g, '');

/** Short enough for any file system. */
function fileName(name: string): string {
  return name
    .replaceAll(/\[[^\]]*\]/g, '')
    .trim()
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .slice(0, 120);
}
