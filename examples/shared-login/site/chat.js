'use strict';

const $ = (id) => document.getElementById(id);
const connection = new WebSocket(socket);

function show(text, mine) {
  const line = document.createElement('li');
  line.textContent = text;
  line.className = mine ? 'mine' : text.startsWith('* ') ? 'news' : '';
  $('log').append(line);
  line.scrollIntoView({ block: 'nearest' });
}

function state(name, text) {
  $('state').dataset.state = name;
  $('state').textContent = text;
}

connection.onopen = () => state('open', 'connected');
connection.onmessage = (event) => show(event.data, false);
connection.onclose = (event) => state('closed', event.code === 4401
  ? 'disconnected (4401): you have logged out'
  : 'disconnected (' + event.code + ')');

$('say').addEventListener('submit', (event) => {
  event.preventDefault();
  const text = $('text').value.trim();
  if (text === '' || connection.readyState !== WebSocket.OPEN) return;
  connection.send(text);
  show(text, true);
  $('text').value = '';
});
