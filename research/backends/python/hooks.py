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
    if call['action'] not in ('on_publish', 'on_play'):
        return {'code': 0}
    token = parse_qs(call['param'].removeprefix('?')).get('token', [''])[0]
    return {'code': 0 if hmac.compare_digest(token.encode(), TOKEN.encode()) else 1}

class Hooks(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_POST(self):
        body, call_id = self.rfile.read(int(self.headers['Content-Length'])), self.headers['webhook-id']
        signed = is_signed(self.headers, body)
        if signed and call_id not in answers:
            answers[call_id] = decide(json.loads(body))
        while len(answers) > 10000:
            del answers[next(iter(answers))]
        answer = json.dumps(answers[call_id]).encode() if signed else b''
        self.send_response(200 if signed else 401)
        self.send_header('Content-Length', str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), Hooks)
print('listening', flush=True)
server.serve_forever()
