// A real browser plays what a real encoder pushes: headless Chromium opens the page of research/players against a
// hookcast of its own, and the picture has to move on, over HTTP and over WebSocket, also where the encoder announces a
// sound and sends none.
//   node play.mjs HOOKCAST_PROGRAM SOURCE_FOLDER BUILD_FOLDER
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { installPackages } from './Packages.mjs';
import { servePages } from './PageServer.mjs';
import { Program } from './Processes.mjs';
import { SilentSound } from './SilentSound.mjs';
import { ENCODING, atEnd, publishes, run, startBrowser, startEncoder, startServer } from './Stage.mjs';
import { expectToPlay } from './Watched.mjs';

const [hookcast, source, build] = process.argv.slice(2).map((path) => resolve(path));

/// One that announces a sound and never sends any.
async function startSilentEncoder(server) {
  const encoder = spawn('ffmpeg', [...ENCODING, '-flush_packets', '1', '-f', 'flv', '-'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  atEnd(() => encoder.kill());
  const sending = [
    ...['-loglevel', 'error', '-analyzeduration', '1000000', '-i', 'pipe:0', '-map', '0', '-c', 'copy'],
    ...['-max_interleave_delta', '1', '-f', 'flv', `rtmp://127.0.0.1:${server.rtmp}/live/silent`],
  ];
  const sender = new Program('ffmpeg', 'ffmpeg', sending, 'pipe');
  sender.child.stdin.on('error', () => {}); // it may end first
  encoder.stdout.pipe(new SilentSound()).pipe(sender.child.stdin);
  await publishes(server, sender, 'silent');
}

async function main() {
  const installed = join(build, 'players');
  const pages = join(source, 'research', 'players');
  installPackages(pages, installed);
  const server = await startServer(hookcast);
  await startEncoder(server);
  const pageServer = await servePages(pages, installed);
  atEnd(() => pageServer.close());
  const browser = await startBrowser(installed);
  const page = `http://127.0.0.1:${pageServer.address().port}/player.html`;
  const stream = `127.0.0.1:${server.http}/live/show`;
  for (const url of [`http://${stream}.flv`, `ws://${stream}.flv`, `http://${stream}.ts`]) {
    await expectToPlay(browser, page, url);
  }
  await startSilentEncoder(server);
  for (const scheme of ['http', 'ws']) {
    await expectToPlay(browser, page, `${scheme}://127.0.0.1:${server.http}/live/silent.flv`, false);
  }
}

await run(main);
