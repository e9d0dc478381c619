'use strict';
// Plays a live stream with what engines.js has for it, and comes back when it stops: with the reason in words, and with
// waits that grow.

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

class LivePlayer {
  static CHECK_MS = 500;
  static SETTLED_MS = 10000; ///< who has played for so long begins with short waits again
  static ANSWER_MS = 30000; ///< to the first picture: a server may let players wait for the publisher

  // given
  #video;
  #tell;
  #stallMs;
  // state
  #url = null; ///< null: nothing is to be played
  #engineClass = null;
  #engine = null;
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
  constructor(video, tell, stallMs) {
    this.#video = video;
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
    const { engine, reason } = engineFor(parsed, this.#video);
    if (engine === undefined) {
      this.#tell(reason);
      return;
    }
    this.#url = parsed;
    this.#engineClass = engine;
    this.#backoff.reset();
    this.#begin();
  }

  stop() {
    if (this.#url === null) return;
    this.#end();
    this.#tell('stopped');
  }

  /// How far the picture is behind, in seconds: behind the newest that the server has, where the protocol tells, else
  /// behind what has been received. Null while nothing plays.
  latencyS() {
    return this.#firstMovedMs === null || this.#engine === null ? null : this.#engine.latencyS();
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
    if (this.#engine !== null) this.#engine.destroy();
    this.#engine = null;
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
    const events = {
      data: () => (this.#hasData = true),
      ended: () => this.#comeBack('the server ended the stream'),
      finished: () => this.#finish(),
      failed: (reason) => this.#comeBack(reason),
      unexplained: () => this.#askOverHttp(),
      blocked: () => this.#tell('the browser waits for you to press play in the picture'),
    };
    for (const name of Object.keys(events)) events[name] = inTime(events[name]);
    this.#engine = new this.#engineClass(this.#video, this.#url, events);
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

  #finish() {
    this.#end();
    this.#tell('it has been played to its end');
  }

  /// A browser does not tell why a WebSocket was refused. The same path over HTTP does; the server asks its backend once
  /// more for it.
  async #askOverHttp() {
    this.#leave();
    const attempt = this.#attempt;
    const url = new URL(this.#url.href.replace(/^ws/, 'http'));
    const abort = new AbortController();
    const patience = setTimeout(() => abort.abort(), LivePlayer.ANSWER_MS);
    let reason = NO_SERVER;
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
