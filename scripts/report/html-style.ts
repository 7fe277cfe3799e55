/** The page's style sheet. Inline, so that the page needs nothing but itself. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --back: #fcfcfb; --panel: #ffffff; --text: #1b1e22; --muted: #59616a; --rule: #dfe2e6; --code: #f2f3f5;
  --good: #18702f; --bad: #b3261e; --skip: #855700; --link: #0a58b8; --ink: #33506e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #131619; --panel: #1a1e22; --text: #e5e8eb; --muted: #9ba5ae; --rule: #30373d; --code: #20262b;
    --good: #62c877; --bad: #ff8a7f; --skip: #e6b450; --link: #7db6ff; --ink: #9cc0e6;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body {
  margin: 0 auto; padding: 1.5rem clamp(.9rem, 4vw, 2.5rem) 4rem; max-inline-size: 76rem;
  background: var(--back); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
  overflow-wrap: break-word;
}
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
h1 { font-size: clamp(1.3rem, 3.5vw, 1.8rem); line-height: 1.25; margin: .2rem 0 .6rem; text-wrap: balance; }
h2 { font-size: 1.2rem; margin: 2.6rem 0 .8rem; padding-block-end: .3rem; border-block-end: 1px solid var(--rule); }
h3 { font-size: 1.02rem; margin: 0; }
h4 { font-size: .92rem; margin: 1.1rem 0 .35rem; }
p { margin: .5rem 0; max-inline-size: 72ch; }
.muted, small, caption, th, dt, figcaption, .eyebrow { color: var(--muted); }
.eyebrow { font-size: .9rem; margin: 0; }
code, pre, .line { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .84rem; }
nav ul, .outcome, .facts, .refs { display: flex; flex-wrap: wrap; gap: .35rem 1rem; list-style: none; padding: 0; margin: .7rem 0; }
.facts { gap: .35rem .45rem; }
.facts li { background: var(--code); border-radius: .3rem; padding: .1rem .5rem; font-size: .9rem; }
nav { font-size: .92rem; border-block-start: 1px solid var(--rule); margin-block-start: 1.2rem; }
.outcome { font-size: 1.08rem; font-weight: 600; gap: .5rem; }
.outcome li, .badge { border: 1px solid currentColor; border-radius: 2rem; padding: .05rem .7rem; }
.badge { font-size: .86rem; font-weight: 600; white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); } .skip, .unjudged { color: var(--skip); }
.scroll { overflow-x: auto; margin-block: .6rem 1.4rem; }
table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; }
caption { text-align: start; font-size: .9rem; font-weight: 600; padding-block-end: .35rem; }
th, td { text-align: start; vertical-align: top; padding: .3rem .8rem .3rem 0; border-block-end: 1px solid var(--rule); }
th { font-weight: 600; font-size: .86rem; }
tbody th { color: var(--text); font-size: inherit; }
.list { inline-size: 100%; }
.list td { min-inline-size: 4.5rem; }
.list td:has(code) { min-inline-size: 20rem; }
td code, dd, .lines, .muted code { overflow-wrap: anywhere; }
.grids { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); gap: 1.6rem 2rem; margin-block-end: 1.6rem; }
.grid { inline-size: 100%; table-layout: fixed; border-collapse: separate; border-spacing: 3px; }
.grid th, .grid td { border: 0; padding: .3rem; }
.grid thead th { text-align: center; }
.grid tbody th { vertical-align: middle; }
.grid td { padding: 0; text-align: center; border-radius: .35rem; background: var(--code); color: var(--muted); vertical-align: middle; }
.grid td.corner { background: none; }
.grid td a { display: block; padding: .45rem .2rem; color: var(--text); text-decoration: none; border-radius: inherit; }
.grid td a:hover { text-decoration: underline; }
.grid b, .grid span { display: block; line-height: 1.3; }
.grid b.good, .grid b.bad, .grid b.skip { font-size: .95rem; }
.grid span { font-size: .8rem; }
.grid td.good { background: color-mix(in srgb, var(--good) 12%, var(--panel)); }
.grid td.bad { background: color-mix(in srgb, var(--bad) calc(10% + var(--rate) * 22%), var(--panel)); }
.grid td.skip { background: repeating-linear-gradient(135deg, var(--code) 0 5px, var(--panel) 5px 10px); }
.grid b.bad { color: inherit; }
.grid a .muted { color: inherit; opacity: .85; }
.grid td.unsupported { background: none; border: 1px dashed var(--rule); font-size: .8rem; }
.missed { color: var(--bad); font-weight: 700; }
.body > a[id] { display: block; scroll-margin-block-start: 4rem; }
figure { margin: 1.2rem 0 2rem; }
main > section > details > summary { cursor: pointer; color: var(--link); }
figcaption { font-weight: 600; margin-block-end: .4rem; }
figcaption .key { font-weight: 400; font-size: .86rem; display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; }
.row { display: grid; grid-template-columns: minmax(9rem, 17rem) 1fr minmax(9rem, 11rem); gap: .2rem 1rem; align-items: center; border-block-end: 1px solid var(--rule); padding: .1rem 0; }
.row .name { font-size: .92rem; line-height: 1.3; }
.row .numbers { font-size: .86rem; color: var(--muted); font-variant-numeric: tabular-nums; line-height: 1.3; }
.row .numbers span { white-space: nowrap; }
.row.head { border: 0; padding: 0; }
@media (max-width: 46rem) {
  .row { grid-template-columns: 1fr; gap: 0; padding: .5rem 0; }
  .row.head .name, .row.head .numbers { display: none; }
}
svg { display: block; overflow: visible; }
svg text { fill: var(--muted); font-size: 11px; }
.tick { stroke: var(--rule); } .whisker { stroke: var(--ink); }
.box { fill: color-mix(in srgb, var(--ink) 16%, transparent); stroke: var(--ink); }
.median { stroke: var(--ink); stroke-width: 2.5; }
.limit { stroke: var(--text); stroke-width: 1.5; stroke-dasharray: 4 3; }
.point { stroke-width: 1.6; fill: var(--panel); stroke: currentColor; fill-opacity: .75; }
.point.bad { fill: currentColor; }
.point.unjudged { stroke-dasharray: 2 1.5; }
.key svg { display: inline-block; vertical-align: middle; }
.cell { background: var(--panel); border: 1px solid var(--rule); border-inline-start: 4px solid currentColor; border-radius: .4rem; margin: .8rem 0; }
.cell > * { color: var(--text); }
.cell > summary { display: flex; flex-wrap: wrap; align-items: center; gap: .3rem .8rem; padding: .6rem .9rem; cursor: pointer; }
.cell > summary::before { content: "▸"; color: var(--muted); }
.cell[open] > summary::before { content: "▾"; }
.cell > summary::-webkit-details-marker { display: none; }
.cell .badge.good { color: var(--good); } .cell .badge.bad { color: var(--bad); } .cell .badge.skip { color: var(--skip); }
.cell .body { padding: 0 .9rem .9rem; }
.lines { list-style: none; margin: 0; padding: 0; }
.lines li { padding: .35rem .6rem; margin: .3rem 0; background: var(--code); border-radius: .3rem; border-inline-start: 3px solid transparent; }
.lines li.match { border-inline-start-color: var(--bad); }
.lines .tag { display: block; font: 600 .78rem/1.5 system-ui, sans-serif; color: var(--muted); }
.lines .match .tag { color: var(--bad); }
pre { background: var(--code); border-radius: .3rem; padding: .6rem .8rem; margin: .3rem 0; overflow-x: auto; line-height: 1.45; }
.body details > summary { cursor: pointer; color: var(--link); font-size: .92rem; margin-block-start: .6rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .4rem 0; font-size: .92rem; }
dd { margin: 0; }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; } dd { margin-block-end: .3rem; } }
.time { inline-size: 100%; margin-block: .4rem 1.6rem; }
.time td { white-space: nowrap; }
.time td:last-child { inline-size: 55%; padding-inline-end: 0; }
.bar { display: block; block-size: .8rem; margin-block-start: .35rem; min-inline-size: 1px; background: var(--ink); border-radius: .15rem; }
.note { border-inline-start: 3px solid var(--skip); padding-inline-start: .8rem; }
@media print { details { break-inside: avoid; } nav { display: none; } }
`;
