# Observer with python3-autobahn. Each line of the input is {"url", "topics", "logged", "marks"} and opens a connection;
# each line of the output is a note: {"ready"}, {"topic", "event", "mark"}, {"topic", "gap"}, {"end"}.
import asyncio
import json
import logging
import sys

import txaio

txaio.use_asyncio()
from autobahn.asyncio.wamp import ApplicationRunner, ApplicationSession  # noqa: E402
from autobahn.wamp.exception import ApplicationError  # noqa: E402
from autobahn.wamp.types import SubscribeOptions  # noqa: E402

logging.disable(logging.CRITICAL)
SECONDS = 8


def note(**fields):
    print(json.dumps(fields), flush=True)


class Session(ApplicationSession):
    def __init__(self, config):
        super().__init__(config)
        loop = asyncio.get_running_loop()
        self.joined, self.left = loop.create_future(), loop.create_future()

    def onJoin(self, details):
        self.joined.set_result(None)

    def onLeave(self, details):
        if not self.joined.done():
            self.joined.set_exception(ConnectionError(details.reason))
        self.left.set_result(details.reason)
        self.disconnect()


class Reader:
    """One topic of a connection."""

    def __init__(self, topic, mark):
        self.topic, self.mark = topic, mark
        self.live = False
        self.held = []  # live events until the answer, which contains them

    def on_event(self, event, details):
        if self.live:
            self.hear(event, details.publication)
        else:
            self.held.append((event, details.publication))

    def hear(self, event, publication):
        note(topic=self.topic, event=event, mark={'after_publication': publication})

    async def begin(self, session, logged):
        subscription = await session.subscribe(self.on_event, self.topic, SubscribeOptions(details=True))
        recovered = set()
        complete = not logged
        while not complete:
            options = self.mark or {'limit': 0}
            result = await session.call('wamp.subscription.get_events', subscription.id, **options)
            if result.kwresults['gap'] and self.mark:
                note(topic=self.topic, gap=result.kwresults['gap']['reason'])
            for event in result.results:
                recovered.add(event['publication'])
                self.hear(event['args'][0], event['publication'])
            complete = not self.mark or result.kwresults['complete']
            self.mark = {'after_position': result.kwresults['position']}
            note(topic=self.topic, mark=self.mark)
        for event, publication in self.held:
            if publication not in recovered:
                self.hear(event, publication)
        self.live = True


async def observe(wanted):
    sessions = []

    def make(config):
        sessions.append(Session(config))
        return sessions[0]

    runner = ApplicationRunner(wanted['url'], 'realm1')
    await asyncio.wait_for(runner.run(make, start_loop=False), SECONDS)
    for _ in range(SECONDS * 100):
        if sessions:
            break
        await asyncio.sleep(0.01)
    session = sessions[0]
    await asyncio.wait_for(session.joined, SECONDS)
    try:
        await asyncio.wait_for(
            session.subscribe(lambda gap: note(topic=gap['topic'], gap=gap['reason']), 'sprocket.gap'), SECONDS)
    except ApplicationError:
        pass  # an earlier version of the server
    for topic in wanted['topics']:
        reader = Reader(topic, wanted['marks'].get(topic))
        await asyncio.wait_for(reader.begin(session, topic in wanted['logged']), SECONDS)
    note(ready=True)
    return await session.left


async def main():
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        try:
            end = await observe(json.loads(line))
        except Exception as e:
            end = repr(e)
        note(end=end)

asyncio.run(main())
