/** The look of the reference page: system fonts that set Vietnamese well, quiet colours, readable on paper. */
export const style = `
:root { --ink: #1c2430; --soft: #55606f; --line: #dde2e8; --wash: #f5f7f9; --link: #0b5a8a; --red: #a3262a;
  --sans: system-ui, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "Roboto Mono", "Noto Sans Mono", "DejaVu Sans Mono", monospace; }
* { box-sizing: border-box }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100% }
body { margin: 0; color: var(--ink); background: #fff; font: 16px/1.6 var(--sans) }
a { color: var(--link); text-underline-offset: .15em }
:focus-visible { outline: 3px solid #e0a100; outline-offset: 2px }
.skip { position: absolute; left: -99rem } .skip:focus { left: 1rem; top: 1rem; background: #fff; padding: .5rem 1rem; z-index: 2 }
main { max-width: 54rem; padding: 2.5rem 1.25rem 4rem; margin: 0 auto }
h1 { font-size: 2.4rem; line-height: 1.2; margin: 0 0 1rem; letter-spacing: -.01em }
h2 { font-size: 1.7rem; line-height: 1.3; margin: 4rem 0 .75rem; padding-top: 1.25rem; border-top: 3px solid var(--red) }
h3 { font-size: 1.2rem; line-height: 1.4; margin: 2rem 0 .4rem } h3 a { color: inherit; text-decoration: none }
h3 code { background: none; padding: 0 }
h3 a:hover { text-decoration: underline }
h4 { font-size: .95rem; margin: 1.75rem 0 .4rem }
p { margin: .5rem 0 .9rem } .kicker { margin: 0; color: var(--red); font-weight: 600 }
.english { color: var(--soft); font-size: .95em } .lead { font-size: 1.02rem }
code { font: .88em/1.5 var(--mono); background: var(--wash); border-radius: 4px; padding: .1em .2em; overflow-wrap: anywhere }
pre { background: var(--wash); border: 1px solid var(--line); border-radius: 8px; padding: .9rem 1rem; overflow: auto;
  max-height: 30rem; margin: .5rem 0 1rem; font-size: .82rem; line-height: 1.55; tab-size: 2 }
pre code { background: none; padding: 0; overflow-wrap: normal; font-size: inherit; line-height: inherit }
.operation { border-top: 1px solid var(--line); margin-top: 2.75rem; padding-top: .25rem }
.operation h3 { margin-top: 1.5rem; font-size: 1.3rem }
.address { font-size: 1.02rem; margin: .2rem 0 .8rem } .address code { background: none; padding: 0; font-weight: 600 }
.method { display: inline-block; font: 700 .74rem/1.6 var(--mono); padding: .05rem .45rem; border-radius: 4px; color: #fff; background: #4a5563 }
.method.get { background: #1b6340 } .method.post { background: #0b5a8a } .method.put, .method.patch { background: #80500a } .method.delete { background: #a3262a }
.status { font: 600 .85rem var(--mono) } .status.good { color: #1b6340 }
.facts { display: flex; flex-wrap: wrap; gap: .4rem 2rem; margin: 1rem 0 1.25rem; font-size: .92rem }
.facts dt { color: var(--soft); font-size: .82rem } .facts dd { margin: 0 }
.table { overflow-x: auto; margin: .75rem 0 1.25rem }
table { border-collapse: collapse; width: 100%; font-size: .9rem; line-height: 1.5 }
caption { text-align: left; font-weight: 700; padding: .5rem 0 .4rem; font-size: .95rem }
th, td { text-align: left; vertical-align: top; padding: .5rem .9rem .5rem 0; border-bottom: 1px solid var(--line); font-weight: 400 }
thead th { color: var(--soft); font-size: .82rem; border-bottom: 1px solid #b7c0ca }
th code { background: none; padding: 0; font-weight: 600; overflow-wrap: normal }
.wide td:nth-child(2) { min-width: 6rem } .wide td:nth-child(3) { min-width: 9rem } .wide td:nth-child(4) { min-width: 12rem }
.must { display: block; color: var(--red); font-size: .76rem } .pattern code { font-size: .75rem; color: var(--soft) }
tr:target { background: #fff6d9 }
details { margin: .25rem 0 1rem } summary { cursor: pointer; color: var(--link); padding: .3rem 0 }
footer { margin-top: 4rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .9rem }
nav { font-size: .9rem; line-height: 1.45; background: var(--wash); border-bottom: 1px solid var(--line); padding: 1rem 1.25rem }
nav ul { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .3rem 1.1rem } nav ul ul { display: none }
nav a { color: var(--ink); text-decoration: none; display: inline-block; padding: .2rem 0 } nav a:hover { color: var(--link); text-decoration: underline }
.brand { margin: 0 0 .4rem; font-weight: 700 } .brand small { font-weight: 400; color: var(--soft) }
@media (min-width: 64rem) {
  body { display: grid; grid-template-columns: 19rem minmax(0, 1fr) }
  nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; border: 0; border-right: 1px solid var(--line); padding: 2rem 1.25rem 3rem }
  nav ul, nav ul ul { display: block } nav > ul > li > a { font-weight: 600; margin-top: .9rem }
  nav ul ul a { display: flex; justify-content: space-between; gap: .75rem; color: #3a4553 }
  nav li small { color: var(--soft); font: 600 .66rem/2.2 var(--mono); flex: none }
  main { margin: 0; padding: 3rem 3.5rem 5rem; width: 100%; max-width: 62rem }
}
@media (max-width: 40rem) { h1 { font-size: 1.9rem } h2 { font-size: 1.45rem } main { padding-top: 1.75rem }
  .wide thead { position: absolute; left: -99rem }
  .wide tbody, .wide tr, .wide th, .wide td { display: block; border: 0; padding: 0 }
  .wide tr { border-bottom: 1px solid var(--line); padding: .6rem 0 } .wide .must { display: inline; margin-left: .6rem } .wide td br { display: none } }
@media print {
  nav, .skip { display: none } body { font-size: 10pt } main { max-width: none; padding: 0 } pre { max-height: none; white-space: pre-wrap }
  h2 { break-before: page } h3, h4, caption, .address { break-after: avoid } tr, pre { break-inside: avoid } a { color: inherit }
}
`
