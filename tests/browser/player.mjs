// The page of research/players says why a stream stopped, comes back by itself without a flood, and stops trying when it
// is told to: headless Chromium against a hookcast whose backend refuses, whose publisher comes and goes, and which goes
// itself; and against a server that sends what no stream is.
//   node player.mjs HOOKCAST_PROGRAM SOURCE_FOLDER BUILD_FOLDER MOCK_HOOK_SERVER_PROGRAM
import { createServer } from 'node:http';
import { join, resolve } from 'node:path';
import { installPackages } from './Packages.mjs';
import { servePages } from './PageServer.mjs';
import { Program } from './Processes.mjs';
import { PATIENCE_MS, atEnd, run, startBrowser, startEncoder, startServer } from './Stage.mjs';

const [hookcast, source, build, mockHookServer] = process.argv.slice(2).map((path) => resolve(path));
const HOSTILE = '<img src=x onerror="window.hacked=1">';

async function startBackend() {
  const program = new Program('mock-hook-server', mockHookServer, ['-p', '0']);
  await program.says('listening on 127.0.0.1:');
  atEnd(() => program.stop());
  const url = `http://${/127\.0\.0\.1:\d+/.exec(program.output)[0]}`;
  const ask = async (path, options) => (await fetch(url + path, options)).json();
  return {
    hook: `${url}/api/v1/sessions`,
    addRule: (rule) => ask('/control/rules', { method: 'POST', body: JSON.stringify(rule) }),
    clearRules: () => ask('/control/rules', { method: 'DELETE' }),
    async questionsAbout(stream) {
      const { calls } = await ask('/control/calls');
      return calls.filter(({ body }) => body.action === 'on_play' && body.stream === stream);
    },
    /// Waits until there are `count` of them.
    async waitForQuestions(stream, count) {
      for (let after = 0; ; ) {
        const questions = await this.questionsAbout(stream);
        if (questions.length >= count) return questions;
        after = (await ask(`/control/calls?limit=0`)).last;
        await ask(`/control/calls?after=${after}&wait_ms=1000`);
      }
    },
  };
}

/// Sends what is no stream, or nothing more after its begin.
async function startOddServer() {
  const server = createServer((request, response) => {
    response.setHeader('Access-Control-Allow-Origin', '*');
    if (request.url.startsWith('/odd.flv')) {
      response.end(HOSTILE.repeat(1000));
    } else if (request.url.startsWith('/hostile.flv')) {
      response.writeHead(418, HOSTILE);
      response.end(HOSTILE);
    } else {
      response.write(Buffer.from('464c5601010000000900000000', 'hex')); // an FLV header, and no more
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

function check(isTrue, what) {
  if (!isTrue) throw new Error(what);
}

/// One page of the player.
class Watcher {
  constructor(page) {
    this.page = page;
  }

  static async open(browser, pageUrl, url, stallSeconds = 10) {
    const page = await browser.newPage();
    await page.goto(`${pageUrl}?stall=${stallSeconds}&url=${encodeURIComponent(url)}`, { timeout: PATIENCE_MS });
    return new Watcher(page);
  }

  status() {
    return this.page.textContent('[role=status]');
  }

  async waitFor(isSo, value, what) {
    try {
      await this.page.waitForFunction(isSo, value, { timeout: PATIENCE_MS, polling: 20 });
    } catch {
      throw new Error(`${what}: the page shows "${await this.status()}"`);
    }
  }

  says(words) {
    return this.waitFor(
      (wanted) => document.querySelector('[role=status]').textContent.includes(wanted),
      words,
      `no "${words}"`,
    );
  }

  /// A picture that moves, and nothing to complain of.
  async plays(seconds = 1) {
    const plays = (time) => {
      const video = document.querySelector('video');
      return video.videoWidth > 0 && video.currentTime >= time &&
        document.querySelector('[role=status]').textContent === '';
    };
    await this.waitFor(plays, 0.1, 'it does not play');
    const time = await this.page.evaluate(() => document.querySelector('video').currentTime);
    await this.waitFor(plays, time + seconds, 'it does not play on');
  }
}

async function comesBackWithThePublisher(stage, scheme) {
  let encoder = await startEncoder(stage.server, `again-${scheme}`);
  const watcher = await stage.watch(`${scheme}://127.0.0.1:${stage.server.http}/live/again-${scheme}.flv`);
  await watcher.plays();
  await encoder.stop();
  await watcher.says('the server ended the stream; trying again in 1 s');
  await watcher.says('nobody publishes this stream (404)');
  encoder = await startEncoder(stage.server, `again-${scheme}`);
  await watcher.plays();
  await watcher.page.close();
  await encoder.stop();
}

/// The waits between questions to the backend grow, so a page that is refused is no flood.
async function saysThatItWasRefused(stage, scheme) {
  const stream = `refused-${scheme}`;
  const encoder = await startEncoder(stage.server, stream);
  await stage.backend.addRule({ match: { action: 'on_play', stream }, reply: { body: '1' } });
  const watcher = await stage.watch(`${scheme}://127.0.0.1:${stage.server.http}/live/${stream}.flv`);
  await watcher.says('the server refused it (403); trying again in');
  const perAttempt = scheme === 'ws' ? 2 : 1;
  const questions = await stage.backend.waitForQuestions(stream, 3 * perAttempt);
  const at = (attempt) => questions[attempt * perAttempt].monotonic_ms;
  check(at(1) - at(0) >= 750, `the first wait was ${at(1) - at(0)} ms`);
  check(at(2) - at(1) >= 1550, `the second wait was ${at(2) - at(1)} ms`);
  await stage.backend.clearRules();
  await watcher.plays();
  await watcher.page.close();
  await encoder.stop();
}

async function stopsWhenTold(stage) {
  const watcher = await stage.watch(`http://127.0.0.1:${stage.server.http}/live/nobody.flv`);
  await watcher.says('nobody publishes this stream (404)');
  await watcher.page.click('button[name=stop]');
  check((await watcher.status()) === 'stopped', 'it does not say that it has stopped');
  const asked = (await stage.backend.questionsAbout('nobody')).length;
  // Another one, which is told later and goes on, comes back twice meanwhile.
  const other = await stage.watch(`http://127.0.0.1:${stage.server.http}/live/other.flv`);
  await stage.backend.waitForQuestions('other', 3);
  check((await stage.backend.questionsAbout('nobody')).length === asked, 'it goes on trying');
  await other.page.close();
  // And it plays again when it is told to.
  const encoder = await startEncoder(stage.server, 'nobody');
  await watcher.page.click('form button:not([name])');
  await watcher.plays();
  await watcher.page.close();
  await encoder.stop();
}

async function outlivesTheServer(stage) {
  let encoder = await startEncoder(stage.server, 'outage');
  const watcher = await stage.watch(`http://127.0.0.1:${stage.server.http}/live/outage.flv`);
  await watcher.plays();
  stage.server.program.child.kill('SIGKILL');
  await stage.server.program.ended;
  await encoder.stop();
  await watcher.says('the network is gone');
  await stage.server.restart();
  encoder = await startEncoder(stage.server, 'outage');
  await watcher.plays();
  await watcher.page.close();
  await encoder.stop();
}

async function saysThatNothingMoreComes(stage) {
  let encoder = await startEncoder(stage.server, 'stall');
  const watcher = await stage.watch(`http://127.0.0.1:${stage.server.http}/live/stall.flv`, 1);
  await watcher.plays();
  encoder.child.kill('SIGSTOP');
  await watcher.says('the stream stalled: nothing more came; trying again');
  encoder.child.kill('SIGKILL');
  await encoder.ended;
  await stage.server.program.says('closed', stage.server.program.output.lastIndexOf('publishes __defaultVhost__/live/stall'));
  encoder = await startEncoder(stage.server, 'stall');
  await watcher.plays();
  await watcher.page.close();
  await encoder.stop();
}

async function namesWhatIsWrongWithTheMedia(stage) {
  const odd = await startOddServer();
  const watcher = await stage.watch(`${odd}/odd.flv`);
  await watcher.says('media error: ');
  await watcher.page.close();
  const stalled = await stage.watch(`${odd}/stalled.flv`, 1);
  await stalled.says('the server does not answer');
  await stalled.page.close();
}

/// Whatever a server or a link says is text.
async function takesNothingForMarkup(stage) {
  const odd = await startOddServer();
  const urls = [`${odd}/hostile.flv?${HOSTILE}`, `${odd}/odd.flv`, HOSTILE, `javascript:window.hacked=1`, `data:,${HOSTILE}`];
  for (const url of urls) {
    const watcher = await stage.watch(url);
    await watcher.waitFor(() => document.querySelector('[role=status]').textContent !== '', null, 'it says nothing');
    const found = await watcher.page.evaluate(() => ({ hacked: window.hacked, images: document.images.length }));
    check(found.hacked === undefined && found.images === 0, `${url} became markup: ${JSON.stringify(found)}`);
    await watcher.page.close();
  }
}

async function main() {
  const installed = join(build, 'players');
  const pages = join(source, 'research', 'players');
  installPackages(pages, installed);
  const backend = await startBackend();
  const server = await startServer(
    hookcast,
    `http_hooks { enabled on; on_play ${backend.hook}; } play { wait_stream 0; }`,
  );
  const pageServer = await servePages(pages, installed);
  atEnd(() => pageServer.close());
  const browser = await startBrowser(installed);
  const page = `http://127.0.0.1:${pageServer.address().port}/player.html`;
  const stage = { backend, server, watch: (url, stallSeconds) => Watcher.open(browser, page, url, stallSeconds) };
  for (const scheme of ['http', 'ws']) {
    await comesBackWithThePublisher(stage, scheme);
    await saysThatItWasRefused(stage, scheme);
  }
  await stopsWhenTold(stage);
  await saysThatNothingMoreComes(stage);
  await namesWhatIsWrongWithTheMedia(stage);
  await takesNothingForMarkup(stage);
  await outlivesTheServer(stage);
}

await run(main);
