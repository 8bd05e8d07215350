# Usage: wamp.py URL FORMAT... Tests the features of python3-autobahn against the server.
# Prints "ok FORMAT FEATURE" per feature and exits with 0 if all of them work.
import asyncio
import sys
import traceback

from clients import connect
from autobahn.wamp.exception import ApplicationError
from autobahn.wamp.types import CallOptions, CallResult, PublishOptions, RegisterOptions, SubscribeOptions

SEED = '28c53c7421d9217f0db1ab968ecd77e3a8e4b3eb33ef6af50f0556c21f60bede'
AUTH = {
    'ticket': {'method': 'ticket', 'authid': 'joe', 'secret': 'ticket of joe'},
    'wampcra': {'method': 'wampcra', 'authid': 'peter', 'secret': 'secret of peter'},
    'wampcra with salt': {'method': 'wampcra', 'authid': 'salty', 'secret': 'password of salty'},
    'cryptosign': {'method': 'cryptosign', 'authid': 'device', 'seed': SEED},
}
ACKNOWLEDGE = PublishOptions(acknowledge=True)
FEATURES = {}


def feature(name):
    def add(check):
        FEATURES[name] = check
        return check
    return add


class Inbox:
    """Queue of received events."""

    def __init__(self):
        self.queue = asyncio.Queue()

    def __call__(self, *args, details=None, **kwargs):
        self.details = details
        self.queue.put_nowait((list(args), kwargs))

    async def same(self, *args, **kwargs):
        assert await asyncio.wait_for(self.queue.get(), 60) == (list(args), kwargs)


async def failure(call):
    try:
        await asyncio.wait_for(call, 60)
    except ApplicationError as e:
        return e
    raise AssertionError('succeeded (expected: an error)')


def publish(session, topic, *args, **options):
    return session.publish(topic, *args, options=PublishOptions(acknowledge=True, **options))


@feature('publish and subscribe')
async def _(a, b, c, open):
    events = Inbox()
    subscription = await b.subscribe(events, 'com.topic')
    values = [1, -7, 2.5, 'grüße \U0001f600', True, None, [1, [2]], {'x': {'y': []}}, 2 ** 40]
    await a.publish('com.topic', *values, key='value', list=[1], options=ACKNOWLEDGE)
    await events.same(*values, key='value', list=[1])
    await publish(a, 'com.topic')
    await events.same()
    await subscription.unsubscribe()
    await publish(a, 'com.topic', 'nobody')
    await b.subscribe(events, 'com.topic')
    await publish(a, 'com.topic', 'again')
    await events.same('again')


@feature('acknowledge')
async def _(a, b, c, open):
    assert (await publish(a, 'com.acknowledged', 1)).id > 0


@feature('exclude_me = false')
async def _(a, b, c, open):
    events = Inbox()
    await a.subscribe(events, 'com.me')
    await publish(a, 'com.me', 'not me')
    await publish(a, 'com.me', 'me', exclude_me=False)
    await events.same('me')


@feature('exclude and eligible sessions')
async def _(a, b, c, open):
    at_b, at_c = Inbox(), Inbox()
    await b.subscribe(at_b, 'com.some')
    await c.subscribe(at_c, 'com.some')
    await publish(a, 'com.some', 'c', eligible=[c._session_id])
    await publish(a, 'com.some', 'b', exclude=[c._session_id])
    await publish(a, 'com.some', 'both')
    await at_c.same('c')
    await at_c.same('both')
    await at_b.same('b')
    await at_b.same('both')


@feature('lists of authids and authroles')
async def _(a, b, c, open):
    joe, peter = await open('closed', AUTH['ticket']), await open('closed', AUTH['wampcra'])
    salty = await open('closed', AUTH['wampcra with salt'])
    at_joe, at_peter = Inbox(), Inbox()
    await joe.subscribe(at_joe, 'com.some')
    await peter.subscribe(at_peter, 'com.some')
    await publish(salty, 'com.some', 'joe', eligible_authid=['joe'])
    await publish(salty, 'com.some', 'peter', exclude_authid=['joe'])
    await publish(salty, 'com.some', 'users', eligible_authrole=['user'])
    await publish(salty, 'com.some', 'staff', exclude_authrole=['user'])
    await at_joe.same('joe')
    await at_joe.same('users')
    await at_peter.same('peter')
    await at_peter.same('staff')
    for session in joe, peter, salty:
        await session.close()


@feature('prefix and wildcard subscriptions')
async def _(a, b, c, open):
    prefix, wildcard = Inbox(), Inbox()
    await b.subscribe(prefix, 'com.pattern', SubscribeOptions(match='prefix', details=True))
    await b.subscribe(wildcard, 'com..here', SubscribeOptions(match='wildcard', details=True))
    await publish(a, 'com.elsewhere.here', 'w')
    await wildcard.same('w')
    assert wildcard.details.topic == 'com.elsewhere.here'
    await publish(a, 'com.pattern.any', 'p')
    await prefix.same('p')
    assert prefix.details.topic == 'com.pattern.any'
    await publish(a, 'com.pattern2.here', 'both')
    await prefix.same('both')
    await wildcard.same('both')


@feature('call and register')
async def _(a, b, c, open):
    registration = await b.register(lambda *args, **kwargs: CallResult(*args, *args, **kwargs), 'com.twice')
    result = await a.call('com.twice', 1, 'a', k=[2])
    assert (list(result.results), result.kwresults) == ([1, 'a', 1, 'a'], {'k': [2]}), result
    answers = await asyncio.gather(*[a.call('com.twice', i) for i in range(5)])
    assert [list(answer.results) for answer in answers] == [[i, i] for i in range(5)]
    await registration.unregister()
    assert (await failure(a.call('com.twice'))).error == 'wamp.error.no_such_procedure'


@feature('procedures of the application')
async def _(a, b, c, open):
    assert await a.call('app.add', 3, 4) == 7
    e = await failure(a.call('app.error'))
    assert (e.error, list(e.args)) == ('app.error.bad', ['it is bad', 7])


@feature('errors with arguments')
async def _(a, b, c, open):
    def fails(n):
        raise ApplicationError('com.error.no', 'no', n, why={'deep': True})

    await b.register(fails, 'com.fails')
    e = await failure(a.call('com.fails', 1))
    assert (e.error, list(e.args), e.kwargs) == ('com.error.no', ['no', 1], {'why': {'deep': True}}), e.kwargs
    assert (await failure(a.register(fails, 'com.fails'))).error == 'wamp.error.procedure_already_exists'


@feature('progressive results')
async def _(a, b, c, open):
    async def progress(n, details):
        for i in range(n):
            details.progress(i, 'of', n)
        return 'done'

    await b.register(progress, 'com.progress', RegisterOptions(details=True))
    parts = []
    options = CallOptions(on_progress=lambda *args: parts.append(args))
    assert await a.call('com.progress', 3, options=options) == 'done'
    assert parts == [(0, 'of', 3), (1, 'of', 3), (2, 'of', 3)], parts


@feature('prefix and wildcard registrations')
async def _(a, b, c, open):
    def served(how):
        return lambda details: [how, details.procedure]

    await b.register(served('prefix'), 'com.served', RegisterOptions(match='prefix', details=True))
    await b.register(served('wildcard'), 'com..served', RegisterOptions(match='wildcard', details=True))
    assert await a.call('com.served.by.me') == ['prefix', 'com.served.by.me']
    assert await a.call('com.really.served') == ['wildcard', 'com.really.served']


@feature('shared registrations')
async def _(a, b, c, open):
    for name, session in ('b', b), ('c', c):
        await session.register(lambda name=name: name, 'com.shared', RegisterOptions(invoke='roundrobin'))
    assert [await a.call('com.shared') for i in range(4)] == ['b', 'c', 'b', 'c']


@feature('call cancelling')
async def _(a, b, c, open):
    called, stopped = asyncio.Queue(), asyncio.Queue()

    async def never():
        called.put_nowait(True)
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            stopped.put_nowait(True)
            raise

    await b.register(never, 'com.never')
    call = a.call('com.never')
    await called.get()
    call.cancel()
    # the callee receives INTERRUPT
    await asyncio.wait_for(stopped.get(), 60)


@feature('call timeout')
async def _(a, b, c, open):
    await b.register(lambda: asyncio.get_running_loop().create_future(), 'com.slow')
    e = await failure(a.call('com.slow', options=CallOptions(timeout=50)))
    assert e.error == 'wamp.error.timeout', e


@feature('session meta API')
async def _(a, b, c, open):
    joined, left = Inbox(), Inbox()
    await a.subscribe(joined, 'wamp.session.on_join')
    await a.subscribe(left, 'wamp.session.on_leave')
    other = await open('open')
    (details,), _ = await asyncio.wait_for(joined.queue.get(), 60)
    assert details['session'] == other._session_id
    assert other._session_id in await a.call('wamp.session.list')
    assert (await a.call('wamp.session.get', other._session_id))['authid'] == other.details.authid
    id = other._session_id
    await other.close()
    args, _ = await asyncio.wait_for(left.queue.get(), 60)
    assert args[0] == id
    assert (await failure(a.call('wamp.session.get', id))).error == 'wamp.error.no_such_session'


@feature('subscription and registration meta API')
async def _(a, b, c, open):
    created = Inbox()
    await a.subscribe(created, 'wamp.registration.on_create')
    registration = await b.register(lambda: 1, 'com.meta.procedure')
    args, _ = await asyncio.wait_for(created.queue.get(), 60)
    assert (args[0], args[1]['id'], args[1]['uri']) == (b._session_id, registration.id, 'com.meta.procedure'), args
    assert await a.call('wamp.registration.lookup', 'com.meta.procedure') == registration.id
    assert await a.call('wamp.registration.list_callees', registration.id) == [b._session_id]
    subscription = await b.subscribe(lambda: None, 'com.meta.topic')
    assert await a.call('wamp.subscription.lookup', 'com.meta.topic') == subscription.id
    assert await a.call('wamp.subscription.count_subscribers', subscription.id) == 1


@feature('retained events')
async def _(a, b, c, open):
    await publish(a, 'com.retained', 'kept', retain=True)
    events = Inbox()
    await b.subscribe(events, 'com.retained', SubscribeOptions(get_retained=True, details=True))
    await events.same('kept')
    assert events.details.retained


@feature('event history')
async def _(a, b, c, open):
    subscription = await b.subscribe(lambda *args: None, 'com.remembered')
    await publish(a, 'com.remembered', 'one')
    await publish(a, 'com.remembered', 'two')
    result = await b.call('wamp.subscription.get_events', subscription.id)
    events = list(result.results) if hasattr(result, 'results') else result
    assert [event['args'] for event in events[:2]] == [['one'], ['two']] or [
        event['args'] for event in events[-2:]] == [['two'], ['one']], events


GET_EVENTS = 'wamp.subscription.get_events'


@feature('missed events by publication')
async def _(a, b, c, open):
    events = Inbox()
    subscription = await b.subscribe(events, 'com.remembered.more', SubscribeOptions(details=True))
    await publish(a, 'com.remembered.more', 'heard')
    await events.same('heard')
    publication = events.details.publication
    await publish(a, 'com.remembered.more', 'missed')
    result = await b.call(GET_EVENTS, subscription.id, after_publication=publication)
    assert [event['args'] for event in result.results] == [['missed']], result


@feature('missed events by position')
async def _(a, b, c, open):
    subscription = await b.subscribe(lambda *args: None, 'com.remembered.more')
    position = (await b.call(GET_EVENTS, subscription.id, limit=0)).kwresults['position']
    await publish(a, 'com.remembered.more', 'missed')
    result = await b.call(GET_EVENTS, subscription.id, after_position=position)
    assert [event['args'] for event in result.results] == [['missed']], result
    assert result.kwresults['complete'] and result.kwresults['gap'] is None, result


@feature('testament')
async def _(a, b, c, open):
    events = Inbox()
    await a.subscribe(events, 'com.testament')
    other = await open('open')
    await other.call('wamp.session.add_testament', 'com.testament', ['gone'], {'who': 'other'})
    await other.close()
    await events.same('gone', who='other')


@feature('user of the HTTP handshake')
async def _(a, b, c, open):
    session = await open('site', None, {'Authorization': 'Bearer token of web'})
    assert (session.details.authid, session.details.authrole) == ('web', 'staff')
    await session.close()


@feature('authentication denied')
async def _(a, b, c, open):
    for auth in AUTH['ticket'], AUTH['wampcra']:
        for wrong in {'secret': 'wrong'}, {'authid': 'nobody'}:
            assert (await failure(open('closed', {**auth, **wrong}))).error == 'wamp.error.authentication_denied'


def authentication(auth):
    async def check(a, b, c, open):
        session = await open('closed', auth)
        assert (session.details.authid, session.details.authmethod) == (auth['authid'], auth['method'])
        assert await session.call('app.add', 1, 2) == 3
        await session.close()
    return check


for name, auth in AUTH.items():
    feature(name)(authentication(auth))


async def run(url, format):
    def open(realm, auth=None, headers=None):
        return connect(url + '/' + realm, format, realm, auth, headers)

    failed = 0
    for name, check in FEATURES.items():
        try:
            sessions = [await open('open') for i in range(3)]
            await asyncio.wait_for(check(*sessions, open), 100)
            print('ok', format, name, flush=True)
            reasons = [await session.close() for session in sessions]
            if name == 'publish and subscribe':
                assert reasons == 3 * ['wamp.close.goodbye_and_out'], reasons
                print('ok', format, 'join and goodbye', flush=True)
        except Exception:
            failed += 1
            print('failed', format, name, traceback.format_exc(), flush=True)
    raw = url.replace('ws:', 'rs:')
    try:
        a, b = [await connect(raw, format, 'open') for i in range(2)]
        await FEATURES['publish and subscribe'](a, b, None, None)
        await FEATURES['call and register'](a, b, None, None)
        await a.close()
        await b.close()
        print('ok', format, 'RawSocket', flush=True)
    except Exception:
        failed += 1
        print('failed', format, 'RawSocket', traceback.format_exc(), flush=True)
    return failed


async def main():
    sys.exit(sum([await run(sys.argv[1], format) for format in sys.argv[2:]]) > 0)

asyncio.run(main())
