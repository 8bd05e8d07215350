"""Autobahn for Python against the router: wamp.py ws://host:port/path | tcp:port | unix:/path  json | msgpack"""

import sys

from autobahn.twisted.component import Component, run
from autobahn.wamp.exception import ApplicationError
from autobahn.wamp.types import CallOptions, PublishOptions, RegisterOptions, SubscribeOptions
from twisted.internet.defer import Deferred, inlineCallbacks

where, serializer = sys.argv[1:]
if where.startswith("ws:"):
    transport = {"type": "websocket", "url": where, "serializers": [serializer]}
else:
    kind, at = where.split(":", 1)
    endpoint = {"type": "unix", "path": at} if kind == "unix" else {"type": "tcp", "host": "127.0.0.1", "port": int(at)}
    transport = {"type": "rawsocket", "url": "rs://localhost:1", "serializer": serializer, "endpoint": endpoint}
transport["max_retries"] = 0
component = Component(transports=[transport], realm="realm1")
ended = {"well": False}


@component.on_join
@inlineCallbacks
def joined(session, details):
    heard = []
    first = Deferred()

    def event(*args, **kwargs):
        heard.append((args, kwargs))
        if len(heard) == 2:
            first.callback(None)

    yield session.subscribe(event, "com.python.topic")
    yield session.subscribe(event, "com.python", options=SubscribeOptions(match="prefix"))
    me_too = PublishOptions(acknowledge=True, exclude_me=False)
    yield session.publish("com.python.topic", 1, "zwei \u00e4", {"drei": [None, 1.5]}, k=True, options=me_too)
    yield first
    assert heard == [((1, "zwei \u00e4", {"drei": [None, 1.5]}), {"k": True})] * 2, heard

    def count(n, details=None):
        for i in range(n):
            details.progress(i)
        return "done"

    yield session.register(count, "com.python.count", options=RegisterOptions(details_arg="details"))
    yield session.register(lambda a, b=1: a * b, "com.python.product")
    parts = []
    result = yield session.call("com.python.count", 3, options=CallOptions(on_progress=lambda i: parts.append(i)))
    assert (result, parts) == ("done", [0, 1, 2]), (result, parts)
    assert (yield session.call("com.python.product", 6, b=7)) == 42
    assert (yield session.call("app.add", 1, 2)) == 3

    never = Deferred()
    yield session.register(lambda: never, "com.python.never")
    for uri, call in (
        ("wamp.error.no_such_procedure", lambda: session.call("com.python.none")),
        ("wamp.error.timeout", lambda: session.call("com.python.never", options=CallOptions(timeout=50))),
    ):
        try:
            yield call()
            raise AssertionError("no " + uri)
        except ApplicationError as error:
            assert error.error == uri, error

    assert (yield session.call("wamp.session.count")) >= 1
    ended["well"] = True
    yield session.leave()


run([component], log_level="error")
sys.exit(0 if ended["well"] else 1)
