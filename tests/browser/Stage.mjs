// What the browser's tests stand on: a hookcast of their own, an encoder, pages and a headless Chromium. run() ends
// all of it.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program } from './Processes.mjs';

export const PATIENCE_MS = 60_000;
const START_ATTEMPTS = 10;
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const CHROMIUM_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--ignore-certificate-errors', // of servers that sign their own
  '--autoplay-policy=no-user-gesture-required',
];

const cleanUps = [];

/// `action` is done at the end, the last one first.
export function atEnd(action) {
  cleanUps.push(action);
}

/// Runs a test and ends all that it has begun. What it throws is told, and the process fails.
export async function run(main) {
  try {
    await main();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  } finally {
    for (const action of cleanUps.splice(0).reverse()) await action();
  }
}

async function freePort() {
  const probe = createServer();
  await new Promise((done) => probe.listen(0, '127.0.0.1', done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

/// Writes `server.crt` and `server.key` into the folder.
function signCertificate(folder) {
  const files = ['-keyout', join(folder, 'server.key'), '-out', join(folder, 'server.crt')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost', ...files], {
    stdio: 'ignore',
  });
}

/// A hookcast that serves RTMP, HTTP and HTTPS; `vhost` is put into its vhost. `restart()` gives the same one again, on its
/// ports.
export async function startServer(hookcast, vhost = '') {
  const folder = mkdtempSync(join(tmpdir(), 'hookcast-browser-'));
  atEnd(() => rmSync(folder, { recursive: true }));
  const config = join(folder, 'hookcast.conf');
  signCertificate(folder);
  for (let attempt = 1; ; ++attempt) {
    const [rtmp, http, https] = [await freePort(), await freePort(), await freePort()];
    writeFileSync(
      config,
      `listen 127.0.0.1:${rtmp}; daemon off; srs_log_tank console; pid ${folder}/pid; work_dir ${folder};
       http_server {
           enabled on; listen 127.0.0.1:${http};
           https { enabled on; listen 127.0.0.1:${https}; key server.key; cert server.crt; }
       }
       vhost __defaultVhost__ {
           http_remux { enabled on; mount [vhost]/[app]/[stream].flv [vhost]/[app]/[stream].ts; }
           ${vhost}
       }\n`,
    );
    const server = { program: null, rtmp, http, https };
    server.restart = async () => {
      server.program = new Program('hookcast', hookcast, ['-c', config]);
      await server.program.says('serves, pid');
    };
    try {
      await server.restart();
      atEnd(() => server.program.stop());
      return server;
    } catch (error) {
      if (attempt === START_ATTEMPTS || !server.program.output.includes('cannot listen on port')) throw error;
    }
  }
}

export const ENCODING = [
  ...['-nostdin', '-loglevel', 'error', '-re', '-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25'],
  ...['-re', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=44100'],
  ...['-c:v', 'libx264', '-preset', 'veryfast', '-g', '25', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-ac', '2'],
];

/// Waits until what `encoder` sends is published, as told in the server's log behind `from`.
export async function publishes(server, encoder, stream, from = 0) {
  atEnd(() => encoder.stop());
  await Promise.race([
    server.program.says(`publishes __defaultVhost__/live/${stream}`, from),
    encoder.ended.then(() => {
      throw new Error(`ffmpeg ended:\n${encoder.output}`);
    }),
  ]);
}

export async function startEncoder(server, stream = 'show') {
  const from = server.program.output.length;
  const url = `rtmp://127.0.0.1:${server.rtmp}/live/${stream}`;
  const encoder = new Program('ffmpeg', 'ffmpeg', [...ENCODING, '-f', 'flv', url]);
  await publishes(server, encoder, stream, from);
  return encoder;
}

export async function startBrowser(installed) {
  const { chromium } = createRequire(join(installed, 'package.json'))('playwright-core');
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGUMENTS, timeout: PATIENCE_MS });
  atEnd(() => browser.close());
  return browser;
}
