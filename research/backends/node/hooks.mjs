// A backend for hookcast's JSON hooks in Node.js. Who publishes or plays needs ?token=$HOOK_TOKEN.
//   HOOK_SECRET=whsec_... HOOK_TOKEN=... node hooks.mjs PORT
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const { HOOK_SECRET = '', HOOK_TOKEN } = process.env;
if (!HOOK_SECRET.startsWith('whsec_') || !HOOK_TOKEN) throw new Error('HOOK_SECRET=whsec_... and HOOK_TOKEN are needed');
const key = Buffer.from(HOOK_SECRET.slice(6), 'base64');
const answers = new Map(); // by webhook-id: what is told again is answered again, and not acted on

function isSigned({ 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signatures = '' }, body) {
  if (!id || !/^\d+$/.test(time) || Math.abs(Date.now() / 1000 - time) > 300) return false;
  const wanted = createHmac('sha256', key).update(`${id}.${time}.`).update(body).digest();
  return signatures.split(' ').some((signature) => {
    const given = Buffer.from(signature.replace(/^v1,/, ''), 'base64');
    return signature.startsWith('v1,') && given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}

function decide({ action, param = '', stream = '' }) {
  console.log(action, stream);
  if (action !== 'on_publish' && action !== 'on_play') return { code: 0 };
  return { code: new URLSearchParams(param).get('token') === HOOK_TOKEN ? 0 : 1 };
}

const server = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray());
  const id = request.headers['webhook-id'];
  if (!isSigned(request.headers, body)) return response.writeHead(401).end();
  if (!answers.has(id)) answers.set(id, JSON.stringify(decide(JSON.parse(body))));
  if (answers.size > 10000) answers.delete(answers.keys().next().value);
  response.setHeader('Content-Type', 'application/json').end(answers.get(id));
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log('listening'));
