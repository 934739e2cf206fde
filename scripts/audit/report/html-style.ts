/** The style of the page: system fonts, the colours of the reader's choice, and A4 in print. */
export const STYLE = `
:root { color-scheme: light dark; --text: #1a1d21; --soft: #59616b; --paper: #fff; --line: #d5d9de; --panel: #f5f6f8;
  --safe: #e3f2e6; --proven: #dcebfb; --asked: #f3ecfa; --caution: #fdf1d3; --open: #fbdcdc; --bad: #a31515; --good: #13662b; }
@media (prefers-color-scheme: dark) { :root { --text: #e8eaed; --soft: #a4acb6; --paper: #16181b; --line: #3a4048; --panel: #1f2226;
  --safe: #17341f; --proven: #16304c; --asked: #31243f; --caution: #453814; --open: #541d1d; --bad: #ff9c9c; --good: #8fdba3; } }
* { box-sizing: border-box; }
body { margin: 0; overflow-wrap: anywhere; background: var(--paper); color: var(--text); font: 15px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; overflow-wrap: anywhere; }
p, ul { margin: .3rem 0; } ul { padding-left: 1.2rem; }
small, .reason { color: var(--soft); }
code, pre { font-family: ui-monospace, "SFMono-Regular", Menlo, "DejaVu Sans Mono", monospace; font-size: .88em; overflow-wrap: anywhere; }
pre { background: var(--panel); border: 1px solid var(--line); padding: .6rem; margin: 0; white-space: pre-wrap; }
a { color: inherit; overflow-wrap: anywhere; }
.verdict { font-size: 1.05rem; font-weight: 600; border-left: .4rem solid; padding: .5rem .8rem; background: var(--panel); }
.verdict.clean { color: var(--good); } .verdict.failed { color: var(--bad); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; font-size: .92em; }
th, td { border: 1px solid var(--line); padding: .35rem .5rem; text-align: left; vertical-align: top; overflow-wrap: break-word; }
tbody th { font-weight: 500; } thead th, .group { background: var(--panel); font-weight: 600; }
thead small { font-weight: 400; overflow-wrap: anywhere; }
.verdict small { font-weight: 400; } .wide { table-layout: fixed; } .facts th { width: 8rem; } .facts td { overflow-wrap: anywhere; }
.coverage, .accepted { table-layout: fixed; }
.coverage th:first-child { width: 36%; } .coverage th:nth-child(2) { width: 28%; } .accepted th:first-child { width: 30%; } .accepted th:last-child { width: 7rem; }
.matrix th:first-child { width: 15rem; } .group { color: var(--soft); }
td.safe { background: var(--safe); } td.proven { background: var(--proven); } td.asked { background: var(--asked); }
td.caution { background: var(--caution); } td.open { background: var(--open); font-weight: 600; } td.none { color: var(--soft); }
td span { display: inline-block; width: 1em; font-weight: 700; }
td.none span { width: 0; }
.finding { border-left: .3rem solid var(--line); padding-left: .8rem; margin: 1rem 0; }
.finding.error { border-color: var(--bad); } .finding.warning { border-color: #b58900; }
.severity { text-transform: uppercase; font-size: .75rem; letter-spacing: .04em; border: 1px solid; border-radius: .2rem; padding: 0 .35rem; }
.error .severity { color: var(--bad); }
td code { overflow-wrap: break-word; }
.members { columns: 20rem; }
dl { display: grid; grid-template-columns: 7rem minmax(0, 1fr); gap: .4rem .6rem; margin: .5rem 0; } dt { font-weight: 600; } dd { margin: 0; }
@media (max-width: 40rem) { .coverage, .accepted { min-width: 34rem; } .facts th { width: 6rem; } dl { grid-template-columns: minmax(0, 1fr); } .matrix th:first-child { width: 9rem; } }
@page { size: A4; margin: 16mm 14mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt system-ui, "DejaVu Sans", sans-serif; color: #444; } }
@media print { :root { color-scheme: light; --text: #000; --soft: #444; --paper: #fff; --line: #bbb; --panel: #f3f3f3;
  --safe: #e3f2e6; --proven: #dcebfb; --asked: #f3ecfa; --caution: #fdf1d3; --open: #fbdcdc; --bad: #a31515; --good: #13662b; }
  body { font-size: 9.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; } main { max-width: none; padding: 0; }
  h2, h3, .group { break-after: avoid; } tr, dl, li, article, .verdict { break-inside: avoid; } article:has(li:nth-child(12)) { break-inside: auto; } .matrix tbody { break-inside: avoid; } th, td { padding: .15rem .4rem; }
  p, li { orphans: 3; widows: 3; } small { font-size: .9em; } small code { font-size: 1em; } .matrix th:first-child { width: 30%; }
  thead { display: table-header-group; } .scroll { overflow: visible; } }
`
