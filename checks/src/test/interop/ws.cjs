// WebSocket client with ws (npm). Usage: ws.cjs URL. Exits with 0 if every message is echoed with every setting.
const assert = require('node:assert');
const WebSocket = require('ws');

const url = process.argv[2];
const settings = [false, true, {serverNoContextTakeover: true}, {clientNoContextTakeover: true}];
for (const bits of [8, 9, 11, 15]) {
  settings.push({serverMaxWindowBits: bits});
  settings.push({serverMaxWindowBits: bits, clientMaxWindowBits: Math.max(9, bits), threshold: 0});
}

// text with repetitions at distances greater than each window size
function text(size) {
  let all = '';
  for (let i = 0; all.length < size; i++) {
    all += `{"id":${i % 97},"name":"n\u00e4me ${(i * 7919) % 1013}","rest":"${'ab'.repeat(i % 50)}"}`;
  }
  return all.slice(0, size);
}

function noise(size) {
  const bytes = Buffer.alloc(size);
  for (let i = 0, x = 1; i < size; i++) {
    x = (x * 1103515245 + 12345) & 0x7fffffff;
    bytes[i] = x >> 16;
  }
  return bytes;
}

const messages = [];
for (const size of [0, 1, 125, 126, 300, 1000, 5000, 40000, 65535, 65536, 200000]) {
  messages.push(text(size), Buffer.from(text(size)), noise(size));
}

function run(path, perMessageDeflate) {
  return new Promise((done, failed) => {
    const what = `${path} ${JSON.stringify(perMessageDeflate)}`;
    const ws = new WebSocket(url + path, {perMessageDeflate});
    let next = 0;
    let ponged = false;
    ws.on('error', e => failed(new Error(`${what}: ${e.message}`)));
    ws.on('open', () => {
      const wanted = Boolean(perMessageDeflate) && path !== '/plain';
      assert.strictEqual(ws.extensions.includes('permessage-deflate'), wanted, what);
      ws.ping('are you there');
      for (const message of messages) {
        ws.send(message);
      }
      // a fragmented message
      ws.send('frag', {fin: false});
      ws.send('men', {fin: false});
      ws.send('ted', {fin: true});
    });
    ws.on('pong', payload => ponged = payload.toString() === 'are you there');
    ws.on('message', (data, isBinary) => {
      if (next < messages.length) {
        const sent = messages[next];
        assert.strictEqual(isBinary, typeof sent !== 'string', `${what}: kind of message ${next}`);
        assert.ok(Buffer.from(sent).equals(data), `${what}: message ${next}`);
        next++;
      } else {
        assert.strictEqual(data.toString(), 'fragmented', what);
        assert.ok(ponged, `${what}: pong`);
        ws.close(4000, 'bye');
      }
    });
    ws.on('close', (code, reason) => {
      assert.deepStrictEqual([code, reason.toString()], [4000, 'bye'], what);
      done();
    });
  });
}

(async () => {
  for (const path of ['/plain', '/deflate', '/takeover']) {
    for (const setting of settings) {
      await run(path, setting);
    }
  }
  console.log(`${3 * settings.length} settings, ${messages.length} messages each`);
})().catch(e => {
  console.error(e);
  process.exit(1);
});
