# ZeroMQ client with python3-zmq (Debian). Usage: push.py PULL ROUTER PUBLISH CURVE SERVERKEY PUBLICKEY SECRETKEY
# Pushes 1,000 events to each port and binds PUBLISH itself. Exits with 0 if every response is correct.
import sys

import zmq

pull, router, publish, curve = sys.argv[1:5]
server, public, secret = [key.encode() for key in sys.argv[5:8]]
context = zmq.Context()


def socket(kind, port):
    made = context.socket(kind)
    made.setsockopt(zmq.RCVTIMEO, 20000)
    made.setsockopt(zmq.SNDTIMEO, 20000)
    made.setsockopt(zmq.LINGER, 20000)
    if port:
        made.connect('tcp://127.0.0.1:' + port)
    return made


def event(topic, i):
    return b'{"topic":"%s","event":%d}' % (topic, i)


push = socket(zmq.PUSH, pull)
for i in range(1000):
    push.send(event(b'pull', i))

req = socket(zmq.REQ, router)
dealer = socket(zmq.DEALER, router)
for i in range(0, 500):
    req.send(event(b'router', i))
    assert req.recv() == b'ok 1'
for i in range(500, 1000):
    dealer.send(event(b'router', i))
for i in range(500, 1000):
    assert dealer.recv_multipart() == [b'ok 1']
req.send(b'{')
assert req.recv().startswith(b'error line 1, column 2'), 'error position'

pub = socket(zmq.XPUB, None)
pub.bind('tcp://127.0.0.1:' + publish)
assert pub.recv() == b'\x01'
for i in range(1000):
    if i % 2:
        pub.send(event(b'sub', i))
    else:
        pub.send_multipart([b'sub', b'%d' % i])

known = context.socket(zmq.PUSH)
known.setsockopt(zmq.SNDTIMEO, 20000)
known.setsockopt(zmq.LINGER, 20000)
known.curve_serverkey, known.curve_publickey, known.curve_secretkey = server, public, secret
known.connect('tcp://127.0.0.1:' + curve)
for i in range(1000):
    known.send(event(b'curve', i))

stranger = context.socket(zmq.PUSH)
stranger.setsockopt(zmq.LINGER, 0)
stranger.curve_serverkey = server
stranger.curve_publickey, stranger.curve_secretkey = zmq.curve_keypair()
monitor = stranger.get_monitor_socket(zmq.EVENT_HANDSHAKE_FAILED_AUTH | zmq.EVENT_HANDSHAKE_SUCCEEDED)
monitor.setsockopt(zmq.RCVTIMEO, 20000)
stranger.connect('tcp://127.0.0.1:' + curve)
kind = int.from_bytes(monitor.recv_multipart()[0][:2], sys.byteorder)
assert kind == zmq.EVENT_HANDSHAKE_FAILED_AUTH, 'accepted an unknown client key'

# a publisher gets no acknowledgement, so the test closes the standard input when it has all events
sys.stdin.read()
monitor.close()
for each in push, req, dealer, pub, known, stranger:
    each.close()
context.term()
