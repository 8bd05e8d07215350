// Usage: cross.mjs LIBRARY URL FORMAT NAME OTHER... Calls every other client and exchanges events with all of them.
import assert from 'node:assert/strict';
import {libraries} from './clients.mjs';

console.warn = console.error = () => {};
const write = console.log.bind(console);
console.log = () => {};

const [library, url, format, name, ...others] = process.argv.slice(2);
setTimeout(() => {
  write('timeout');
  process.exit(1);
}, 60000).unref();

const session = await libraries[library](format, url + '/open', {realm: 'open', script: process.env.WAMP1});
const received = new Set();
let complete;
const allReceived = new Promise((done) => complete = done);
await session.subscribe('com.cross.topic', ({args: [who]}) => {
  // a WAMP v1 publisher receives its own events
  if (who !== name && received.add(who).size === others.length) complete();
});
await session.register('com.cross.' + name, ({args: [who]}) => ({args: [`${name} hears ${who}`]}));
await session.call('app.meet', [others.length + 1]);
for (const other of others.filter((other) => other !== 'v1')) {
  assert.deepEqual((await session.call('com.cross.' + other, [name])).args, [`${other} hears ${name}`]);
}
await session.publish('com.cross.topic', [name]);
await allReceived;
assert.deepEqual([...received].sort(), others.sort());
await session.call('app.meet', [others.length + 1]);
await session.close();
write(`ok ${format} ${name}`);
process.exit();
