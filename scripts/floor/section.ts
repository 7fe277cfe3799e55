/** Floors as the first section of the run's page. Pure. */
import { bullets, type Section, stacked, table } from '../report/html-parts.ts';
import { html } from '../report/markup.ts';
import { HEADER, limitText, remarks, rowsOf, terms } from './render.ts';
import type { Floors } from './types.ts';

export function renderSection(floors: Floors): Section {
  const tried = floors.floors.flatMap((one) =>
    one.tried.map(({ limit, failed, of }) => [one.cell, one.case, limitText(limit), `${failed} of ${of}`]),
  );
  const body = [
    table('The smallest memory limits', HEADER, rowsOf(floors)),
    bullets(remarks(floors), 'refs'),
    html`<p class="note">${terms(floors)}</p>`,
    table('Every limit that was tried', ['cell', 'case', 'limit', 'failed'], tried),
  ];
  return { title: 'Memory floors', body: stacked(body) };
}
