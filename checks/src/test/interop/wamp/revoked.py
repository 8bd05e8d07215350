# Usage: revoked.py URL. Subscribes to "news", and prints the end of the session.
import asyncio
import sys

from clients import connect


async def main():
    session = await connect(sys.argv[1], 'json', 'realm1')
    await session.subscribe(lambda *event: None, 'news')
    print('subscribed', flush=True)
    print(await asyncio.wait_for(session.left, 60))

asyncio.run(main())
