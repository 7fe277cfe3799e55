/** Cuts the logs of a run apart, by test. Pure. */
import type { TestResult } from '../../model/sample.ts';

/** Stands between the tests in ginkgo's output. */
const RULE = /^-{20,}$/m;
/** Where the framework says in which namespace a test runs; that name is in all that the kubelet logs of its pods. */
const NAMESPACE = /(?:Destroying namespace|namespace) "([a-z0-9-]+-\d+)"/g;

/** containerd names a sandbox by its pod once, and from then on by an id; likewise a container by its sandbox. */
const NEW_ID = /returns (?:sandbox|container) id \\"([0-9a-f]{64})\\"/;

/** Of each test that ran: its part of the output, and what the kubelet and containerd logged of its pods. File name -> text. */
export function logsByTest(
  results: readonly TestResult[],
  files: ReadonlyMap<string, string>,
): Map<string, string> {
  const blocks = (files.get('output.txt') ?? '').split(RULE);
  const kubelet = (files.get('kubelet.log') ?? '').split('\n');
  const containerd = (files.get('containerd.log') ?? '').split('\n');
  const logs = new Map<string, string>();
  for (const { name, outcome } of results) {
    if (outcome === 'skipped') continue;
    const block = blocks.find((text) => squeeze(text).includes(squeeze(name)));
    if (block === undefined) continue;
    const spaces = [...new Set([...block.matchAll(NAMESPACE)].map((match) => match[1] ?? ''))];
    const parts = [
      block.trim(),
      `--- kubelet ---\n${naming(kubelet, spaces).join('\n')}`,
      `--- containerd ---\n${ofPods(containerd, spaces).join('\n')}`,
    ];
    logs.set(`${fileName(name)}.log`, `${parts.join('\n\n')}\n`);
  }
  return logs;
}

const naming = (lines: readonly string[], names: readonly string[]): string[] =>
  lines.filter((line) => names.some((name) => line.includes(name)));

/** Lines that name the pods' namespaces, or what was made for them by then. */
function ofPods(lines: readonly string[], spaces: readonly string[]): string[] {
  const names = [...spaces];
  return lines.filter((line) => {
    if (!names.some((name) => line.includes(name))) return false;
    const id = NEW_ID.exec(line)?.[1];
    if (id !== undefined) names.push(id);
    return true;
  });
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
