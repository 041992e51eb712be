"""One small mistake at a time in a module's syntax tree: what the mutation test plants.

A comparison turned, an "and" for an "or", a condition negated, a constant changed, a sum for a
difference, a raise left out.  Sentences of errors, docstrings and annotations stay as they are:
no test should depend on their words.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

COMPARISONS = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
ARITHMETIC = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult,
    ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
ERRORS = {
    "Unreadable", "PassError", "ValueError", "KeysError", "UpdateRefused", "DeviceTrustError",
    "_not_cose", "_malformed", "_unreadable", "bad_list",
}  # fmt: skip
SIGNS = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.Is: "is",
    ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in", ast.Add: "+", ast.Sub: "-", ast.Mult: "*",
    ast.FloorDiv: "//", ast.Div: "/", ast.LShift: "<<", ast.RShift: ">>", ast.BitOr: "|", ast.BitAnd: "&",
    ast.And: "and", ast.Or: "or",
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One mistake: where it stands in the original, what it is, and the whole module with it."""

    module: str
    line: int
    what: str
    source: str

    @property
    def name(self) -> str:
        return f"{self.module}:{self.line} {self.what}"


def mutants_of(module: str, source: str) -> list[Mutant]:
    """Every mutant of a module, in the order of its lines."""
    count = sum(1 for _ in _places(ast.parse(source)))
    made = []
    for number in range(count):
        tree = ast.parse(source)
        line, what, change = next(place for n, place in enumerate(_places(tree)) if n == number)
        change()
        made.append(Mutant(module, line, what, ast.unparse(ast.fix_missing_locations(tree))))
    return made


def _places(tree: ast.Module) -> Iterator[tuple]:
    """(line, what, a function that makes the change) for each place of a tree."""
    for parent, field, index, node in _nodes(tree):
        for what, new in _changes(node):
            yield node.lineno, what, lambda p=parent, f=field, i=index, n=new: _put(p, f, i, n)


def _nodes(node: ast.AST, *, in_error: bool = False) -> Iterator[tuple]:
    """Each node that may change, with where it hangs."""
    for field, value in ast.iter_fields(node):
        if field in {"annotation", "returns", "decorator_list"}:
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST) or _is_words(child, in_error=in_error):
                continue
            if hasattr(child, "lineno"):
                yield node, field, index, child
            yield from _nodes(child, in_error=in_error or _is_error(child))


def _is_error(node: ast.AST) -> bool:
    return isinstance(node, ast.Raise) or (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS
    )


def _is_words(node: ast.AST, *, in_error: bool) -> bool:
    """Docstrings, sentences of errors, imports, types given by name."""
    if isinstance(node, ast.JoinedStr | ast.Import | ast.ImportFrom):
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript):
        return True  # Verification = Callable[...]
    return in_error and isinstance(node, ast.Constant) and isinstance(node.value, str)


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            new = COMPARISONS[type(operator)]
            operators = [new() if n == place else old for n, old in enumerate(node.ops)]
            yield f"{SIGNS[type(operator)]} to {SIGNS[new]}", ast.Compare(node.left, operators, node.comparators)
    elif isinstance(node, ast.BoolOp):
        new = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield f"{SIGNS[type(node.op)]} to {SIGNS[new]}", ast.BoolOp(new(), node.values)
    elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        new = ARITHMETIC[type(node.op)]
        yield f"{SIGNS[type(node.op)]} to {SIGNS[new]}", ast.BinOp(node.left, new(), node.right)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not left out", node.operand
    elif isinstance(node, ast.If | ast.IfExp | ast.While) and not isinstance(node.test, ast.Compare):
        yield "condition negated", _negated(node)
    elif isinstance(node, ast.Raise):
        yield "raise left out", ast.Pass()
    elif isinstance(node, ast.Constant) and (new := _other(node.value)) is not None:
        yield f"{node.value!r} to {new!r}", ast.Constant(new)


def _negated(node: ast.If | ast.IfExp | ast.While) -> ast.AST:
    test = ast.UnaryOp(ast.Not(), node.test)
    return type(node)(test=test, body=node.body, orelse=node.orelse)


def _other(value: object) -> object:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, bytes):
        return value + b"\x00"
    return "XX" + value if isinstance(value, str) else None


def _put(parent: ast.AST, field: str, index: int | None, new: ast.AST) -> None:
    if index is None:
        setattr(parent, field, new)
    else:
        getattr(parent, field)[index] = new
