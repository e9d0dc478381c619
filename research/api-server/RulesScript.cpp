#include "api-server/PageScripts.h"

namespace hookcast::mock {

const char* const kRulesScript = R"page(
const byId = (id) => document.getElementById(id);

// Whatever a call or a rule holds was written by a stranger: it reaches the page as text only, never as markup.
function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function button(text, label, action) {
  const made = element('button', '', text);
  made.type = 'button';
  if (label) made.setAttribute('aria-label', label);
  made.addEventListener('click', action);
  return made;
}

let rules = [];
let edited = null; // the rule in the form; null: a new one

async function steer(method, path, body) {
  const response = await fetch('/control/rules' + path, {
    method, cache: 'no-store', body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

async function showRules() {
  rules = (await steer('GET', '')).rules;
  byId('rule-count').textContent = rules.length === 0 ? 'none' : String(rules.length);
  byId('rule-list').replaceChildren(...rules.map(ruleItem));
}

// What was done takes effect at once; what is wrong with it is said.
async function change(action) {
  byId('rule-error').textContent = '';
  try {
    await action();
  } catch (error) {
    byId('rule-error').textContent = error.message;
  }
  await showRules().catch(() => {});
}

function summaryOf(rule) {
  const match = Object.entries(rule.match).map(([name, pattern]) => name + ' = ' + pattern);
  const reply = rule.reply;
  const answer = reply.drop ? 'no answer' : reply.status + (reply.body === undefined ? '' : ' ' + JSON.stringify(reply.body));
  const more = Object.entries(reply.headers).map(([name, value]) => name + ': ' + value);
  if (reply.delay_ms > 0) more.push('after ' + reply.delay_ms + ' ms');
  const times = rule.times === undefined ? '' : ' of ' + rule.times;
  return (match.join(', ') || 'every call') + ' → ' + [answer, ...more].join(', ') + ' (used ' + rule.used + times + ')';
}

function move(place, by) {
  const ids = rules.map((rule) => rule.id);
  ids.splice(place + by, 0, ...ids.splice(place, 1));
  return change(() => steer('PUT', '/order', ids));
}

function ruleItem(rule, place) {
  const item = element('li', 'rule');
  const up = button('↑', 'Rule ' + rule.id + ' up', () => move(place, -1));
  const down = button('↓', 'Rule ' + rule.id + ' down', () => move(place, 1));
  up.disabled = place === 0;
  down.disabled = place === rules.length - 1;
  item.append(
    element('span', 'note', 'rule ' + rule.id),
    element('span', 'what', summaryOf(rule)),
    up, down,
    button('Edit', '', () => openForm(rule)),
    button('Delete', '', () => change(() => steer('DELETE', '/' + rule.id))),
  );
  return item;
}

// A field keeps what it was given, byte by byte, unless somebody changes it: a textarea has line ends of its own.
function setText(area, text) {
  area.value = text;
  area.given = { text, shown: area.value };
}

function textOf(area) {
  return area.given !== undefined && area.value === area.given.shown ? area.given.text : area.value;
}

function addPair(list, name = '', value = '') {
  const pair = element('div', 'pair');
  for (const [text, label] of [[name, 'Name'], [value, 'Value']]) {
    const area = element('textarea');
    area.rows = 1;
    area.setAttribute('aria-label', label);
    setText(area, text);
    pair.append(area);
  }
  pair.append(button('−', 'Remove', () => pair.remove()));
  list.append(pair);
}

function pairsOf(list) {
  // Without a prototype, so that every name is one.
  const pairs = Object.create(null);
  for (const pair of list.children) {
    const [name, value] = [...pair.querySelectorAll('textarea')].map(textOf);
    if (name !== '') pairs[name] = value;
  }
  return pairs;
}

function openForm(rule) {
  const { match = {}, reply = { status: 403, body: '1', headers: {}, delay_ms: 0, drop: false }, times = '' } = rule ?? {};
  const form = byId('rule-form');
  edited = rule;
  byId('match-list').replaceChildren();
  byId('header-list').replaceChildren();
  for (const [name, pattern] of Object.entries(match)) addPair(byId('match-list'), name, pattern);
  for (const [name, value] of Object.entries(reply.headers)) addPair(byId('header-list'), name, value);
  if (rule === null) addPair(byId('match-list'), 'action', 'on_publish');
  form.status.value = reply.status;
  form.own.checked = reply.body === undefined;
  setText(form.body, reply.body ?? '');
  form.delay.value = reply.delay_ms;
  form.drop.checked = reply.drop;
  form.times.value = times;
  form.save.textContent = rule === null ? 'Add' : 'Change rule ' + rule.id;
  form.hidden = false;
}

function ruleInForm() {
  const form = byId('rule-form');
  const reply = { headers: pairsOf(byId('header-list')), delay_ms: Number(form.delay.value), drop: form.drop.checked };
  if (form.status.value !== '0') reply.status = Number(form.status.value); // 0: a dropped answer's
  if (!form.own.checked) reply.body = textOf(form.body);
  const rule = { match: pairsOf(byId('match-list')), reply };
  if (form.times.value !== '') rule.times = Number(form.times.value);
  return rule;
}

byId('rule-form').addEventListener('submit', (event) => {
  event.preventDefault();
  change(async () => {
    if (edited === null) await steer('POST', '', ruleInForm());
    else await steer('PUT', '/' + edited.id, ruleInForm());
    byId('rule-form').hidden = true;
  });
});
byId('rule-form').cancel.addEventListener('click', () => (byId('rule-form').hidden = true));
byId('add-rule').addEventListener('click', () => openForm(null));
byId('add-match').addEventListener('click', () => addPair(byId('match-list')));
byId('add-header').addEventListener('click', () => addPair(byId('header-list')));
byId('rules').addEventListener('toggle', () => change(async () => {}));
)page";

} // namespace hookcast::mock
