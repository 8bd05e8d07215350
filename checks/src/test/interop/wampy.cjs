// wampy against the router: node wampy.cjs URL json|msgpack|cbor
const assert = require('assert');
const { Wampy } = require('wampy');
const WebSocket = require('websocket').w3cwebsocket;

const [url, name] = process.argv.slice(2);
const options = { realm: 'realm1', ws: WebSocket };
if (name !== 'json') {
    const Serializer = Object.values(require(`wampy/${name === 'msgpack' ? 'MsgpackSerializer.js' : 'CborSerializer.js'}`))[0];
    options.serializer = new Serializer();
}

(async () => {
    const one = new Wampy(url, options);
    const two = new Wampy(url, options);
    await one.connect();
    await two.connect();

    const heard = new Promise(resolve => one.subscribe('com.wampy.topic', resolve));
    await new Promise(resolve => setTimeout(resolve, 100));
    await two.publish('com.wampy.topic', { argsList: [1, 'zwei \u00e4'], argsDict: { k: [null, 1.5] } });
    const event = await heard;
    assert.deepEqual(event.argsList, [1, 'zwei \u00e4']);
    assert.deepEqual(event.argsDict, { k: [null, 1.5] });

    await one.register('com.wampy.sum', ({ argsList }) => ({ argsList: [argsList[0] + argsList[1]] }));
    assert.deepEqual((await two.call('com.wampy.sum', [4, 5])).argsList, [9]);
    assert.deepEqual((await two.call('app.add', [4, 5])).argsList, [9]);

    await one.register('com.wampy.count', ({ result_handler }) => {
        result_handler({ options: { progress: true }, argsList: [1] });
        result_handler({ options: { progress: true }, argsList: [2] });
        return { argsList: ['done'] };
    });
    const parts = [];
    const result = await two.call('com.wampy.count', [], { progress_callback: part => parts.push(part.argsList[0]) });
    assert.deepEqual([parts, result.argsList], [[1, 2], ['done']]);

    await assert.rejects(two.call('com.wampy.none'), e => e.errorUri === 'wamp.error.no_such_procedure');
    await one.register('com.wampy.slow', () => new Promise(() => {}));
    const slow = two.call('com.wampy.slow');
    two.cancel(two.getOpStatus().reqId, { mode: 'killnowait' });
    await assert.rejects(slow, e => e.errorUri === 'wamp.error.canceled');

    await one.disconnect();
    await two.disconnect();
    console.log('all is well');
    process.exit(0);
})().catch(e => { console.error(e); process.exit(1); });
