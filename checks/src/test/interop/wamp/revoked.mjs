// Usage: revoked.mjs LIBRARY URL. Subscribes to "news"; after a line on standard input prints what the library believes.
import {libraries} from './clients.mjs';

console.warn = console.error = () => {};
const write = console.log.bind(console);
console.log = () => {};

const [library, url] = process.argv.slice(2);
const session = await libraries[library]('json', url, {realm: 'realm1'});
const subscription = await session.subscribe('news', () => {});
write('subscribed');
await new Promise((done) => process.stdin.once('data', done));
await session.subscribe('other', () => {});
write('session open, subscription ' + (subscription?.active === false ? 'ended' : 'believed active'));
process.exit(0);
