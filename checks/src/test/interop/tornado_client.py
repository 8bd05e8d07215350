# WebSocket client with python3-tornado (Debian). Usage: tornado_client.py URL. Exits with 0 if every message is echoed.
import asyncio
import sys

from tornado.websocket import websocket_connect

messages = ['', 'x', 'compress me ' * 100, 'compress me ' * 100, 'gr\u00fc\u00dfe \U0001f600 ' * 3000]
messages += [m.encode() for m in messages] + [bytes(range(256)) * 600]


async def run(url, compression):
    ws = await websocket_connect(url, compression_options=compression, max_message_size=1 << 24)
    for round in range(3):
        for message in messages:
            await ws.write_message(message, binary=isinstance(message, bytes))
            echo = await ws.read_message()
            assert echo == message, (url, compression, len(message), echo is None and ws.close_code)
    ws.close(4000, 'bye')
    assert await ws.read_message() is None
    assert ws.close_code == 4000, ws.close_code


async def main(url):
    for path in '/plain', '/deflate', '/takeover':
        for compression in None, {}, {'compression_level': 9, 'mem_level': 5}:
            await asyncio.wait_for(run(url + path, compression), 60)

asyncio.run(main(sys.argv[1]))
