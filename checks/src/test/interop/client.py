# WebSocket client with python3-websockets (Debian). Usage: client.py URL. Exits with 0 if every message is echoed.
import asyncio
import random
import sys

import websockets
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

random.seed(7)
words = [bytes(random.choices(b'abcdefghijklmnop', k=random.randint(1, 30))).decode() for _ in range(300)]
messages = [''.join(random.choices(words, k=k)) for k in (0, 1, 20, 300, 3000)]
messages += [m.encode() for m in messages] + [random.randbytes(2000), 'grüße \U0001f600 ' * 3000, 'x' * 120_000]

settings = [None, [ClientPerMessageDeflateFactory()]]
for bits in 8, 9, 12, 15:
    settings.append([ClientPerMessageDeflateFactory(server_max_window_bits=bits)])
    settings.append([ClientPerMessageDeflateFactory(
        server_max_window_bits=bits, client_max_window_bits=max(9, bits),
        server_no_context_takeover=bits % 2 == 0, client_no_context_takeover=bits % 3 == 0)])


async def run(url, extensions):
    async with websockets.connect(url, compression=None, extensions=extensions, max_size=None) as ws:
        for round in range(2):
            for message in messages:
                await ws.send(message)
        for round in range(2):
            for message in messages:
                assert await ws.recv() == message, (url, extensions, len(message))
        # an iterable is sent as fragments
        await ws.send(['frag', 'men', 'ted'])
        assert await ws.recv() == 'fragmented'
        await (await ws.ping(b'are you there'))
        await ws.close(4000, 'bye')
        assert (ws.close_code, ws.close_reason) == (4000, 'bye'), (ws.close_code, ws.close_reason)


async def main(url):
    for path in '/plain', '/deflate', '/takeover':
        for extensions in settings:
            await asyncio.wait_for(run(url + path, extensions), 60)
    print(3 * len(settings), 'settings', 2 * len(messages), 'messages each')

asyncio.run(main(sys.argv[1]))
