#include "api-server/PageScripts.h"

namespace hookcast::mock {

const char* const kCurlScript = R"page('use strict';

const MAX_ARGUMENT = 100000; // bytes: an argument of a program may have 128 KiB
// What a terminal obeys, or shows in another order than it is.
const UNFIT = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const NOT_SENT_AGAIN = ['host', 'content-length', 'connection', 'expect', 'transfer-encoding'];

// For sh: between single quotes nothing has a meaning but the quote itself.
function quoted(text) {
  return "'" + text.replaceAll("'", "'\\''") + "'";
}

function toBase64(text) {
  let bytes = '';
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return btoa(bytes);
}

// A body that no argument can hold, or that is unfit for a terminal, goes through a pipe. A builtin printf takes any length.
function bodyOf(call) {
  if (call.raw_body === '') return { before: '', words: [] };
  const isPlain = call.raw_body_base64 === undefined && !UNFIT.test(call.raw_body) &&
    new TextEncoder().encode(call.raw_body).length < MAX_ARGUMENT;
  if (isPlain) return { before: '', words: ['--data-raw', quoted(call.raw_body)] };
  const base64 = call.raw_body_base64 ?? toBase64(call.raw_body);
  return { before: "printf %s '" + base64 + "' | base64 -d | ", words: ['--data-binary', '@-'] };
}

function headersOf(call, hasBody) {
  const words = [];
  const add = (line) => words.push('-H', quoted(line));
  for (const [name, value] of Object.entries(call.headers))
    if (!NOT_SENT_AGAIN.includes(name)) add(value === '' ? name + ';' : name + ': ' + value);
  // What curl would say of itself, and the call did not.
  for (const name of ['accept', 'user-agent']) if (call.headers[name] === undefined) add(name + ':');
  if (hasBody) {
    if (call.headers['content-type'] === undefined) add('content-type:');
    add('expect:');
  }
  return words;
}

// A line for sh that sends the same call to this server again.
function curlLine(call, origin) {
  const target = call.path + (call.query === '' ? '' : '?' + call.query);
  const body = bodyOf(call);
  const words = ['curl', '--globoff', '--path-as-is'];
  if (call.method === 'HEAD') words.push('--head');
  else words.push('-X', quoted(call.method));
  if (target.includes('#')) words.push('--request-target', quoted(target));
  words.push(...headersOf(call, body.words.length > 0), ...body.words, quoted(origin + target));
  return body.before + words.join(' ');
}

// False: the browser does not let the page.
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Away from this machine, over plain HTTP, a page has no clipboard of this kind.
  }
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand('copy');
  area.remove();
  return isCopied;
}
)page";

} // namespace hookcast::mock
