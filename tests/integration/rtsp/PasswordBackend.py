"""A backend that knows passwords: those who bring one by Basic are compared, those who answer a Digest are reckoned.

Takes JSON hooks and form notify. Every opening is looked at, and what is no opening is taken. What it has heard goes into
the file `calls`, a line for each: `yes ACTION USER` or `no ACTION USER`. Run by uWSGI.
"""
import hashlib
import hmac
import json
import os
import urllib.parse

PASSWORDS = {'ann': 'secret', 'Gr\u00fc\u00dfe, "x"': 'a:b@c/d%e f?\u20ac'}
HASHES = {'MD5': hashlib.md5, 'SHA-256': hashlib.sha256}
OPENINGS = ('on_connect', 'on_publish', 'on_play', 'connect', 'publish', 'play')

calls = os.open('calls', os.O_WRONLY | os.O_CREAT | os.O_APPEND)


def is_right(call):
    password = PASSWORDS.get(call.get('user'))
    if password is None:
        return False
    if 'digest_response' not in call:
        return hmac.compare_digest(call.get('password', '').encode(), password.encode())

    def digest(text):
        return HASHES[call['digest_algorithm']](text.encode()).hexdigest()

    ha1 = digest('%s:%s:%s' % (call['user'], call['digest_realm'], password))
    return hmac.compare_digest(digest(ha1 + ':' + call['digest_rest']), call['digest_response'])


def application(environ, start_response):
    body = environ['wsgi.input'].read(int(environ.get('CONTENT_LENGTH') or 0)).decode()
    if environ.get('CONTENT_TYPE') == 'application/json':
        call = json.loads(body)
        action = call['action']
    else:
        call = dict(urllib.parse.parse_qsl(body or environ['QUERY_STRING'], keep_blank_values=True))
        action = call['call']
    isYes = action not in OPENINGS or is_right(call)
    os.write(calls, ('%s %s %s\n' % ('yes' if isYes else 'no', action, call.get('user', '-'))).encode())
    start_response('200 OK' if isYes else '403 Forbidden', [('Content-Type', 'text/plain')])
    return [b'0' if isYes else b'1']
