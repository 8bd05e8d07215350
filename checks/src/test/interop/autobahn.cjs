// AutobahnJS against the router: node autobahn.cjs URL json|msgpack|cbor
const assert = require('assert');
const autobahn = require('autobahn');

const [url, name] = process.argv.slice(2);
const serializers = {
    json: () => new autobahn.serializer.JSONSerializer(),
    msgpack: () => new autobahn.serializer.MsgpackSerializer(),
    cbor: () => new autobahn.serializer.CBORSerializer(),
};

function join() {
    return new Promise((resolve, reject) => {
        const connection = new autobahn.Connection({
            url, realm: 'realm1', serializers: [serializers[name]()], max_retries: 0,
            on_user_error: () => {},
        });
        connection.onopen = (session, details) => resolve({ connection, session, details });
        connection.onclose = (reason, details) => { reject(new Error(reason + ' ' + details.reason)); return true; };
        connection.open();
    });
}

function queue() {
    const items = [];
    const waiting = [];
    return {
        push: item => (waiting.length ? waiting.shift()(item) : items.push(item)),
        next: () => (items.length ? Promise.resolve(items.shift()) : new Promise(resolve => waiting.push(resolve))),
        get empty() { return items.length === 0; },
    };
}

async function fails(promise, uri) {
    let error = null;
    await promise.then(() => {}, e => { error = e; });
    assert.ok(error, 'fails with ' + uri);
    assert.equal(error.error, uri);
    return error;
}

const plain = value => JSON.parse(JSON.stringify(value === undefined ? null : value));

(async () => {
    const a = await join();
    const b = await join();
    const one = a.session;
    const two = b.session;
    assert.equal(a.details.transport.protocol, 'wamp.2.' + name);
    const features = plain(a.details.roles);

    // publish and subscribe: acknowledgement, identification, exclusion, lists, patterns
    const heard = queue();
    const note = kind => (args, kwargs, details) => heard.push({ kind, args: plain(args), kwargs: plain(kwargs), details });
    const subscription = await two.subscribe('com.interop.topic', note('exact'));
    const published = await one.publish(
        'com.interop.topic', [1, 'zwei \u00e4', { drei: [null, true, 1.5] }], { k: 'v' }, { acknowledge: true, disclose_me: true });
    let event = await heard.next();
    assert.deepEqual(event.args, [1, 'zwei \u00e4', { drei: [null, true, 1.5] }]);
    assert.deepEqual(event.kwargs, { k: 'v' });
    assert.equal(event.details.publication, published.id);
    assert.equal(event.details.publisher, one.id);
    await two.publish('com.interop.topic', ['not me'], {}, { acknowledge: true });
    await two.publish('com.interop.topic', ['me too'], {}, { acknowledge: true, exclude_me: false });
    await one.publish('com.interop.topic', ['excluded'], {}, { acknowledge: true, exclude: [two.id] });
    await one.publish('com.interop.topic', ['eligible'], {}, { acknowledge: true, eligible: [two.id] });
    await one.publish('com.interop.topic', ['no role'], {}, { acknowledge: true, eligible_authrole: ['admin'] });
    assert.deepEqual((await heard.next()).args, ['me too']);
    assert.deepEqual((await heard.next()).args, ['eligible']);
    await two.unsubscribe(subscription);
    await two.subscribe('com.interop', note('prefix'), { match: 'prefix' });
    await two.subscribe('com..topic', note('wildcard'), { match: 'wildcard' });
    await one.publish('com.interop.topic', ['pattern'], {}, { acknowledge: true });
    const kinds = [await heard.next(), await heard.next()];
    assert.deepEqual(kinds.map(k => k.kind).sort(), ['prefix', 'wildcard']);
    assert.ok(kinds.every(k => k.details.topic === 'com.interop.topic'));

    // calls: results, errors, identification, progress, patterns, shared registrations
    await one.register('com.interop.sum', (args, kwargs, details) => [args[0] + args[1] + (kwargs.more || 0), details.caller]);
    assert.deepEqual(plain(await two.call('com.interop.sum', [3, 4], { more: 5 }, { disclose_me: true })), [12, two.id]);
    await one.register('com.interop.fail', () => { throw new autobahn.Error('com.interop.error', ['why', 7], { k: 1 }); });
    const error = await fails(two.call('com.interop.fail'), 'com.interop.error');
    assert.deepEqual(plain(error.args), ['why', 7]);
    assert.deepEqual(plain(error.kwargs), { k: 1 });
    await fails(two.call('com.interop.none'), 'wamp.error.no_such_procedure');
    await fails(two.register('com.interop.sum', () => 1), 'wamp.error.procedure_already_exists');
    await one.register('com.interop.count', (args, kwargs, details) => {
        for (let i = 0; i < args[0]; i++) { details.progress([i]); }
        return 'done';
    });
    const parts = [];
    const result = await two.call('com.interop.count', [3], {}, { receive_progress: true })
        .then(value => value, e => { throw e; }, part => parts.push(part));
    assert.equal(result, 'done');
    assert.deepEqual(plain(parts), [0, 1, 2]);
    await one.register('com.interop.any', (args, kwargs, details) => details.procedure, { match: 'prefix' });
    assert.equal(await two.call('com.interop.any.thing'), 'com.interop.any.thing');
    await one.register('com.interop.shared', () => 'one', { invoke: 'roundrobin' });
    await two.register('com.interop.shared', () => 'two', { invoke: 'roundrobin' });
    const turns = [await two.call('com.interop.shared'), await two.call('com.interop.shared')];
    assert.deepEqual(turns.sort(), ['one', 'two']);
    assert.equal(await two.call('app.add', [1, 2]), 3);

    // a callee that takes too long
    let release;
    await one.register('com.interop.slow', () => new Promise(resolve => { release = resolve; }));
    await fails(two.call('com.interop.slow', [], {}, { timeout: 50 }), 'wamp.error.timeout');
    release('late');

    // what the realm tells of itself
    assert.equal(await two.call('wamp.session.count'), 2);
    assert.equal(plain(await two.call('wamp.session.get', [one.id])).session, one.id);
    const registration = await two.call('wamp.registration.match', ['com.interop.any.x']);
    assert.equal(plain(await two.call('wamp.registration.get', [registration])).match, 'prefix');
    const joins = queue();
    await one.subscribe('wamp.session.on_join', args => joins.push(plain(args)[0].session));
    await one.subscribe('wamp.session.on_leave', args => joins.push(plain(args)[0]));
    const c = await join();
    assert.equal(await joins.next(), c.session.id);

    // what outlives a session, and an event
    const gone = queue();
    await one.subscribe('com.interop.gone', args => gone.push(plain(args)));
    await c.session.call('wamp.session.add_testament', ['com.interop.gone', ['farewell'], {}]);
    await c.session.publish('com.interop.state', ['kept'], {}, { acknowledge: true, retain: true });
    c.connection.close();
    assert.equal(await joins.next(), c.session.id);
    assert.deepEqual(await gone.next(), ['farewell']);
    const state = queue();
    await one.subscribe('com.interop.state', (args, kwargs, details) => state.push([plain(args), details.retained]), { get_retained: true });
    assert.deepEqual((await state.next())[0], ['kept']);
    const kept = await one.call('wamp.subscription.lookup', ['com.interop.state']);
    const history = plain(await two.call('wamp.subscription.get_events', [kept]));
    assert.ok(JSON.stringify(history).includes('kept'));
    assert.ok(features.broker.features.event_history);

    // a callee that leaves in mid-call
    const waiting = two.call('com.interop.slow');
    await new Promise(resolve => setTimeout(resolve, 100));
    a.connection.onclose = () => true;
    a.connection.close();
    await fails(waiting, 'wamp.error.canceled');
    console.log('all is well');
    process.exit(0);
})().catch(e => { console.error(e); process.exit(1); });
