/*
 * A small client for WAMP v1 (RPC and PubSub over WebSocket, subprotocol "wamp").
 *
 * The global `ab` keeps the names and argument order of the AutobahnJS 0.8 API, so that pages
 * written for that library only need to change the script's address.
 */
(function (root) {
  'use strict';

  const WELCOME = 0, PREFIX = 1, CALL = 2, CALLRESULT = 3, CALLERROR = 4;
  const SUBSCRIBE = 5, UNSUBSCRIBE = 6, PUBLISH = 7, EVENT = 8;

  const CLOSED_URI = 'sprocket:connection-closed';

  const ab = {
    CONNECTION_CLOSED: 0, CONNECTION_LOST: 1, CONNECTION_UNSUPPORTED: 2, CONNECTION_UNREACHABLE: 3,
    CONNECTION_RETRIES_EXCEEDED: 4, CONNECTION_UNREACHABLE_SCHEDULED_RECONNECT: 5,
    CONNECTION_LOST_SCHEDULED_RECONNECT: 6
  };

  class Session {
    constructor(url, onopen, onclose, options) {
      this._onopen = onopen || function () {};
      this._onclose = onclose || function () {};
      this._options = options || {};
      this._id = null;
      this._prefixes = new Map();
      this._topics = new Map();
      this._calls = new Map();
      this._lastCall = 0;
      this._opened = false;
      this._closing = false;
      this._refusal = '';

      if (typeof root.WebSocket !== 'function') {
        // Asynchronous: inside the constructor the caller has no session yet.
        setTimeout(() => this._onclose(ab.CONNECTION_UNSUPPORTED, 'this browser does not support WebSocket'), 0);
        return;
      }
      const ws = this._ws = new root.WebSocket(url, ['wamp']);
      ws.onopen = () => {
        this._opened = ws.protocol === 'wamp' || Boolean(this._options.skipSubprotocolCheck);
        if (!this._opened) this._refuse('the server does not speak WAMP');
      };
      ws.onmessage = (e) => this._receive(e.data);
      ws.onclose = (e) => this._closed(e);
    }

    sessionid() {
      return this._id;
    }

    prefix(prefix, uri) {
      this._send([PREFIX, prefix, uri]);
      this._prefixes.set(prefix, uri);
    }

    subscribe(topic, callback) {
      if (typeof callback !== 'function') throw new TypeError('subscribe requires a callback');
      const uri = this._resolve(topic);
      const callbacks = this._topics.get(uri);
      if (callbacks === undefined) {
        this._send([SUBSCRIBE, topic]);
        this._topics.set(uri, [callback]);
      } else if (callbacks.includes(callback)) {
        throw new Error('this callback is already subscribed to ' + uri);
      } else {
        callbacks.push(callback);
      }
    }

    unsubscribe(topic, callback) {
      const uri = this._known(topic);
      const callbacks = this._topics.get(uri) || [];
      if (callback === undefined ? callbacks.length === 0 : !callbacks.includes(callback)) {
        throw new Error('not subscribed to ' + uri);
      }
      const left = callback === undefined ? [] : callbacks.filter((c) => c !== callback);
      if (left.length > 0) {
        this._topics.set(uri, left);
      } else {
        this._send([UNSUBSCRIBE, topic]);
        this._topics.delete(uri);
      }
    }

    /** publish(topic, event), (topic, event, excludeMe) or (topic, event, exclude[], eligible[]). */
    publish(topic, event, exclude, eligible) {
      const message = [PUBLISH, topic, event];
      if (eligible !== undefined) {
        const list = exclude === undefined || exclude === null ? [] : exclude;
        if (!Array.isArray(list) || !Array.isArray(eligible)) {
          throw new TypeError('exclude and eligible must be arrays of session ids');
        }
        message.push(list, eligible);
      } else if (typeof exclude === 'boolean' || Array.isArray(exclude)) {
        message.push(exclude);
      } else if (exclude !== undefined) {
        throw new TypeError('the third argument is excludeMe (boolean) or exclude (array)');
      }
      this._send(message);
    }

    call(procUri, ...args) {
      return new Promise((resolve, reject) => {
        const id = String(++this._lastCall);
        try {
          this._send([CALL, id, procUri, ...args]);
          this._calls.set(id, { resolve, reject });
        } catch (e) {
          reject({ uri: CLOSED_URI, desc: e.message, detail: null });
        }
      });
    }

    close() {
      this._closing = true;
      if (this._ws) this._ws.close(1000);
    }

    _resolve(name) {
      const colon = name.indexOf(':');
      const base = colon < 0 ? undefined : this._prefixes.get(name.slice(0, colon));
      return base === undefined ? name : base + name.slice(colon + 1);
    }

    // Returns the name under which a topic was subscribed: a short name may precede the definition of its
    // prefix, and servers send either the full or the short name.
    _known(topic) {
      const uri = this._resolve(topic);
      return this._topics.has(uri) ? uri : topic;
    }

    _send(message) {
      // WebSocket.send() silently drops data when the connection is closing.
      if (!this._ws || this._ws.readyState !== 1) throw new Error('not connected');
      this._ws.send(JSON.stringify(message));
    }

    _refuse(reason) {
      this._refusal = reason;
      console.warn(reason);
      this._ws.close(1000, reason);
    }

    _receive(data) {
      if (this._refusal !== '') return;
      let m = null;
      try {
        m = JSON.parse(data);
      } catch (e) { /* reported below, like any other invalid message */ }
      if (!Array.isArray(m) || !this._handle(m)) console.warn('WAMP message ignored:', data);
    }

    _handle(m) {
      if (m[0] === WELCOME) {
        if (this._id !== null || typeof m[1] !== 'string') return false;
        if (m[2] !== 1) {
          this._opened = false;
          this._refuse('the server speaks version ' + m[2] + ' of WAMP, not 1');
          return true;
        }
        this._id = m[1];
        this._onopen();
        return true;
      }
      if (m[0] === CALLRESULT || m[0] === CALLERROR) {
        const call = this._calls.get(m[1]);
        if (call === undefined || (m[0] === CALLERROR && typeof m[2] !== 'string')) return false;
        this._calls.delete(m[1]);
        if (m[0] === CALLRESULT) call.resolve(m[2]);
        else call.reject({ uri: m[2], desc: m[3], detail: m[4] });
        return true;
      }
      if (m[0] === EVENT && typeof m[1] === 'string' && m.length > 2) {
        const uri = this._known(m[1]);
        // Iterates over a copy: a callback may unsubscribe. No callbacks: the event was sent before our UNSUBSCRIBE.
        for (const callback of [...(this._topics.get(uri) || [])]) {
          try {
            callback(uri, m[2]);
          } catch (e) {
            // A failing callback must not prevent the others from receiving the event.
            console.error(e);
          }
        }
        return true;
      }
      return false;
    }

    _closed(e) {
      const code = this._closing ? ab.CONNECTION_CLOSED
        : !this._opened ? ab.CONNECTION_UNREACHABLE
        : e.wasClean ? ab.CONNECTION_CLOSED : ab.CONNECTION_LOST;
      const reason = this._refusal || 'WS-' + e.code + (e.reason ? ': ' + e.reason : '');
      const calls = [...this._calls.values()];
      this._calls.clear();
      this._topics.clear();
      this._id = null;
      for (const { reject } of calls) {
        reject({ uri: CLOSED_URI, desc: 'the connection closed before the result arrived', detail: reason });
      }
      this._onclose(code, reason);
    }
  }

  ab.Session = Session;

  /**
   * Opens a session, and reconnects when it is lost. Does not retry if the first connection fails, which
   * usually means a wrong address. Returning true from onclose stops the retries.
   */
  ab.connect = function (url, onopen, onclose, options) {
    const { maxRetries = 10, retryDelay = 2000 } = options || {};
    const notify = onclose || function () {};
    let reached = false;
    let retries = 0;
    (function attempt() {
      const session = new Session(url, () => {
        reached = true;
        retries = 0;
        onopen(session);
      }, (code, reason) => {
        const lost = code === ab.CONNECTION_LOST;
        if (!reached || !(lost || code === ab.CONNECTION_UNREACHABLE)) {
          notify(code, reason);
        } else if (++retries > maxRetries) {
          notify(ab.CONNECTION_RETRIES_EXCEEDED, 'gave up after ' + maxRetries + ' retries');
        } else if (!notify(lost ? ab.CONNECTION_LOST_SCHEDULED_RECONNECT
            : ab.CONNECTION_UNREACHABLE_SCHEDULED_RECONNECT, reason,
            { delay: retryDelay, retries, maxretries: maxRetries })) {
          setTimeout(attempt, retryDelay);
        }
      }, options);
    })();
  };

  root.ab = ab;
})(globalThis);
