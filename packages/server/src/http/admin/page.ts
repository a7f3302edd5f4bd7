/** What the operator's page is before it knows anything. */
export const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tacet: the service</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/admin/page.css">
<script src="/admin/page.js" defer></script>
</head>
<body>
<header><h1>The service</h1><p id="state" role="status">Asking…</p></header>
<form id="ask" hidden>
<label for="token">The operator's token</label>
<input id="token" type="password" autocomplete="off" spellcheck="false">
<button>Show</button>
</form>
<main id="main" hidden>
<dl id="figures"></dl>
<section><h2>Computations</h2><table id="running"></table></section>
<section><h2>Workers</h2><table id="workers"></table></section>
<section><h2>Queue</h2><table id="queues"></table></section>
<section><h2>Tenants</h2><table id="tenants"></table></section>
</main>
</body>
</html>
`;

export const styles = `:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; }
header { display: flex; align-items: baseline; gap: 1rem; }
h1 { font-size: 1.4rem; margin: 0; }
h2 { font-size: 1.05rem; margin: 1.8rem 0 .4rem; }
#state { margin: 0; opacity: .75; }
form { margin-top: 2rem; display: flex; gap: .6rem; align-items: center; flex-wrap: wrap; }
form[hidden], main[hidden] { display: none; }
input { font: inherit; padding: .35rem .5rem; min-width: 22rem; max-width: 100%; }
button { font: inherit; padding: .35rem .9rem; }
dl { display: flex; flex-wrap: wrap; gap: .8rem 2.4rem; margin: 1.4rem 0 0; }
dl div { display: flex; flex-direction: column-reverse; }
dd { margin: 0; font-size: 1.6rem; font-variant-numeric: tabular-nums; }
dt { opacity: .75; }
section { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .9rem .3rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent); white-space: nowrap; }
th { font-weight: 600; opacity: .8; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
td.none { opacity: .65; }
progress { width: 9rem; vertical-align: middle; }
`;
