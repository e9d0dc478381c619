#include "api-server/IndexPage.h"

#include "api-server/PageScripts.h"

namespace hookcast::mock {

const char* const kIndexPagePolicy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
                                     "img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'";

namespace {

constexpr const char* kMarkup = R"page(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>mock-hook-server</title>
<link rel="icon" href="data:,">
<style>
:root {
  color-scheme: light dark;
  --text: #1c2430; --muted: #687385; --ground: #f5f6f8; --card: #ffffff; --line: #e1e5ea;
  --good: #14743f; --good-ground: #dff3e7; --bad: #a02b22; --bad-ground: #fbe3e0; --accent: #2357c6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e4e8ee; --muted: #93a0b2; --ground: #12161c; --card: #1a2029; --line: #2b3340;
    --good: #7ddba3; --good-ground: #173826; --bad: #ff9f94; --bad-ground: #43201c; --accent: #8fb4ff;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 14px/1.45 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; padding: 14px 20px;
         background: var(--card); border-bottom: 1px solid var(--line); position: sticky; top: 0; }
h1 { font-size: 17px; margin: 0; }
#state { color: var(--muted); flex: 1; }
input, button { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line);
                border-radius: 6px; padding: 5px 10px; }
#filter { flex: 0 1 16em; min-width: 0; }
textarea { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line);
           border-radius: 6px; padding: 5px 10px; flex: 1 1 8em; min-width: 0; }
button { cursor: pointer; }
button:hover, input:focus { border-color: var(--accent); }
main, details { padding: 16px 20px; }
details { padding-bottom: 0; }
table { width: 100%; border-collapse: collapse; background: var(--card); border: 1px solid var(--line); }
th { text-align: left; font-weight: 600; color: var(--muted); }
th, td { padding: 7px 12px; border-bottom: 1px solid var(--line); vertical-align: top; }
td.number, td.time { white-space: nowrap; }
td.number, td.time { color: var(--muted); font-variant-numeric: tabular-nums; }
td, li { overflow-wrap: anywhere; }
td.what, td.answer { min-width: 8em; }
tr.call { cursor: pointer; }
tr.call:hover { background: var(--ground); }
.badge { display: inline-block; border-radius: 4px; padding: 0 7px; font-weight: 600; }
.badge.good { color: var(--good); background: var(--good-ground); }
.badge.bad { color: var(--bad); background: var(--bad-ground); }
.note { color: var(--muted); margin-left: 6px; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: 12.5px/1.5 ui-monospace, monospace; }
pre.curl { margin: 8px 0; padding: 8px; background: var(--ground); border-radius: 6px; }
ol { padding: 0; list-style: none; }
li.rule, .pair, #rule-form label { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; margin: 6px 0; }
li.rule .what { flex: 1 1 12em; min-width: 0; }
#rule-form { background: var(--card); border: 1px solid var(--line); padding: 12px; max-width: 640px; }
#rule-form[hidden] { display: none; }
#rule-form input[type=number] { width: 8em; }
#rule-error { color: var(--bad); overflow-wrap: anywhere; }
#empty { color: var(--muted); text-align: center; padding: 48px; }
@media (max-width: 640px) {
  header { position: static; padding: 10px 12px; }
  main, details { padding: 10px 12px; }
  #filter { flex: 1 1 100%; }
  thead { display: none; }
  table, tbody, tr, td { display: block; }
  tr { border-bottom: 1px solid var(--line); padding: 6px 0; }
  tr.call { display: flex; flex-wrap: wrap; }
  tr[hidden] { display: none; }
  td { border: 0; padding: 2px 10px; max-width: 100%; min-width: 0; }
  td.what, td.answer { flex: 1 1 100%; }
}
</style>
</head>
<body>
<header>
  <h1>mock-hook-server</h1>
  <span id="state">connecting</span>
  <input id="filter" type="search" placeholder="only calls that contain" aria-label="Filter">
  <button id="pause" type="button">Pause</button>
  <button id="clear" type="button">Clear</button>
</header>
<details id="rules">
  <summary>Rules: <span id="rule-count">none</span></summary>
  <p class="note">The first rule that matches and has times left decides about a call.</p>
  <ol id="rule-list"></ol>
  <button id="add-rule" type="button">Add a rule</button>
  <p id="rule-error" role="alert"></p>
  <form id="rule-form" hidden>
    <div>Calls in which all of these fit (<code>*</code> and <code>?</code> stand for any text and character); a field of
      the body, or path, method, query:</div>
    <div id="match-list"></div>
    <button id="add-match" type="button">Add a field</button>
    <label>are answered with status <input name="status" type="number" min="0" max="599" required></label>
    <label><input name="own" type="checkbox"> and the body that they would have had, or</label>
    <label>the body <textarea name="body" rows="2"></textarea></label>
    <div>and these headers:</div>
    <div id="header-list"></div>
    <button id="add-header" type="button">Add a header</button>
    <label>after <input name="delay" type="number" min="0" max="600000" required> ms</label>
    <label><input name="drop" type="checkbox"> or are dropped, without an answer</label>
    <label>so many times: <input name="times" type="number" min="1" placeholder="always"></label>
    <button name="save">Add</button>
    <button name="cancel" type="button">Cancel</button>
  </form>
</details>
<main>
  <table>
    <thead><tr><th>#</th><th>Time</th><th>Action</th><th>What</th><th>Answer</th></tr></thead>
    <tbody id="calls"></tbody>
  </table>
  <p id="empty">No call yet. Point a hook at this server and start a stream.</p>
</main>
<script>
)page";

constexpr const char* kEnd = R"page(</script>
</body>
</html>
)page";

} // namespace

std::string indexPage() {
    return std::string(kMarkup) + kCurlScript + kRulesScript + kCallsScript + kEnd;
}

} // namespace hookcast::mock
