// The mock backend's page in headless Chromium: it shows what the server would make of each answer, gives each call as a
// line for a shell that sends it again, edits the rules, fits a phone, and takes nothing that strangers send for markup.
//   node mock.mjs MOCK_HOOK_SERVER_PROGRAM SOURCE_FOLDER BUILD_FOLDER
import { execFileSync } from 'node:child_process';
import { request } from 'node:http';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { installPackages } from './Packages.mjs';
import { Program } from './Processes.mjs';
import { PATIENCE_MS, atEnd, run, startBrowser } from './Stage.mjs';

const [mockHookServer, source, build] = process.argv.slice(2).map((path) => resolve(path));
const PHONE = { width: 360, height: 740 };
const HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';

function check(isTrue, what) {
  if (!isTrue) throw new Error(what);
}

class Mock {
  static async start() {
    const mock = new Mock();
    const program = new Program('mock-hook-server', mockHookServer, ['-p', '0', '--quiet']);
    await program.says('listening on 127.0.0.1:');
    atEnd(() => program.stop());
    mock.port = Number(/127\.0\.0\.1:(\d+)/.exec(program.output)[1]);
    mock.url = `http://127.0.0.1:${mock.port}`;
    return mock;
  }

  /// As raw as node sends; returns the status.
  call(path, body, { method = 'POST', headers = {} } = {}) {
    return new Promise((done, fail) => {
      const sent = request({ port: this.port, host: '127.0.0.1', path, method, headers }, (response) => {
        response.resume();
        response.on('end', () => done(response.statusCode));
      });
      sent.on('error', fail);
      sent.end(body);
    });
  }

  async ask(path, options) {
    return (await fetch(this.url + path, options)).json();
  }

  async lastCall() {
    return (await this.ask('/control/calls')).calls.at(-1);
  }
}

class MockPage {
  static async open(browser, mock, size) {
    const made = new MockPage();
    made.page = await browser.newPage(size === undefined ? {} : { viewport: size });
    await made.page.goto(mock.url, { timeout: PATIENCE_MS });
    return made;
  }

  /// The row of the call with that number.
  row(order) {
    return this.page.locator('tr.call').filter({ has: this.page.locator('td.number', { hasText: new RegExp(`^${order}$`) }) });
  }

  async curlOf(order) {
    await this.row(order).click({ timeout: PATIENCE_MS });
    const line = await this.page.locator('tr.details pre.curl').first().textContent({ timeout: PATIENCE_MS });
    await this.row(order).click();
    return line;
  }
}

async function showsWhatTheServerWouldSay(browser, mock) {
  const json = JSON.stringify({ action: 'on_publish', stream: 'a' });
  const answers = [
    ['/api/v1/streams', json, { status: 200, body: '{ "code": 0 }' }, 'admits'],
    ['/api/v1/streams', json, { status: 200, body: '0\n' }, 'admits'],
    ['/api/v1/streams', json, { status: 201, body: '0' }, 'refuses: HTTP status 201'],
    ['/api/v1/streams', json, { status: 200, body: '{"code":1}' }, "refuses: the answer's code is 1"],
    ['/notify/publish', 'call=publish&name=a', { status: 200, body: 'no' }, 'admits'],
    ['/notify/publish', 'call=publish&name=a', { status: 201, body: '0' }, 'refuses: HTTP status 201'],
  ];
  const page = await MockPage.open(browser, mock);
  for (const [path, body, reply, verdict] of answers) {
    await mock.ask('/control/rules', { method: 'POST', body: JSON.stringify({ reply, times: 1 }) });
    await mock.call(path, body);
    const { order } = await mock.lastCall();
    const badge = page.row(order).locator('.badge');
    check((await badge.textContent({ timeout: PATIENCE_MS })) === verdict, `${JSON.stringify(reply)}: not "${verdict}"`);
    const good = (await badge.getAttribute('class')).includes('good');
    check(good === (verdict === 'admits'), `${verdict}: shown as ${good ? 'good' : 'bad'}`);
  }
  await mock.ask('/control/rules', { method: 'DELETE' });
  await page.page.close();
}

/// Each call, sent again by a shell, comes as it came before.
async function givesCallsThatAShellSendsAgain(browser, mock) {
  const folder = mkdtempSync(join(tmpdir(), 'hookcast-curl-'));
  atEnd(() => rmSync(folder, { recursive: true }));
  const bodies = [
    `{"action":"on_publish","stream":"it's \\"quoted\\" $(touch ran) \`touch ran\` \${HOME} ; touch ran & \\\\ !x #"}`,
    '@/etc/passwd',
    '-o ran',
    "'; touch ran; echo '",
    "''''",
    'line\nline\n\n  ',
    'cr\r\nlf\r\n',
    Buffer.from([0, 1, 2, 0xff, 0xfe, 0x27, 0x0a, 0]),
    'a\tb\x7f\x1b[31m',
    'ünïcode \u202e 🎥',
    '%s %d %%',
    HOSTILE,
    'x'.repeat(300_000) + "'",
    '\u20ac'.repeat(90_000),
    '',
  ];
  const calls = bodies.map((body) => ['/api/v1/streams?a=1&b[]={x,y}&c=$(touch%20ran)', body, {}]);
  calls.push(["/my/../odd'path/%2e%2e/[1-3]?q='#f", 'x', { headers: { 'X-Odd': `it's $(touch ran) "x"`, 'X-Empty': '' } }]);
  calls.push(['/notify/play?call=play&name=a%20b', undefined, { method: 'GET', headers: { 'User-Agent': 'it`s' } }]);
  calls.push(['/api/v1/streams', 'x', { method: 'PUT', headers: { 'Content-Type': 'a/b; c="d"' } }]);
  calls.push(['/api/v1/streams', undefined, { method: 'DELETE' }]);
  const page = await MockPage.open(browser, mock);
  for (const [path, body, options] of calls) {
    await mock.call(path, body, options);
    const first = await mock.lastCall();
    const line = await page.curlOf(first.order);
    execFileSync('sh', { cwd: folder, input: line, stdio: ['pipe', 'ignore', 'pipe'] });
    const second = await mock.lastCall();
    check(second.order === first.order + 1, `nothing came of ${line.slice(0, 300)}`);
    const said = ({ method, path, query, raw_body, raw_body_base64, headers }) => {
      const { host, connection, 'content-length': length, 'transfer-encoding': encoding, ...others } = headers;
      return JSON.stringify({ method, path, query, raw_body, raw_body_base64, others });
    };
    const isSame = said(second) === said(first);
    check(isSame, `${line.slice(0, 300)}\nsent ${said(second).slice(0, 600)}\nfor ${said(first).slice(0, 600)}`);
  }
  check(!existsSync(join(folder, 'ran')), 'a call was run by the shell');
  await page.page.close();
}

/// By the clipboard that pages of this machine have, and by the other way, which all have.
async function copiesTheLine(browser, mock) {
  for (const hasClipboard of [true, false]) {
    const page = await browser.newPage();
    if (hasClipboard) await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    else await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
    await mock.call('/api/v1/streams', '{"action":"on_publish"}');
    await page.goto(mock.url, { timeout: PATIENCE_MS });
    await page.locator('tr.call').first().click({ timeout: PATIENCE_MS });
    await page.click('tr.details >> text=Copy as curl');
    await page.locator('tr.details >> text=Copied').waitFor({ timeout: PATIENCE_MS });
    const shown = await page.locator('pre.curl').textContent();
    if (hasClipboard) {
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      check(copied === shown, `copied was ${copied}`);
    }
    await page.close();
  }
}

/// With its id, by which it is seen to be a repetition, and as it came.
async function sendsAgain(browser, mock) {
  const body = JSON.stringify({ action: 'on_publish', stream: 'ü' });
  await mock.call('/api/v1/streams?a=1', body, { headers: { 'webhook-id': 'msg<b>1', 'X-Odd': "it's" } });
  const first = await mock.lastCall();
  const { page } = await MockPage.open(browser, mock);
  await page.locator('tr.call').first().click({ timeout: PATIENCE_MS });
  check((await page.locator('tr.details').textContent()).includes('webhook-id msg<b>1'), 'the id is not shown');
  await page.click('tr.details >> text=Send again');
  const repeated = page.locator('tr.call', { hasText: `again, as number ${first.order}` });
  await repeated.waitFor({ timeout: PATIENCE_MS });
  const second = await mock.lastCall();
  check(second.repeats === first.order && first.repeats === null, JSON.stringify(second));
  for (const name of ['method', 'path', 'query', 'raw_body', 'headers'])
    check(JSON.stringify(second[name]) === JSON.stringify(first[name]), `${name} is another: ${JSON.stringify(second[name])}`);
  await mock.ask('/control/calls', { method: 'DELETE' });
  await page.locator('tr.details button >> nth=1').click();
  await page.locator('tr.details >> text=Not sent').waitFor({ timeout: PATIENCE_MS });
  await page.close();
}

async function editsRules(browser, mock) {
  const { page } = await MockPage.open(browser, mock);
  const publish = () => mock.call('/api/v1/streams', JSON.stringify({ action: 'on_publish', stream: "it's <b>" }));
  const rules = async () => (await mock.ask('/control/rules')).rules;
  /// By what the server has: the form closes, or the list changes, once it has been told.
  const until = async (isSo, what) => {
    for (const begun = Date.now(); !(await isSo()); ) check(Date.now() - begun < PATIENCE_MS, what);
  };
  await page.click('#rules > summary');

  await page.click('#add-rule');
  await page.fill('#match-list .pair textarea >> nth=1', 'on_publish');
  await page.fill('input[name=status]', '403');
  await page.click('button[name=save]');
  await until(async () => (await rules()).length === 1, 'no rule was added');
  check((await publish()) === 403, 'a new rule has no effect');

  await page.click('li.rule >> text=Edit');
  await page.fill('input[name=status]', '500');
  await page.click('#add-match');
  await page.fill('#match-list .pair >> nth=1 >> textarea >> nth=0', 'stream');
  await page.fill('#match-list .pair >> nth=1 >> textarea >> nth=1', "it's <b>");
  await page.click('#add-header');
  await page.fill('#header-list textarea >> nth=0', 'X-A');
  await page.fill('#header-list textarea >> nth=1', 'b c');
  await page.fill('input[name=times]', '7');
  await page.click('button[name=save]');
  await until(async () => (await rules())[0].reply.status === 500, 'the rule was not changed');
  check((await publish()) === 500, 'the changed rule has no effect');
  const [changed] = await rules();
  const { id, used, ...rest } = changed;
  const wanted = {
    match: { action: 'on_publish', stream: "it's <b>" },
    reply: { status: 500, body: '1', headers: { 'X-A': 'b c' }, delay_ms: 0, drop: false },
    times: 7,
  };
  check(JSON.stringify(rest) === JSON.stringify(wanted) && used === 2, JSON.stringify(changed));

  // A rule that goes through the form unchanged is the same, whatever it holds.
  const odd = {
    match: { stream: 'a\r\nb\u0001', '<b>': '<i>' },
    reply: { status: 201, body: 'x\r\ny\r', headers: {}, delay_ms: 1, drop: false },
  };
  await mock.ask('/control/rules', { method: 'POST', body: JSON.stringify(odd) });
  await page.click('li.rule >> nth=0 >> text=Edit'); // the list is shown anew by it
  await page.click('button[name=cancel]');
  await page.click('#rules > summary');
  await page.click('#rules > summary');
  await page.click('li.rule >> nth=1 >> text=Edit');
  await page.fill('input[name=delay]', '2');
  await page.click('button[name=save]');
  await until(async () => (await rules())[1].reply.delay_ms === 2, 'the second rule was not changed');
  const second = (await rules())[1];
  check(second.reply.body === odd.reply.body && second.match.stream === odd.match.stream, JSON.stringify(second));

  // The order.
  await page.click(`[aria-label="Rule ${second.id} up"]`);
  await until(async () => (await rules())[0].id === second.id, 'the rule was not moved');

  // What is wrong is said, and nothing happens.
  await page.click('#add-rule');
  await page.fill('#match-list .pair textarea >> nth=1', 'x'.repeat(2000));
  await page.click('button[name=save]');
  await page.waitForFunction(() => document.querySelector('#rule-error').textContent.includes('longer than'), null, {
    timeout: PATIENCE_MS,
  });
  check((await rules()).length === 2, 'a rule that is wrong was added');
  await page.click('button[name=cancel]');

  for (let left = 1; left >= 0; --left) {
    await page.click('li.rule >> nth=0 >> text=Delete');
    await until(async () => (await rules()).length === left, 'the rule was not removed');
    await page.waitForFunction((count) => document.querySelectorAll('li.rule').length === count, left, {
      timeout: PATIENCE_MS,
    });
  }
  check((await publish()) === 200, 'a rule that was removed has an effect');
  await page.close();
}

/// Nothing has to be moved sideways, and nothing that came is markup.
async function fitsAPhone(browser, mock) {
  const odd = 'x'.repeat(400) + HOSTILE;
  const calls = [
    ['/api/v1/streams', JSON.stringify({ action: 'on_publish', stream: odd, app: HOSTILE, vhost: odd, param: odd })],
    ['/api/v1/streams', JSON.stringify({ action: HOSTILE, [HOSTILE]: HOSTILE })],
    [`/${encodeURIComponent(HOSTILE)}?${'y'.repeat(500)}`, HOSTILE, { headers: { 'X-Odd': HOSTILE + odd } }],
    ['/notify/publish', `call=publish&name=${encodeURIComponent(odd)}`],
    ['/event/', JSON.stringify([{ event: HOSTILE }])],
  ];
  await mock.ask('/control/rules', {
    method: 'POST',
    body: JSON.stringify({ match: { stream: odd }, reply: { body: odd, headers: { 'X-A': odd } } }),
  });
  const { page } = await MockPage.open(browser, mock, PHONE);
  for (const call of calls) await mock.call(...call);
  const { order } = await mock.lastCall();
  const newest = page.locator('td.number', { hasText: new RegExp(`^${order}$`) });
  await newest.waitFor({ timeout: PATIENCE_MS });
  for (const row of await page.locator('tr.call').all()) await row.click();
  await page.click('#rules > summary');
  await page.locator('li.rule').first().waitFor({ timeout: PATIENCE_MS });
  await page.click('li.rule >> text=Edit');
  const seen = await page.evaluate(() => ({
    width: document.scrollingElement.scrollWidth,
    wide: [...document.querySelectorAll('body, body *')]
      .filter((one) => one.getClientRects().length > 0 && one.getBoundingClientRect().right > window.innerWidth + 0.5)
      .map((one) => `${one.tagName}.${one.className}`),
    viewport: document.querySelector('meta[name=viewport]')?.content,
    hacked: window.hacked,
    images: document.images.length,
    scripts: document.scripts.length,
  }));
  check(seen.width <= PHONE.width && seen.wide.length === 0, `too wide: ${seen.width} px, ${seen.wide}`);
  check(seen.viewport?.includes('width=device-width'), 'a phone would show it small');
  check(seen.hacked === undefined && seen.images === 0 && seen.scripts === 1, `markup: ${JSON.stringify(seen)}`);
  await page.close();
}

async function main() {
  const installed = join(build, 'players');
  installPackages(join(source, 'research', 'players'), installed);
  const mock = await Mock.start();
  const browser = await startBrowser(installed);
  await showsWhatTheServerWouldSay(browser, mock);
  await givesCallsThatAShellSendsAgain(browser, mock);
  await copiesTheLine(browser, mock);
  await sendsAgain(browser, mock);
  await editsRules(browser, mock);
  await fitsAPhone(browser, mock);
}

await run(main);
