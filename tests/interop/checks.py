"""What the Python tests here share: the operations, and lines that relay in lib.sh makes TAP of."""
import pathlib
import sys

OPERATIONS = [tuple(line.split()) for line in (pathlib.Path(__file__).parent / 'ops.txt').read_text().splitlines()]


def comment(*lines):
    for line in lines:
        print('#', line.replace('\n', '\\n').encode('ascii', 'backslashreplace').decode()[:900])


def ok(passed, text, *detail):
    print('ok' if passed else 'not ok', text)
    if not passed:
        comment(*detail)
    sys.stdout.flush()


def equal(text, got, wanted):
    ok(got == wanted, text, f'got    {got!r}', f'wanted {wanted!r}')
