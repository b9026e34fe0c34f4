"""The columns whose values an expression reads, per frame."""

from __future__ import annotations

import ast

from golive.tidy.lens import ALL, NONE, WHOLE, Columns, Lens, keyword_of, part_of


def reads(node: ast.AST, lens: Lens) -> dict[str, Columns]:
    """Return the columns whose values an expression reads, per frame."""
    reader = _Reader(lens)
    reader.visit(node)
    return reader.found


class _Reader(ast.NodeVisitor):
    """Collects column reads; a frame that stands alone is read whole."""

    def __init__(self, lens: Lens) -> None:
        self.lens = lens
        self.found: dict[str, Columns] = {}

    def visit_Subscript(self, node: ast.Subscript) -> None:
        frame, names = part_of(node, self.lens)
        if frame and names is not None:
            self._add(frame, Columns(names))
            if isinstance(node.value, ast.Attribute) and isinstance(node.slice, ast.Tuple):
                self.visit(node.slice.elts[0])
        elif grouped := self._grouped(node):
            self._add(*grouped)
        else:
            self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        frame, names = part_of(node, self.lens)
        if frame and names is not None:
            self._add(frame, Columns(names))
        elif not (frame and node.attr in WHOLE):
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id == "len":
            return
        if by_row := self._by_row(node):
            self._add(*by_row)
            return
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            # A method of the frame itself, not a column of that name.
            self.visit(node.func.value)
            for part in [*node.args, *node.keywords]:
                self.visit(part)
            return
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if node.id in self.lens.frames:
            self._add(node.id, ALL)

    def _grouped(self, node: ast.Subscript) -> tuple[str, Columns] | None:
        """``df.groupby("a")["b"]`` reads a and b."""
        call, taken = node.value, self.lens.names(node.slice)
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr != "groupby":
            return None
        keys = self.lens.names(call.args[0] if call.args else keyword_of(call, "by"))
        frame = call.func.value
        if isinstance(frame, ast.Name) and frame.id in self.lens.frames and keys is not None and taken is not None:
            return frame.id, Columns(keys | taken)
        return None

    def _by_row(self, node: ast.Call) -> tuple[str, Columns] | None:
        """``df.apply(function, axis=1)`` reads what the function takes out of its row."""
        function, axis = node.func, keyword_of(node, "axis")
        if not isinstance(function, ast.Attribute) or function.attr != "apply" or len(node.args) != 1:
            return None
        if not (isinstance(function.value, ast.Name) and function.value.id in self.lens.frames):
            return None
        if not (isinstance(axis, ast.Constant) and axis.value in (1, "columns")):
            return None
        names = _taken_from_row(node.args[0], self.lens)
        return (function.value.id, Columns(names)) if names is not None else None

    def _add(self, frame: str, columns: Columns) -> None:
        self.found[frame] = self.found.get(frame, NONE) | columns


def _taken_from_row(function: ast.expr, lens: Lens) -> frozenset[str] | None:
    if isinstance(function, ast.Name) and function.id in lens.world.functions:
        tree: ast.AST = lens.world.functions[function.id].tree
        parameters = lens.world.functions[function.id].parameters
    elif isinstance(function, ast.Lambda):
        tree, parameters = function.body, tuple(argument.arg for argument in function.args.args)
    else:
        return None
    if len(parameters) != 1:
        return None
    row = Lens(frames={parameters[0]}, world=lens.world, constants=lens.constants)
    columns = reads(tree, row).get(parameters[0], NONE)
    return None if columns.but else columns.names
