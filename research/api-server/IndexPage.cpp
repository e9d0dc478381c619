#include "api-server/IndexPage.h"

namespace hookcast::mock {

const char* const kIndexPagePolicy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
                                     "img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'";

const char* const kIndexPage = R"page(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>mock-hook-server</title>
<link rel="icon" href="data:,">
<style>
:root {
  color-scheme: light dark;
  --text: #1c2430; --muted: #687385; --ground: #f5f6f8; --card: #ffffff; --line: #e1e5ea;
  --good: #14743f; --good-ground: #dff3e7; --bad: #a02b22; --bad-ground: #fbe3e0; --accent: #2357c6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e4e8ee; --muted: #93a0b2; --ground: #12161c; --card: #1a2029; --line: #2b3340;
    --good: #7ddba3; --good-ground: #173826; --bad: #ff9f94; --bad-ground: #43201c; --accent: #8fb4ff;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 14px/1.45 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; padding: 14px 20px;
         background: var(--card); border-bottom: 1px solid var(--line); position: sticky; top: 0; }
h1 { font-size: 17px; margin: 0; }
#state { color: var(--muted); flex: 1; }
input, button { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line);
                border-radius: 6px; padding: 5px 10px; }
input { width: 16em; }
button { cursor: pointer; }
button:hover, input:focus { border-color: var(--accent); }
main { padding: 16px 20px; overflow-x: auto; }
table { width: 100%; border-collapse: collapse; background: var(--card); border: 1px solid var(--line); }
th { text-align: left; font-weight: 600; color: var(--muted); }
th, td { padding: 7px 12px; border-bottom: 1px solid var(--line); vertical-align: top; }
td.number, td.time, td.answer, td.action { white-space: nowrap; }
td.number, td.time { color: var(--muted); font-variant-numeric: tabular-nums; }
td.what { overflow-wrap: anywhere; }
tr.call { cursor: pointer; }
tr.call:hover { background: var(--ground); }
.badge { display: inline-block; border-radius: 4px; padding: 0 7px; font-weight: 600; }
.badge.good { color: var(--good); background: var(--good-ground); }
.badge.bad { color: var(--bad); background: var(--bad-ground); }
.note { color: var(--muted); margin-left: 6px; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: 12.5px/1.5 ui-monospace, monospace; }
#empty { color: var(--muted); text-align: center; padding: 48px; }
</style>
</head>
<body>
<header>
  <h1>mock-hook-server</h1>
  <span id="state">connecting</span>
  <input id="filter" type="search" placeholder="only calls that contain" aria-label="Filter">
  <button id="pause" type="button">Pause</button>
  <button id="clear" type="button">Clear</button>
</header>
<main>
  <table>
    <thead><tr><th>#</th><th>Time</th><th>Action</th><th>What</th><th>Answer</th></tr></thead>
    <tbody id="calls"></tbody>
  </table>
  <p id="empty">No call yet. Point a hook at this server and start a stream.</p>
</main>
<script>
'use strict';

const MAX_ROWS = 500;
const WAIT_MS = 25000;
const RETRY_MS = 1000;

const byId = (id) => document.getElementById(id);
const table = byId('calls');
const waiting = [];
let paused = false;
let shown = 0;

// Whatever a call holds was written by a stranger: it reaches the page as text only, never as markup.
function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function describe(call) {
  if (Array.isArray(call.body)) {
    return { action: 'events', what: call.body.map((event) => String(event && event.event)).join('  ') };
  }
  const body = call.body !== null && typeof call.body === 'object' && !Array.isArray(call.body) ? call.body : {};
  const asText = (value) => (typeof value === 'object' ? JSON.stringify(value) : String(value));
  const fields = ['client_id', 'clientid', 'protocol', 'ip', 'addr', 'vhost', 'app', 'stream', 'name', 'param', 'file']
    .filter((name) => body[name] !== undefined && body[name] !== '')
    .map((name) => name + '=' + asText(body[name]));
  const where = call.path + (call.query ? '?' + call.query : '');
  return {
    action: [body.action, body.call].filter((name) => name !== undefined).map(asText)[0] ?? call.method,
    what: fields.length > 0 ? fields.join('  ') : where,
  };
}

function answerCell(call) {
  const answer = call.answer;
  const cell = element('td', 'answer');
  const short = answer.body.length > 40 ? answer.body.slice(0, 40) + '…' : answer.body;
  const text = answer.dropped ? 'dropped' : (answer.status + ' ' + short).trim();
  const says0 = /^\/(notify|event)(\/|$)/.test(call.path) || /^\s*(0\s*$|\{"code":0[,}])/.test(answer.body);
  const admits = !answer.dropped && answer.status === 200 && says0;
  cell.append(element('span', 'badge ' + (admits ? 'good' : 'bad'), text));
  if (answer.delay_ms > 0) cell.append(element('span', 'note', 'after ' + answer.delay_ms + ' ms'));
  if (answer.rule !== null) cell.append(element('span', 'note', 'rule ' + answer.rule));
  return cell;
}

function callRow(call) {
  const { action, what } = describe(call);
  const row = element('tr', 'call');
  row.append(
    element('td', 'number', call.order),
    element('td', 'time', new Date(call.time).toLocaleTimeString()),
    element('td', 'action', action),
    element('td', 'what', what),
    answerCell(call),
  );
  row.dataset.text = JSON.stringify(call).toLowerCase();
  row.addEventListener('click', () => toggleDetails(row, call));
  return row;
}

function toggleDetails(row, call) {
  const next = row.nextElementSibling;
  if (next !== null && next.classList.contains('details')) {
    next.remove();
    return;
  }
  const details = element('tr', 'details');
  const cell = element('td');
  cell.colSpan = 5;
  cell.append(element('pre', '', JSON.stringify(call, null, 2)));
  details.append(cell);
  row.after(details);
}

function applyFilter(row) {
  row.hidden = !row.dataset.text.includes(byId('filter').value.trim().toLowerCase());
}

function showWaiting() {
  if (!paused) {
    for (const call of waiting.splice(0)) {
      const row = callRow(call);
      applyFilter(row);
      table.prepend(row);
      shown += 1;
    }
    while (shown > MAX_ROWS) {
      if (table.lastElementChild.classList.contains('call')) shown -= 1;
      table.lastElementChild.remove();
    }
  }
  byId('empty').hidden = shown > 0;
}

function empty() {
  table.replaceChildren();
  waiting.length = 0;
  shown = 0;
  byId('empty').hidden = false;
}

async function ask(query) {
  const response = await fetch('/control/calls?' + query, { cache: 'no-store' });
  if (!response.ok) throw new Error('status ' + response.status);
  return response.json();
}

async function follow() {
  let after = Math.max(0, (await ask('limit=0')).last - MAX_ROWS);
  byId('state').textContent = 'live';
  for (;;) {
    const page = await ask('after=' + after + '&limit=' + MAX_ROWS + '&wait_ms=' + WAIT_MS);
    if (page.last < after) { // another server answers now, which counts anew
      empty();
      after = 0;
      continue;
    }
    after = page.next;
    waiting.push(...page.calls);
    if (waiting.length > MAX_ROWS) waiting.splice(0, waiting.length - MAX_ROWS);
    byId('state').textContent = 'live, ' + page.last + ' calls so far';
    showWaiting();
  }
}

async function followForever() {
  for (;;) {
    try {
      await follow();
    } catch (error) {
      byId('state').textContent = 'the server does not answer; trying again';
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      empty();
    }
  }
}

byId('filter').addEventListener('input', () => {
  table.querySelectorAll('tr.details').forEach((row) => row.remove());
  table.querySelectorAll('tr.call').forEach(applyFilter);
});
byId('pause').addEventListener('click', () => {
  paused = !paused;
  byId('pause').textContent = paused ? 'Go on' : 'Pause';
  showWaiting();
});
byId('clear').addEventListener('click', async () => {
  await fetch('/control/calls', { method: 'DELETE' });
  empty();
});

followForever();
</script>
</body>
</html>
)page";

} // namespace hookcast::mock
