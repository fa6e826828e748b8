"""What a service model allows: the constraints that an input violates, and values at the bounds."""
import re
import sys
import unicodedata

# What is said of a member, by the kind of the constraint.
SAID = {
    'null': 'Member must not be null',
    'min': 'Member must have length greater than or equal to {}',
    'max': 'Member must have length less than or equal to {}',
    'low': 'Member must have value greater than or equal to {}',
    'high': 'Member must have value less than or equal to {}',
    'pattern': 'Member must satisfy regular expression pattern',
    'enum': 'Member must satisfy enum value set',
}
# The same in Organizations.
REASONS = {'null': 'INPUT_REQUIRED', 'min': 'MIN_LENGTH_EXCEEDED', 'max': 'MAX_LENGTH_EXCEEDED',
           'low': 'MIN_VALUE_EXCEEDED', 'high': 'MAX_VALUE_EXCEEDED', 'pattern': 'INVALID_PATTERN',
           'enum': 'INVALID_ENUM'}
KINDS = {'structure': dict, 'list': list, 'string': str, 'integer': int, 'boolean': bool}

UUID = '12345678-1234-1234-1234-123456789abc'
# Values of any length: a head, a filling, a tail.
FORMS = [('', 'a', ''), ('', '1', ''), ('/', 'a', '/'), ('/', '', ''), ('PT', '0', '1H'), ('p-', 'a', ''),
         ('arn:aws:iam::aws:policy/', 'a', ''), ('aws:identitystore:', 'a', ''), (UUID, '', ''),
         ('0123456789-' + UUID, '', '')]
WIDE = 'é漢'


def classes():
    """The ranges of each general category, as the inside of a character class."""
    found, start, last = {}, 0, None
    for code in range(sys.maxunicode + 2):
        kind = unicodedata.category(chr(code))[0] if code <= sys.maxunicode else None
        if kind != last:
            if last:
                found[last] = found.get(last, '') + f'\\U{start:08x}-\\U{code - 1:08x}'
            start, last = code, kind
    return found


CLASSES = classes()
compiled = {}


def pattern_of(shape):
    """The compiled pattern of a shape, or None when there is none that Python can read."""
    text = shape.metadata.get('pattern')
    if text not in compiled:
        inside, out = False, ''
        for token in re.findall(r'\\p\{.\}|\\.|.', text or '', re.S):
            if token.startswith(r'\p'):
                token = CLASSES[token[3]] if inside else f'[{CLASSES[token[3]]}]'
            elif token in '[]':
                inside = token == '['
            out += token
        try:
            compiled[text] = re.compile(out, re.ASCII) if text else None
        except re.error:
            compiled[text] = None
    return compiled[text]


def fits(shape, value):
    pattern = pattern_of(shape)
    return pattern is None or pattern.fullmatch(value) is not None


def bounds(shape):
    return shape.metadata.get('min', 0), shape.metadata.get('max', float('inf'))


def path_of(path, name):
    return (path + '.' if path else '') + name[0].lower() + name[1:]


def violations(shape, value, path='', holder=None):
    """(path, kind, bound) of all that is violated; kind is 'type' for what isn't even of the shape's
    type. holder: the path of the list that value is an element of."""
    if shape.metadata.get('document'):
        return []
    kind, (low, high), found = KINDS[shape.type_name], bounds(shape), []
    if type(value) is not kind:
        return [(path, 'type', None, holder)]
    if kind is dict:
        for name, member in shape.members.items():
            at = path_of(path, name)
            if value.get(name) is not None:
                found += violations(member, value[name], at)
            elif name in shape.required_members:
                found.append((at, 'null', None, None))
        return found
    if kind is list:
        for i, element in enumerate(value, 1):
            found += violations(shape.member, element, f'{path}.{i}.member', path)
    if kind in (str, list):
        found += [(path, 'min', low, holder)] * (len(value) < low) + [(path, 'max', high, holder)] * (len(value) > high)
    if kind is int:
        found += [(path, 'low', low, holder)] * (value < low) + [(path, 'high', high, holder)] * (value > high)
    if kind is str:
        enum = shape.metadata.get('enum')
        found += [(path, 'enum', None, holder)] * bool(enum and value not in enum)
        found += [(path, 'pattern', None, holder)] * (not fits(shape, value))
    return found


def of_length(shape, n, fillings=None):
    """A string of n characters that fits the shape's pattern, or None."""
    for head, filling, tail in FORMS:
        for c in fillings or filling or ' ':
            value = head + (c * (n - len(head + tail)) if filling else '') + tail
            if len(value) == n and fits(shape, value):
                return value
    return None


def sample(shape, values, name='', index=0):
    """A valid value: of values by the member's name, otherwise made up; index tells elements apart."""
    if name in values and shape.type_name in ('string', 'integer') or shape.metadata.get('document'):
        return values.get(name, 'x')
    if shape.type_name == 'structure':
        members = shape.required_members or list(shape.members)[:1]
        return {k: sample(shape.members[k], values, k, index) for k in members}
    if shape.type_name == 'list':
        return [sample(shape.member, values, name, i) for i in range(max(1, shape.metadata.get('min', 0)))]
    if shape.type_name == 'integer':
        return shape.metadata.get('min', 1)
    if shape.type_name == 'boolean':
        return True
    low, high = bounds(shape)
    if 'enum' in shape.metadata:
        return shape.metadata['enum'][0]
    value = next(v for v in (of_length(shape, n) for n in range(max(low, 1), 100)) if v)
    numbered = value + str(index)
    return numbered if index and len(numbered) <= high and fits(shape, numbered) else value
