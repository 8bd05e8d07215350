// Common interface to WAMP clients of npm: await libraries[name](format, url, {realm, auth, headers}) opens a session.
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';

const modules = process.env.NODE_PATH;
const require = createRequire(modules + '/');
const load = (file) => import(pathToFileURL(modules + '/' + file));

const error = (uri, args, kwargs) => Object.assign(new Error(uri), {uri, args: args ?? [], kwargs: kwargs ?? {}});

async function autobahn(format, url, {realm, auth = {}, headers, type = 'websocket'}) {
  const autobahn = require('autobahn');
  const {JSONSerializer, MsgpackSerializer, CBORSerializer} = autobahn.serializer;
  const serializer = {json: JSONSerializer, msgpack: MsgpackSerializer, cbor: CBORSerializer}[format];
  const onchallenge = (session, method, extra) => {
    if (method === 'ticket') return auth.secret;
    if (method === 'cryptosign') return autobahn.auth_cryptosign.sign_challenge(auth.key, extra);
    const key = extra.salt
        ? autobahn.auth_cra.derive_key(auth.secret, extra.salt, extra.iterations, extra.keylen) : auth.secret;
    return autobahn.auth_cra.sign(key, extra.challenge);
  };
  if (auth.seed) {
    auth.key = require('tweetnacl').sign.keyPair.fromSeed(Buffer.from(auth.seed, 'hex'));
  }
  const {hostname, port} = new URL(url);
  const options = {
    transports: [{type, url, host: hostname, port, serializers: [new serializer()], headers}],
    realm, max_retries: 0, onchallenge, authmethods: auth.method && [auth.method], authid: auth.authid
  };
  if (auth.key) options.authextra = {pubkey: autobahn.auth_cryptosign.public_key(auth.key), channel_binding: null};
  const connection = new autobahn.Connection(options);
  let closed;
  const end = new Promise((done) => closed = done);
  const [session, details] = await new Promise((opened, failed) => {
    connection.onopen = (...both) => opened(both);
    connection.onclose = (reason, details) => {
      failed(error(details.reason ?? reason));
      closed(details.reason);
      return true;
    };
    connection.open();
  });
  const convertErrors = (promise) => promise.catch((e) => {
    throw error(e.error ?? e.message, e.args, e.kwargs);
  });
  const payload = (result) => result instanceof autobahn.Result ? result : {args: [result], kwargs: {}};
  return {
    id: session.id, details, ended: end,
    subscribe: (topic, handler, options) => session.subscribe(topic,
        (args, kwargs, details) => handler({args: args ?? [], kwargs: kwargs ?? {}, details}), options),
    unsubscribe: (subscription) => session.unsubscribe(subscription),
    publish: (topic, args, kwargs, options) => session.publish(topic, args, kwargs, {acknowledge: true, ...options}),
    register: (procedure, endpoint, options) => convertErrors(session.register(procedure, async (args, kwargs, details) => {
      try {
        const progress = details.progress && ((...args) => details.progress(args));
        const result = await endpoint({args: args ?? [], kwargs: kwargs ?? {}, details, progress});
        return new autobahn.Result(result.args ?? [], result.kwargs ?? {});
      } catch (e) {
        throw new autobahn.Error(e.uri, e.args, e.kwargs);
      }
    }, options)),
    unregister: (registration) => session.unregister(registration),
    call(procedure, args, kwargs, options = {}, progress) {
      const call = session.call(procedure, args, kwargs, progress ? {...options, receive_progress: true} : options);
      const cancel = call.cancel;
      const result = convertErrors(call.then(payload, undefined, (result) => progress(payload(result))));
      result.cancel = (mode) => cancel({mode});
      return result;
    },
    close() {
      connection.close('wamp.close.close_realm');
      return end;
    }
  };
}

async function wampy(format, url, {realm, auth = {}, headers}) {
  const {Wampy} = await load('wampy/dist/esm/wampy.js');
  const name = {json: 'Json', msgpack: 'Msgpack', cbor: 'Cbor'}[format];
  const serializers = await load(`wampy/dist/esm/serializers/${format}-serializer.js`);
  const cra = await load('wampy/dist/esm/auth/wampcra/wampy-cra.js');
  const cryptosign = await load('wampy/dist/esm/auth/cryptosign/wampy-cryptosign.js');
  const options = {
    realm, serializer: new serializers[name + 'Serializer'](), autoReconnect: false, uriValidation: 'loose',
    ws: require('websocket').w3cwebsocket, additionalHeaders: headers
  };
  if (auth.method) {
    const plugins = {ticket: () => auth.secret, wampcra: cra.sign(auth.secret ?? ''), cryptosign: auth.seed && cryptosign.sign(auth.seed)};
    Object.assign(options, {
      authMode: 'auto', authPlugins: {[auth.method]: plugins[auth.method]}, authid: auth.authid, authmethods: [auth.method]
    });
  }
  if (auth.seed) {
    const pair = require('tweetnacl').sign.keyPair.fromSeed(Buffer.from(auth.seed, 'hex'));
    options.authextra = {pubkey: Buffer.from(pair.publicKey).toString('hex')};
  }
  const wampy = new Wampy(url, options);
  // supported features that wampy does not announce
  for (const role of ['caller', 'callee']) {
    Object.assign(wampy._wamp_features.roles[role].features, {progressive_call_invocations: true, call_canceling: true});
  }
  const convertErrors = (promise) => promise.catch((e) => {
    throw error(e.errorUri ?? e.error ?? e.message, e.argsList, e.argsDict);
  });
  const details = await convertErrors(wampy.connect());
  const both = ({argsList, argsDict, details}) => ({args: argsList ?? [], kwargs: argsDict ?? {}, details});
  const payload = (args, kwargs) => args || kwargs ? {argsList: args ?? [], argsDict: kwargs} : undefined;
  return {
    id: wampy.getSessionId(), details,
    async subscribe(topic, handler, options) {
      return (await wampy.subscribe(topic, (event) => handler(both(event)), options)).subscriptionKey;
    },
    unsubscribe: (key) => wampy.unsubscribe(key),
    publish: (topic, args, kwargs, options) => wampy.publish(topic, payload(args, kwargs), options),
    async register(procedure, endpoint, options) {
      await convertErrors(wampy.register(procedure, async (invocation) => {
        const {result_handler: result} = invocation;
        try {
          const progress = (...args) => result({argsList: args, options: {progress: true}});
          const {args, kwargs, options} = await endpoint({...both(invocation), progress});
          return {...payload(args ?? [], kwargs), options};
        } catch (e) {
          throw {error: e.uri, argsList: e.args, argsDict: e.kwargs};
        }
      }, options));
      return procedure;
    },
    unregister: (procedure) => wampy.unregister(procedure),
    call(procedure, args, kwargs, options = {}, progress) {
      const all = progress ? {...options, progress_callback: (result) => progress(both(result))} : options;
      const call = convertErrors(wampy.call(procedure, payload(args, kwargs), all).then(both));
      const {reqId} = wampy.getOpStatus();
      call.cancel = (mode) => wampy.cancel(reqId, {mode});
      return call;
    },
    callInParts(procedure, args, progress) {
      const options = {progress_callback: (part) => progress(both(part))};
      const {result, sendData} = wampy.progressiveCall(procedure, payload(args), options);
      return {result: result.then(both), more: (args, last) => sendData(payload(args), {progress: !last})};
    },
    close: () => wampy.disconnect()
  };
}

// WAMP v1 client of this project; WAMP v1 has no registrations and no acknowledgements
async function v1(format, url, {script}) {
  globalThis.WebSocket = require('ws');
  await import(pathToFileURL(script));
  let closed;
  const end = new Promise((done) => closed = done);
  const session = await new Promise((opened, failed) => {
    const session = new globalThis.ab.Session(url, () => opened(session), (code, reason) => {
      failed(error(reason));
      closed('wamp.close.goodbye_and_out');
    });
  });
  return {
    id: session.sessionid(), ended: end,
    subscribe: async (topic, handler) => session.subscribe(topic, (topic, event) => handler({args: [event]})),
    publish: async (topic, [event]) => session.publish(topic, event),
    register: async () => {},
    call: (procedure, args) => session.call(procedure, ...args).then((result) => ({args: [result]})),
    close() {
      session.close();
      return end;
    }
  };
}

export const libraries = {autobahn, wampy, v1};
export const fails = error;
