# Renews the login of a WAMP session with autobahn-python: identity.py URL TOKEN NEWER_TOKEN FOREIGN_TOKEN
import asyncio
import sys

import txaio

txaio.use_asyncio()
from autobahn.asyncio.wamp import ApplicationRunner, ApplicationSession  # noqa: E402
from autobahn.wamp.exception import ApplicationError  # noqa: E402

url, token, newer, foreign = sys.argv[1:5]


class Client(ApplicationSession):
    async def onJoin(self, details):
        print('joined', details.authid, details.authrole, flush=True)
        told = asyncio.get_running_loop().create_future()
        await self.subscribe(lambda data: told.done() or told.set_result(data), 'sprocket.auth.expiring')
        data = await told
        print('expiring', sorted(data), flush=True)
        try:
            await self.subscribe(lambda: None, 'desk')
        except ApplicationError as e:
            print('desk', e.error, flush=True)
        for one in (foreign, 'junk', newer):
            try:
                await self.call('sprocket.auth.renew', one)
                print('renewed', flush=True)
            except ApplicationError as e:
                print('refused', e.error, flush=True)
        await self.subscribe(lambda event: print('desk', event, flush=True), 'desk')
        print('subscribed', flush=True)

    def onLeave(self, details):
        print('left', details.reason, flush=True)
        self.disconnect()

    def onDisconnect(self):
        asyncio.get_running_loop().stop()


ApplicationRunner(url, 'realm1', headers={'Authorization': 'Bearer ' + token}).run(Client)
