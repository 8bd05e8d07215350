# Runs all cases of the Autobahn test suite: fuzz.py DIRECTORY URL
import sys

from autobahntestsuite import wstest

wstest.start({'mode': 'fuzzingclient'}, {
    # the server closes the TCP connection, as required; the client does not have to
    'failByDrop': False,
    'outdir': sys.argv[1],
    'servers': [{'agent': 'sprocket', 'url': sys.argv[2], 'options': {'version': 18}}],
    'cases': ['*'],
    'exclude-cases': [],
    'exclude-agent-cases': {}})
