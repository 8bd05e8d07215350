# WAMP client with python3-autobahn (Debian): session = await connect(url, format, realm, auth). rs:// uses RawSocket.
import asyncio
import binascii
import logging

import txaio

txaio.use_asyncio()
from autobahn.asyncio.wamp import ApplicationRunner, ApplicationSession  # noqa: E402
from autobahn.asyncio.rawsocket import WampRawSocketClientProtocol  # noqa: E402
from autobahn.wamp import auth as proofs  # noqa: E402
from autobahn.wamp.cryptosign import CryptosignKey  # noqa: E402
from autobahn.wamp.serializer import JsonSerializer, MsgPackSerializer  # noqa: E402
from autobahn.wamp.exception import ApplicationError  # noqa: E402
from autobahn.wamp.types import TransportDetails  # noqa: E402

logging.disable(logging.CRITICAL)
# version 22.7.1 with asyncio does not set this attribute, but reads it when the session begins
WampRawSocketClientProtocol.transport_details = TransportDetails()
SERIALIZERS = {'json': JsonSerializer, 'msgpack': MsgPackSerializer}


class Session(ApplicationSession):
    def __init__(self, config):
        super().__init__(config)
        self.auth = config.extra
        self.joined = asyncio.get_running_loop().create_future()
        self.left = asyncio.get_running_loop().create_future()
        if 'seed' in self.auth:
            self.key = CryptosignKey.from_bytes(binascii.a2b_hex(self.auth['seed']))

    def onConnect(self):
        methods = [self.auth['method']] if self.auth else None
        extra = {'pubkey': self.key.public_key()} if 'seed' in self.auth else None
        self.join(self.config.realm, authmethods=methods, authid=self.auth.get('authid'), authextra=extra)

    def onChallenge(self, challenge):
        if challenge.method == 'ticket':
            return self.auth['secret']
        if challenge.method == 'cryptosign':
            return self.key.sign_challenge(challenge)
        key = self.auth['secret'].encode()
        if 'salt' in challenge.extra:
            key = proofs.derive_key(
                key, challenge.extra['salt'], challenge.extra['iterations'], challenge.extra['keylen'])
        return proofs.compute_wcs(key, challenge.extra['challenge'].encode()).decode()

    def onJoin(self, details):
        self.details = details
        self.joined.set_result(details)

    def onLeave(self, details):
        if not self.joined.done():
            self.joined.set_exception(ApplicationError(details.reason, details.message))
        self.left.set_result(details.reason)
        self.disconnect()

    async def close(self):
        self.leave()
        return await asyncio.wait_for(self.left, 60)


async def connect(url, format, realm, auth=None, headers=None):
    sessions = []

    def make(config):
        sessions.append(Session(config))
        return sessions[0]

    runner = ApplicationRunner(
        url, realm, extra=auth or {}, serializers=[SERIALIZERS[format]()], headers=headers)
    await runner.run(make, start_loop=False)
    # the session is created when the connection is established
    while not sessions:
        await asyncio.sleep(0.01)
    await asyncio.wait_for(sessions[0].joined, 60)
    return sessions[0]
