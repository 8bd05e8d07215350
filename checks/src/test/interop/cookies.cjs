// Prints cookies that the libraries of Express sign, as JSON.
const http = require('http');
const signature = require('cookie-signature');
const cookieSession = require('cookie-session')({ name: 'session', keys: ['newest', 'old key'] });

const ids = ['abc', 'with.dots.', 'Zo\u00eb-_~', 'x'.repeat(500)];
const express = ids.map(id => [id, encodeURIComponent('s:' + signature.sign(id, 'keyboard cat'))]);
const session = { user: 'Zo\u00eb \u{1f600}', id: 7, list: [1, 2.5, null, { deep: true }] };
const server = http.createServer((request, response) => cookieSession(request, response, () => {
  request.session = session;
  response.end();
})).listen(0, '127.0.0.1', () => http.get({ host: '127.0.0.1', port: server.address().port }, response => {
  const cookies = response.headers['set-cookie'].map(line => line.split(';')[0]).join('; ');
  console.log(JSON.stringify({ express, session: JSON.stringify(session), cookies }));
  server.close();
}));
