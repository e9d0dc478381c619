// A clock in the picture: the time of this machine as black and white bars, which whoever plays the picture reads back.
// Each bit stands there twice, the second time inverted, so that a picture which is not clear is told from one that is.

export const WIDTH = 320;
export const HEIGHT = 180;
export const FRAMES_PER_SECOND = 25;
const BITS = 32;
const BAR_WIDTH = WIDTH / BITS;
const ROW_HEIGHT = 32;

/// Paints `ms` into a grey picture, one byte per pixel.
export function paintClock(picture, ms) {
  for (let bit = 0; bit < BITS; ++bit) {
    const isSet = Math.floor(ms / 2 ** bit) % 2 === 1;
    for (let y = 0; y < 2 * ROW_HEIGHT; ++y) {
      const value = isSet === y < ROW_HEIGHT ? 235 : 16;
      picture.fill(value, y * WIDTH + bit * BAR_WIDTH, y * WIDTH + (bit + 1) * BAR_WIDTH);
    }
  }
}

/// Writes pictures with the clock, each when its time has come, into a program that reads grey pictures.
export function sendClock(stream) {
  const picture = Buffer.alloc(WIDTH * HEIGHT, 128);
  const begunMs = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - begunMs) * FRAMES_PER_SECOND) / 1000);
    for (; sent <= due; ++sent) {
      paintClock(picture, Date.now());
      stream.write(Buffer.from(picture));
    }
  }, 5);
  return () => clearInterval(timer);
}

/// Runs in the page: from now on collects in `window.glass` how old each picture is that is shown, in ms, and how often the
/// player waited for more.
export function watchClock([bits, barWidth, rowHeight]) {
  const video = document.querySelector('video');
  const canvas = document.createElement('canvas');
  canvas.width = bits * barWidth;
  canvas.height = 2 * rowHeight;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  window.glass = { ages: [], unclear: 0, waits: 0 };
  video.addEventListener('waiting', () => ++window.glass.waits);
  const read = () => {
    const shownMs = Date.now();
    context.drawImage(video, 0, 0, canvas.width, canvas.height, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const brightness = (bit, row) =>
      data[4 * ((row * rowHeight + rowHeight / 2) * canvas.width + bit * barWidth + barWidth / 2)];
    let ms = 0;
    let isClear = true;
    for (let bit = 0; bit < bits; ++bit) {
      const [above, below] = [brightness(bit, 0), brightness(bit, 1)];
      isClear &&= Math.abs(above - below) > 64;
      if (above > below) ms += 2 ** bit;
    }
    if (isClear) window.glass.ages.push((shownMs % 2 ** bits) - ms);
    else ++window.glass.unclear;
    video.requestVideoFrameCallback(read);
  };
  video.requestVideoFrameCallback(read);
}

/// What watchClock() is called with.
export const CLOCK_FORM = [BITS, BAR_WIDTH, ROW_HEIGHT];
