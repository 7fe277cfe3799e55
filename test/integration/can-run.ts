import { missingTools, type Needs } from '../../scripts/setup/tools.ts';

/** Whether no machine can run here; says so, loudly. */
export async function cannotRun(needs: Needs = {}): Promise<boolean> {
  const missing = await missingTools(needs);
  if (missing.length === 0) return false;
  const names = missing.map((tool) => tool.program).join(', ');
  console.warn(`NOT TESTED: no machine can run here, for lack of ${names}`);
  return true;
}
