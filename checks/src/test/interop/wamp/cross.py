# Usage: cross.py URL FORMAT NAME OTHER... Calls every other client and exchanges events with all of them.
# An rs:// URL uses RawSocket.
import asyncio
import sys

from clients import connect
from autobahn.wamp.types import PublishOptions


async def main(url, format, name, *others):
    session = await connect(url if url.startswith('rs:') else url + '/open', format, 'open')
    received = asyncio.Queue()
    await session.subscribe(received.put_nowait, 'com.cross.topic')
    await session.register(lambda who: f'{name} hears {who}', 'com.cross.' + name)
    await session.call('app.meet', len(others) + 1)
    for other in others:
        if other != 'v1':
            assert await session.call('com.cross.' + other, name) == f'{other} hears {name}'
    await session.publish('com.cross.topic', name, options=PublishOptions(acknowledge=True))
    names = [await received.get() for other in others]
    assert sorted(names) == sorted(others), names
    await session.call('app.meet', len(others) + 1)
    await session.close()
    print('ok', format, name)

asyncio.run(asyncio.wait_for(main(*sys.argv[1:]), 60))
