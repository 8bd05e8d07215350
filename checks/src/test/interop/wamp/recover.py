# Usage: recover.py URL FORMAT. Subscribes to "news", and recovers by publication ids what it missed after each loss.
# Prints "ready", "event N", "gap REASON" and "lost"; connects again for each line of the input. rs:// uses RawSocket.
import asyncio
import sys

from clients import connect
from autobahn.wamp.types import SubscribeOptions


def write(text):
    print(text, flush=True)


async def main(url, format):
    mark = {}

    def hear(event, publication):
        nonlocal mark
        write(f'event {event}')
        mark = {'after_publication': publication}

    while True:
        session = await connect(url if url.startswith('rs:') else url + '/open', format, 'open')
        held = []  # live events until the answer, which contains them
        live = False

        def on_event(event, details):
            if live:
                hear(event, details.publication)
            else:
                held.append((event, details.publication))

        subscription = await session.subscribe(on_event, 'news', SubscribeOptions(details=True))
        recovered = set()
        first = not mark
        complete = False
        while not complete:
            options = {'limit': 0} if first else mark
            result = await session.call('wamp.subscription.get_events', subscription.id, **options)
            if result.kwresults['gap']:
                write('gap ' + result.kwresults['gap']['reason'])
            for event in result.results:
                recovered.add(event['publication'])
                write(f"event {event['args'][0]}")
            mark = {'after_position': result.kwresults['position']}
            complete = first or result.kwresults['complete']
        for event, publication in held:
            if publication not in recovered:
                hear(event, publication)
        live = True
        write('ready')
        await session.left
        write('lost')
        if not await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline):
            return

asyncio.run(main(*sys.argv[1:]))
