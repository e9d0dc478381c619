'use strict';
// What plays a stream, by its URL's ending: mpegts.js, hls.js, dash.js, or the browser itself. An engine begins when it is
// made, tells what happens by the `events` that it was given, and is silent after destroy():
//   data()             there is something to show
//   ended()            the server ended the stream
//   finished()         what is no live stream has been played to its end
//   failed(reason)     it cannot go on, and why
//   unexplained()      the same, without a reason that the browser would tell

const NO_SERVER = 'the network is gone: the server cannot be reached, or does not let this page in';
const NETWORK_BROKE = 'the network is gone: the connection broke';

const STATUS_WORDS = {
  401: 'the server refused it: it asks for a password (401)',
  403: 'the server refused it (403)',
  404: 'nobody publishes this stream (404)',
  429: 'the server refused it: too many requests (429)',
  503: 'the server refused it: it has no room (503)',
};

function wordsOfStatus(status) {
  return STATUS_WORDS[status] ?? `the server answered with status ${status}`;
}

/// How far the picture is behind what has been received, in seconds; null while there is none.
function behindBuffer(video) {
  const { buffered } = video;
  return buffered.length === 0 ? null : buffered.end(buffered.length - 1) - video.currentTime;
}

/// Begins the picture. What rejects is told where whoever watches can do something about it.
function begin(video, events) {
  Promise.resolve(video.play()).catch((error) => {
    if (error && error.name === 'NotAllowedError') events.blocked();
  });
}

class MpegtsEngine {
  static missing = () => (typeof mpegts === 'undefined' ? 'mpegts.js' : '');
  static isSupported = () => mpegts.isSupported();

  #player;
  #video;

  constructor(video, url, events) {
    const { Events } = mpegts;
    let hasData = false;
    this.#video = video;
    const type = url.pathname.endsWith('.ts') ? 'mpegts' : 'flv';
    this.#player = mpegts.createPlayer({ type, url: url.href, isLive: true }, { liveBufferLatencyChasing: true });
    this.#player.on(Events.ERROR, (kind, detail, info) => MpegtsEngine.#tell(events, url, hasData, kind, detail, info));
    this.#player.on(Events.LOADING_COMPLETE, () => events.ended());
    this.#player.on(Events.MEDIA_INFO, () => {
      hasData = true;
      events.data();
    });
    this.#player.attachMediaElement(video);
    this.#player.load();
    begin(video, events);
  }

  static #tell(events, url, hasData, kind, detail, info) {
    const { ErrorTypes, ErrorDetails } = mpegts;
    const said = info && info.msg ? `: ${info.msg}` : '';
    if (kind !== ErrorTypes.NETWORK_ERROR) events.failed(`media error: ${detail}${said}`);
    else if (detail === ErrorDetails.NETWORK_STATUS_CODE_INVALID) events.failed(wordsOfStatus(info.code));
    else if (hasData) events.failed(NETWORK_BROKE);
    else if (url.protocol.startsWith('ws')) events.unexplained();
    else events.failed(NO_SERVER);
  }

  latencyS() {
    return behindBuffer(this.#video);
  }

  destroy() {
    this.#player.destroy();
  }
}

/// HLS, with low latency where the playlist offers it.
class HlsEngine {
  static missing = () => (typeof Hls === 'undefined' ? 'hls.js' : '');
  static isSupported = () => Hls.isSupported();

  #hls;
  #video;
  #onEnded;

  constructor(video, url, events) {
    let hasData = false;
    let wasLive = false;
    this.#video = video;
    // Else each wait would leave it a second further behind, for good.
    const catchUp = { maxLiveSyncPlaybackRate: 1.5, liveSyncOnStallIncrease: 0.3 };
    this.#hls = new Hls({ lowLatencyMode: true, backBufferLength: 30, ...catchUp });
    this.#hls.on(Hls.Events.LEVEL_LOADED, (_, { details }) => (wasLive ||= details.live));
    this.#hls.on(Hls.Events.FRAG_BUFFERED, () => {
      hasData = true;
      events.data();
    });
    this.#hls.on(Hls.Events.ERROR, (_, error) => {
      if (error.fatal) events.failed(HlsEngine.#wordsOf(error, hasData));
    });
    this.#onEnded = () => (wasLive ? events.ended() : events.finished());
    video.addEventListener('ended', this.#onEnded);
    this.#hls.loadSource(url.href);
    this.#hls.attachMedia(video);
    begin(video, events);
  }

  static #wordsOf(error, hasData) {
    if (error.type !== Hls.ErrorTypes.NETWORK_ERROR) return `media error: ${error.details}`;
    if (error.response?.code) return wordsOfStatus(error.response.code);
    return hasData ? NETWORK_BROKE : NO_SERVER;
  }

  /// Behind the newest that the server has.
  latencyS() {
    return this.#hls.latency > 0 ? this.#hls.latency : behindBuffer(this.#video);
  }

  destroy() {
    this.#video.removeEventListener('ended', this.#onEnded);
    this.#hls.destroy();
  }
}

class DashEngine {
  static missing = () => (typeof dashjs === 'undefined' ? 'dash.js' : '');
  static isSupported = () => 'MediaSource' in window || 'ManagedMediaSource' in window;

  #player;

  constructor(video, url, events) {
    const { events: Events } = dashjs.MediaPlayer;
    let hasData = false;
    let wasLive = false;
    this.#player = dashjs.MediaPlayer().create();
    // It would ask a server of somebody else's for the time.
    this.#player.updateSettings({ streaming: { utcSynchronization: { enabled: false } } });
    this.#player.on(Events.MANIFEST_LOADED, ({ data }) => (wasLive ||= data?.type === 'dynamic'));
    this.#player.on(Events.BUFFER_LOADED, () => {
      hasData = true;
      events.data();
    });
    this.#player.on(Events.PLAYBACK_ENDED, () => (wasLive ? events.ended() : events.finished()));
    this.#player.on(Events.ERROR, ({ error }) => events.failed(DashEngine.#wordsOf(error, hasData)));
    this.#player.initialize(video, url.href, true);
    begin(video, events);
  }

  static #wordsOf(error, hasData) {
    const status = error?.data?.response?.status;
    if (status) return wordsOfStatus(status);
    if (error?.message?.includes('download')) return hasData ? NETWORK_BROKE : NO_SERVER;
    return `media error: ${error?.message ?? error}`;
  }

  latencyS() {
    const seconds = this.#player.getCurrentLiveLatency();
    return Number.isFinite(seconds) && seconds > 0 ? seconds : null;
  }

  destroy() {
    this.#player.destroy();
  }
}

/// HLS by the browser itself, where it has no Media Source Extensions.
class NativeEngine {
  static missing = () => '';
  static isSupported = () => true;

  #video;
  #listeners;

  constructor(video, url, events) {
    this.#video = video;
    this.#listeners = {
      loadeddata: () => events.data(),
      ended: () => events.ended(),
      error: () => events.failed(`media error: ${video.error?.message || 'the browser cannot play it'}`),
    };
    for (const [name, listener] of Object.entries(this.#listeners)) video.addEventListener(name, listener);
    video.src = url.href;
    begin(video, events);
  }

  latencyS() {
    return behindBuffer(this.#video);
  }

  destroy() {
    for (const [name, listener] of Object.entries(this.#listeners)) this.#video.removeEventListener(name, listener);
    this.#video.removeAttribute('src');
    this.#video.load();
  }
}

/// Which engine plays `url`, and why none does, in words.
function engineFor(url, video) {
  const { pathname } = url;
  const wanted = pathname.endsWith('.m3u8') ? HlsEngine : pathname.endsWith('.mpd') ? DashEngine : MpegtsEngine;
  const missing = wanted.missing();
  if (missing !== '') return { reason: `${missing} is missing: run "npm ci --omit=dev" in this folder.` };
  if (wanted.isSupported()) return { engine: wanted };
  if (wanted === HlsEngine && video.canPlayType('application/vnd.apple.mpegurl') !== '') return { engine: NativeEngine };
  return { reason: 'This browser cannot play it: it has no Media Source Extensions.' };
}
