<?php
// Writes and reads PHP sessions. Usage: session.php ACTION HANDLER DIRECTORY

class Base { private $hidden = 'of the base'; }
class User extends Base {
    public $name = "Zo\u{eb}";
    protected $roles = ['admin', 'x' => 1.5];
    private $hidden = "\xff\x00binary";
    public ?User $self = null;
    public int $typed = 7;
}
class Numbered {
    public function __serialize(): array { return [0 => 'a', 'x' => [1, 2], 7 => null]; }
    public function __unserialize(array $data): void { }
}
enum Suit: string { case Clubs = 'c'; case Hearts = 'h'; }

function matrix(): array {
    $user = new User;
    $user->self = $user;
    $plain = new stdClass;
    $plain->{'5'} = 'numeric';
    $plain->{''} = 'nameless';
    $plain->{"\xe4"} = 'latin';
    $deep = 'bottom';
    for ($i = 0; $i < 50; $i++) { $deep = [$deep]; }
    return [
        'null' => null, 'yes' => true, 'no' => false,
        'ints' => [0, -1, 42, PHP_INT_MAX, PHP_INT_MIN],
        'floats' => [0.1, -0.0, 1.0, 1e15, 1e16, 1e17, 123456789012345678.0, 0.0001, 0.00001, 2e-3, 2e23, 1e23, 1/3, 5e-324,
            PHP_FLOAT_MAX, PHP_FLOAT_MIN, PHP_FLOAT_EPSILON, INF, -INF, NAN, pow(2, -44), pow(2, 70), 9007199254740993.0],
        'many' => floats(2000),
        'strings' => ['', "Zo\u{eb} \u{1f600}", "\xff\xfe\x00", "\xed\xa0\x80", 'a";|}{:i:1;', "line\nline", str_repeat('x', 9000)],
        'lists' => [[], [[]], [1, [2, [3]]]],
        'maps' => ['a' => 1, 'b' => ['c' => 2]],
        'gaps' => [1 => 'a', 0 => 'b', -5 => 'c', 9 => 'd'],
        'keys' => ['05' => 1, '-0' => 2, '9223372036854775808' => 3, '-9223372036854775808' => 4, '7' => 5, "\xff" => 6, '' => 7],
        'deep' => $deep,
        'user' => $user, 'again' => $user, 'users' => [$user, new User, $user],
        'plain' => $plain, 'numbered' => new Numbered, 'empty' => new stdClass,
        'suits' => [Suit::Clubs, Suit::Hearts, Suit::Clubs],
        'object' => new ArrayObject([1, 2]), 'time' => new DateTimeImmutable('2020-01-02 03:04:05 UTC'),
        "with \u{eb} and \xff" => 1,
        '!marked' => 'since 7.1',
        'n' => 1,
    ];
}

function floats(int $count): array {
    mt_srand(7);
    $all = [];
    for ($i = 0; $i < $count; $i++) {
        $all[] = $i % 4 == 0 ? pow(2, mt_rand(-1070, 1000)) : ($i % 4 == 1 ? mt_rand() / 1000
            : unpack('d', pack('VV', mt_rand(), mt_rand() & 0x7fefffff))[1]);
    }
    return $all;
}

function expect(bool $right, string $what): void {
    if (!$right) {
        fwrite(STDERR, "$what differs from the original value\n");
        exit(1);
    }
}

[, $action, $handler, $folder] = $argv;
foreach (['save_path' => $folder, 'serialize_handler' => $handler, 'use_cookies' => '0', 'cache_limiter' => '',
    'gc_probability' => '0'] as $name => $value) {
    ini_set("session.$name", $value);
}
session_id($action == 'read' ? 'write' : $action);

switch ($action) {
    case 'write':
        session_start();
        foreach (matrix() as $name => $value) {
            $_SESSION[$name] = $value;
        }
        break;
    case 'read':
        session_start();
        expect($_SESSION['n'] === 2, 'n');
        $_SESSION['n'] = 1;
        expect($_SESSION['user'] === $_SESSION['again'] && $_SESSION['user']->self === $_SESSION['users'][2], 'user');
        expect(array_keys($_SESSION) === array_keys(matrix()), 'order');
        foreach (matrix() as $name => $value) {
            if ($name != 'again') {
                expect(serialize($_SESSION[$name]) === serialize($value), $name);
            }
        }
        break;
    case 'references':
        session_start();
        $list = [1, 2];
        $number = 5;
        $circle = [];
        $circle['me'] = &$circle;
        $_SESSION = ['list' => &$list, 'list2' => &$list, 'number' => &$number, 'number2' => &$number, 'user' => new Numbered,
            'circle' => &$circle];
        $_SESSION['user2'] = $_SESSION['user'];
        break;
    case 'hold':
        session_start();
        $_SESSION['php'] = ($_SESSION['php'] ?? 0) + 1;
        echo "open\n";
        fgets(STDIN);
        break;
    case 'hammer':
        echo "open\n";
        $in = [STDIN];
        $none = [];
        for ($n = 0; !stream_select($in, $none, $none, 0); $n++, $in = [STDIN]) {
            session_start();
            $_SESSION['php'] = ($_SESSION['php'] ?? 0) + 1;
            $_SESSION['fill'] = str_repeat(chr(97 + $n % 26), $n % 2 ? 4000 : 200000);
            session_write_close();
        }
        echo "$n\n";
        exit;
}
session_write_close();
