import { missingTools, type Needs } from '../../scripts/setup/tools.ts';

/** Whether no machine can run here; says so, loudly. Throws in CI (`CI` is set), where nothing may be left out. */
export async function cannotRun(needs: Needs = {}): Promise<boolean> {
  const missing = await missingTools(needs);
  if (missing.length === 0) return false;
  const names = missing.map((tool) => tool.program).join(', ');
  if (process.env.CI) throw new Error(`no machine can run here, for lack of ${names}`);
  console.warn(`NOT TESTED: no machine can run here, for lack of ${names}`);
  return true;
}
