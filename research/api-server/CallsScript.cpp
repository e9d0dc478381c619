#include "api-server/PageScripts.h"

namespace hookcast::mock {

const char* const kCallsScript = R"page(
const MAX_ROWS = 500;
const WAIT_MS = 25000;
const RETRY_MS = 1000;

const table = byId('calls');
const waiting = [];
let paused = false;
let shown = 0;

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
  cell.append(element('span', 'badge ' + (call.verdict.good ? 'good' : 'bad'), call.verdict.text));
  cell.append(element('span', 'note', answer.dropped ? 'dropped' : (answer.status + ' ' + short).trim()));
  if (answer.delay_ms > 0) cell.append(element('span', 'note', 'after ' + answer.delay_ms + ' ms'));
  if (call.repeats !== null) cell.append(element('span', 'note', 'again, as number ' + call.repeats));
  if (call.signature !== 'unchecked') cell.append(element('span', 'note', 'signature ' + call.signature));
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
  const line = curlLine(call, location.origin);
  const copy = button('Copy as curl', '', async () => {
    copy.textContent = (await copyText(line)) ? 'Copied' : 'Mark the line and copy it';
  });
  // As it came, with its id; it shows up as a call of its own.
  const again = button('Send again', '', async () => {
    const response = await fetch('/control/calls/' + call.order + '/again', { method: 'POST' });
    again.textContent = response.ok ? 'Sent' : 'Not sent: ' + (await response.json()).error;
  });
  cell.append(copy, again);
  if (call.webhook_id !== '') cell.append(element('span', 'note', 'webhook-id ' + call.webhook_id));
  cell.append(element('pre', 'curl', line), element('pre', '', JSON.stringify(call, null, 2)));
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
    if (byId('rules').open) await showRules();
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

showRules().catch(() => {});
followForever();
)page";

} // namespace hookcast::mock
