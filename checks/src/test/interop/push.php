<?php
// ZeroMQ client with php-zmq (Debian). Usage: push.php PULL ROUTER PUBLISH CURVE SERVERKEY PUBLICKEY SECRETKEY
// Pushes 1,000 events to each port and binds PUBLISH itself. Exits with 0 if every response is correct.
[, $pull, $router, $publish, $curve, $server, $public, $secret] = $argv;
$context = new ZMQContext();

function socket($kind, $port, $options = []) {
    global $context;
    $socket = new ZMQSocket($context, $kind);
    $options += [ZMQ::SOCKOPT_RCVTIMEO => 20000, ZMQ::SOCKOPT_SNDTIMEO => 20000, ZMQ::SOCKOPT_LINGER => 20000];
    foreach ($options as $name => $value) {
        $socket->setSockOpt($name, $value);
    }
    return $port ? $socket->connect("tcp://127.0.0.1:$port") : $socket;
}

function event($topic, $i) {
    return json_encode(['topic' => $topic, 'event' => $i]);
}

function check($seen, $expected) {
    if ($seen !== $expected) {
        fwrite(STDERR, var_export($seen, true) . ' (expected: ' . var_export($expected, true) . ")\n");
        exit(1);
    }
}

$push = socket(ZMQ::SOCKET_PUSH, $pull);
for ($i = 0; $i < 1000; $i++) {
    $push->send(event('pull', $i));
}

$req = socket(ZMQ::SOCKET_REQ, $router);
$dealer = socket(ZMQ::SOCKET_DEALER, $router);
for ($i = 0; $i < 500; $i++) {
    check($req->send(event('router', $i))->recv(), 'ok 1');
}
for ($i = 500; $i < 1000; $i++) {
    $dealer->sendMulti(['', event('router', $i)]);
}
for ($i = 500; $i < 1000; $i++) {
    check($dealer->recvMulti(), ['', 'ok 1']);
}
check(substr($req->send('{')->recv(), 0, 22), 'error line 1, column 2');

$pub = socket(ZMQ::SOCKET_XPUB, null);
$pub->bind("tcp://127.0.0.1:$publish");
check($pub->recv(), "\x01");
for ($i = 0; $i < 1000; $i++) {
    $i % 2 ? $pub->send(event('sub', $i)) : $pub->sendMulti(['sub', "$i"]);
}

$known = socket(ZMQ::SOCKET_PUSH, $curve, [
    ZMQ::SOCKOPT_CURVE_SERVERKEY => $server,
    ZMQ::SOCKOPT_CURVE_PUBLICKEY => $public,
    ZMQ::SOCKOPT_CURVE_SECRETKEY => $secret,
]);
for ($i = 0; $i < 1000; $i++) {
    $known->send(event('curve', $i));
}

// a publisher gets no acknowledgement, so the test closes the standard input when it has all events
fgets(STDIN);
