/**
 * Writes what the parser finds in a kernel log beside it, for a person to review and keep as the expectation:
 *
 *     npx tsx scripts/dev/kernel-log-fixture.ts test/fixtures/kernel-log/6.1-v1.txt
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { findKernelEvents } from '../evidence/kernel-events.ts';
import { parseKernelLog } from '../evidence/kernel-log.ts';
import { attributeOomKills } from '../evidence/marks.ts';

for (const file of process.argv.slice(2)) {
  const { entries } = parseKernelLog(readFileSync(file, 'utf8'));
  const oomKills = attributeOomKills(entries, new Map());
  const expected = { oomKills, kernelEvents: findKernelEvents(entries) };
  const target = file.replace(/\.txt$/, '.expected.json');
  if (target === file) throw new Error(`${file}: not a .txt file`);
  writeFileSync(target, `${JSON.stringify(expected, undefined, 2)}\n`);
  console.log(`${target}: ${oomKills.length} OOM kills, ${expected.kernelEvents.length} events`);
}
