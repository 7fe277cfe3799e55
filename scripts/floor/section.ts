/** Floors as the first section of the run's page. Pure. */
import { bullets, table } from '../report/html-parts.ts';
import { escapeHtml as h } from '../report/text.ts';
import { HEADER, limitText, remarks, rowsOf, terms } from './render.ts';
import type { Floors } from './types.ts';

export function renderSection(floors: Floors): { title: string; body: string } {
  const tried = floors.floors.flatMap((one) =>
    one.tried.map(({ limit, failed, of }) => [one.cell, one.case, limitText(limit), `${failed} of ${of}`]),
  );
  const body = [
    table(
      'The smallest memory limits',
      HEADER,
      rowsOf(floors).map((row) => row.map(h)),
    ),
    bullets(remarks(floors).map(h), 'refs'),
    `<p class="note">${h(terms(floors))}</p>`,
    table(
      'Every limit that was tried',
      ['cell', 'case', 'limit', 'failed'],
      tried.map((row) => row.map(h)),
    ),
  ];
  return { title: 'Memory floors', body: body.join('\n') };
}
