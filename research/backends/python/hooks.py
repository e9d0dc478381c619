"""A backend for hookcast's JSON hooks in Python. Who publishes or plays needs ?token=$HOOK_TOKEN.

HOOK_SECRET=whsec_... HOOK_TOKEN=... python3 hooks.py PORT
"""
import base64, hashlib, hmac, json, os, sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

KEY = base64.b64decode(os.environ['HOOK_SECRET'].removeprefix('whsec_'), validate=True)
TOKEN = os.environ['HOOK_TOKEN']
assert KEY and TOKEN
answers = {}  # by webhook-id: what is told again is answered again, and not acted on

def is_signed(headers, body):
    call_id, sent_at = headers.get('webhook-id', ''), headers.get('webhook-timestamp', '')
    if not call_id or not sent_at.isdecimal() or abs(time.time() - int(sent_at)) > 300:
        return False
    digest = hmac.new(KEY, f'{call_id}.{sent_at}.'.encode() + body, hashlib.sha256).digest()
    wanted = b'v1,' + base64.b64encode(digest)
    given = headers.get('webhook-signature', '').split(' ')
    return any(hmac.compare_digest(signature.encode(), wanted) for signature in given)

def decide(call):
    print(call['action'], call.get('stream', ''), flush=True)
    token = parse_qs(call.get('param', '').removeprefix('?')).get('token', [''])[0]
    asks = call['action'] in ('on_publish', 'on_play')
    return {'code': 1 if asks and not hmac.compare_digest(token.encode(), TOKEN.encode()) else 0}

class Hooks(BaseHTTPRequestHandler):
    def do_POST(self):
        body, call_id = self.rfile.read(int(self.headers['Content-Length'])), self.headers['webhook-id']
        if not is_signed(self.headers, body):
            return self.send_error(401)
        if call_id not in answers:
            answers[call_id] = decide(json.loads(body))
        if len(answers) > 10000:
            del answers[next(iter(answers))]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(answers[call_id]).encode())

ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), Hooks).serve_forever()
