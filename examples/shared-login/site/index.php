<?php
// An ordinary PHP site with PHP's own sessions. Its only reference to Sprocket is the address of the WebSocket.
const PASSWORDS = ['ann' => 'secret', 'bob' => 'secret'];

session_start();

$given = fn(string $field) => is_string($_POST[$field] ?? null) ? $_POST[$field] : '';
$problem = '';
if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    if ($given('do') === 'logout') {
        $_SESSION = [];
        session_destroy();
        setcookie(session_name(), '', 1, '/');
    } elseif (isset(PASSWORDS[$given('name')]) && hash_equals(PASSWORDS[$given('name')], $given('password'))) {
        session_regenerate_id(true);
        $_SESSION['username'] = $given('name');
    } else {
        $problem = 'Wrong name or password. Try ann or bob with the password “secret”.';
    }
    if ($problem === '') {
        header('Location: /', true, 303);
        exit;
    }
}
$user = $_SESSION['username'] ?? null;
$socket = 'ws://127.0.0.1:' . (getenv('WS_PORT') ?: '8081') . '/ws';
?>
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Shared login</title>
<link rel="stylesheet" href="style.css">
<main>
<h1>Shared login</h1>
<?php if ($user === null): ?>
  <p>Log in to the PHP site. The WebSocket on the next page then knows your name.</p>
  <form method="post">
    <label>Name <input name="name" autocomplete="username" required autofocus></label>
    <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
    <button>Log in</button>
    <p class="problem" role="alert"><?= htmlspecialchars($problem) ?></p>
  </form>
<?php else: ?>
  <form method="post" class="bar">
    <span>Logged in to PHP as <b id="user"><?= htmlspecialchars($user) ?></b>.</span>
    <button name="do" value="logout">Log out</button>
  </form>
  <p id="state" data-state="connecting" role="status">connecting…</p>
  <ul id="log" aria-live="polite" aria-label="Messages"></ul>
  <form id="say"><input id="text" aria-label="Message" placeholder="Say something" maxlength="500"><button>Send</button></form>
  <p class="hint">Open this page in two tabs and log out in one of them.</p>
  <script>const socket = <?= json_encode($socket) ?>;</script>
  <script src="chat.js"></script>
<?php endif ?>
</main>
