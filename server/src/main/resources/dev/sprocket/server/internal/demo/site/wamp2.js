/*
 * A small client for WAMP v2 in JSON (subprotocol "wamp.2.json"), for sessions without authentication.
 *
 * Names and argument order are those of AutobahnJS: new wamp2.Connection({ url, realm }), and a session with subscribe,
 * publish, register and call. Other serializations, authentication and progressive results are not supported.
 */
(function (root) {
  'use strict';

  const HELLO = 1, WELCOME = 2, ABORT = 3, GOODBYE = 6, ERROR = 8, PUBLISH = 16, PUBLISHED = 17, SUBSCRIBE = 32;
  const SUBSCRIBED = 33, UNSUBSCRIBE = 34, UNSUBSCRIBED = 35, EVENT = 36, CALL = 48, RESULT = 50, REGISTER = 64;
  const REGISTERED = 65, UNREGISTER = 66, UNREGISTERED = 67, INVOCATION = 68, YIELD = 70;

  const ROLES = { publisher: {}, subscriber: {}, caller: {}, callee: { features: { shared_registration: true } } };
  const REPLIES = new Set([PUBLISHED, SUBSCRIBED, UNSUBSCRIBED, RESULT, REGISTERED, UNREGISTERED]);

  class WampError extends Error {
    constructor(error, args, kwargs) {
      super(args && args.length > 0 ? error + ': ' + args[0] : error);
      this.error = error;
      this.args = args || [];
      this.kwargs = kwargs || {};
    }
  }

  class Session {
    constructor(send, id) {
      this.id = id;
      this._send = send;
      this._requests = 0;
      this._pending = new Map();
      this._subscriptions = new Map();
      this._registrations = new Map();
    }

    subscribe(topic, handler, options) {
      return this._request(SUBSCRIBE, [options || {}, topic]).then(([id]) => {
        const handlers = this._subscriptions.get(id) || new Set();
        this._subscriptions.set(id, handlers.add(handler));
        return { id, topic, handler };
      });
    }

    unsubscribe({ id, handler }) {
      const handlers = this._subscriptions.get(id) || new Set();
      handlers.delete(handler);
      if (handlers.size > 0) return Promise.resolve(false);
      this._subscriptions.delete(id);
      return this._request(UNSUBSCRIBE, [id]).then(() => true);
    }

    /** Waits for an acknowledgement only with the option acknowledge; otherwise resolves at once. */
    publish(topic, args, kwargs, options) {
      const message = [options || {}, topic, ...payload(args, kwargs)];
      if (options && options.acknowledge) return this._request(PUBLISH, message).then(([id]) => ({ id }));
      this._send([PUBLISH, ++this._requests, ...message]);
      return Promise.resolve();
    }

    register(procedure, endpoint, options) {
      return this._request(REGISTER, [options || {}, procedure]).then(([id]) => {
        this._registrations.set(id, endpoint);
        return { id, procedure };
      });
    }

    unregister({ id }) {
      return this._request(UNREGISTER, [id]).then(() => this._registrations.delete(id));
    }

    /** Resolves to the value of a single positional result, otherwise to { args, kwargs }. */
    call(procedure, args, kwargs, options) {
      return this._request(CALL, [options || {}, procedure, ...payload(args, kwargs)]).then(([, results, named]) =>
        named === undefined && (results || []).length <= 1 ? (results || [null])[0]
          : { args: results || [], kwargs: named || {} });
    }

    _request(type, rest) {
      return new Promise((resolve, reject) => {
        const request = ++this._requests;
        this._send([type, request, ...rest]);
        this._pending.set(request, { resolve, reject });
      });
    }

    _settle(request, settle) {
      const pending = this._pending.get(request);
      if (pending === undefined) return false;
      this._pending.delete(request);
      settle(pending);
      return true;
    }

    _receive([type, ...m]) {
      if (REPLIES.has(type)) return this._settle(m[0], ({ resolve }) => resolve(m.slice(1)));
      if (type === ERROR) return this._settle(m[1], ({ reject }) => reject(new WampError(m[3], m[4], m[5])));
      if (type === EVENT) {
        for (const handler of [...(this._subscriptions.get(m[0]) || [])]) {
          try {
            handler(m[3] || [], m[4] || {}, { publication: m[1], ...m[2] });
          } catch (e) {
            console.error(e);
          }
        }
        return true;
      }
      if (type === INVOCATION) {
        this._invoke(m[0], this._registrations.get(m[1]), m[3] || [], m[4] || {}, m[2]);
        return true;
      }
      return false;
    }

    async _invoke(request, endpoint, args, kwargs, details) {
      try {
        if (endpoint === undefined) throw new WampError('wamp.error.no_such_registration');
        const result = await endpoint(args, kwargs, details);
        this._send([YIELD, request, {}, ...(result === undefined ? [] : [[result]])]);
      } catch (e) {
        this._send([ERROR, INVOCATION, request, {}, e.error || 'wamp.error.runtime_error', e.args || [String(e.message || e)]]);
      }
    }

    _closed(reason) {
      for (const { reject } of this._pending.values()) reject(new WampError('wamp.close.transport_lost', [reason]));
      this._pending.clear();
      this._subscriptions.clear();
      this._registrations.clear();
    }
  }

  function payload(args, kwargs) {
    if (kwargs && Object.keys(kwargs).length > 0) return [args || [], kwargs];
    return args && args.length > 0 ? [args] : [];
  }

  class Connection {
    constructor({ url, realm }) {
      this._url = url;
      this._realm = realm;
      this.session = null;
      this.onopen = () => {};
      this.onclose = () => {};
    }

    open() {
      let reason = '';
      const ws = this._ws = new root.WebSocket(this._url, ['wamp.2.json']);
      const send = (message) => {
        // WebSocket.send() silently drops data when the connection is closing.
        if (ws.readyState !== 1) throw new WampError('wamp.close.transport_lost', ['not connected']);
        ws.send(JSON.stringify(message));
      };
      ws.onopen = () => send([HELLO, this._realm, { roles: ROLES }]);
      ws.onmessage = (e) => {
        const message = JSON.parse(e.data);
        const type = message[0];
        if (type === WELCOME && this.session === null) {
          this.session = new Session(send, message[1]);
          this.onopen(this.session, message[2]);
        } else if (type === ABORT || type === GOODBYE) {
          reason = message[2];
          if (type === GOODBYE && !this._closing) send([GOODBYE, {}, 'wamp.close.goodbye_and_out']);
          ws.close(1000);
        } else if (this.session === null || !this.session._receive(message)) {
          console.warn('WAMP message ignored:', e.data);
        }
      };
      ws.onclose = (e) => {
        const text = reason || 'WS-' + e.code + (e.reason ? ': ' + e.reason : '');
        if (this.session !== null) this.session._closed(text);
        this.session = null;
        this.onclose(text);
      };
    }

    close() {
      this._closing = true;
      if (this.session !== null) this.session._send([GOODBYE, {}, 'wamp.close.close_realm']);
      else if (this._ws) this._ws.close(1000);
    }
  }

  root.wamp2 = { Connection, Error: WampError };
})(typeof window === 'object' ? window : globalThis);
