// A page of research/players that plays a URL, and what can be seen of it.
import { PATIENCE_MS } from './Stage.mjs';

const WATCHED_SECONDS = 3;

/// The page at `pageUrl`, which plays `url`; `prepare` sees it before anything is fetched.
export async function openPlayer(browser, pageUrl, url, prepare = async () => {}) {
  const page = await browser.newPage();
  await prepare(page);
  await page.goto(`${pageUrl}?url=${encodeURIComponent(url)}`, { timeout: PATIENCE_MS });
  return page;
}

const look = (page) =>
  page.evaluate(() => {
    const video = document.querySelector('video');
    return {
      currentTime: video.currentTime,
      width: video.videoWidth,
      soundBytes: video.webkitAudioDecodedByteCount,
      frames: video.getVideoPlaybackQuality().totalVideoFrames,
      status: document.querySelector('[role=status]').textContent,
      latency: document.querySelector('[name=latency]').textContent,
    };
  });

/// The protocols, as browsers name them (`http/1.1`, `h2`), of what a page fetches from the origin of `url` from now on.
async function protocolsOf(page, url) {
  const seen = new Set();
  const developer = await page.context().newCDPSession(page);
  developer.on('Network.responseReceived', ({ response }) => {
    if (response.url.startsWith(new URL(url).origin)) seen.add(response.protocol);
  });
  await developer.send('Network.enable');
  return seen;
}

/// Throws unless the page plays `url`: its time goes on, it has a picture of 320 pixels and decodes sound, where there is
/// one, and says how far it is behind. Returns the protocols by which it does.
export async function expectToPlay(browser, pageUrl, url, hasSound = true) {
  let protocols;
  const page = await openPlayer(browser, pageUrl, url, async (made) => (protocols = await protocolsOf(made, url)));
  const isSo = (condition, value) => page.waitForFunction(condition, value, { timeout: PATIENCE_MS });
  try {
    await isSo(() => document.querySelector('video').videoWidth > 0, null);
    const first = await look(page);
    await isSo((time) => document.querySelector('video').currentTime >= time, first.currentTime + WATCHED_SECONDS);
    await isSo(() => document.querySelector('[name=latency]').textContent.endsWith(' s'), null);
    const last = await look(page);
    if (last.width !== 320) throw new Error('the picture is not as wide as it was sent');
    if (last.frames <= first.frames) throw new Error('no further picture was decoded');
    if (hasSound && !(last.soundBytes > 0)) throw new Error('no sound was decoded');
    if (last.status !== '') throw new Error('the player reports an error');
    console.log(`${new URL(url).protocol}//...${new URL(url).pathname}: from ${first.currentTime.toFixed(1)} s to ` +
      `${last.currentTime.toFixed(1)} s, ${last.frames} pictures, ${last.latency} behind, by ${[...protocols].join(' and ')}`);
    return [...protocols];
  } catch (error) {
    throw new Error(`${url}: ${error.message}; the page shows ${JSON.stringify(await look(page))}`);
  } finally {
    await page.close();
  }
}
