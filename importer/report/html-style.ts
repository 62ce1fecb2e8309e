/**
 * The looks of the page. Text and signs keep the contrast of WCAG AA on both grounds; every colour has words beside
 * it. Fonts are those of the machine: the page loads nothing.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --paper: #fff; --ink: #1b1f26; --soft: #565e6b; --line: #dfe3e8; --code: #eef0f3;
  --good: #11703a; --warn: #8a5200; --bad: #b3201d; --wait: #5b3fb5; --neutral: #4a5563; --accent: #0b5cad;
  --c1: #1f7a4d; --c2: #2f6fdb; --c3: #8792a2; --c4: #5f6b7a; --c5: #c53a35; --c6: #7a5bd6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #101318; --paper: #181c23; --ink: #e8ebf0; --soft: #a4adba; --line: #2c333d; --code: #232933;
    --good: #5fd08f; --warn: #f0b45a; --bad: #ff8f88; --wait: #bda9ff; --neutral: #b3bcc8; --accent: #7ab8ff;
    --c1: #3fae75; --c2: #5e97f6; --c3: #6b7787; --c4: #8c97a5; --c5: #f0716a; --c6: #a78bfa;
  }
}
* { box-sizing: border-box }
body {
  margin: 0; padding: 2.5rem 1rem 4rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
}
header, main, footer { max-width: 46rem; margin: 0 auto }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .6rem 0 1.4rem; text-wrap: balance }
h2 { font-size: 1.05rem; margin: 0 0 .9rem }
h3 { font-size: 1rem; margin: .5rem 0 .35rem }
p { margin: .35rem 0 }
h1, h3, p, dd, td, code { overflow-wrap: anywhere }
code { font: .85em ui-monospace, "SF Mono", Consolas, "Liberation Mono", monospace }
section {
  background: var(--paper); border: 1px solid var(--line); border-radius: 10px; padding: 1.25rem 1.4rem; margin: 1.1rem 0;
}
.tone {
  display: inline-block; border: 1.5px solid currentColor; border-radius: 99px; padding: .1rem .7rem;
  font-size: .85rem; font-weight: 600;
}
.good { color: var(--good) } .warn { color: var(--warn) } .bad { color: var(--bad) }
.wait { color: var(--wait) } .neutral { color: var(--neutral) }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.4rem; margin: 0 }
dt, .soft, caption, footer { color: var(--soft) }
dd { margin: 0 }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
caption { text-align: left; padding-bottom: .4rem; font-size: .9rem }
th, td { text-align: left; padding: .32rem .8rem .32rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
tr:last-child > * { border-bottom: 0 }
th { font-weight: 400 }
thead th { color: var(--soft); font-size: .85rem }
td.number, th.number { text-align: right; padding-right: 0; white-space: nowrap }
tr.all > * { font-weight: 600 }
tr.part > th { padding-left: 1.1rem }
tr.zero > * { color: var(--soft) }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr)); gap: 1.2rem 2.5rem }
small { display: block; color: var(--soft); font-size: .85rem }
.bar { display: flex; gap: 2px; height: 10px; margin: 0 0 1rem; border-radius: 5px; overflow: hidden }
.bar i { display: block; min-width: 3px }
.dot { display: inline-block; width: .65rem; height: .65rem; border-radius: 3px; margin-right: .55rem }
.created { background: var(--c1) } .updated { background: var(--c2) } .unchanged { background: var(--c3) }
.excluded, .blank { background: var(--c4) } .rejected { background: var(--c5) } .held { background: var(--c6) }
article { border-top: 1px solid var(--line); padding-top: 1rem; margin-top: 1.1rem }
h2 + article { border-top: 0; padding-top: 0; margin-top: 0 }
.kind { display: flex; flex-wrap: wrap; gap: .15rem .8rem; align-items: baseline; font-size: .9rem }
.kind b { font-weight: 600 }
.places { overflow-x: auto; margin: .5rem 0 }
.places:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
.places table { font-size: .9rem; width: auto; min-width: 60% }
.places td, .places th { padding-right: 1.2rem }
.fix { border-left: 3px solid var(--accent); padding-left: .8rem; margin: .7rem 0 .2rem }
pre { background: var(--code); border-radius: 6px; padding: .7rem .9rem; margin: .5rem 0 1rem; white-space: pre-wrap; overflow-wrap: anywhere }
pre code { font-size: .88rem }
footer { font-size: .85rem; padding: 0 .2rem; overflow-wrap: anywhere }
@media (max-width: 30rem) {
  body { padding-top: 1.2rem }
  h1 { font-size: 1.3rem }
  section { padding: 1rem }
  dl { grid-template-columns: 1fr; gap: 0 }
  dd { margin-bottom: .5rem }
}
@media print {
  body { background: none; padding: 0 }
  section { break-inside: avoid; border-color: #999 }
}
`
