/** A verification as the first section of the run's page. Pure. */
import { bullets, table } from '../report/html-parts.ts';
import { escapeHtml as h } from '../report/text.ts';
import { HEADER, rowsOf, SIGNS, settings, terms } from './render.ts';
import type { Verification } from './types.ts';

export function renderSection(verification: Verification): { title: string; body: string } {
  const { baseline, candidate, answer, gaps, notes } = verification;
  const body = [
    `<p><strong>${SIGNS[answer]} ${h(`${baseline} → ${candidate}: ${answer}`)}</strong></p>`,
    table(
      'Every comparison',
      HEADER,
      rowsOf(verification).map((row) => row.map(h)),
    ),
    ...(gaps.length === 0
      ? []
      : ['<p>Not compared, and so nothing is safe:</p>', bullets(gaps.map(h), 'refs')]),
    ...(notes.length === 0 ? [] : ['<p>Nothing to compare with:</p>', bullets(notes.map(h), 'refs')]),
    bullets(settings(verification).map(h), 'refs'),
    `<p class="note">${h(terms(verification))}</p>`,
  ];
  return { title: 'Is the upgrade safe', body: body.join('\n') };
}
