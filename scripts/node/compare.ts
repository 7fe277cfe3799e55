/** A guest's answers beside those of a node. Pure. */
import type { Comparison, Expectation } from './types.ts';

/** Begins the line before each answer; followed by the expectation's number. */
const MARK = '@answer ';

/** One script for all questions: to start a command costs an emulated guest more than most answers. */
export function askScript(expectations: readonly Expectation[]): string {
  return expectations
    .map(({ ask }, index) => `echo; echo '${MARK}${index}'\n{\n${ask}\n} 2>&1 </dev/null`)
    .join('\n');
}

/** What `askScript` printed, by the number of the question; an answer of several lines becomes one. */
function parseAnswers(stdout: string): Map<number, string> {
  const answers = new Map<number, string>();
  for (const piece of `\n${stdout}`.split(`\n${MARK}`).slice(1)) {
    const [index = '', ...lines] = piece.split('\n');
    answers.set(
      Number(index),
      lines
        .map((line) => line.trim())
        .filter((line) => line !== '')
        .join(', '),
    );
  }
  return answers;
}

/** An answer that is missing differs: whatever kept it away is to be seen. */
export function compareNode(expectations: readonly Expectation[], stdout: string): Comparison[] {
  const answers = parseAnswers(stdout);
  return expectations.map((expectation, index) => {
    const { what, node, source, differs } = expectation;
    const guest = answers.get(index) ?? 'no answer';
    if (isNodes(expectation, guest)) return { what, guest, node, source, result: 'same', effect: '' };
    if (differs?.guest.test(guest))
      return { what, guest, node, source, result: 'known', effect: differs.effect };
    return { what, guest, node, source, result: 'differs', effect: 'not looked into' };
  });
}

function isNodes({ node, is }: Expectation, answer: string): boolean {
  return is === undefined ? answer === node : is.test(answer);
}
