'use strict';

(function () {
  const MAX_ARTICLES = 100;
  const MAX_MESSAGES = 200;
  const WILDCARD_HOSTS = ['0.0.0.0', '::', '0:0:0:0:0:0:0:0'];

  const $ = (id) => document.getElementById(id);
  const socketBase = (location.protocol === 'https:' ? 'wss://' : 'ws://') + location.host;

  function el(tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  }

  /** Writing the same words again would make a screen reader say them again. */
  function say(node, text, kind) {
    if (kind) node.dataset.kind = kind;
    else delete node.dataset.kind;
    if (node.textContent !== text) node.textContent = text;
  }

  const listed = (n, noun) => n + ' ' + noun + (n === 1 ? '' : 's');

  /**
   * Keeps one connection going for as long as the page is open. The random part keeps all open
   * pages from knocking at the same moment when a server comes back.
   */
  function stayConnected(open, show) {
    let failures = 0;
    let wasOpen = false;
    (function attempt() {
      show('connecting', wasOpen || failures > 0 ? 'reconnecting…' : 'connecting…');
      open(() => {
        failures = 0;
        wasOpen = true;
        show('open', 'connected');
      }, () => {
        show('closed', 'reconnecting…');
        const wait = Math.min(15000, 500 * 2 ** failures);
        failures = Math.min(failures + 1, 10);
        setTimeout(attempt, wait * (0.75 + Math.random() / 2));
      });
    })();
  }

  /* Articles */

  const topics = new Map();
  let session = null;

  function isOpen() {
    return session !== null && session.sessionid() !== null;
  }

  function onArticle(topic, event) {
    const list = $('articles');
    list.prepend(articleItem(topic, event));
    while (list.children.length > MAX_ARTICLES) list.lastElementChild.remove();
    $('articles-empty').hidden = true;
    turnLogo();
  }

  function articleItem(topic, event) {
    const item = el('li', 'article');
    item.dataset.topic = topic;
    const known = event !== null && typeof event === 'object' && typeof event.title === 'string';
    if (known) {
      item.append(el('h4', '', event.title));
      if (typeof event.article === 'string' && event.article !== '') item.append(el('p', '', event.article));
    } else {
      // Whoever pushes decides what an article looks like, so anything may arrive here.
      const json = JSON.stringify(event);
      item.append(el('code', '', json.length > 2000 ? json.slice(0, 2000) + '…' : json));
    }
    const stamp = known && typeof event.when === 'string' ? new Date(event.when) : new Date();
    const when = Number.isNaN(stamp.getTime()) ? new Date() : stamp;
    const time = el('time', '', when.toLocaleTimeString());
    time.dateTime = when.toISOString();
    time.title = when.toLocaleString();
    const meta = el('p', 'meta', topic + ' · ');
    meta.append(time);
    item.append(meta);
    return item;
  }

  let teeth = 0;
  function turnLogo() {
    teeth += 1;
    $('logo').style.transform = 'rotate(' + teeth * 36 + 'deg)';
  }

  function listenTo(topic) {
    if (topics.has(topic)) return;
    const chip = el('li');
    const name = el('span', '', topic);
    name.title = topic;
    const remove = el('button', '', '×');
    remove.type = 'button';
    remove.setAttribute('aria-label', 'Stop listening to ' + topic);
    remove.addEventListener('click', () => {
      topics.delete(topic);
      chip.remove();
      // The focused button has just gone; without this the keyboard would start over at the top.
      $('listen').focus();
      if (isOpen()) session.unsubscribe(topic);
    });
    chip.append(name, remove);
    $('topics').append(chip);
    topics.set(topic, chip);
    if (isOpen()) session.subscribe(topic, onArticle);
  }

  $('listen-form').addEventListener('submit', (e) => {
    e.preventDefault();
    const topic = $('listen').value.trim();
    $('listen').value = '';
    if (topic !== '') listenTo(topic);
  });

  listenTo('kittensCategory');

  stayConnected((up, down) => {
    // A new session each time: the server forgot our subscriptions with the old one.
    session = new ab.Session(socketBase + '/wamp', () => {
      for (const topic of topics.keys()) session.subscribe(topic, onArticle);
      up();
    }, down);
  }, (state, text) => {
    $('state').dataset.state = state;
    say($('state'), text);
  });

  /* The same topic once more, as Server-Sent Events; the browser connects again by itself. */

  let heardAsEvents = 0;
  const events = new EventSource('/events/kittensCategory');
  events.addEventListener('open', () => { $('sse-count').dataset.state = 'open'; });
  events.addEventListener('error', () => { $('sse-count').dataset.state = 'closed'; });
  events.addEventListener('message', () => {
    heardAsEvents += 1;
    say($('sse-count'), listed(heardAsEvents, 'event'));
  });

  /* Publishing goes over HTTP, not over the socket: it stands for the program behind a web site. */

  async function push(category, body) {
    let response;
    try {
      response = await fetch('/push/' + encodeURIComponent(category), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(10000)
      });
    } catch (e) {
      throw new Error(e.name === 'TimeoutError'
        ? 'The server did not answer in time.'
        : 'The server could not be reached. Is it still running?');
    }
    const answer = await response.json().catch(() => null);
    if (!response.ok || answer === null || typeof answer !== 'object' || answer.error !== undefined) {
      const reason = answer && typeof answer.error === 'string' ? answer.error : 'status ' + response.status;
      throw new Error('Not published: ' + reason);
    }
    return answer;
  }

  $('blog-form').addEventListener('submit', async (e) => {
    e.preventDefault();
    const button = $('publish');
    // aria-disabled, because a disabled button would lose the keyboard focus.
    if (button.getAttribute('aria-disabled') === 'true') return;
    const category = $('category').value.trim();
    const title = $('title').value.trim();
    if (category === '' || title === '') {
      say($('answer'), 'An article needs a category and a title.', 'bad');
      return;
    }
    button.setAttribute('aria-disabled', 'true');
    say($('answer'), '');
    try {
      const body = { category, title, article: $('article').value.trim(), when: new Date().toISOString() };
      const answer = await push(category, body);
      const elsewhere = topics.has(category) ? '' : ' (this page does not listen to ' + category + ')';
      const reached = Number.isFinite(answer.subscribers) ? ' to ' + listed(answer.subscribers, 'subscriber') : '';
      say($('answer'), 'published' + reached + elsewhere, 'good');
      $('title').value = '';
      $('article').value = '';
    } catch (problem) {
      say($('answer'), problem.message, 'bad');
    } finally {
      button.removeAttribute('aria-disabled');
    }
  });

  /* Lines to copy */

  function inUrl(host) {
    return host.includes(':') ? '[' + host + ']' : host;
  }

  // No apostrophe may appear inside these: each program sits in single quotes of the shell.
  const lines = {
    curl: (at) => `curl http://${inUrl(at.host)}:${at.http}/push/kittensCategory \\
  -H 'content-type: application/json' \\
  -d '{"category":"kittensCategory","title":"Hello from curl","article":"Pushed over HTTP."}'`,

    nc: (at) => `printf '%s\\n' '{"category":"kittensCategory","title":"Hello from nc","article":"Pushed over TCP."}' \\
  | nc -N ${at.host} ${at.tcp}`,

    php: (at) => `php -r '
$article = ["category" => "kittensCategory", "title" => "Hello from PHP", "article" => "Pushed over HTTP."];
echo file_get_contents("http://${inUrl(at.host)}:${at.http}/push/kittensCategory", false, stream_context_create(["http" => [
  "method" => "POST",
  "header" => "Content-Type: application/json",
  "content" => json_encode($article),
]])), PHP_EOL;'`,

    'php-zmq': (at) => `php -r '
$article = ["category" => "kittensCategory", "title" => "Hello from PHP", "article" => "Pushed over ZeroMQ."];
$context = new ZMQContext(1, false);
$socket = new ZMQSocket($context, ZMQ::SOCKET_PUSH);
$socket->connect("tcp://${inUrl(at.host)}:${at.zmq}");
$socket->send(json_encode($article));'`,

    'python-zmq': (at) => `python3 -c '
import zmq
article = {"category": "kittensCategory", "title": "Hello from Python", "article": "Pushed over ZeroMQ."}
with zmq.Context() as context, context.socket(zmq.PUSH) as socket:
    socket.connect("tcp://${inUrl(at.host)}:${at.zmq}")
    socket.send_json(article)'`
  };

  const needs = { curl: 'http', nc: 'tcp', php: 'http', 'php-zmq': 'zmq', 'python-zmq': 'zmq' };

  function showPlaces(at) {
    for (const pre of document.querySelectorAll('pre[data-push]')) {
      const way = pre.dataset.push;
      pre.closest('.push').hidden = !at[needs[way]];
      pre.firstElementChild.textContent = lines[way](at);
    }
    for (const way of ['http', 'tcp', 'zmq', 'telnet']) {
      $('at-' + way).textContent = at[way] ? inUrl(at.host) + ':' + at[way] : 'off';
    }
    $('sse-line').textContent = `curl -N http://${inUrl(at.host)}:${at.http}/events/kittensCategory`;
    $('chat-telnet').textContent = at.telnet ? 'telnet ' + at.host + ' ' + at.telnet : '(off on this server)';
  }

  /** What comes back ends up in a shell, so nothing but a plain host and numbers gets through. */
  function places(told) {
    const at = { host: location.hostname.replace(/[[\]]/g, ''), http: 8080, tcp: 5556, zmq: 5555, telnet: 8023 };
    if (typeof told.host === 'string' && !WILDCARD_HOSTS.includes(told.host) && /^[A-Za-z0-9][A-Za-z0-9.:-]*$|^[0-9a-fA-F:]+$/.test(told.host)) {
      at.host = told.host;
    }
    for (const way of ['http', 'tcp', 'zmq', 'telnet']) {
      if (told[way] === null || told[way] === 0) at[way] = 0;
      else if (Number.isInteger(told[way]) && told[way] > 0 && told[way] < 65536) at[way] = told[way];
    }
    return at;
  }

  showPlaces(places({ host: '127.0.0.1' }));
  fetch('/demo.json', { cache: 'no-store' })
    .then((response) => response.ok ? response.json() : Promise.reject(new Error('status ' + response.status)))
    .then((told) => showPlaces(places(told)))
    .catch((e) => console.warn('demo.json could not be read, the usual ports are shown:', e.message));

  async function copy(code) {
    // The clipboard API is missing on plain http from another machine; a selection still works there.
    if (navigator.clipboard) {
      try {
        await navigator.clipboard.writeText(code.textContent);
        return true;
      } catch (e) {
        // Permission refused: try the old way.
      }
    }
    getSelection().selectAllChildren(code);
    return document.execCommand('copy');
  }

  $('pushes').addEventListener('click', async (e) => {
    const button = e.target.closest('.copy');
    if (button === null) return;
    const copied = await copy(button.parentElement.querySelector('code'));
    button.textContent = copied ? 'Copied' : 'Selected';
    $('copied').textContent = copied ? 'Copied.' : 'The lines are selected; copy them with the keyboard.';
    setTimeout(() => {
      button.textContent = 'Copy';
      $('copied').textContent = '';
    }, 2000);
  });

  /* Chat */

  let chat = null;

  function showMessage(who, text) {
    const log = $('chat-log');
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    const item = el('li', who === 'me' ? 'mine' : '');
    item.append(el('span', 'who', who), el('span', 'text', text));
    log.append(item);
    while (log.children.length > MAX_MESSAGES) log.firstElementChild.remove();
    // Whoever scrolled back to read is left alone.
    if (atEnd || who === 'me') log.scrollTop = log.scrollHeight;
  }

  stayConnected((up, down) => {
    chat = new WebSocket(socketBase + '/chat');
    chat.onopen = up;
    chat.onclose = down;
    chat.onmessage = (e) => {
      if (typeof e.data === 'string') showMessage('someone', e.data.trimEnd());
    };
  }, (state, text) => {
    $('chat-state').dataset.state = state;
    say($('chat-state'), text);
  });

  $('chat-form').addEventListener('submit', (e) => {
    e.preventDefault();
    const text = $('chat-input').value.trim();
    if (text === '') return;
    if (chat.readyState !== WebSocket.OPEN) {
      say($('chat-state'), 'not sent, still reconnecting…');
      return;
    }
    chat.send(text);
    showMessage('me', text);
    $('chat-input').value = '';
    $('chat-input').focus();
  });

  /* Calls */

  $('add-form').addEventListener('submit', async (e) => {
    e.preventDefault();
    try {
      const sum = await session.call('add', $('add-a').valueAsNumber, $('add-b').valueAsNumber);
      say($('add-result'), String(sum));
    } catch (error) {
      say($('add-result'), error.desc || 'the call failed', 'bad');
    }
  });

  /* Two generations of WAMP: one topic, and calls from either to the same code. */

  const TALK = 'demo.talk';
  const GREET = 'demo.greet';

  function pane(generation, publish, call) {
    const name = 'v' + generation + '-';
    $(name + 'form').addEventListener('submit', (e) => {
      e.preventDefault();
      const text = $(name + 'text').value.trim();
      if (text === '') return;
      try {
        publish(text);
        $(name + 'text').value = '';
      } catch (problem) {
        say($(name + 'result'), 'not published: ' + problem.message, 'bad');
      }
    });
    $(name + 'call').addEventListener('click', async () => {
      try {
        say($(name + 'result'), String(await call()));
      } catch (error) {
        say($(name + 'result'), error.desc || error.message || 'the call failed', 'bad');
      }
    });
    return {
      show: (state, text) => {
        $(name + 'state').dataset.state = state;
        say($(name + 'state'), text);
      },
      heard: (text) => {
        const log = $(name + 'log');
        log.prepend(el('li', '', typeof text === 'string' ? text : JSON.stringify(text)));
        while (log.children.length > MAX_ARTICLES) log.lastElementChild.remove();
      }
    };
  }

  let first = null;
  const older = pane(1, (text) => first.publish(TALK, text, false), () => first.call(GREET, 'v1'));
  stayConnected((up, down) => {
    first = new ab.Session(socketBase + '/wamp', () => {
      first.subscribe(TALK, (topic, event) => older.heard(event));
      up();
    }, down);
  }, older.show);

  let second = null;
  const newer = pane(2, (text) => {
    if (second === null) throw new Error('not connected');
    second.publish(TALK, [text], {}, { exclude_me: false });
  }, () => second === null ? Promise.reject(new Error('not connected')) : second.call('add', [19, 23]));
  stayConnected((up, down) => {
    const connection = new wamp2.Connection({ url: socketBase + '/wamp', realm: 'realm1' });
    connection.onopen = async (joined) => {
      second = joined;
      try {
        await joined.subscribe(TALK, (args) => newer.heard(args.length === 1 ? args[0] : args));
        // every open page has one; the server takes turns
        await joined.register(GREET, ([who]) => 'hello ' + who + ', from v2', { invoke: 'roundrobin' });
      } catch (problem) {
        console.warn(problem);
      }
      up();
    };
    connection.onclose = () => {
      second = null;
      down();
    };
    connection.open();
  }, newer.show);
})();
