/** A verification as the first section of the run's page. Pure. */
import { bullets, type Section, stacked, table } from '../report/html-parts.ts';
import { html } from '../report/markup.ts';
import { HEADER, rowsOf, SIGNS, settings, terms } from './render.ts';
import type { Verification } from './types.ts';

export function renderSection(verification: Verification): Section {
  const { baseline, candidate, answer, gaps, notes } = verification;
  const body = [
    html`<p><strong>${SIGNS[answer]} ${`${baseline} → ${candidate}: ${answer}`}</strong></p>`,
    table('Every comparison', HEADER, rowsOf(verification)),
    ...(gaps.length === 0 ? [] : [html`<p>Not compared, and so nothing is safe:</p>`, bullets(gaps, 'refs')]),
    ...(notes.length === 0 ? [] : [html`<p>Nothing to compare with:</p>`, bullets(notes, 'refs')]),
    bullets(settings(verification), 'refs'),
    html`<p class="note">${terms(verification)}</p>`,
  ];
  return { title: 'Is the upgrade safe', body: stacked(body) };
}
