// A backend that admits what the npm package standardwebhooks takes for signed, and tells of each call.
//   node verify.mjs SECRET PORT FOLDER_FOR_PACKAGES
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackages } from '../browser/Packages.mjs';

const [secret, port, folder] = process.argv.slice(2);
const installed = resolve(folder);
installPackages(dirname(fileURLToPath(import.meta.url)), installed);
const { Webhook, WebhookVerificationError } = createRequire(join(installed, 'package.json'))('standardwebhooks');
const webhook = new Webhook(secret);

function fault(content, headers) {
  try {
    webhook.verify(content, headers);
  } catch (error) {
    // It reads what it has verified as JSON, which a form is not.
    if (error instanceof WebhookVerificationError || !(error instanceof SyntaxError)) return error.message;
  }
  return null;
}

const server = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString();
  const query = request.url.indexOf('?');
  const why = fault(request.method === 'GET' ? request.url.slice(query + 1) : body, request.headers);
  console.log(why === null ? 'signed' : `not signed (${why})`, request.method, request.url.split('?')[0]);
  response.writeHead(why === null ? 200 : 401).end('0');
});
server.listen(Number(port), '127.0.0.1');
