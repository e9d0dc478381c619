// The page of research/players plays HLS, low-latency HLS and DASH in headless Chromium, by hls.js and dash.js, of what a
// real encoder pushes; and low-latency HLS, DASH and HTTP-FLV by HTTP/2.
//   node hls.mjs HOOKCAST_PROGRAM SOURCE_FOLDER BUILD_FOLDER
import { join, resolve } from 'node:path';
import { installPackages } from './Packages.mjs';
import { servePages } from './PageServer.mjs';
import { atEnd, run, startBrowser, startEncoder, startServer } from './Stage.mjs';
import { expectToPlay } from './Watched.mjs';

const [hookcast, source, build] = process.argv.slice(2).map((path) => resolve(path));

// What stands in the vhost, and the ending of the URL.
const KINDS = [
  ['hls { enabled on; hls_fragment 1; }', 'm3u8'],
  ['hls { enabled on; hls_fragment 1; hls_use_fmp4 on; }', 'm3u8'],
  ['hls { enabled on; hls_fragment 1; hls_keys on; }', 'm3u8'],
  ['hls { enabled on; hls_fragment 1; hls_ll on; }', 'm3u8'],
  ['dash { enabled on; dash_fragment 1; dash_update_period 1; }', 'mpd'],
];

const BY_HTTP2 = [
  ['hls { enabled on; hls_fragment 1; hls_ll on; }', 'm3u8'],
  ['dash { enabled on; dash_fragment 1; dash_update_period 1; }', 'mpd'],
  ['', 'flv'],
];

async function play(hookcast, browser, page, vhost, ending, scheme, protocol) {
  console.log(`${scheme}: ${vhost}`);
  const server = await startServer(hookcast, vhost);
  const encoder = await startEncoder(server);
  const spoken = await expectToPlay(browser, page, `${scheme}://127.0.0.1:${server[scheme]}/live/show.${ending}`);
  if (spoken.join() !== protocol) throw new Error(`${scheme}: it spoke ${spoken.join(' and ')} instead of ${protocol}`);
  await encoder.stop();
  await server.program.stop();
}

async function main() {
  const installed = join(build, 'players');
  const pages = join(source, 'research', 'players');
  installPackages(pages, installed);
  const pageServer = await servePages(pages, installed);
  atEnd(() => pageServer.close());
  const browser = await startBrowser(installed);
  const page = `http://127.0.0.1:${pageServer.address().port}/player.html`;
  for (const [vhost, ending] of KINDS) await play(hookcast, browser, page, vhost, ending, 'http', 'http/1.1');
  for (const [vhost, ending] of BY_HTTP2) await play(hookcast, browser, page, vhost, ending, 'https', 'h2');
}

await run(main);
