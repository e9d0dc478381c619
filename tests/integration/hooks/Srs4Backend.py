"""A backend as those for SRS 4 to 8 are: it decodes each call into fields of fixed types and takes nothing else.

Admits everybody. What it has heard goes into the file `calls`, a line for each: `ok ACTION CLIENT`, or `error WHY`, which is
answered with status 500. Run by uWSGI.
"""
import json
import os

CLIENT = {'action': str, 'client_id': str, 'ip': str, 'vhost': str, 'app': str, 'server_id': str, 'service_id': str,
          'event_id': str}
CONNECTION = dict(CLIENT, tcUrl=str, pageUrl=str, stream=str, param=str, send_bytes=int, recv_bytes=int,
                  duration=(int, float), reason=str)
STREAM = dict(CONNECTION, stream_url=str, stream_id=str, clients=int, replaces=str)
RECORDING = dict(STREAM, cwd=str, file=str)

# What is sent where, and what must be there, in SRS's order.
EVENTS = {
    '/api/v1/clients': {
        'on_connect': (CONNECTION, ['stream', 'param', 'tcUrl', 'pageUrl']),
        'on_close': (CONNECTION, ['send_bytes', 'recv_bytes']),
    },
    '/api/v1/streams': {
        'on_publish': (STREAM, ['tcUrl', 'stream', 'param', 'stream_url', 'stream_id']),
        'on_unpublish': (STREAM, ['tcUrl', 'stream', 'param', 'stream_url', 'stream_id']),
    },
    '/api/v1/sessions': {
        'on_play': (STREAM, ['stream', 'tcUrl', 'param', 'pageUrl', 'stream_url', 'stream_id', 'clients']),
        'on_stop': (STREAM, ['tcUrl', 'stream', 'param', 'stream_url', 'stream_id', 'clients']),
    },
    '/api/v1/dvrs': {
        'on_dvr': (RECORDING, ['tcUrl', 'stream', 'param', 'cwd', 'file', 'stream_url', 'stream_id']),
    },
}
FIRST = ['server_id', 'service_id', 'action', 'client_id', 'ip', 'vhost', 'app']

calls = os.open('calls', os.O_WRONLY | os.O_CREAT | os.O_APPEND)


def is_of(value, kind):
    return isinstance(value, kind) and not isinstance(value, bool)


def decode(path, method, content_type, body):
    """The call as one line; ValueError says what is wrong with it."""
    if method != 'POST' or content_type != 'application/json':
        raise ValueError('%s of %s' % (method, content_type))
    if path not in EVENTS:
        raise ValueError('no such path: ' + path)
    pairs = json.loads(body.decode('utf-8'), object_pairs_hook=list)
    call = dict(pairs)
    keys = [key for key, _ in pairs]
    if len(call) != len(keys):
        raise ValueError('a key stands there twice')
    if call.get('action') not in EVENTS[path]:
        raise ValueError('%s at %s' % (call.get('action'), path))
    types, wanted = EVENTS[path][call['action']]
    for key, value in pairs:
        if key not in types:
            raise ValueError('%s has an unknown %s' % (call['action'], key))
        if not is_of(value, types[key]):
            raise ValueError('%s: cannot unmarshal %r into %s' % (call['action'], value, key))
    # A stream that nobody has published or played yet has no id.
    ordered = FIRST + [key for key in wanted if key != 'stream_id' or key in call]
    if [key for key in keys if key in ordered] != ordered:
        raise ValueError('%s has %s' % (call['action'], ' '.join(keys)))
    return 'ok %s %s' % (call['action'], call['client_id'])


def application(environ, start_response):
    body = environ['wsgi.input'].read(int(environ.get('CONTENT_LENGTH') or 0))
    try:
        line = decode(environ['PATH_INFO'], environ['REQUEST_METHOD'], environ.get('CONTENT_TYPE'), body)
        status, answer = '200 OK', b'{"code":0,"data":null}'
    except ValueError as why:
        line = 'error %s' % why
        status, answer = '500 Internal Server Error', str(why).encode('utf-8')
    os.write(calls, (line + '\n').encode('utf-8'))
    start_response(status, [('Content-Type', 'application/json'), ('Content-Length', str(len(answer)))])
    return [answer]
