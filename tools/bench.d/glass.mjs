// From glass to glass: a clock is painted into the picture, pushed over RTMP, played by the page of research/players in
// headless Chromium as low-latency HLS, and read back from what is shown. Prints one line of JSON, in ms.
//   node glass.mjs HOOKCAST_PROGRAM SOURCE_FOLDER BUILD_FOLDER SECONDS
import { join, resolve } from 'node:path';
import { installPackages } from '../../tests/browser/Packages.mjs';
import { servePages } from '../../tests/browser/PageServer.mjs';
import { CLOCK_FORM, FRAMES_PER_SECOND, HEIGHT, WIDTH, sendClock, watchClock } from '../../tests/browser/PictureClock.mjs';
import { Program } from '../../tests/browser/Processes.mjs';
import { PATIENCE_MS, atEnd, publishes, run, startBrowser, startServer } from '../../tests/browser/Stage.mjs';
import { openPlayer } from '../../tests/browser/Watched.mjs';

const VHOST = 'tcp_nodelay on; min_latency on; hls { enabled on; hls_ll on; hls_fragment 1; hls_part 0.2; hls_window 12; }';
const SETTLE_SECONDS = 5; ///< players begin further behind and come closer

const [hookcast, source, build] = process.argv.slice(2, 5).map((path) => resolve(path));
const seconds = Number(process.argv[5]);

async function startClock(server) {
  const url = `rtmp://127.0.0.1:${server.rtmp}/live/clock`;
  const encoder = new Program(
    'ffmpeg',
    'ffmpeg',
    [
      ...['-loglevel', 'error', '-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${WIDTH}x${HEIGHT}`],
      ...['-r', `${FRAMES_PER_SECOND}`, '-i', 'pipe:0', '-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency'],
      ...['-g', `${FRAMES_PER_SECOND}`, '-pix_fmt', 'yuv420p', '-flush_packets', '1', '-f', 'flv', url],
    ],
    'pipe',
  );
  encoder.child.stdin.on('error', () => {}); // it may end first
  atEnd(sendClock(encoder.child.stdin));
  await publishes(server, encoder, 'clock');
}

function percentile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

async function main() {
  const installed = join(build, 'players');
  const pages = join(source, 'research', 'players');
  installPackages(pages, installed);
  const pageServer = await servePages(pages, installed);
  atEnd(() => pageServer.close());
  const server = await startServer(hookcast, VHOST);
  await startClock(server);
  const browser = await startBrowser(installed);
  const pageUrl = `http://127.0.0.1:${pageServer.address().port}/player.html`;
  const page = await openPlayer(browser, pageUrl, `http://127.0.0.1:${server.http}/live/clock.m3u8`);
  const settled = (time) => document.querySelector('video').currentTime >= time;
  await page.waitForFunction(() => document.querySelector('video').currentTime > 0, null, { timeout: PATIENCE_MS });
  const begun = await page.evaluate(() => document.querySelector('video').currentTime);
  await page.waitForFunction(settled, begun + SETTLE_SECONDS, { timeout: PATIENCE_MS });
  await page.evaluate(watchClock, CLOCK_FORM);
  await new Promise((done) => setTimeout(done, seconds * 1000));
  const { ages, unclear, waits } = await page.evaluate(() => window.glass);
  ages.sort((one, two) => one - two);
  const [p50, p95, max] = [0.5, 0.95, 1].map((share) => percentile(ages, share));
  console.log(JSON.stringify({ p50, p95, max, pictures: ages.length, unclear, waits }));
}

await run(main);
