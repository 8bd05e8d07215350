// cross.mjs LIBRARY URL FORMAT NAME OTHER...: meets others; each calls each, and all share a topic.
import assert from 'node:assert/strict';
import {libraries} from './clients.mjs';

console.warn = console.error = () => {};
const write = console.log.bind(console);
console.log = () => {};

const [library, url, format, name, ...others] = process.argv.slice(2);
setTimeout(() => {
  write('too late');
  process.exit(1);
}, 60000).unref();

const session = await libraries[library](format, url + '/open', {realm: 'open', script: process.env.WAMP1});
const heard = new Set();
let all;
const everybody = new Promise((done) => all = done);
await session.subscribe('com.cross.topic', ({args: [who]}) => {
  // who speaks v1 hears itself
  if (who !== name && heard.add(who).size === others.length) all();
});
await session.register('com.cross.' + name, ({args: [who]}) => ({args: [`${name} hears ${who}`]}));
await session.call('app.meet', [others.length + 1]);
for (const other of others.filter((other) => other !== 'v1')) {
  assert.deepEqual((await session.call('com.cross.' + other, [name])).args, [`${other} hears ${name}`]);
}
await session.publish('com.cross.topic', [name]);
await everybody;
assert.deepEqual([...heard].sort(), others.sort());
await session.call('app.meet', [others.length + 1]);
await session.close();
write(`ok ${format} ${name}`);
process.exit();
