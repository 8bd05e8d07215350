// Usage: wamp.mjs LIBRARY URL FORMAT... Tests the features of a library against the server.
// Prints "ok FORMAT FEATURE" per feature and exits with 0 if all of them work.
import assert from 'node:assert/strict';
import {libraries, fails} from './clients.mjs';

console.warn = console.error = () => {};
const write = console.log.bind(console);
console.log = () => {};

const [library, url, ...formats] = process.argv.slice(2);
const SEED = '28c53c7421d9217f0db1ab968ecd77e3a8e4b3eb33ef6af50f0556c21f60bede';
const AUTH = {
  ticket: {method: 'ticket', authid: 'joe', secret: 'ticket of joe'},
  wampcra: {method: 'wampcra', authid: 'peter', secret: 'secret of peter'},
  'wampcra with salt': {method: 'wampcra', authid: 'salty', secret: 'password of salty'},
  cryptosign: {method: 'cryptosign', authid: 'device', seed: SEED}
};

function soon(promise, name) {
  let timer;
  const late = new Promise((_, failed) => timer = setTimeout(() => failed(new Error(name + ': timeout')), 60000));
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Queue of received items. */
function inbox() {
  const items = [];
  const waiting = [];
  return {
    add: (item) => waiting.length ? waiting.shift()(item) : items.push(item),
    next: () => items.length ? Promise.resolve(items.shift()) : soon(new Promise((done) => waiting.push(done)), 'event')
  };
}

const same = (actual, args, kwargs = {}) => assert.deepEqual({args: actual.args, kwargs: actual.kwargs}, {args, kwargs});

const GET_EVENTS = 'wamp.subscription.get_events';
const remembered = async (session) => (await session.call('wamp.subscription.lookup', ['com.remembered.more'])).args[0];

async function failure(promise) {
  try {
    await soon(promise, 'error');
  } catch (e) {
    return e;
  }
  assert.fail('succeeded (expected: an error)');
}

const features = {
  async 'publish and subscribe'({a, b}) {
    const events = inbox();
    const subscription = await b.subscribe('com.topic', events.add);
    const values = [1, -7, 2.5, 'grüße \u{1f600}', true, null, [1, [2]], {x: {y: []}}, 2 ** 40];
    await a.publish('com.topic', values, {key: 'value', list: [1]});
    same(await events.next(), values, {key: 'value', list: [1]});
    await a.publish('com.topic', []);
    same(await events.next(), []);
    await b.unsubscribe(subscription);
    await a.publish('com.topic', ['nobody']);
    await b.subscribe('com.topic', events.add);
    await a.publish('com.topic', ['again']);
    same(await events.next(), ['again']);
  },
  async acknowledge({a}) {
    assert.ok(await soon(a.publish('com.acknowledged', [1]), 'PUBLISHED'));
  },
  async 'exclude_me = false'({a}) {
    const events = inbox();
    await a.subscribe('com.me', events.add);
    await a.publish('com.me', ['not me']);
    await a.publish('com.me', ['me'], {}, {exclude_me: false});
    same(await events.next(), ['me']);
  },
  async 'exclude and eligible sessions'({a, b, c}) {
    const atB = inbox();
    const atC = inbox();
    await b.subscribe('com.some', atB.add);
    await c.subscribe('com.some', atC.add);
    await a.publish('com.some', ['c'], {}, {eligible: [c.id]});
    await a.publish('com.some', ['b'], {}, {exclude: [c.id]});
    await a.publish('com.some', ['both']);
    same(await atC.next(), ['c']);
    same(await atC.next(), ['both']);
    same(await atB.next(), ['b']);
    same(await atB.next(), ['both']);
  },
  async 'lists of authids and authroles'({a, b, open}) {
    const joe = await open('closed', AUTH.ticket);
    const peter = await open('closed', AUTH.wampcra);
    const [atJoe, atPeter] = [inbox(), inbox()];
    await joe.subscribe('com.some', atJoe.add);
    await peter.subscribe('com.some', atPeter.add);
    const salty = await open('closed', AUTH['wampcra with salt']);
    await salty.publish('com.some', ['joe'], {}, {eligible_authid: ['joe']});
    await salty.publish('com.some', ['peter'], {}, {exclude_authid: ['joe']});
    await salty.publish('com.some', ['users'], {}, {eligible_authrole: ['user']});
    await salty.publish('com.some', ['staff'], {}, {exclude_authrole: ['user']});
    same(await atJoe.next(), ['joe']);
    same(await atJoe.next(), ['users']);
    same(await atPeter.next(), ['peter']);
    same(await atPeter.next(), ['staff']);
    await Promise.all([joe.close(), peter.close(), salty.close()]);
  },
  async 'publisher identification'({a, b}) {
    const events = inbox();
    await b.subscribe('com.disclosed', events.add);
    await a.publish('com.disclosed', [1], {}, {disclose_me: true});
    assert.equal((await events.next()).details.publisher, a.id);
  },
  async 'prefix and wildcard subscriptions'({a, b}) {
    const prefix = inbox();
    const wildcard = inbox();
    await b.subscribe('com.pattern', prefix.add, {match: 'prefix'});
    await b.subscribe('com..here', wildcard.add, {match: 'wildcard'});
    await a.publish('com.elsewhere.here', ['w']);
    await a.publish('com.pattern.any', ['p']);
    await a.publish('com.pattern', ['p']);
    await a.publish('com.pattern2.here', ['both']);
    assert.equal((await wildcard.next()).details.topic, 'com.elsewhere.here');
    const event = await prefix.next();
    same(event, ['p']);
    assert.equal(event.details.topic, 'com.pattern.any');
    same(await prefix.next(), ['p']);
    same(await prefix.next(), ['both']);
    same(await wildcard.next(), ['both']);
  },
  async 'call and register'({a, b}) {
    const registration = await b.register('com.twice', ({args, kwargs}) => ({args: [...args, ...args], kwargs}));
    same(await a.call('com.twice', [1, 'a'], {k: [2]}), [1, 'a', 1, 'a'], {k: [2]});
    const answers = await Promise.all([1, 2, 3, 4, 5].map((i) => a.call('com.twice', [i])));
    answers.forEach((answer, i) => same(answer, [i + 1, i + 1]));
    await b.unregister(registration);
    assert.equal((await failure(a.call('com.twice', [1]))).uri, 'wamp.error.no_such_procedure');
  },
  async 'procedures of the application'({a}) {
    same(await a.call('app.add', [3, 4]), [7]);
    const e = await failure(a.call('app.error', [1]));
    assert.deepEqual([e.uri, e.args], ['app.error.bad', ['it is bad', 7]]);
  },
  async 'errors with arguments'({a, b}) {
    await b.register('com.fails', ({args}) => {
      throw fails('com.error.no', ['no', ...args], {why: {deep: true}});
    });
    const e = await failure(a.call('com.fails', [1]));
    assert.deepEqual([e.uri, e.args, e.kwargs], ['com.error.no', ['no', 1], {why: {deep: true}}]);
    assert.equal((await failure(a.register('com.fails', () => {}))).uri, 'wamp.error.procedure_already_exists');
  },
  async 'progressive results'({a, b}) {
    await b.register('com.progress', async ({args: [n], progress}) => {
      for (let i = 0; i < n; i++) progress(i, 'of', n);
      return {args: ['done']};
    });
    const parts = [];
    same(await a.call('com.progress', [3], {}, {}, (part) => parts.push(part.args)), ['done']);
    assert.deepEqual(parts, [[0, 'of', 3], [1, 'of', 3], [2, 'of', 3]]);
  },
  async 'progressive calls'({a, b}) {
    let sum = 0;
    await b.register('com.total', ({args: [n], details}) => {
      sum += n;
      return {args: [sum], options: {progress: details.progress ?? false}};
    });
    const parts = inbox();
    const {result, more} = a.callInParts('com.total', [1], parts.add);
    more([2]);
    more([3], true);
    same(await soon(result, 'result'), [6]);
    same(await parts.next(), [1]);
    same(await parts.next(), [3]);
  },
  async 'prefix and wildcard registrations'({a, b}) {
    await b.register('com.served', ({details}) => ({args: ['prefix', details.procedure]}), {match: 'prefix'});
    await b.register('com..served', ({details}) => ({args: ['wildcard', details.procedure]}), {match: 'wildcard'});
    same(await a.call('com.served.by.me', []), ['prefix', 'com.served.by.me']);
    same(await a.call('com.really.served', []), ['wildcard', 'com.really.served']);
  },
  async 'shared registrations'({a, b, c}) {
    await b.register('com.shared', () => ({args: ['b']}), {invoke: 'roundrobin'});
    await c.register('com.shared', () => ({args: ['c']}), {invoke: 'roundrobin'});
    const who = [];
    for (let i = 0; i < 4; i++) who.push((await a.call('com.shared', [])).args[0]);
    assert.deepEqual(who, ['b', 'c', 'b', 'c']);
  },
  async 'caller identification'({a, b}) {
    await b.register('com.who', ({details}) => ({args: [details.caller]}));
    same(await a.call('com.who', [], {}, {disclose_me: true}), [a.id]);
  },
  async 'call cancelling'({a, b}) {
    const calls = inbox();
    await b.register('com.never', ({args}) => {
      calls.add(args);
      return new Promise(() => {});
    });
    // with other modes AutobahnJS forgets the call and treats the response as a protocol violation
    for (const mode of library === 'autobahn' ? ['kill'] : ['skip', 'killnowait']) {
      const call = a.call('com.never', [mode]);
      await calls.next();
      call.cancel(mode);
      assert.match((await failure(call)).uri, /^wamp.error.canceled$/);
    }
  },
  async 'call timeout'({a, b}) {
    await b.register('com.slow', () => new Promise(() => {}));
    assert.equal((await failure(a.call('com.slow', [], {}, {timeout: 50}))).uri, 'wamp.error.timeout');
  },
  async 'session meta API'({a, open}) {
    const [joined, left] = [inbox(), inbox()];
    await a.subscribe('wamp.session.on_join', joined.add);
    await a.subscribe('wamp.session.on_leave', left.add);
    const other = await open('open');
    assert.equal((await joined.next()).args[0].session, other.id);
    assert.ok((await a.call('wamp.session.list')).args[0].includes(other.id));
    assert.equal((await a.call('wamp.session.get', [other.id])).args[0].authid, other.details.authid);
    await other.close();
    assert.equal((await left.next()).args[0], other.id);
    assert.equal((await failure(a.call('wamp.session.get', [other.id]))).uri, 'wamp.error.no_such_session');
  },
  async 'subscription and registration meta API'({a, b}) {
    const created = inbox();
    await a.subscribe('wamp.registration.on_create', created.add);
    await b.register('com.meta.procedure', () => ({}));
    const {args: [who, {id, uri}]} = await created.next();
    assert.deepEqual([who, uri], [b.id, 'com.meta.procedure']);
    same(await a.call('wamp.registration.lookup', ['com.meta.procedure']), [id]);
    same(await a.call('wamp.registration.list_callees', [id]), [[b.id]]);
    await b.subscribe('com.meta.topic', () => {});
    const {args: [subscription]} = await a.call('wamp.subscription.lookup', ['com.meta.topic']);
    same(await a.call('wamp.subscription.count_subscribers', [subscription]), [1]);
  },
  async 'retained events'({a, b}) {
    await a.publish('com.retained', ['kept'], {}, {retain: true});
    const events = inbox();
    await b.subscribe('com.retained', events.add, {get_retained: true});
    same(await events.next(), ['kept']);
  },
  async 'event history'({a, b}) {
    await b.subscribe('com.remembered', () => {});
    await a.publish('com.remembered', ['one']);
    await a.publish('com.remembered', ['two']);
    const {args: [id]} = await b.call('wamp.subscription.lookup', ['com.remembered']);
    const {args} = await b.call('wamp.subscription.get_events', [id]);
    assert.deepEqual(args.slice(0, 2).map((event) => event.args[0]).sort(), ['one', 'two']);
  },
  async 'missed events by publication'({a, b}) {
    const events = inbox();
    await b.subscribe('com.remembered.more', events.add);
    await a.publish('com.remembered.more', ['heard']);
    const {details: {publication}} = await events.next();
    await a.publish('com.remembered.more', ['missed']);
    const {args} = await b.call(GET_EVENTS, [await remembered(b)], {after_publication: publication});
    assert.deepEqual(args.map((event) => event.args), [['missed']]);
  },
  async 'missed events by position'({a, b}) {
    await b.subscribe('com.remembered.more', () => {});
    const {kwargs: {position}} = await b.call(GET_EVENTS, [await remembered(b)], {limit: 0});
    await a.publish('com.remembered.more', ['missed']);
    const {args, kwargs} = await b.call(GET_EVENTS, [await remembered(b)], {after_position: position});
    assert.deepEqual([args.map((event) => event.args), kwargs.complete, kwargs.gap], [[['missed']], true, null]);
  },
  async 'subscribe after a position'({a, b, c}) {
    await b.subscribe('com.remembered.more', () => {});
    const {kwargs: {position}} = await b.call(GET_EVENTS, [await remembered(b)], {limit: 0});
    await a.publish('com.remembered.more', ['missed']);
    const events = inbox();
    await c.subscribe('com.remembered.more', events.add, {_after: position});
    same(await events.next(), ['missed']);
  },
  async 'position of an event'({a, b}) {
    const events = inbox();
    await b.subscribe('com.remembered.more', events.add);
    await a.publish('com.remembered.more', ['heard']);
    assert.match((await events.next()).details._position, /^\w+\.\d+\.\w+$/);
  },
  async 'gap before an event'({a, b}) {
    const events = inbox();
    await b.subscribe('com.remembered.more', events.add, {_after: '1.1.1'});
    await a.publish('com.remembered.more', ['heard']);
    assert.equal((await events.next()).details._gap.reason, 'unknown');
  },
  async testament({a, open}) {
    const events = inbox();
    await a.subscribe('com.testament', events.add);
    const other = await open('open');
    await other.call('wamp.session.add_testament', ['com.testament', ['gone'], {who: 'other'}]);
    await other.close();
    same(await events.next(), ['gone'], {who: 'other'});
  },
  async 'user of the HTTP handshake'({open}) {
    const session = await open('site', undefined, {Authorization: 'Bearer token of web'});
    assert.deepEqual([session.details.authid, session.details.authrole], ['web', 'staff']);
    await session.close();
  },
  async 'authentication denied'({open}) {
    for (const auth of [AUTH.ticket, AUTH.wampcra]) {
      const e = await failure(open('closed', {...auth, secret: 'wrong'}));
      assert.equal(e.uri, 'wamp.error.authentication_denied');
      const nobody = await failure(open('closed', {...auth, authid: 'nobody'}));
      assert.equal(nobody.uri, 'wamp.error.authentication_denied');
    }
  }
};
features.RawSocket = async ({open}) => {
  const [a, b] = [await open('open', undefined, undefined, 'rawsocket'), await open('open', undefined, undefined, 'rawsocket')];
  await features['publish and subscribe']({a, b});
  await features['call and register']({a, b});
  await Promise.all([a.close(), b.close()]);
};
for (const [name, auth] of Object.entries(AUTH)) {
  features[name] = async ({open}) => {
    const session = await open('closed', auth);
    assert.equal(session.details.authid, auth.authid);
    assert.equal(session.details.authmethod, auth.method);
    same(await session.call('app.add', [1, 2]), [3]);
    await session.close();
  };
}

// features that a library does not support
const UNSUPPORTED = {
  // event handlers receive known details only
  autobahn: ['progressive calls', 'position of an event', 'gap before an event'],
  // publish() forwards exclude_me only if it is true, and never forwards retain; event handlers receive no publication
  wampy: ['exclude_me = false', 'retained events', 'RawSocket', 'missed events by publication']
};

async function run(format) {
  const open = (realm, auth, headers, type) => soon(
      libraries[library](format, url + '/' + realm, {realm, auth, headers, type}), 'WELCOME');
  const all = {open};
  for (const [feature, check] of Object.entries(features)) {
    if (UNSUPPORTED[library].includes(feature) || feature === 'RawSocket' && format !== 'json') continue;
    try {
      for (const name of ['a', 'b', 'c']) all[name] = await open('open');
      await soon(check(all), feature);
      write(`ok ${format} ${feature}`);
      const goodbyes = await Promise.all(['a', 'b', 'c'].map((name) => soon(all[name].close(), 'GOODBYE')));
      if (feature === 'publish and subscribe') {
        assert.ok(library !== 'autobahn' || goodbyes.every((reason) => reason === 'wamp.close.goodbye_and_out'), goodbyes.join());
        write(`ok ${format} join and goodbye`);
      }
    } catch (e) {
      write(`failed ${format} ${feature}: ${e.stack ?? JSON.stringify(e)}`);
      process.exitCode = 1;
    }
  }
}

for (const format of formats) await run(format);
process.exit();
