<?php
// A backend for hookcast's JSON hooks in PHP. Who publishes or plays needs ?token=$HOOK_TOKEN.
//   HOOK_SECRET=whsec_... HOOK_TOKEN=... HOOK_FOLDER=/var/lib/hooks php -S 127.0.0.1:PORT hooks.php
$key = base64_decode(substr(getenv('HOOK_SECRET') ?: '', strlen('whsec_')), true);
$token = getenv('HOOK_TOKEN');
$folder = getenv('HOOK_FOLDER');
if (!$key || !$token || !$folder) {
    error_log('HOOK_SECRET=whsec_..., HOOK_TOKEN and HOOK_FOLDER are needed');
    http_response_code(500);
    exit;
}

function isSigned(string $key, string $body): bool {
    $id = $_SERVER['HTTP_WEBHOOK_ID'] ?? '';
    $time = $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '';
    if ($id === '' || !ctype_digit($time) || abs(time() - (int) $time) > 300) return false;
    $wanted = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$time.$body", $key, true));
    foreach (explode(' ', $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '') as $given)
        if (hash_equals($wanted, $given)) return true;
    return false;
}

function decide(array $call, string $token): array {
    error_log($call['action'] . ' ' . ($call['stream'] ?? ''));
    if (!in_array($call['action'], ['on_publish', 'on_play'])) return ['code' => 0];
    parse_str(ltrim($call['param'], '?'), $query);
    return ['code' => is_string($query['token'] ?? null) && hash_equals($token, $query['token']) ? 0 : 1];
}

$body = file_get_contents('php://input');
if (!isSigned($key, $body)) {
    http_response_code(401);
    exit;
}
// By webhook-id: what is told again is answered again, and not acted on. A cron job removes old files.
$file = $folder . '/' . hash('sha256', $_SERVER['HTTP_WEBHOOK_ID']);
if (!is_file($file)) file_put_contents($file, json_encode(decide(json_decode($body, true), $token)), LOCK_EX);
header('Content-Type: application/json');
readfile($file);
