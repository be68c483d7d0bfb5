/** Notebooks as different programs write them, byte for byte. */

const OUTPUT = [
  { name: "stdout", output_type: "stream", text: ["hello\n", "world\n"] },
  {
    data: { "image/png": "iVBORw0KGgo=", "text/plain": ["<Figure size 640x480>"] },
    metadata: {},
    output_type: "display_data",
  },
];

/** Jupyter, format 4.5: one blank a step, sorted keys, a line end at the end. */
export const JUPYTER = `${JSON.stringify(
  {
    cells: [
      { cell_type: "markdown", id: "intro", metadata: {}, source: ["# Title\n", "\n", "Words é ✓."] },
      {
        cell_type: "code",
        execution_count: 1,
        id: "a1b2c3d4",
        metadata: { tags: ["keep"], unknown: { deep: [1, 2.5e3] } },
        outputs: OUTPUT,
        source: ['print("hello")\n', 'print("world")'],
      },
      { cell_type: "code", execution_count: null, id: "e5f6", metadata: {}, outputs: [], source: ["x = 1"] },
      { cell_type: "raw", id: "last", metadata: { format: "text/x" }, source: [] },
    ],
    metadata: {
      kernelspec: { display_name: "Python 3 (ipykernel)", language: "python", name: "python3" },
      language_info: { name: "python", version: "3.12.3" },
    },
    nbformat: 4,
    nbformat_minor: 5,
  },
  null,
  1,
)}\n`;

/** Older Jupyter, format 4.2: no ids, and two cells that are the same. */
export const OLD_JUPYTER = `${JSON.stringify(
  {
    cells: [
      { cell_type: "code", execution_count: 3, metadata: {}, outputs: OUTPUT, source: ["a = 1\n", "a"] },
      { cell_type: "code", execution_count: null, metadata: {}, outputs: [], source: [] },
      { cell_type: "code", execution_count: null, metadata: {}, outputs: [], source: [] },
      { cell_type: "markdown", metadata: {}, source: ["the end"] },
    ],
    metadata: { kernelspec: { display_name: "Julia 1.9", language: "julia", name: "julia-1.9" } },
    nbformat: 4,
    nbformat_minor: 2,
  },
  null,
  1,
)}\n`;

/** Colab: two blanks, its own order of keys, the cells last, no line end at the end. */
export const COLAB = JSON.stringify(
  {
    nbformat: 4,
    nbformat_minor: 0,
    metadata: { colab: { provenance: [] }, kernelspec: { name: "python3", display_name: "Python 3" } },
    cells: [
      { cell_type: "markdown", source: ["## Setup"], metadata: { id: "Qx1" } },
      {
        cell_type: "code",
        source: ["import os\n", "os.getcwd()"],
        metadata: { id: "Zz9" },
        execution_count: 4,
        outputs: OUTPUT,
      },
    ],
  },
  null,
  2,
);

/** Python's json.dumps: one line, blanks behind commas and colons; sources are one text each. */
export const ONE_LINE =
  '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"id": "one", "cell_type": "code", "source": "a = [1, 2]\\n\\"}, {\\"", "metadata": {}, "outputs": [], "execution_count": null}, {"id": "two", "cell_type": "markdown", "source": "b \\\\", "metadata": {}}]}';

/** Written on Windows. */
export const CRLF = JUPYTER.replaceAll("\n", "\r\n");

/** Tabs, and cells that begin on the line of their list. */
export const ODD =
  '{\n\t"cells": [{\n\t\t"cell_type": "markdown",\n\t\t"metadata": {},\n\t\t"source": "one"\n\t} , {\n\t\t"cell_type": "code",\n\t\t"source": ["two"],\n\t\t"metadata": {}, "outputs": [ ], "execution_count": null\n\t}],\n\t"metadata": {},\n\t"nbformat": 4,\n\t"nbformat_minor": 4\n}\n';

/** As new notebooks begin. */
export const EMPTY = '{\n "cells": [],\n "metadata": {},\n "nbformat": 4,\n "nbformat_minor": 5\n}\n';

export const NOTEBOOKS: Readonly<Record<string, string>> = {
  JUPYTER,
  OLD_JUPYTER,
  COLAB,
  ONE_LINE,
  CRLF,
  ODD,
  EMPTY,
};

/** Format 3 keeps its cells in worksheets. */
export const FORMAT_3 = `${JSON.stringify(
  {
    metadata: { name: "" },
    nbformat: 3,
    nbformat_minor: 0,
    worksheets: [{ cells: [{ cell_type: "code", input: ["1"], outputs: [] }], metadata: {} }],
  },
  null,
  1,
)}\n`;
