'use strict';
// Plays a live stream with mpegts.js and comes back when it stops: with the reason in words, and with waits that grow.

/// How long to wait before each further attempt: twice as long every time, with a fifth more or less, so that many
/// players which lost one server do not come back as one.
class Backoff {
  static FIRST_MS = 1000;
  static LONGEST_MS = 30000;

  #nextMs = Backoff.FIRST_MS;

  reset() {
    this.#nextMs = Backoff.FIRST_MS;
  }

  next() {
    const ms = this.#nextMs;
    this.#nextMs = Math.min(2 * ms, Backoff.LONGEST_MS);
    return Math.round(ms * (0.8 + 0.4 * Math.random()));
  }
}

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

class LivePlayer {
  static CHECK_MS = 500;
  static SETTLED_MS = 10000; ///< who has played for so long begins with short waits again
  static ANSWER_MS = 30000; ///< to the first picture: a server may let players wait for the publisher

  // given
  #video;
  #library;
  #tell;
  #stallMs;
  // state
  #url = null; ///< null: nothing is to be played
  #player = null;
  #attempt = 0; ///< what comes of an earlier one is not listened to
  #begunMs = 0;
  #hasData = false;
  #firstMovedMs = null;
  #lastMovedMs = 0;
  #lastTime = 0;
  #reason = '';
  #retry = null;
  #check = null;
  #backoff = new Backoff();

  /// `tell(text)` is called with what there is to say, and with an empty text when it plays. `stallMs`: a picture that
  /// stands still for so long is a reason to come back.
  constructor(video, library, tell, stallMs) {
    this.#video = video;
    this.#library = library;
    this.#tell = tell;
    this.#stallMs = stallMs;
    window.addEventListener('online', () => this.#hurry());
  }

  play(url) {
    this.#end();
    let parsed;
    try {
      parsed = new URL(url);
    } catch {
      this.#tell('this is no URL');
      return;
    }
    if (!/^(https?|wss?):$/.test(parsed.protocol)) {
      this.#tell('the URL has to begin with http, https, ws or wss');
      return;
    }
    this.#url = parsed;
    this.#backoff.reset();
    this.#begin();
  }

  stop() {
    if (this.#url === null) return;
    this.#end();
    this.#tell('stopped');
  }

  /// Nothing is played, and nothing will be.
  #end() {
    this.#url = null;
    this.#leave();
    clearTimeout(this.#retry);
    this.#retry = null;
  }

  #leave() {
    this.#attempt += 1;
    clearInterval(this.#check);
    this.#check = null;
    if (this.#player !== null) this.#player.destroy();
    this.#player = null;
  }

  #begin() {
    this.#retry = null;
    this.#leave();
    const attempt = this.#attempt;
    const inTime = (action) => (...values) => {
      if (attempt === this.#attempt) action(...values);
    };
    this.#begunMs = this.#lastMovedMs = performance.now();
    this.#firstMovedMs = null;
    this.#lastTime = 0;
    this.#hasData = false;
    const { Events } = this.#library;
    const type = this.#url.pathname.endsWith('.ts') ? 'mpegts' : 'flv';
    this.#player = this.#library.createPlayer(
      { type, url: this.#url.href, isLive: true },
      { liveBufferLatencyChasing: true },
    );
    this.#player.on(Events.ERROR, inTime((kind, detail, info) => this.#onError(kind, detail, info)));
    this.#player.on(Events.LOADING_COMPLETE, inTime(() => this.#onComplete()));
    this.#player.on(Events.MEDIA_INFO, inTime(() => (this.#hasData = true)));
    this.#player.attachMediaElement(this.#video);
    this.#player.load();
    // It rejects, too, when the player goes before the first picture.
    Promise.resolve(this.#player.play()).catch(inTime((error) => {
      if (error && error.name === 'NotAllowedError') this.#tell('the browser waits for you to press play in the picture');
    }));
    this.#check = setInterval(() => this.#look(), LivePlayer.CHECK_MS);
  }

  /// Whether the picture moves.
  #look() {
    const now = performance.now();
    const time = this.#video.currentTime;
    if (time !== this.#lastTime) {
      this.#lastTime = time;
      this.#lastMovedMs = now;
      if (this.#firstMovedMs === null) {
        this.#firstMovedMs = now;
        this.#tell('');
      }
    } else if (this.#video.paused) {
      this.#lastMovedMs = now; // by whoever watches
    }
    const patienceMs = this.#hasData ? this.#stallMs : Math.max(this.#stallMs, LivePlayer.ANSWER_MS);
    if (now - this.#lastMovedMs > patienceMs)
      this.#comeBack(this.#hasData ? 'the stream stalled: nothing more came' : 'the server does not answer');
  }

  #onComplete() {
    this.#comeBack('the server ended the stream');
  }

  #onError(kind, detail, info) {
    const { ErrorTypes, ErrorDetails } = this.#library;
    const said = info && info.msg ? `: ${info.msg}` : '';
    if (kind !== ErrorTypes.NETWORK_ERROR) {
      this.#comeBack(`media error: ${detail}${said}`);
    } else if (detail === ErrorDetails.NETWORK_STATUS_CODE_INVALID) {
      this.#comeBack(wordsOfStatus(info.code));
    } else if (this.#hasData) {
      this.#comeBack('the network is gone: the connection broke');
    } else if (this.#url.protocol.startsWith('ws')) {
      this.#askOverHttp();
    } else {
      this.#comeBack('the network is gone: the server cannot be reached, or does not let this page in');
    }
  }

  /// A browser does not tell why a WebSocket was refused. The same path over HTTP does; the server asks its backend once
  /// more for it.
  async #askOverHttp() {
    this.#leave();
    const attempt = this.#attempt;
    const url = new URL(this.#url.href.replace(/^ws/, 'http'));
    const abort = new AbortController();
    const patience = setTimeout(() => abort.abort(), LivePlayer.ANSWER_MS);
    let reason = 'the network is gone: the server cannot be reached, or does not let this page in';
    try {
      const response = await fetch(url, { signal: abort.signal, cache: 'no-store' });
      reason = response.ok ? 'the WebSocket could not be opened' : wordsOfStatus(response.status);
    } catch {
      // There is no answer.
    }
    clearTimeout(patience);
    abort.abort();
    if (attempt === this.#attempt) this.#comeBack(reason);
  }

  #comeBack(reason) {
    const hasSettled = this.#firstMovedMs !== null && performance.now() - this.#firstMovedMs >= LivePlayer.SETTLED_MS;
    this.#leave();
    if (hasSettled) this.#backoff.reset();
    const waitMs = this.#backoff.next();
    this.#reason = reason;
    this.#tell(`${reason}; trying again in ${Math.max(1, Math.round(waitMs / 1000))} s`);
    this.#retry = setTimeout(() => this.#tryAgain(), waitMs);
  }

  /// The machine has a network again.
  #hurry() {
    if (this.#retry === null || performance.now() - this.#begunMs < Backoff.FIRST_MS) return;
    clearTimeout(this.#retry);
    this.#tryAgain();
  }

  /// The server may let it wait for the publisher.
  #tryAgain() {
    this.#tell(`${this.#reason}; trying again`);
    this.#begin();
  }
}
