"""A neural network written down node by node: what the tiny models for tests are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np


class Graph:
    """Constants and nodes go by the names that they are given here, in the order of their making."""

    def __init__(self) -> None:
        self._constants: list[Any] = []
        self._nodes: list[Any] = []

    def const(self, value: Any, dtype: Any = np.float32) -> str:
        from onnx import numpy_helper

        self._constants.append(numpy_helper.from_array(np.array(value, dtype=dtype), f"c{len(self._constants)}"))
        name: str = self._constants[-1].name
        return name

    def node(self, op: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        from onnx import helper

        name = output or f"n{len(self._nodes)}"
        self._nodes.append(helper.make_node(op, list(inputs), [name], **attributes))
        return name

    def model(
        self, inputs: Mapping[str, tuple[int, Sequence[Any]]], outputs: Mapping[str, tuple[int, Sequence[Any]]]
    ) -> Any:
        """Checked; `inputs` and `outputs` by their names, each with its type and shape."""
        import onnx
        from onnx import helper

        graph = helper.make_graph(
            self._nodes,
            "tiny",
            [helper.make_tensor_value_info(name, *kind) for name, kind in inputs.items()],
            [helper.make_tensor_value_info(name, *kind) for name, kind in outputs.items()],
            self._constants,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        onnx.checker.check_model(model)
        return model
