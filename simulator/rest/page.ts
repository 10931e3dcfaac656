import type { Hono } from 'hono';
import type { RestEnv } from './context';
import { PAGE_SCRIPT } from './page-script';

const STYLE = `
  :root { color-scheme: light dark; }
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 68rem; margin: 0 auto; padding: 1rem; }
  h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; }
  .note { opacity: .75; margin: .2rem 0; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid #8884; }
  td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
  button { font: inherit; margin: .15rem .3rem .15rem 0; cursor: pointer; }
  button[aria-pressed=true] { background: #b3261e; color: #fff; border-color: #b3261e; }
  meter { width: 10rem; }
  .broken { color: #b3261e; font-weight: 600; } .kept { color: #1a7f37; }
  @media (prefers-color-scheme: dark) { .broken { color: #ff8a80; } .kept { color: #7ee787; } }
  :focus-visible { outline: 2px solid Highlight; outline-offset: 2px; }
`;

/** One page without anything from elsewhere. Its addresses are relative, so that it also works below another path. */
const PAGE = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Zaptec simulator</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<h1>Zaptec simulator</h1>
<p class="note">A pretend cloud: no charger, no car and no Zaptec account is behind this. It is not made by Zaptec.</p>
<p id="world" role="status">Loading …</p>
<h2>Requests in the last second</h2>
<div id="rates"></div>
<h2>Chargers</h2>
<p class="note" id="shown"></p>
<table><thead><tr><th>Charger</th><th>Mode</th><th class="number">Power</th><th class="number">Current (A)</th><th>Car</th></tr></thead>
<tbody id="chargers"></tbody></table>
<h2>Audit</h2>
<p class="note">Which rules of Zaptec's guidelines each client has kept.</p>
<div id="audit"></div>
<h2>Faults</h2>
<p class="note">What the pretend cloud does wrong. Pressed is on.</p>
<div id="faults"></div>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;

/** The live page at /simulator/, and the ways there. */
export function registerPage(app: Hono<RestEnv>): void {
  app.get('/', (c) => c.redirect('simulator/'));
  app.get('/simulator', (c) => c.redirect('simulator/'));
  app.get('/simulator/', (c) => {
    c.header(
      'Content-Security-Policy',
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:",
    );
    return c.html(PAGE);
  });
}
