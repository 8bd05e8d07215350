// Usage: recover.mjs LIBRARY URL FORMAT. Subscribes to "news" and recovers what it missed after each loss.
// Prints "ready", "event N", "gap REASON" and "lost"; connects again for each line of the input.
import {createInterface} from 'node:readline';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';
import {libraries} from './clients.mjs';

console.warn = console.error = () => {};
const write = console.log.bind(console);
console.log = () => {};

const [library, url, format] = process.argv.slice(2);
const input = createInterface({input: process.stdin})[Symbol.asyncIterator]();
const connect = () => libraries[library](format, url + '/open', {realm: 'open', script: process.env.WAMP1});
const GET_EVENTS = 'wamp.subscription.get_events';

/** The library hides the details of events: it recovers by publication ids. */
async function autobahn() {
  let mark;
  for (;;) {
    const session = await connect();
    let held = []; // live events until the answer, which contains them
    const hear = (event, publication) => {
      write('event ' + event);
      mark = {after_publication: publication};
    };
    const subscription = await session.subscribe('news', ({args: [event], details: {publication}}) =>
        held ? held.push([event, publication]) : hear(event, publication));
    const recovered = new Set();
    const first = mark === undefined;
    for (let complete = false; !complete;) {
      const {args: events, kwargs} = await session.call(GET_EVENTS, [subscription.id], first ? {limit: 0} : mark);
      if (kwargs.gap) write('gap ' + kwargs.gap.reason);
      for (const {publication, args: [event]} of events) {
        recovered.add(publication);
        write('event ' + event);
      }
      mark = {after_position: kwargs.position};
      complete = first || kwargs.complete;
    }
    for (const [event, publication] of held) {
      if (!recovered.has(publication)) hear(event, publication);
    }
    held = undefined;
    write('ready');
    await session.ended;
    write('lost');
    await input.next();
  }
}

/** The library shows details and passes options on, also when it connects again by itself. */
async function wampy() {
  const modules = process.env.NODE_PATH;
  const {Wampy} = await import(pathToFileURL(modules + '/wampy/dist/esm/wampy.js'));
  const {default: serializer} = await import(pathToFileURL(modules + `/wampy/dist/esm/serializers/${format}-serializer.js`))
      .then((module) => ({default: Object.values(module)[0]}));
  const ws = createRequire(modules + '/')('websocket').w3cwebsocket;
  const wampy = new Wampy(url + '/open', {
    realm: 'open', ws, serializer: new serializer(), reconnectInterval: 20, maxRetries: 0,
    onReconnect: () => lost()
  });
  let away = false;
  const lost = () => {
    if (!away) write('lost');
    away = true;
  };
  await wampy.connect();
  const options = {}; // the library reads it again with each subscribe
  const {subscriptionId} = await wampy.subscribe('news', ({argsList: [event], details}) => {
    away = false;
    if (details._gap) write('gap ' + details._gap.reason);
    write('event ' + event);
    options._after = details._position;
  }, options);
  const {argsDict} = await wampy.call(GET_EVENTS, {argsList: [subscriptionId], argsDict: {limit: 0}});
  options._after = argsDict.position;
  write('ready');
}

/** WAMP v1 has no details: it recovers by procedures, and may hear an event twice. */
async function v1() {
  let position;
  for (;;) {
    const session = await connect();
    let held = []; // live events until the answer, which may contain them: an event is heard at least once
    const ask = () => session.call('sprocket.position', ['news']).then(({args: [at]}) => {
      if (!held) position = at;
    }, () => {}); // lost before the answer: the older position is still right
    await session.subscribe('sprocket.gap', ({args: [gap]}) => write('gap ' + gap.reason));
    await session.subscribe('news', ({args: [event]}) => {
      if (held) {
        held.push(event);
      } else {
        write('event ' + event);
        ask();
      }
    });
    for (let complete = position === undefined; !complete;) {
      const {args: [answer]} = await session.call('sprocket.recover', ['news', position]);
      if (answer.gap) write('gap ' + answer.gap.reason);
      for (const {event} of answer.events) write('event ' + event);
      ({position, complete} = answer);
    }
    for (const event of held) write('event ' + event);
    held = undefined;
    if (position === undefined) await ask();
    write('ready');
    await session.ended;
    write('lost');
    await input.next();
  }
}

await {autobahn, wampy, v1}[library]();
