'use strict';

(function () {
  const MAX_ARTICLES = 100;
  const MAX_MESSAGES = 200;
  const WILDCARD_HOSTS = ['0.0.0.0', '::', '0:0:0:0:0:0:0:0'];

  const $ = (id) => document.getElementById(id);
  /** Address of the node that this page is connected to; see "Nodes" below. */
  let base = location.origin;
  const socketBase = () => base.replace(/^http/, 'ws');

  function el(tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  }

  /** Sets the text of a status element. Skips equal text, which a screen reader would announce again. */
  function say(node, text, kind) {
    if (kind) node.dataset.kind = kind;
    else delete node.dataset.kind;
    if (node.textContent !== text) node.textContent = text;
  }

  const count = (n, noun) => n + ' ' + noun + (n === 1 ? '' : 's');

  /**
   * Reconnects a connection while the page is open, with exponential backoff. The random part prevents
   * all open pages from reconnecting at the same moment after a restart of the server.
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
        if (nodes.length > 1 && failures === 0) {
          failures = 1;
          findNode().then(attempt);
          return;
        }
        const wait = Math.min(15000, 500 * 2 ** failures);
        failures = Math.min(failures + 1, 10);
        setTimeout(attempt, wait * (0.75 + Math.random() / 2));
      });
    })();
  }

  /* Nodes: if the node of this page stops, the page continues on another one. */

  const REFRESH_MS = 2000;
  let nodes = [];
  let here = 0;
  let finding = null;

  const origin = (node) => location.protocol + '//' + location.hostname + ':' + node.http;

  async function ask(address) {
    const response = await fetch(address + '/demo.json', { cache: 'no-store', signal: AbortSignal.timeout(3000) });
    if (!response.ok) throw new Error('status ' + response.status);
    return response.json();
  }

  /** Selects the first node that answers and is not stopping, the present one if possible. */
  function findNode() {
    finding = finding || (async () => {
      for (const address of new Set([base, ...nodes.map(origin)])) {
        try {
          const json = await ask(address);
          if (!json.nodes[json.node - 1].running) continue;
          base = address;
          showNodes(json);
          return;
        } catch (e) { /* the next one */ }
      }
    })().finally(() => { finding = null; });
    return finding;
  }

  function showNodes(json) {
    showAddresses(addresses(json));
    if (!Array.isArray(json.nodes) || json.nodes.length < 2) return;
    nodes = json.nodes;
    here = json.node;
    $('cluster').hidden = false;
    $('at-node').hidden = false;
    $('at-node').dataset.node = here;
    say($('at-node'), 'node ' + here);
    if ($('nodes').childElementCount === 0) $('nodes').append(...nodes.map(nodeRow));
    nodes.forEach((node, i) => {
      const row = $('nodes').children[i];
      row.dataset.running = node.running;
      const state = node.running ? (node.engine === 'up' ? 'running' : 'running, Redis ' + node.engine) : 'stopped';
      say(row.querySelector('.here'), node.number === here ? state + ', this page is connected to it' : state);
      const button = row.querySelector('button');
      say(button, node.running ? 'Stop' : 'Start');
      button.setAttribute('aria-label', (node.running ? 'Stop' : 'Start') + ' node ' + node.number);
    });
  }

  function nodeRow(node) {
    const row = el('li');
    row.dataset.node = node.number;
    const link = el('a', '', location.hostname + ':' + node.http);
    link.href = origin(node) + '/';
    link.target = '_blank';
    link.title = 'Open the page of this node in a new window';
    const button = el('button', 'quiet');
    button.type = 'button';
    button.addEventListener('click', () => command(node.number, row.dataset.running === 'true' ? 'stop' : 'start'));
    row.append(el('span', 'node-name', 'node ' + node.number), link, el('span', 'here'), button);
    return row;
  }

  async function command(number, verb) {
    try {
      const response = await fetch(base + '/nodes/' + number + '/' + verb, { method: 'POST', signal: AbortSignal.timeout(5000) });
      if (!response.ok) {
        const answer = await response.json().catch(() => ({}));
        throw new Error(answer.error || (response.status === 403 ? 'only pages on the machine of the demo may do that' : 'status ' + response.status));
      }
      say($('cluster-state'), (verb === 'stop' ? 'Stopping' : 'Starting') + ' node ' + number + ' …');
      setTimeout(refreshNodes, 400);
    } catch (e) {
      say($('cluster-state'), 'Node ' + number + ' does not ' + verb + ': ' + e.message, 'bad');
    }
  }

  function refreshNodes() {
    if (nodes.length > 1 && !document.hidden) ask(base).then(showNodes).catch(() => {});
  }
  setInterval(refreshNodes, REFRESH_MS);
  document.addEventListener('visibilitychange', refreshNodes);

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
      // Events are arbitrary JSON: show those that are not articles as text.
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

  function subscribeTo(topic) {
    if (topics.has(topic)) return;
    const chip = el('li');
    const name = el('span', '', topic);
    name.title = topic;
    const remove = el('button', '', '×');
    remove.type = 'button';
    remove.setAttribute('aria-label', 'Unsubscribe from ' + topic);
    remove.addEventListener('click', () => {
      topics.delete(topic);
      chip.remove();
      // The focused button has been removed; otherwise keyboard focus would return to the top of the page.
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
    if (topic !== '') subscribeTo(topic);
  });

  subscribeTo('kittensCategory');

  stayConnected((up, down) => {
    // Each connection is a new session, so all topics are subscribed again.
    session = new ab.Session(socketBase() + '/wamp', () => {
      for (const topic of topics.keys()) session.subscribe(topic, onArticle);
      up();
    }, down);
  }, (state, text) => {
    $('state').dataset.state = state;
    say($('state'), text);
  });

  /* The same topic as Server-Sent Events; EventSource reconnects automatically. */

  const KEPT_LINES = 100;
  let receivedEvents = 0;
  let events = null;
  let position = '';
  let recovering = false;
  let missed = 0;
  let gone = '';

  function keep(text, kind) {
    const line = el('li', '', text);
    if (kind) line.dataset.kind = kind;
    $('kept').append(line);
    while ($('kept').childElementCount > KEPT_LINES) $('kept').firstElementChild.remove();
    $('kept').scrollTop = $('kept').scrollHeight;
  }

  function titleOf(text) {
    try {
      const article = JSON.parse(text);
      if (article && typeof article.title === 'string') return article.title;
    } catch (e) { /* shown as it is */ }
    return text;
  }

  function resume() {
    recovering = position !== '';
    missed = 0;
    gone = '';
    const from = base;
    events = new EventSource(base + '/events/kittensCategory?on-gap=all' + (recovering ? '&last-event-id=' + encodeURIComponent(position) : ''));
    events.addEventListener('open', () => {
      $('sse-count').dataset.state = 'open';
      say($('kept-state'), 'Receiving articles.');
    });
    events.addEventListener('error', () => {
      $('sse-count').dataset.state = 'closed';
      recovering = true; // EventSource reconnects with the id of the last event
      say($('kept-state'), 'Disconnected, trying again.');
      if (nodes.length > 1) {
        // EventSource would return to the same node only
        const lost = events;
        lost.close();
        findNode().then(() => setTimeout(() => { if (events === lost) resume(); }, base === from ? 500 : 0));
      }
    });
    events.addEventListener('position', (event) => { position = event.lastEventId; });
    events.addEventListener('message', (event) => {
      position = event.lastEventId;
      receivedEvents += 1;
      say($('sse-count'), count(receivedEvents, 'event'));
      if (recovering) missed += 1;
      keep((recovering ? 'Recovered: ' : '') + titleOf(event.data), recovering ? 'recovered' : '');
    });
    events.addEventListener('gap', (event) => {
      const reason = JSON.parse(event.data).reason;
      gone = reason;
      keep('Missed: at least one article is gone (' + reason + ').', 'missed');
    });
    events.addEventListener('recovered', (event) => {
      position = event.lastEventId;
      recovering = false;
      if (nodes.length > 1) {
        say($('cluster-state'), 'Connected to node ' + here + ': '
          + (gone ? 'at least one article is gone (' + gone + '), ' : '')
          + (missed > 0 ? 'recovered ' + count(missed, 'article') + '.' : gone ? 'nothing recovered.' : 'nothing was missed.'));
      }
    });
  }

  $('pause').addEventListener('click', () => {
    if (events) {
      events.close();
      events = null;
      $('sse-count').dataset.state = 'closed';
      say($('pause'), 'Resume');
      say($('kept-state'), 'Paused: the connection is closed.');
    } else {
      say($('pause'), 'Pause');
      resume();
    }
  });
  resume();

  /* Publishing uses HTTP, like the backend of a web site. */

  async function push(category, body) {
    let response;
    try {
      response = await fetch(base + '/push/' + encodeURIComponent(category), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(10000)
      });
    } catch (e) {
      throw new Error(e.name === 'TimeoutError'
        ? 'The server did not respond within 10 seconds.'
        : 'The server cannot be reached. Is it running?');
    }
    const result = await response.json().catch(() => null);
    if (!response.ok || result === null || typeof result !== 'object' || result.error !== undefined) {
      const reason = result && typeof result.error === 'string' ? result.error : 'status ' + response.status;
      throw new Error('Not published: ' + reason);
    }
    return result;
  }

  $('blog-form').addEventListener('submit', async (e) => {
    e.preventDefault();
    const button = $('publish');
    // aria-disabled instead of disabled: a disabled button loses keyboard focus.
    if (button.getAttribute('aria-disabled') === 'true') return;
    const category = $('category').value.trim();
    const title = $('title').value.trim();
    if (category === '' || title === '') {
      say($('publish-result'), 'An article needs a category and a title.', 'bad');
      return;
    }
    button.setAttribute('aria-disabled', 'true');
    say($('publish-result'), '');
    try {
      const body = { category, title, article: $('article').value.trim(), when: new Date().toISOString() };
      const result = await push(category, body);
      const notSubscribed = topics.has(category) ? '' : ' (this page is not subscribed to ' + category + ')';
      const reached = Number.isFinite(result.subscribers) ? ' to ' + count(result.subscribers, 'subscriber') : '';
      say($('publish-result'), 'published' + reached + notSubscribed, 'good');
      $('title').value = '';
      $('article').value = '';
    } catch (problem) {
      say($('publish-result'), problem.message, 'bad');
    } finally {
      button.removeAttribute('aria-disabled');
    }
  });

  /* Commands to copy */

  function inUrl(host) {
    return host.includes(':') ? '[' + host + ']' : host;
  }

  // Each program is quoted with single quotes of the shell and must not contain an apostrophe.
  const commands = {
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

  function showAddresses(at) {
    for (const pre of document.querySelectorAll('pre[data-push]')) {
      const kind = pre.dataset.push;
      pre.closest('.push').hidden = !at[needs[kind]];
      pre.firstElementChild.textContent = commands[kind](at);
    }
    for (const service of ['http', 'tcp', 'zmq', 'telnet']) {
      $('at-' + service).textContent = at[service] ? inUrl(at.host) + ':' + at[service] : 'off';
    }
    $('sse-line').textContent = `curl -N http://${inUrl(at.host)}:${at.http}/events/kittensCategory`;
    $('chat-telnet').textContent = at.telnet ? 'telnet ' + at.host + ' ' + at.telnet : '(off on this server)';
  }

  /** Validates the addresses: they become shell commands, so only a plain host name and port numbers pass. */
  function addresses(json) {
    const at = { host: location.hostname.replace(/[[\]]/g, ''), http: 8080, tcp: 5556, zmq: 5555, telnet: 8023 };
    if (typeof json.host === 'string' && !WILDCARD_HOSTS.includes(json.host) && /^[A-Za-z0-9][A-Za-z0-9.:-]*$|^[0-9a-fA-F:]+$/.test(json.host)) {
      at.host = json.host;
    }
    for (const service of ['http', 'tcp', 'zmq', 'telnet']) {
      if (json[service] === null || json[service] === 0) at[service] = 0;
      else if (Number.isInteger(json[service]) && json[service] > 0 && json[service] < 65536) at[service] = json[service];
    }
    return at;
  }

  showAddresses(addresses({ host: '127.0.0.1' }));
  ask(base)
    .then(showNodes)
    .catch((e) => console.warn('cannot read demo.json; showing the default ports:', e.message));

  async function copy(code) {
    // The clipboard API is not available over plain HTTP from another machine; execCommand still is.
    if (navigator.clipboard) {
      try {
        await navigator.clipboard.writeText(code.textContent);
        return true;
      } catch (e) {
        // Permission denied: fall back to execCommand.
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
    $('copied').textContent = copied ? 'Copied.' : 'The command is selected; copy it with the keyboard.';
    setTimeout(() => {
      button.textContent = 'Copy';
      $('copied').textContent = '';
    }, 2000);
  });

  /* Chat */

  let chat = null;

  function showMessage(sender, text) {
    const log = $('chat-log');
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    const item = el('li', sender === 'me' ? 'mine' : '');
    item.append(el('span', 'who', sender), el('span', 'text', text));
    log.append(item);
    while (log.children.length > MAX_MESSAGES) log.firstElementChild.remove();
    // Do not scroll if the reader has scrolled back.
    if (atEnd || sender === 'me') log.scrollTop = log.scrollHeight;
  }

  stayConnected((up, down) => {
    chat = new WebSocket(socketBase() + '/chat');
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
      say($('chat-state'), 'not sent: reconnecting…');
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

  /* WAMP v1 and v2: both share a topic and call the same procedures. */

  const TALK = 'demo.talk';
  const GREET = 'demo.greet';

  function pane(version, publish, call) {
    const name = 'v' + version + '-';
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
      received: (text) => {
        const log = $(name + 'log');
        log.prepend(el('li', '', typeof text === 'string' ? text : JSON.stringify(text)));
        while (log.children.length > MAX_ARTICLES) log.lastElementChild.remove();
      }
    };
  }

  let v1Session = null;
  const v1Pane = pane(1, (text) => v1Session.publish(TALK, text, false), () => v1Session.call(GREET, 'v1'));
  stayConnected((up, down) => {
    v1Session = new ab.Session(socketBase() + '/wamp', () => {
      v1Session.subscribe(TALK, (topic, event) => v1Pane.received(event));
      up();
    }, down);
  }, v1Pane.show);

  let v2Session = null;
  const v2Pane = pane(2, (text) => {
    if (v2Session === null) throw new Error('not connected');
    v2Session.publish(TALK, [text], {}, { exclude_me: false });
  }, () => v2Session === null ? Promise.reject(new Error('not connected')) : v2Session.call('add', [19, 23]));
  stayConnected((up, down) => {
    const connection = new wamp2.Connection({ url: socketBase() + '/wamp', realm: 'realm1' });
    connection.onopen = async (joined) => {
      v2Session = joined;
      try {
        await joined.subscribe(TALK, (args) => v2Pane.received(args.length === 1 ? args[0] : args));
        // every open page registers it; the server calls them in turn
        await joined.register(GREET, ([name]) => 'hello ' + name + ', from v2', { invoke: 'roundrobin' });
      } catch (problem) {
        console.warn(problem);
      }
      up();
    };
    connection.onclose = () => {
      v2Session = null;
      down();
    };
    connection.open();
  }, v2Pane.show);
})();
